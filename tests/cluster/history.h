// What the clients of a run did and were told, and whether the database that is left agrees.
//
// All writes of a run are inserted into one table whose ids have no gaps. dqlite has one writer at
// a time, so the order of the ids is the order of the commits: the state after each commit follows
// from the rows before it, and every read must be exactly one of these states.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace dqlite::test {

using Clock = std::chrono::steady_clock;

constexpr std::size_t registers = 4;
constexpr std::size_t accounts = 5;
constexpr std::int64_t opening_balance = 1000;

enum class Told : std::uint8_t {
    success,
    failure,  ///< of any kind that does not say "unknown": nothing may be left of it
    unknown,  ///< 08007 or 40003
};

/// One attempt to write a token. A token that failed may be tried again.
struct Write {
    std::int64_t token = 0;
    Told told = Told::failure;
    bool again = false;  ///< not its first attempt
    Clock::time_point returned{};
};

/// One read transaction: what each of its statements saw.
struct Read {
    std::int64_t entries = 0;
    std::array<std::int64_t, registers> values{};
    std::int64_t total = 0;
    Clock::time_point returned{};
};

/// What one connection did, in order.
struct ClientHistory {
    std::vector<Write> writes;
    std::vector<Read> reads;
    std::vector<std::string> surprises;  ///< answers that no fault explains
};

struct Entry {
    std::int64_t id = 0;
    std::int64_t token = 0;
    std::size_t reg = 0;  ///< from 1; 0: none
    std::int64_t value = 0;
    std::size_t source = 0;  ///< account from 1; 0: none
    std::size_t target = 0;
    std::int64_t amount = 0;
};

/// The database after the run.
struct FinalState {
    std::vector<Entry> entries;  ///< by id
    std::vector<std::int64_t> values;
    std::vector<std::int64_t> balances;
};

struct Figures {
    std::size_t acknowledged = 0;
    std::size_t failed = 0;
    std::size_t unknown = 0;
    std::size_t unknown_applied = 0;
    std::size_t retried = 0;
    std::size_t reads = 0;
    Clock::duration without_service{};  ///< all gaps between acknowledged writes after a fault
    Clock::duration longest_gap{};
};

/// Every way in which history and database disagree, in words; empty: none.
[[nodiscard]] std::vector<std::string> check(const std::vector<ClientHistory>& clients,
                                             const FinalState& left);

/// `faults`: when each fault was made.
[[nodiscard]] Figures count(const std::vector<ClientHistory>& clients, const FinalState& left,
                            const std::vector<Clock::time_point>& faults);

}  // namespace dqlite::test
