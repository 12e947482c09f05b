#include "driver/handle/row_change.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace dqlite::odbc {
namespace {

RowChange finished(client::Verb verb, std::string sql, std::vector<wire::Value> values) {
    RowChange change;
    change.statement.sql = std::move(sql);
    change.statement.verb = verb;
    change.statement.writes = true;
    change.statement.parameters = static_cast<std::uint32_t>(values.size());
    change.values = std::move(values);
    return change;
}

/// The WHERE clause; what it compares with goes behind `values`.
std::string where(const KeyedQuery& query, std::span<const wire::Value> row,
                  std::vector<wire::Value>& values) {
    std::string text;
    const auto compare = [&](std::string_view column, std::string_view how,
                             const wire::Value& value) {
        values.push_back(value);
        text += fmt::format("{}{}{}?{}", text.empty() ? " WHERE " : " AND ", column, how,
                            values.size());
    };
    const auto key = key_of(query, row);
    for (std::size_t i = 0; i < key.size(); ++i) compare(query.key[i].name, "=", key[i]);
    for (std::size_t i = 0; i < query.columns.size(); ++i) {
        // A column's own collation may take another value for the same.
        const auto& base = query.columns[i].base;
        const bool in_key = std::any_of(query.key.begin(), query.key.end(),
                                        [&](const auto& part) { return part.column == base; });
        if (base.empty() || in_key || !query.is_first(i)) continue;
        compare(base, " COLLATE BINARY IS ", row[i]);
    }
    return text;
}

}  // namespace

std::span<const wire::Value> key_of(const KeyedQuery& query,
                                    std::span<const wire::Value> row) noexcept {
    return row.subspan(query.columns.size(), query.key.size());
}

std::vector<wire::Value> new_key(const KeyedQuery& query, std::span<const ColumnValue> set,
                                 std::span<const wire::Value> row) {
    std::vector<wire::Value> key;
    for (std::size_t i = 0; i < query.key.size(); ++i) {
        const auto& column = query.key[i].column;
        const auto given = std::find_if(set.begin(), set.end(), [&](const ColumnValue& value) {
            return !column.empty() && query.columns[value.column].base == column;
        });
        if (given != set.end()) {
            key.push_back(given->value);
        } else if (!row.empty()) {
            key.push_back(key_of(query, row)[i]);
        } else {
            return {};
        }
    }
    return key;
}

RowChange update_row(const KeyedQuery& query, std::span<const ColumnValue> set,
                     std::span<const wire::Value> row) {
    std::string sql = fmt::format("UPDATE {} SET ", query.table);
    std::vector<wire::Value> values;
    for (const auto& [column, value] : set) {
        values.push_back(value);
        sql += fmt::format("{}{}=?{}", values.size() == 1 ? "" : ",", query.columns[column].base,
                           values.size());
    }
    sql += where(query, row, values);
    return finished(client::Verb::update, std::move(sql), std::move(values));
}

RowChange delete_row(const KeyedQuery& query, std::span<const wire::Value> row) {
    std::vector<wire::Value> values;
    std::string sql = fmt::format("DELETE FROM {}", query.table) + where(query, row, values);
    return finished(client::Verb::delete_, std::move(sql), std::move(values));
}

RowChange insert_row(const KeyedQuery& query, std::span<const ColumnValue> values) {
    std::string columns;
    std::string markers;
    std::vector<wire::Value> row;
    for (const auto& [column, value] : values) {
        const std::string_view comma = row.empty() ? "" : ",";
        columns.append(comma).append(query.columns[column].base);
        markers.append(comma).append("?");
        row.push_back(value);
    }
    std::string sql =
        row.empty() ? fmt::format("INSERT INTO {} DEFAULT VALUES", query.table)
                    : fmt::format("INSERT INTO {} ({}) VALUES ({})", query.table, columns, markers);
    return finished(client::Verb::insert, std::move(sql), std::move(row));
}

RowChange at_row(const KeyedQuery& query, const client::Statement& positioned,
                 std::string_view text, std::span<const wire::Value> parameters,
                 std::span<const wire::Value> row) {
    std::vector<wire::Value> values{parameters.begin(), parameters.end()};
    std::string sql = std::string{text} + '\n' + where(query, row, values);
    RowChange change{positioned, {}};
    change.statement.sql = std::move(sql);
    change.statement.parameters = static_cast<std::uint32_t>(values.size());
    change.values = std::move(values);
    return change;
}

}  // namespace dqlite::odbc
