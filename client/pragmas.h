// The PRAGMAs of SQLite, as far as a client must know them before sending one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace dqlite::client {

enum class PragmaRows : std::uint8_t {
    never,   ///< never has a result column
    bare,    ///< only without a value: reading it
    always,  ///< with a value too
};

enum class PragmaSets : std::uint8_t {
    nothing,    ///< a value only selects what is told
    session,    ///< a value changes this connection, until it is closed
    database,   ///< a value is written to the database
    by_itself,  ///< writes to the database with or without a value
};

struct PragmaFacts {
    std::string_view name;
    PragmaRows rows;
    PragmaSets sets;
};

/// Sorted by name.
[[nodiscard]] std::span<const PragmaFacts> pragma_table() noexcept;

/// What is known of `name` (lower case); SQLite ignores a PRAGMA it does not know: no rows.
[[nodiscard]] PragmaFacts pragma_facts(std::string_view name) noexcept;

}  // namespace dqlite::client
