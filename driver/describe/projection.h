// The NULL-safe projection: a SELECT whose columns reach the client as expressions, so that no
// server loses their NULLs or dies of their values (design §2.6).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "client/statement.h"

namespace dqlite::odbc {

/// Results with more columns than this never end, whatever their names (server §0.2).
inline constexpr std::size_t max_result_columns = 509;
/// A result whose names, each with its NUL padded to a word, reach this many bytes never ends.
inline constexpr std::size_t endless_header_bytes = 4'080;

/// Bytes a column's name takes in the header of a result.
[[nodiscard]] constexpr std::size_t header_bytes(std::string_view name) noexcept {
    return (name.size() + 8) / 8 * 8;
}

/// The refusal of such a result.
[[nodiscard]] std::string too_many_columns(std::size_t count);

/// True for a name the projection must not take: a table or view of the schema has it.
using NameTaken = std::function<bool(const std::string&)>;

/// The projection of a SELECT or VALUES with `columns` columns, or empty where it cannot be made
/// (another verb, or a number of columns no server survives). Meaning, order and parameters stay.
[[nodiscard]] std::string project(const client::Statement& statement, std::size_t columns,
                                  const NameTaken& taken = {});

/// For statements the mirror cannot prepare: the same columns and no rows. Its answer gives the
/// number of columns and their names, and project() does the rest. Takes the statement's
/// parameters. Empty for another verb than SELECT and VALUES.
[[nodiscard]] std::string limit0_probe(const client::Statement& statement);

}  // namespace dqlite::odbc
