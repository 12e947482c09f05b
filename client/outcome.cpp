#include "client/outcome.h"

#include <algorithm>
#include <array>

namespace dqlite::client {
namespace {

/// What is known of one kind of failure, wherever it happens.
enum class Meaning : std::uint8_t {
    not_leader,   ///< refused before it was looked at: this node does not lead
    leader_lost,  ///< the node stopped leading with the request under way
    busy,         ///< somebody holds a lock; nothing was done
    snapshot,     ///< the transaction read what is outdated by now: it can only be rolled back
    statement,    ///< SQLite refused the statement itself
    other,
};

struct Line {
    std::uint64_t code;
    bool any_extension;     ///< the low byte of the code decides
    std::string_view text;  ///< part of the server's text; empty: any
    Meaning meaning;
};

// The first line that fits decides. Some codes of libraft's leak out of 1.11 and look like codes
// of SQLite's: there the text tells them apart.
constexpr std::array lines{
    Line{10250, false, "", Meaning::not_leader},
    Line{8202, false, "", Meaning::not_leader},
    Line{12, false, "no database opened", Meaning::not_leader},
    Line{12, false, "no statement with the given id", Meaning::not_leader},
    Line{7, false, "no more rows available", Meaning::not_leader},
    Line{7, false, "not an error", Meaning::not_leader},
    Line{10506, false, "", Meaning::leader_lost},
    Line{8458, false, "", Meaning::leader_lost},
    Line{9, false, "interrupted", Meaning::leader_lost},
    Line{517, false, "", Meaning::snapshot},
    Line{5, false, "", Meaning::busy},
    Line{261, false, "", Meaning::busy},
    Line{0, false, "", Meaning::statement},
    Line{1, true, "", Meaning::statement},
    Line{8, true, "readonly database", Meaning::statement},
    Line{18, false, "too big", Meaning::statement},
    Line{19, true, "", Meaning::statement},
    Line{20, false, "", Meaning::statement},
    Line{21, false, "", Meaning::statement},
    Line{23, false, "", Meaning::statement},
    Line{25, false, "", Meaning::statement},
    Line{1005, false, "", Meaning::statement},
};

// dqlite's own codes lie in [1000, 1024) and have no extension.
bool fits(const Line& line, std::uint64_t code, std::string_view text) {
    const bool own = code >= 1000 && code < 1024;
    const std::uint64_t compared = line.any_extension && !own ? (code & 0xFFU) : code;
    return compared == line.code && text.find(line.text) != std::string_view::npos;
}

Meaning meaning_of(std::uint64_t code, std::string_view text) {
    const auto line = std::find_if(lines.begin(), lines.end(), [&](const Line& candidate) {
        return fits(candidate, code, text);
    });
    return line == lines.end() ? Meaning::other : line->meaning;
}

Verdict judge_not_leader(Place place) {
    switch (place) {
        case Place::in_transaction:
        case Place::commit:
        case Place::rollback:
            return {ErrorKind::transaction_lost, Outcome::rolled_back, Remedy::reconnect};
        case Place::read:
        case Place::autocommit_write:
        case Place::begin:
            break;
    }
    return {ErrorKind::no_leader, Outcome::not_applied, Remedy::reconnect};
}

Verdict judge_leader_lost(Place place) {
    const Outcome outcome = judge_loss(place, true);
    const ErrorKind kind =
        outcome == Outcome::rolled_back ? ErrorKind::transaction_lost : ErrorKind::server;
    return {kind, outcome, Remedy::reconnect};
}

}  // namespace

Verdict judge_failure(Place place, std::uint64_t code, std::string_view text) noexcept {
    switch (meaning_of(code, text)) {
        case Meaning::not_leader:
            return judge_not_leader(place);
        case Meaning::leader_lost:
            return judge_leader_lost(place);
        case Meaning::busy:
            return {ErrorKind::busy,
                    place == Place::commit ? Outcome::unknown : Outcome::not_applied, Remedy::wait};
        case Meaning::snapshot:
            if (place == Place::in_transaction) {
                return {ErrorKind::busy, Outcome::rolled_back, Remedy::none};
            }
            return {ErrorKind::busy,
                    place == Place::commit ? Outcome::unknown : Outcome::not_applied, Remedy::wait};
        case Meaning::statement:
            // A constraint that fails at COMMIT (deferred) leaves the transaction open: the
            // caller rolls back and says so.
            return {ErrorKind::server,
                    place == Place::commit ? Outcome::rolled_back : Outcome::not_applied,
                    Remedy::none};
        case Meaning::other:
            break;
    }
    const bool may_be_applied = place == Place::autocommit_write || place == Place::commit;
    return {ErrorKind::server, may_be_applied ? Outcome::unknown : Outcome::not_applied,
            Remedy::none};
}

Outcome judge_loss(Place place, bool sent) noexcept {
    switch (place) {
        case Place::read:
        case Place::begin:
            return Outcome::not_applied;
        case Place::in_transaction:
        case Place::rollback:
            return Outcome::rolled_back;
        case Place::autocommit_write:
            return sent ? Outcome::unknown : Outcome::not_applied;
        case Place::commit:
            return sent ? Outcome::unknown : Outcome::rolled_back;
    }
    return Outcome::unknown;
}

bool says_no_transaction(std::uint64_t code, std::string_view text) noexcept {
    return (code & 0xFFU) == 1 && text.find("no transaction is active") != std::string_view::npos;
}

bool says_within_transaction(std::uint64_t code, std::string_view text) noexcept {
    return (code & 0xFFU) == 1 && text.find("within a transaction") != std::string_view::npos;
}

}  // namespace dqlite::client
