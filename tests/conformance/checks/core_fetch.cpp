// Core: results, forward, one row or many at a time, whole values and in parts.
#include <array>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

void bound_columns(const Target& target) {
    const Session session{target};
    const Table table{session, "cf_fetch", id_and_name};
    table.fill({"1, 'one'", "2, NULL"});
    const Statement statement{session};
    SQLINTEGER id = 0;
    std::array<char, 10> name{};
    std::array<SQLLEN, 2> indicators{};
    statement.bind(1, SQL_C_SLONG, &id, sizeof id, &indicators[0]);
    statement.bind(2, SQL_C_CHAR, name.data(), name.size(), &indicators[1]);
    statement.direct("SELECT id, name FROM cf_fetch ORDER BY id");
    statement.fetch();
    expect_equal(id, 1, "first id");
    expect_equal(name.data(), "one", "first name");
    expect_equal(indicators[1], 3, "length of the name");
    statement.fetch();
    expect_equal(indicators[1], SQL_NULL_DATA, "indicator of NULL");
    expect_equal(SQLFetch(statement.raw()), SQL_NO_DATA, "SQLFetch at the end");
}

void rowset(const Target& target) {
    const Session session{target};
    const Table table{session, "cf_rowset", id_and_name};
    table.number(5);
    const Statement statement{session};
    std::array<SQLINTEGER, 3> ids{};
    std::array<SQLUSMALLINT, 3> statuses{};
    SQLULEN fetched = 0;
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, ids.size());
    statement.set(SQL_ATTR_ROW_STATUS_PTR, statuses.data());
    statement.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched);
    statement.bind(1, SQL_C_SLONG, ids.data(), 0, nullptr);
    statement.direct("SELECT id FROM cf_rowset ORDER BY id");
    statement.fetch();
    expect_equal(static_cast<SQLLEN>(fetched), 3, "rows of the first rowset");
    expect_equal(ids[2], 3, "its last id");
    statement.fetch();
    expect_equal(static_cast<SQLLEN>(fetched), 2, "rows of the second rowset");
    expect_equal(statuses[1], SQL_ROW_SUCCESS, "status of a row that is there");
    expect_equal(statuses[2], SQL_ROW_NOROW, "status of a row that is not");
}

void pieces(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 'abcdefghij' AS letters");
    statement.fetch();
    std::array<char, 5> piece{};
    SQLLEN length = 0;
    const auto read = [&] {
        return SQLGetData(statement.raw(), 1, SQL_C_CHAR, piece.data(), piece.size(), &length);
    };
    statement.handle().warns(read(), "01004", "the first piece");
    expect_equal(piece.data(), "abcd", "the first piece");
    expect_equal(length, 10, "length before the first piece");
    statement.handle().warns(read(), "01004", "the second piece");
    expect_equal(length, 6, "length before the second piece");
    statement.handle().ok(read(), "the last piece");
    expect_equal(piece.data(), "ij", "the last piece");
    expect_equal(read(), SQL_NO_DATA, "after the last piece");
}

const Register checks{
    "core",
    {{"fetch.bound", "SQLBindCol and SQLFetch, NULL by its indicator", bound_columns},
     {"fetch.rowset", "rowsets with status array and count", rowset},
     {"get-data.pieces", "SQLGetData in parts, with the length that is left", pieces}}};

}  // namespace
}  // namespace conformance
