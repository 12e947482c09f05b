#include "tests/driver/catalog/database.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "client/statement.h"
#include "wire/rows.h"

namespace dqlite::odbc::test {

namespace {

using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

wire::Value value_of(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_INTEGER:
            return wire::Value::integer(sqlite3_column_int64(statement, column));
        case SQLITE_TEXT:
            return wire::Value::text(
                reinterpret_cast<const char*>(sqlite3_column_text(statement, column)));
        case SQLITE_NULL:
            return wire::Value::null();
        default:
            throw std::runtime_error{"a catalogue query gave a real or a blob"};
    }
}

tl::unexpected<client::Error> server_error(sqlite3* db) {
    client::Error error;
    error.kind = client::ErrorKind::server;
    error.code = static_cast<std::uint64_t>(sqlite3_extended_errcode(db));
    error.message = sqlite3_errmsg(db);
    return client::fail(std::move(error));
}

/// What a session makes of the text: one statement that reads.
void expect_read(const std::string& sql, std::size_t parameters) {
    const auto statement = client::parse_one_statement(sql);
    ASSERT_TRUE(statement) << sql;
    EXPECT_EQ(statement->verb, client::Verb::select) << sql;
    EXPECT_TRUE(statement->returns_rows) << sql;
    EXPECT_FALSE(statement->writes) << sql;
    EXPECT_FALSE(statement->makes_session_state) << sql;
    EXPECT_EQ(statement->parameters, parameters) << sql;
}

std::string text_of(const wire::Value& value) {
    if (value.is_null()) return "NULL";
    return value.holds_integer() ? std::to_string(value.as_integer())
                                 : std::string{value.as_bytes()};
}

}  // namespace

Database::Database(const std::string& schema) {
    sqlite3* db = nullptr;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) throw std::runtime_error{"sqlite3_open"};
    db_.reset(db);
    execute(schema);
}

void Database::execute(const std::string& sql) {
    if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw std::runtime_error{sqlite3_errmsg(db_.get())};
}

RunQuery Database::sender() {
    return [this](const std::string& sql, const std::vector<Argument>& parameters) {
        return query(sql, parameters);
    };
}

client::Result<std::unique_ptr<client::RowStream>> Database::query(
    const std::string& sql, const std::vector<Argument>& parameters) {
    ++requests_;
    expect_read(sql, parameters.size());
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int prepared = sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &raw, &tail);
    const Statement statement{raw, &sqlite3_finalize};
    if (prepared != SQLITE_OK) return server_error(db_.get());
    EXPECT_STREQ(tail, "");
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (parameters[i])
            sqlite3_bind_text(raw, static_cast<int>(i) + 1, parameters[i]->c_str(), -1,
                              SQLITE_TRANSIENT);
    }

    const int columns = sqlite3_column_count(raw);
    std::vector<std::string_view> names;
    for (int i = 0; i < columns; ++i) {
        names.emplace_back(sqlite3_column_name(raw, i));
        // A server misreads NULLs of columns that are declared as dates or booleans.
        EXPECT_EQ(sqlite3_column_decltype(raw, i), nullptr) << names.back();
    }
    wire::RowsWriter writer{names};
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(raw)) == SQLITE_ROW) {
        std::vector<wire::Value> row;
        for (int i = 0; i < columns; ++i) row.push_back(value_of(raw, i));
        writer.row(row);
    }
    if (step != SQLITE_DONE) return server_error(db_.get());
    return client::RowStream::from_frame(writer.finish());
}

Lines Database::rows(const CatalogQuery& query) {
    return lines_of(query, sender());
}

Lines lines_of(const CatalogQuery& query, const RunQuery& send) {
    EXPECT_EQ(entry(query.state).code, "00000") << query.message;
    if (query.state != SqlState::s00000) return {"(refused)"};
    auto result = run(query, send);
    if (!result) return {"(failed) " + result.error().message};
    client::RowStream& stream = **result;
    EXPECT_EQ(stream.column_count(), query.columns.size());
    for (std::size_t i = 0; i < query.columns.size() && i < stream.column_count(); ++i)
        EXPECT_EQ(stream.column_names()[i], query.columns[i].name);

    Lines lines;
    while (stream.next() == client::RowStream::Step::row) {
        std::string& line = lines.emplace_back();
        for (std::size_t i = 0; i < stream.row().size(); ++i) {
            const auto& value = stream.row()[i];
            EXPECT_FALSE(value.is_null() && query.columns[i].nullable == SQL_NO_NULLS) << i;
            if (i != 0) line += '|';
            line += text_of(value);
        }
    }
    return lines;
}

Lines cut(const Lines& lines, const std::vector<std::size_t>& wanted) {
    Lines result;
    for (const std::string& line : lines) {
        std::vector<std::string> fields{""};
        for (char c : line) {
            if (c == '|') {
                fields.emplace_back();
            } else {
                fields.back() += c;
            }
        }
        std::string& kept = result.emplace_back();
        for (std::size_t number : wanted) {
            if (!kept.empty()) kept += '|';
            kept += fields.at(number - 1);
        }
    }
    return result;
}

}  // namespace dqlite::odbc::test
