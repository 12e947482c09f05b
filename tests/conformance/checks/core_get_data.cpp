// Core: SQLGetData in parts, for every type that has parts; rowsets by rows and with an offset; and
// what SQL_GETDATA_EXTENSIONS claims beyond.
#include <array>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

void binary_pieces(const Target& target) {
    const Session session{target};
    const Table table{session, "cg_binary", "data {blob}"};
    table.fill({"{x:0001020304050607}"});
    const Statement statement{session};
    statement.direct("SELECT data FROM cg_binary");
    statement.fetch();
    std::array<unsigned char, 5> piece{};
    SQLLEN length = 0;
    const auto read = [&] {
        return SQLGetData(statement.raw(), 1, SQL_C_BINARY, piece.data(), piece.size(), &length);
    };
    statement.handle().warns(read(), "01004", "the first piece");
    expect_equal(length, 8, "length before the first piece");
    expect_equal(piece[4], 4, "its last byte");
    statement.handle().ok(read(), "the last piece");
    expect_equal(length, 3, "length before the last piece");
    expect_equal(piece[2], 7, "the last byte");
    expect_equal(read(), SQL_NO_DATA, "after the last piece");
}

void wide_pieces(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 'abcdefgh' AS v");
    statement.fetch();
    std::array<SQLWCHAR, 6> piece{};
    SQLLEN length = 0;
    const auto read = [&] {
        return SQLGetData(statement.raw(), 1, SQL_C_WCHAR, piece.data(), sizeof piece, &length);
    };
    statement.handle().warns(read(), "01004", "the first piece");
    expect_equal(length, 8 * SQLLEN{sizeof(SQLWCHAR)}, "bytes before the first piece");
    expect_equal(narrow(piece.data(), 5), "abcde", "the first piece");
    statement.handle().ok(read(), "the last piece");
    expect_equal(narrow(piece.data(), 3), "fgh", "the last piece");
}

void length_first(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 'abcdefgh' AS v");
    statement.fetch();
    SQLLEN length = 0;
    std::array<char, 20> value{};
    statement.handle().warns(SQLGetData(statement.raw(), 1, SQL_C_CHAR, value.data(), 0, &length),
                             "01004", "into no bytes");
    expect_equal(length, 8, "length told");
    statement.handle().ok(
        SQLGetData(statement.raw(), 1, SQL_C_CHAR, value.data(), value.size(), &length),
        "the whole after that");
    expect_equal(value.data(), "abcdefgh", "the whole after that");
}

void empty_text(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT '' AS v");
    statement.fetch();
    SQLLEN length = -9;
    std::array<char, 5> value{"full"};
    const auto read = [&] {
        return SQLGetData(statement.raw(), 1, SQL_C_CHAR, value.data(), value.size(), &length);
    };
    expect_equal(read(), SQL_SUCCESS, "an empty text");
    expect_equal(length, 0, "its length");
    expect_equal(value.data(), "", "its text");
    expect_equal(read(), SQL_NO_DATA, "once more");
}

void null_value(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT CAST(NULL AS VARCHAR(5)) AS v");
    statement.fetch();
    SQLLEN length = 0;
    std::array<char, 5> value{};
    statement.handle().ok(
        SQLGetData(statement.raw(), 1, SQL_C_CHAR, value.data(), value.size(), &length), "NULL");
    expect_equal(length, SQL_NULL_DATA, "its indicator");
}

void fixed_value_twice(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 12 AS v");
    statement.fetch();
    SQLINTEGER value = 0;
    const auto read = [&] {
        return SQLGetData(statement.raw(), 1, SQL_C_SLONG, &value, 0, nullptr);
    };
    statement.handle().ok(read(), "a fixed value");
    expect_equal(value, 12, "the value");
    expect_equal(read(), SQL_NO_DATA, "once more");
}

void any_order(const Target& target) {
    const Session session{target};
    constexpr auto needed = SQL_GD_ANY_ORDER | SQL_GD_ANY_COLUMN;
    if ((session.info(SQL_GETDATA_EXTENSIONS) & needed) != needed) refuse("not claimed");
    const Statement statement{session};
    statement.direct("SELECT 'a' AS a, 'b' AS b, 'c' AS c");
    statement.fetch();
    expect_equal(statement.value(3), "c", "column 3");
    expect_equal(statement.value(1), "a", "column 1 after 3");
    expect_equal(statement.value(2), "b", "column 2 after 1");
}

void bound_column(const Target& target) {
    const Session session{target};
    if ((session.info(SQL_GETDATA_EXTENSIONS) & SQL_GD_BOUND) == 0) refuse("not claimed");
    const Statement statement{session};
    std::array<char, 3> small{};
    SQLLEN length = 0;
    statement.bind(1, SQL_C_CHAR, small.data(), small.size(), &length);
    statement.direct("SELECT 'abcdef' AS v");
    statement.handle().warns(SQLFetch(statement.raw()), "01004", "SQLFetch");
    expect_equal(length, 6, "length of the cut value");
    expect_equal(statement.value(1), "abcdef", "the bound column by SQLGetData");
}

