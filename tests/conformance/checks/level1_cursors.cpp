// Level 1: the features of cursors, 103 and 107.
#include <array>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

// ------------------------------------------------------------------------- 103: scrollable cursors

struct Step {
    SQLSMALLINT orientation;
    SQLLEN offset;
    int first;  ///< id of the first row of the rowset; 0: SQL_NO_DATA
};

/// Ten rows, rowsets of three: the positions of SQLFetchScroll's page.
void scroll(const Target& target, std::initializer_list<Step> steps) {
    const Session session{target};
    const Table table{session, "la_scroll", id_and_name};
    table.number(10);
    const Statement statement{session};
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 3);
    std::array<SQLINTEGER, 3> ids{};
    statement.bind(1, SQL_C_SLONG, ids.data(), 0, nullptr);
    statement.direct("SELECT id FROM la_scroll ORDER BY id");
    int number = 0;
    for (const auto& [orientation, offset, first] : steps) {
        const auto what = "step " + std::to_string(++number);
        const auto r = SQLFetchScroll(statement.raw(), orientation, offset);
        if (first == 0) {
            expect_equal(r, SQL_NO_DATA, what);
        } else {
            statement.handle().ok(r, what);
            expect_equal(ids[0], first, what);
        }
    }
}

void scroll_next_prior(const Target& target) {
    scroll(target, {{SQL_FETCH_NEXT, 0, 1},
                    {SQL_FETCH_NEXT, 0, 4},
                    {SQL_FETCH_PRIOR, 0, 1},
                    {SQL_FETCH_PRIOR, 0, 0},
                    {SQL_FETCH_NEXT, 0, 1}});
}

void scroll_first_last(const Target& target) {
    scroll(target, {{SQL_FETCH_LAST, 0, 8},
                    {SQL_FETCH_NEXT, 0, 0},
                    {SQL_FETCH_PRIOR, 0, 8},
                    {SQL_FETCH_FIRST, 0, 1}});
}

void scroll_absolute(const Target& target) {
    scroll(target, {{SQL_FETCH_ABSOLUTE, 5, 5},
                    {SQL_FETCH_ABSOLUTE, -1, 10},
                    {SQL_FETCH_ABSOLUTE, -4, 7},
                    {SQL_FETCH_ABSOLUTE, 11, 0},
                    {SQL_FETCH_ABSOLUTE, 0, 0},
                    {SQL_FETCH_ABSOLUTE, 1, 1}});
}

void scroll_relative(const Target& target) {
    scroll(target, {{SQL_FETCH_NEXT, 0, 1},
                    {SQL_FETCH_RELATIVE, 2, 3},
                    {SQL_FETCH_RELATIVE, 3, 6},
                    {SQL_FETCH_RELATIVE, -2, 4},
                    {SQL_FETCH_RELATIVE, 0, 4},
                    {SQL_FETCH_RELATIVE, 20, 0},
                    {SQL_FETCH_RELATIVE, -1, 10}});
}

void scrollable_attribute(const Target& target) {
    const Session session{target};
    const Table table{session, "la_able", id_and_name};
    table.number(3);
    const Statement statement{session};
    statement.set(SQL_ATTR_CURSOR_SCROLLABLE, SQL_SCROLLABLE);
    expect(statement.get(SQL_ATTR_CURSOR_TYPE) != SQL_CURSOR_FORWARD_ONLY,
           "scrollable, and the cursor is forward-only");
    statement.direct("SELECT id FROM la_able ORDER BY id");
    statement.handle().ok(SQLFetchScroll(statement.raw(), SQL_FETCH_LAST, 0), "SQL_FETCH_LAST");
    expect_equal(statement.value(1), "3", "the last row");
}

void static_cursor_is_static(const Target& target) {
    const Session session{target};
    const Table table{session, "la_static", id_and_name};
    table.number(3);
    const Statement statement{session};
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    statement.direct("SELECT id FROM la_static ORDER BY id");
    statement.fetch();
    session.run("DELETE FROM la_static WHERE id = 2");
    statement.fetch();
    expect_equal(statement.value(1), "2", "a row deleted since");
}

