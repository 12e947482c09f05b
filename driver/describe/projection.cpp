#include "driver/describe/projection.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "driver/describe/tokens.h"

namespace dqlite::odbc {
namespace {

constexpr std::string_view relation_name = "dqlite_r";

[[nodiscard]] bool is_query(const client::Statement& statement) noexcept {
    return statement.verb == client::Verb::select || statement.verb == client::Verb::values;
}

[[nodiscard]] bool occurs_in(std::string_view text, std::string_view name) {
    const auto found =
        std::search(text.begin(), text.end(), name.begin(), name.end(), [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) ==
                   std::tolower(static_cast<unsigned char>(b));
        });
    return found != text.end();
}

/// A name for the relation that neither the query nor what it reads can mean: it would be a
/// circular reference.
[[nodiscard]] std::string free_name(std::string_view text, const NameTaken& taken) {
    std::string name{relation_name};
    for (unsigned number = 1; occurs_in(text, name) || (taken && taken(name)); ++number) {
        name = fmt::format("{}{}", relation_name, number);
    }
    return name;
}

[[nodiscard]] std::string column_list(std::size_t columns, std::string_view prefix) {
    std::string list;
    for (std::size_t i = 1; i <= columns; ++i) {
        if (i > 1) list += ',';
        list += prefix;
        list += std::to_string(i);
    }
    return list;
}

}  // namespace

std::string too_many_columns(std::size_t count) {
    return fmt::format("a result of {} columns: a server never ends a result of more than {}",
                       count, max_result_columns);
}

std::string project(const client::Statement& statement, std::size_t columns,
                    const NameTaken& taken) {
    if (!is_query(statement) || columns == 0 || columns > max_result_columns) return {};
    const std::string_view query = without_tail(statement.sql);
    const std::string name = free_name(query, taken);
    return fmt::format("WITH {}({}) AS ({}\n) SELECT {} FROM {}", name, column_list(columns, "c"),
                       query, column_list(columns, "+c"), name);
}

std::string limit0_probe(const client::Statement& statement) {
    if (!is_query(statement)) return {};
    return fmt::format("SELECT * FROM ({}\n) LIMIT 0", without_tail(statement.sql));
}

}  // namespace dqlite::odbc