void block_cursor(const Target& target) {
    const Session session{target};
    if ((session.info(SQL_GETDATA_EXTENSIONS) & SQL_GD_BLOCK) == 0) refuse("not claimed");
    const Table table{session, "cg_block", id_and_name};
    table.number(3);
    const Statement statement{session};
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 3);
    statement.direct("SELECT id, name FROM cg_block ORDER BY id");
    statement.fetch();
    statement.handle().ok(SQLSetPos(statement.raw(), 2, SQL_POSITION, SQL_LOCK_NO_CHANGE),
                          "SQLSetPos");
    expect_equal(statement.value(2), "row 2", "the second row of the rowset");
}

struct Row {
    SQLINTEGER id;
    std::array<char, 12> name;
    SQLLEN length;
};

void row_wise(const Target& target) {
    const Session session{target};
    const Table table{session, "cg_rows", id_and_name};
    table.number(3);
    const Statement statement{session};
    std::array<Row, 3> rows{};
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, rows.size());
    statement.set(SQL_ATTR_ROW_BIND_TYPE, sizeof(Row));
    statement.bind(1, SQL_C_SLONG, &rows[0].id, 0, nullptr);
    statement.bind(2, SQL_C_CHAR, rows[0].name.data(), rows[0].name.size(), &rows[0].length);
    statement.direct("SELECT id, name FROM cg_rows ORDER BY id");
    statement.fetch();
    expect_equal(rows[2].id, 3, "id of the third row");
    expect_equal(rows[1].name.data(), "row 2", "name of the second row");
    expect_equal(rows[1].length, 5, "length of the second name");
}

void bind_offset(const Target& target) {
    const Session session{target};
    const Table table{session, "cg_offset", id_and_name};
    table.number(2);
    const Statement statement{session};
    std::array<Row, 2> rows{};
    SQLULEN offset = 0;
    statement.set(SQL_ATTR_ROW_BIND_OFFSET_PTR, &offset);
    statement.bind(1, SQL_C_SLONG, &rows[0].id, 0, nullptr);
    statement.bind(2, SQL_C_CHAR, rows[0].name.data(), rows[0].name.size(), &rows[0].length);
    statement.direct("SELECT id, name FROM cg_offset ORDER BY id");
    statement.fetch();
    offset = sizeof(Row);
    statement.fetch();
    expect_equal(rows[0].id, 1, "where the first row went");
    expect_equal(rows[1].id, 2, "where the second row went");
    expect_equal(rows[1].name.data(), "row 2", "where its name went");
}

void fetch_scroll_next(const Target& target) {
    const Session session{target};
    const Table table{session, "cg_next", id_and_name};
    table.number(2);
    const Statement statement{session};
    statement.direct("SELECT id FROM cg_next ORDER BY id");
    for (int i = 1; i <= 2; ++i) {
        statement.handle().ok(SQLFetchScroll(statement.raw(), SQL_FETCH_NEXT, 0), "SQL_FETCH_NEXT");
        expect_equal(statement.value(1), std::to_string(i), "the row");
    }
    expect_equal(SQLFetchScroll(statement.raw(), SQL_FETCH_NEXT, 0), SQL_NO_DATA, "at the end");
}

void forward_only_refuses(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 1");
    statement.handle().fails(SQLFetchScroll(statement.raw(), SQL_FETCH_FIRST, 0), "HY106",
                             "SQL_FETCH_FIRST on a forward-only cursor");
}

void long_values(const Target& target) {
    const Session session{target};
    const Table table{session, "cg_long", "name TEXT"};
    const std::string long_text(300'000, 'x');
    const Statement statement{session};
    statement.bind_parameter(1, SQL_C_CHAR, SQL_LONGVARCHAR, long_text.size(), 0, long_text.data(),
                             long_text.size(), nullptr);
    statement.direct("INSERT INTO cg_long VALUES (?)");
    expect(session.scalar("SELECT name FROM cg_long") == long_text, "another text came back");
}

const Register checks{
    "core",
    {{"get-data.binary", "binary values in parts", binary_pieces},
     {"get-data.wide", "wide texts in parts, lengths in bytes", wide_pieces},
     {"get-data.length-first", "the length by a buffer of no bytes", length_first},
     {"get-data.empty", "an empty text once, then SQL_NO_DATA", empty_text},
     {"get-data.null", "NULL by its indicator", null_value},
     {"get-data.fixed", "a fixed value once, then SQL_NO_DATA", fixed_value_twice},
     {"get-data.any-order", "SQL_GD_ANY_ORDER and SQL_GD_ANY_COLUMN", any_order},
     {"get-data.bound", "SQL_GD_BOUND", bound_column},
     {"get-data.block", "SQL_GD_BLOCK", block_cursor},
     {"get-data.long", "a text of 300,000 letters there and back", long_values},
     {"fetch.row-wise", "rowsets by rows", row_wise},
     {"fetch.offset", "SQL_ATTR_ROW_BIND_OFFSET_PTR", bind_offset},
     {"fetch.scroll-next", "SQLFetchScroll(SQL_FETCH_NEXT)", fetch_scroll_next},
     {"fetch.HY106", "a forward-only cursor goes forward only", forward_only_refuses}}};

}  // namespace
}  // namespace conformance
