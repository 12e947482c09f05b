#include "client/commit_proof.h"

#include <random>

#include <fmt/format.h>

namespace dqlite::client {
namespace {

// The server's clock: all rows are written and looked at by one, the leader's.
constexpr std::string_view now = "CAST(strftime('%s','now') AS INTEGER)";
constexpr int days_kept = 7;
constexpr int seconds_a_day = 86'400;

std::string random_name() {
    std::random_device random;
    std::string name;
    for (int i = 0; i < 4; ++i) name += fmt::format("{:08x}", random());
    return name;
}

}  // namespace

void CommitProof::renew() {
    session_ = random_name();
    seq_ = 0;
    has_row_ = false;
    has_token_ = false;
}

// WITHOUT ROWID: no insert here shows in last_insert_rowid().
std::string CommitProof::create_sql() {
    return fmt::format(
        "CREATE TABLE IF NOT EXISTS {} (session TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, "
        "used INTEGER NOT NULL) WITHOUT ROWID",
        proof_table);
}

std::string CommitProof::insert_sql() const {
    return fmt::format("INSERT OR IGNORE INTO {} VALUES ('{}', {}, {})", proof_table, session_,
                       seq_, now);
}

std::string CommitProof::sweep_sql() const {
    return fmt::format("DELETE FROM {} WHERE used < {} - {} AND session <> '{}'", proof_table, now,
                       days_kept * seconds_a_day, session_);
}

std::string CommitProof::token_sql() const {
    return fmt::format("UPDATE {} SET seq = {}, used = {} WHERE session = '{}' AND seq = {}",
                       proof_table, seq_ + 1, now, session_, seq_);
}

void CommitProof::committed() noexcept {
    if (has_token_) ++seq_;
    has_token_ = false;
}

std::string CommitProof::void_sql() const {
    return fmt::format("UPDATE {} SET seq = {}, used = {} WHERE session = '{}' AND seq = {}",
                       proof_table, seq_ + 2, now, session_, seq_);
}

std::string CommitProof::find_sql() const {
    return fmt::format("SELECT seq FROM {} WHERE session = '{}'", proof_table, session_);
}

CommitProof::Verdict CommitProof::judge(std::optional<std::int64_t> seq) const noexcept {
    if (seq == seq_ + 1) return Verdict::committed;
    // An earlier attempt to void it, whose answer was lost.
    if (seq == seq_ + 2) return Verdict::not_committed;
    return Verdict::unknown;
}

void CommitProof::settle(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::committed:
            ++seq_;
            break;
        case Verdict::not_committed:
            seq_ += 2;
            break;
        case Verdict::unknown:
            has_row_ = false;
            break;
    }
    has_token_ = false;
    in_doubt_ = false;
}

std::string CommitProof::name() const {
    return fmt::format("{}/{}", session_, seq_ + 1);
}

}  // namespace dqlite::client
