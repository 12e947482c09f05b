// A schema in a local database and in a mirror made of its rows, as a server would send them.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "client/statement.h"
#include "driver/describe/describer.h"
#include "driver/describe/mirror_database.h"

namespace dqlite::odbc::testing {

/// Rows as text, each value with its storage class: "integer:1", "null:".
using Rows = std::vector<std::vector<std::string>>;

class LocalDatabase {
  public:
    LocalDatabase() {
        sqlite3* database = nullptr;
        if (sqlite3_open(":memory:", &database) != SQLITE_OK) throw std::runtime_error{"open"};
        database_.reset(database);
    }

    void run(const std::string& sql) {
        char* message = nullptr;
        if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
            const std::string text = message == nullptr ? "" : message;
            sqlite3_free(message);
            throw std::runtime_error{sql + ": " + text};
        }
    }

    /// Runs `sql` with its parameters bound to `parameters` in order.
    Rows rows(const std::string& sql, const std::vector<std::int64_t>& parameters = {}) {
        const auto statement = prepare(sql);
        int index = 0;
        for (const std::int64_t value : parameters) {
            sqlite3_bind_int64(statement.get(), ++index, value);
        }
        Rows rows;
        int code = sqlite3_step(statement.get());
        for (; code == SQLITE_ROW; code = sqlite3_step(statement.get())) {
            std::vector<std::string> row;
            for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
                row.push_back(value(statement.get(), i));
            }
            rows.push_back(std::move(row));
        }
        if (code != SQLITE_DONE) {
            throw std::runtime_error{sql + ": " + sqlite3_errmsg(database_.get())};
        }
        return rows;
    }

    /// The declared types of the columns of `sql`: what decides how a dqlite server sends them.
    std::vector<std::string> declared_types(const std::string& sql) {
        const auto statement = prepare(sql);
        std::vector<std::string> types;
        for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
            const char* const type = sqlite3_column_decltype(statement.get(), i);
            types.emplace_back(type == nullptr ? "" : type);
        }
        return types;
    }

    std::vector<std::string> column_names(const std::string& sql) {
        const auto statement = prepare(sql);
        std::vector<std::string> names;
        for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
            names.emplace_back(sqlite3_column_name(statement.get(), i));
        }
        return names;
    }

    Schema schema() {
        Schema schema;
        schema.main = schema_rows("main.sqlite_schema");
        schema.temp = schema_rows("sqlite_temp_schema");
        return schema;
    }

  private:
    struct Closer {
        void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    using Prepared = std::unique_ptr<sqlite3_stmt, Closer>;

    Prepared prepare(const std::string& sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr) !=
            SQLITE_OK) {
            throw std::runtime_error{sql + ": " + sqlite3_errmsg(database_.get())};
        }
        return Prepared{statement};
    }

    static std::string value(sqlite3_stmt* statement, int column) {
        static constexpr const char* classes[] = {
            "", "integer:", "real:", "text:", "blob:", "null:"};
        const int type = sqlite3_column_type(statement, column);
        if (type == SQLITE_FLOAT) {
            return fmt::format("real:{}", sqlite3_column_double(statement, column));
        }
        const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        return classes[type] + (bytes == nullptr ? std::string{} : std::string{bytes, size});
    }

    std::vector<SchemaRow> schema_rows(const std::string& table) {
        const auto text = [](const std::string& value) {
            return value.substr(value.find(':') + 1);
        };
        std::vector<SchemaRow> result;
        for (const auto& row : rows("SELECT type,name,tbl_name,sql FROM " + table +
                                    " WHERE sql IS NOT NULL ORDER BY rowid")) {
            result.push_back({text(row[0]), text(row[1]), text(row[2]), text(row[3])});
        }
        return result;
    }

    std::unique_ptr<sqlite3, Closer> database_;
};

inline client::Statement statement(std::string_view sql) {
    auto parsed = client::parse_one_statement(sql);
    if (!parsed) throw std::runtime_error{std::string{sql} + ": " + parsed.error().message};
    return *std::move(parsed);
}

inline Description describe(MirrorDatabase* mirror, std::string_view sql,
                            const TypeOptions& options = {}) {
    return describe_statement(statement(sql), mirror, options);
}

}  // namespace dqlite::odbc::testing