void row_number(const Target& target) {
    const Session session{target};
    const Table table{session, "la_number", id_and_name};
    table.number(5);
    const Statement statement{session};
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    statement.direct("SELECT id FROM la_number ORDER BY id");
    statement.handle().ok(SQLFetchScroll(statement.raw(), SQL_FETCH_ABSOLUTE, 4), "ABSOLUTE 4");
    expect_equal(static_cast<SQLLEN>(statement.get(SQL_ATTR_ROW_NUMBER)), 4, "SQL_ATTR_ROW_NUMBER");
}

void extended_fetch(const Target& target) {
    const Session session{target};
    const Table table{session, "la_extended", id_and_name};
    table.number(5);
    const Statement statement{session};
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    statement.set(SQL_ROWSET_SIZE, 2);
    std::array<SQLINTEGER, 2> ids{};
    std::array<SQLUSMALLINT, 2> statuses{};
    SQLULEN fetched = 0;
    statement.bind(1, SQL_C_SLONG, ids.data(), 0, nullptr);
    statement.direct("SELECT id FROM la_extended ORDER BY id");
    statement.handle().ok(
        SQLExtendedFetch(statement.raw(), SQL_FETCH_ABSOLUTE, 3, &fetched, statuses.data()),
        "SQLExtendedFetch");
    expect_equal(static_cast<SQLLEN>(fetched), 2, "rows");
    expect_equal(ids[1], 4, "the second row");
    expect_equal(statuses[1], SQL_ROW_SUCCESS, "its status");
}

// ------------------------------------------------------------------------- 107: SQLSetPos

void set_pos(const Target& target, SQLUSMALLINT operation) {
    const Session session{target};
    const auto bit = operation == SQL_POSITION ? SQL_CA1_POS_POSITION : SQL_CA1_POS_REFRESH;
    if ((session.info(SQL_STATIC_CURSOR_ATTRIBUTES1) & static_cast<SQLUINTEGER>(bit)) == 0) {
        refuse("not claimed");
    }
    const Table table{session, "la_setpos", id_and_name};
    table.number(3);
    const Statement statement{session};
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, 3);
    std::array<SQLINTEGER, 3> ids{};
    statement.bind(1, SQL_C_SLONG, ids.data(), 0, nullptr);
    statement.direct("SELECT id, name FROM la_setpos ORDER BY id");
    statement.fetch();
    ids[1] = 0;
    statement.handle().ok(SQLSetPos(statement.raw(), 2, operation, SQL_LOCK_NO_CHANGE),
                          "SQLSetPos");
    if (operation == SQL_REFRESH) return expect_equal(ids[1], 2, "the buffer, refreshed");
    expect_equal(statement.value(2), "row 2", "the row it is on");
}

const Register checks{"level1",
                      {{"103.next-prior", "NEXT and PRIOR, and the ends", scroll_next_prior},
                       {"103.first-last", "FIRST and LAST", scroll_first_last},
                       {"103.absolute", "ABSOLUTE, from either end", scroll_absolute},
                       {"103.relative", "RELATIVE, and from past the ends", scroll_relative},
                       {"103.scrollable", "SQL_ATTR_CURSOR_SCROLLABLE", scrollable_attribute},
                       {"103.static", "a static cursor keeps its rows", static_cursor_is_static},
                       {"103.row-number", "SQL_ATTR_ROW_NUMBER", row_number},
                       {"103.extended-fetch", "SQLExtendedFetch", extended_fetch},
                       {"107.position", "SQLSetPos(SQL_POSITION)",
                        [](const Target& target) { set_pos(target, SQL_POSITION); }},
                       {"107.refresh", "SQLSetPos(SQL_REFRESH)",
                        [](const Target& target) { set_pos(target, SQL_REFRESH); }}}};

}  // namespace
}  // namespace conformance
