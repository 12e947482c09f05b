// What tests/bench/instructions counts: `serve` is a scripted server that replays rows, `fetch`
// reads them through unixODBC. Two programs, so that only one of them is counted.
#include <array>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <sql.h>
#include <sqlext.h>

#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::bench {
namespace {

constexpr std::size_t columns = 5;
constexpr std::size_t rowset = 1000;
constexpr std::size_t frame_size = 4096;  // about what a server puts into one

const std::string short_text = "twenty bytes of text";
const std::string long_text(100, 'x');
const std::string blob(16, '\x7f');

// ------------------------------------------------------------------------------------ the server

/// The five values of every row, by what the first column is called in the query.
using Row = std::array<wire::Value, columns>;
Row row_of(std::string_view shape) {
    const auto integer = wire::Value::integer(1'234'567);
    const auto real = wire::Value::real(0.5);
    const auto text = wire::Value::text(short_text);
    if (shape == "integer") return {integer, integer, integer, integer, integer};
    if (shape == "real") return {real, real, real, real, real};
    if (shape == "text") return {text, text, text, text, text};
    return {integer, real, text, wire::Value::text(long_text), wire::Value::blob(blob)};
}

std::string query_of(std::string_view shape, std::string_view rows) {
    return "SELECT 1 AS " + std::string{shape} + ", 2 AS b, 3 AS c, 4 AS d, 5 AS e LIMIT " +
           std::string{rows};
}

wire::Buffer rows_frame(std::span<const std::string_view> names, std::span<const wire::Value> row,
                        std::size_t count, bool last) {
    wire::RowsWriter writer{names};
    for (std::size_t i = 0; i < count; ++i) writer.row(row);
    return writer.finish(last);
}

void replay(test::FakePeer& peer, const std::string& sql) {
    const auto start = sql.find(" AS ") + 4;
    const std::string shape = sql.substr(start, sql.find(',') - start);
    const std::array<std::string_view, columns> names{shape, "b", "c", "d", "e"};
    const Row row = row_of(shape);
    const std::size_t one = rows_frame(names, row, 1, false).size();
    const std::size_t at_a_time = frame_size / (rows_frame(names, row, 2, false).size() - one);
    const wire::Buffer part = rows_frame(names, row, at_a_time, false);
    auto left = std::stoul(sql.substr(sql.rfind(' ')));
    for (; left > at_a_time; left -= at_a_time) peer.send(part);
    peer.send(rows_frame(names, row, left, true));
}

/// Version 1 of an empty schema, as the driver asks for it: the version alone, or all of it.
void answer_schema(test::FakePeer& peer, bool whole) {
    constexpr std::array<std::string_view, 7> names{
        "temporary", "schema_version", "type", "name", "tbl_name", "sql", "place"};
    const std::array<wire::Value, 7> all{wire::Value::integer(0), wire::Value::integer(1)};
    const std::array<wire::Value, 2> version{wire::Value::integer(1), wire::Value::integer(0)};
    peer.send(whole ? rows_frame(names, all, 1, true)
                    : rows_frame(std::span{names}.first(2), version, 1, true));
}

void serve() {
    const test::FakeServer server{
        test::FakeServer::node([](test::FakePeer& peer, const test::FakeRequest& request) {
            if (!request.is(wire::RequestType::query_sql)) return false;
            const std::string sql = request.sql();
            if (sql.find("pragma_schema_version") != std::string::npos) {
                answer_schema(peer, sql.find("AS temporary") != std::string::npos);
            } else {
                replay(peer, sql);
            }
            return true;
        })};
    std::cout << server.address() << std::endl;
    std::cin.get();  // until the script closes it
}

// ------------------------------------------------------------------------------------ the client

void check(SQLRETURN result, SQLSMALLINT kind, SQLHANDLE handle) {
    if (SQL_SUCCEEDED(result)) return;
    SQLCHAR state[6] = {};
    SQLCHAR text[512] = {};
    SQLGetDiagRec(kind, handle, 1, state, nullptr, text, sizeof text, nullptr);
    throw std::runtime_error{std::string{reinterpret_cast<const char*>(state)} + " " +
                             reinterpret_cast<const char*>(text)};
}

SQLCHAR* text_of(const std::string& text) {
    return reinterpret_cast<SQLCHAR*>(const_cast<char*>(text.c_str()));
}

/// What is fetched: the rows' shape, and the C type of each column.
struct Kind {
    std::string_view name;
    std::string_view shape;
    std::array<SQLSMALLINT, columns> types;
};
template <SQLSMALLINT type>
constexpr std::array<SQLSMALLINT, columns> all_of{type, type, type, type, type};
constexpr std::array kinds{
    Kind{"SBIGINT", "integer", all_of<SQL_C_SBIGINT>},
    Kind{"DOUBLE", "real", all_of<SQL_C_DOUBLE>},
    Kind{"CHAR", "text", all_of<SQL_C_CHAR>},
    Kind{"WCHAR", "text", all_of<SQL_C_WCHAR>},
    Kind{"mixed", "mixed", {SQL_C_SBIGINT, SQL_C_DOUBLE, SQL_C_CHAR, SQL_C_CHAR, SQL_C_BINARY}},
};

const Kind& kind_named(std::string_view name) {
    for (const auto& kind : kinds) {
        if (kind.name == name) return kind;
    }
    throw std::runtime_error{"no such kind"};
}

/// Room for one rowset of one column.
struct Column {
    static constexpr std::size_t cell = 208;
    std::vector<char> data = std::vector<char>(rowset * cell);
    std::vector<SQLLEN> lengths = std::vector<SQLLEN>(rowset);
};

void fetch(const std::string& connection, const Kind& kind, bool in_blocks, const char* rows) {
    SQLHENV environment = nullptr;
    SQLHDBC link = nullptr;
    SQLHSTMT statement = nullptr;
    const auto must = [&](SQLRETURN r) { check(r, SQL_HANDLE_STMT, statement); };
    check(SQLAllocHandle(SQL_HANDLE_ENV, nullptr, &environment), SQL_HANDLE_ENV, nullptr);
    check(SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION,
                        reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3_80), 0),
          SQL_HANDLE_ENV, environment);
    check(SQLAllocHandle(SQL_HANDLE_DBC, environment, &link), SQL_HANDLE_ENV, environment);
    check(SQLDriverConnect(link, nullptr, text_of(connection), SQL_NTS, nullptr, 0, nullptr,
                           SQL_DRIVER_NOPROMPT),
          SQL_HANDLE_DBC, link);
    check(SQLAllocHandle(SQL_HANDLE_STMT, link, &statement), SQL_HANDLE_DBC, link);

    std::array<Column, columns> cells;
    SQLULEN fetched = 1;
    if (in_blocks) {
        must(SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE,
                            reinterpret_cast<SQLPOINTER>(rowset), 0));
        must(SQLSetStmtAttr(statement, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0));
        for (std::size_t i = 0; i < columns; ++i) {
            must(SQLBindCol(statement, static_cast<SQLUSMALLINT>(i + 1), kind.types[i],
                            cells[i].data.data(), Column::cell, cells[i].lengths.data()));
        }
    }
    must(SQLExecDirect(statement, text_of(query_of(kind.shape, rows)), SQL_NTS));
    std::size_t total = 0;
    SQLRETURN result = SQLFetch(statement);
    for (; result != SQL_NO_DATA; result = SQLFetch(statement)) {
        must(result);
        total += fetched;
        if (in_blocks) continue;
        for (std::size_t i = 0; i < columns; ++i) {
            must(SQLGetData(statement, static_cast<SQLUSMALLINT>(i + 1), kind.types[i],
                            cells[i].data.data(), Column::cell, cells[i].lengths.data()));
        }
    }
    if (std::to_string(total) != rows) throw std::runtime_error{"not all rows came"};
    SQLFreeHandle(SQL_HANDLE_STMT, statement);
    SQLDisconnect(link);
    SQLFreeHandle(SQL_HANDLE_DBC, link);
    SQLFreeHandle(SQL_HANDLE_ENV, environment);
}

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() == 1 && arguments[0] == "serve") {
        serve();
    } else if (arguments.size() == 5 && arguments[0] == "fetch") {
        fetch(arguments[1], kind_named(arguments[2]), arguments[3] == "blocks",
              arguments[4].c_str());
    } else {
        std::cerr << "usage: fetch-program serve\n"
                     "       fetch-program fetch CONNECTION KIND blocks|cells ROWS\n";
        return 2;
    }
    return 0;
}

}  // namespace
}  // namespace dqlite::bench

int main(int argc, char** argv) {
    try {
        return dqlite::bench::run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << "fetch-program: " << error.what() << '\n';
        return 1;
    }
}
