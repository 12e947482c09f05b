// Proof of commit: every transaction that writes also moves a number in a row of its session's own,
// so that the database itself tells what became of a COMMIT whose answer was lost.
//
// The row holds `seq`. A transaction moves it from n-1 to n before it writes anything else. In
// doubt the session tries to move it from n-1 to n+1: where that succeeds, the transaction did not
// commit and never can, as its own update of the row is outdated by then. Where seq is n it
// committed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dqlite::client {

inline constexpr std::string_view proof_table = "dqlite_odbc_commit_proof";

class CommitProof {
  public:
    enum class Verdict : std::uint8_t { committed, not_committed, unknown };

    /// The session's row: made and confirmed before the first transaction.
    [[nodiscard]] bool has_row() const noexcept { return has_row_; }
    /// A row of another name is to be made: nobody knows (any more) what is in the last one.
    void renew();
    void row_made() noexcept { has_row_ = true; }
    [[nodiscard]] static std::string create_sql();
    [[nodiscard]] std::string insert_sql() const;
    /// Rows that sessions left behind days ago.
    [[nodiscard]] std::string sweep_sql() const;

    /// A transaction has begun; `alone`: for one statement of autocommit mode.
    void begun(bool alone) noexcept {
        alone_ = alone;
        has_token_ = false;
    }
    [[nodiscard]] bool alone() const noexcept { return alone_; }
    /// Moves seq from n-1 to n: one row, or the row is gone.
    [[nodiscard]] std::string token_sql() const;
    void token_written() noexcept { has_token_ = true; }
    [[nodiscard]] bool has_token() const noexcept { return has_token_; }
    void committed() noexcept;

    /// The answer to COMMIT was lost.
    void doubt() noexcept { in_doubt_ = has_token_; }
    [[nodiscard]] bool in_doubt() const noexcept { return in_doubt_; }
    /// Moves seq from n-1 to n+1.
    [[nodiscard]] std::string void_sql() const;
    [[nodiscard]] std::string find_sql() const;
    /// `seq` as it was found; nothing: there is no such row.
    [[nodiscard]] Verdict judge(std::optional<std::int64_t> seq) const noexcept;
    /// The doubt is over.
    void settle(Verdict verdict) noexcept;

    /// "session/number", for logs.
    [[nodiscard]] std::string name() const;

  private:
    std::string session_;
    std::int64_t seq_ = 0;  ///< the transaction under way moves the row from here to the next
    bool has_row_ = false;
    bool has_token_ = false;
    bool alone_ = false;
    bool in_doubt_ = false;
};

}  // namespace dqlite::client
