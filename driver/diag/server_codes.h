// From what the server answered to an SQLSTATE: SQLite's and dqlite's codes, and SQLite's texts
// where code 1 says no more than that something is wrong.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "driver/diag/sqlstate.h"

namespace dqlite::odbc {

struct ServerCode {
    std::uint64_t code;
    SqlState state;
};

// Extended codes that differ from their primary code, and dqlite's own.
inline constexpr std::array exact_codes{
    ServerCode{516, SqlState::s40001},    // SQLITE_ABORT_ROLLBACK
    ServerCode{1001, SqlState::s08S01},   // DQLITE_PROTO
    ServerCode{1002, SqlState::sHY000},   // DQLITE_NOTFOUND
    ServerCode{1005, SqlState::s08S01},   // DQLITE_PARSE
    ServerCode{8202, SqlState::s08S01},   // not leader, as old servers count
    ServerCode{8458, SqlState::s08S01},   // leadership lost, as old servers count
    ServerCode{10250, SqlState::s08S01},  // not leader
    ServerCode{10506, SqlState::s08S01},  // leadership lost
};

// Primary codes of SQLite; those left out are HY000.
inline constexpr std::array primary_codes{
    ServerCode{0, SqlState::s42000},   // dqlite: empty statement
    ServerCode{3, SqlState::s42000},   // PERM
    ServerCode{5, SqlState::s40001},   // BUSY
    ServerCode{6, SqlState::s40001},   // LOCKED
    ServerCode{7, SqlState::sHY001},   // NOMEM
    ServerCode{8, SqlState::s25000},   // READONLY
    ServerCode{9, SqlState::sHY008},   // INTERRUPT
    ServerCode{18, SqlState::s22001},  // TOOBIG
    ServerCode{19, SqlState::s23000},  // CONSTRAINT
    ServerCode{20, SqlState::s22018},  // MISMATCH
    ServerCode{23, SqlState::s42000},  // AUTH
    ServerCode{25, SqlState::s07009},  // RANGE
};

/// A text fits if it begins with `start` (or holds it, for `anywhere`) and holds `rest` later.
struct ServerText {
    std::string_view start;
    std::string_view rest;
    SqlState state;
    bool anywhere = false;
};

// SQLite's texts with code 1, first fit wins. "anywhere" where SQLite may put "error in view …:"
// in front of them.
inline constexpr std::array server_texts{
    ServerText{"no such table: ", "", SqlState::s42S02, true},
    ServerText{"no such view: ", "", SqlState::s42S02, true},
    ServerText{"no such column: ", "", SqlState::s42S22, true},
    ServerText{"no such index: ", "", SqlState::s42S12, true},
    ServerText{"duplicate column name: ", "", SqlState::s42S21, true},
    ServerText{"table ", " already exists", SqlState::s42S01},
    ServerText{"view ", " already exists", SqlState::s42S01},
    ServerText{"there is already a table named ", "", SqlState::s42S01},
    ServerText{"there is already another table or index with this name", "", SqlState::s42S01},
    ServerText{"index ", " already exists", SqlState::s42S11},
    ServerText{"there is already an index named ", "", SqlState::s42S11},
    ServerText{"table ", " has no column named ", SqlState::s42S22},
    ServerText{"unknown column ", " in foreign key definition", SqlState::s42S22},
    ServerText{"table ", " values were supplied", SqlState::s21S01},
    ServerText{" values for ", " columns", SqlState::s21S01, true},
    ServerText{"expected ", " columns for ", SqlState::s21S02},
    ServerText{"unknown database ", "", SqlState::s3F000, true},
    ServerText{"ESCAPE expression must be a single character", "", SqlState::s22019},
    ServerText{"integer overflow", "", SqlState::s22003},
    ServerText{"cannot start a transaction within a transaction", "", SqlState::s25000},
    ServerText{"", "no transaction is active", SqlState::s25000},
    ServerText{"near \"", ": syntax error", SqlState::s42000, true},
    ServerText{"incomplete input", "", SqlState::s42000},
    ServerText{"unrecognized token: ", "", SqlState::s42000, true},
    ServerText{"ambiguous column name: ", "", SqlState::s42000, true},
    ServerText{"no such function: ", "", SqlState::s42000, true},
    ServerText{"no such collation sequence: ", "", SqlState::s42000, true},
    ServerText{"no such module: ", "", SqlState::s42000, true},
    ServerText{"no such trigger: ", "", SqlState::s42000},
    ServerText{"no such savepoint: ", "", SqlState::s42000},
    ServerText{"wrong number of arguments to function ", "", SqlState::s42000, true},
    ServerText{"misuse of ", "", SqlState::s42000, true},
    ServerText{"SELECTs to the left and right of ", "", SqlState::s42000, true},
    ServerText{"sub-select returns ", "", SqlState::s42000, true},
    ServerText{"cannot modify ", "", SqlState::s42000},
    ServerText{"cannot ", " because it is a view", SqlState::s42000},
    ServerText{"use DROP ", " to delete ", SqlState::s42000},
    ServerText{"a GROUP BY clause is required before HAVING", "", SqlState::s42000},
    ServerText{"row value misused", "", SqlState::s42000, true},
    ServerText{"trigger ", " already exists", SqlState::s42000},
    ServerText{"variable number must be between ", "", SqlState::s42000},
    ServerText{"too many ", "", SqlState::s42000},
};

[[nodiscard]] constexpr bool fits(const ServerText& pattern, std::string_view text) noexcept {
    const std::size_t start = text.find(pattern.start);
    if (start == std::string_view::npos || (start != 0 && !pattern.anywhere)) return false;
    return text.find(pattern.rest, start + pattern.start.size()) != std::string_view::npos;
}

[[nodiscard]] constexpr SqlState state_of_text(std::string_view text) noexcept {
    const auto* const found = std::ranges::find_if(
        server_texts, [text](const ServerText& pattern) { return fits(pattern, text); });
    return found == server_texts.end() ? SqlState::sHY000 : found->state;
}

/// SQLite keeps the primary code in the low byte; dqlite's own codes have no such structure.
[[nodiscard]] constexpr std::uint64_t primary_code(std::uint64_t code) noexcept {
    constexpr std::uint64_t first_own = 1000;
    constexpr std::uint64_t past_own = 1024;
    return code >= first_own && code < past_own ? code : code & 0xFFU;
}

/// The state of a failure that says nothing but its code and text.
[[nodiscard]] constexpr SqlState state_of_failure(std::uint64_t code,
                                                  std::string_view text) noexcept {
    const auto* const exact = std::ranges::find(exact_codes, code, &ServerCode::code);
    if (exact != exact_codes.end()) return exact->state;
    const std::uint64_t primary = primary_code(code);
    if (primary == 1) return state_of_text(text);
    const auto* const found = std::ranges::find(primary_codes, primary, &ServerCode::code);
    return found == primary_codes.end() ? SqlState::sHY000 : found->state;
}

[[nodiscard]] constexpr bool is_constraint_code(std::uint64_t code) noexcept {
    constexpr std::uint64_t sqlite_constraint = 19;
    return primary_code(code) == sqlite_constraint;
}

}  // namespace dqlite::odbc
