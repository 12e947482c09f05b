// SQLSetPos on updatable cursors: UPDATE, DELETE, ADD, REFRESH, row by row and by rowset.
#include "tests/driver/live/cursor_fixture.h"

namespace dqlite::test {
namespace {

class SetPos : public OverCursors {};
DQLITE_ON_EACH_GENERATION(SetPos);

TEST_P(SetPos, UpdatesTheRowFromItsBuffers) {
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    block.put(1, "deux");
    block.number_length[1] = SQL_COLUMN_IGNORE;
    ASSERT_EQ(set_pos(cursor, 2, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.status[1], SQL_ROW_UPDATED);
    EXPECT_EQ(block.status[0], SQL_ROW_SUCCESS);
    EXPECT_EQ(cursor.row_count(), 1);
    EXPECT_EQ(cursor.text(2), "deux") << "SQLGetData of the updated row";
    EXPECT_EQ(words_of(2), "deux");
    // SQL_SS_UPDATES: it is there when the cursor comes back.
    ASSERT_EQ(scroll(cursor, SQL_FETCH_NEXT), SQL_SUCCESS);
    ASSERT_EQ(scroll(cursor, SQL_FETCH_FIRST), SQL_SUCCESS);
    EXPECT_EQ(block.words(1), "deux");
    EXPECT_EQ(block.status[1], SQL_ROW_SUCCESS);
}

TEST_P(SetPos, UpdatesTheKeyAndFindsTheRowAgain) {
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    block.put(0, 100, "hundred");
    ASSERT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(words_of(100), "hundred");
    block.put(0, 100, "again");
    ASSERT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(words_of(100), "again");
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"5"}}));
}

TEST_P(SetPos, DeletesTheRowAndLeavesAHole) {
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    ASSERT_EQ(set_pos(cursor, 3, SQL_DELETE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.status[2], SQL_ROW_DELETED);
    EXPECT_EQ(query("SELECT id FROM t"), (Rows{{"1"}, {"2"}, {"4"}, {"5"}}));
    SQLLEN length = 0;
    std::int64_t number = 0;
    EXPECT_EQ(SQLGetData(cursor.handle(), 1, SQL_C_SBIGINT, &number, 0, &length), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY109");
    for (const int operation : {SQL_UPDATE, SQL_DELETE, SQL_REFRESH}) {
        EXPECT_EQ(set_pos(cursor, 3, static_cast<SQLUSMALLINT>(operation)), SQL_ERROR) << operation;
        EXPECT_EQ(cursor.state(), "HY109") << operation;
    }
    EXPECT_EQ(set_pos(cursor, 3, SQL_POSITION), SQL_SUCCESS);
    // Deletions have no effect on cursor movements.
    ASSERT_EQ(scroll(cursor, SQL_FETCH_FIRST), SQL_SUCCESS);
    EXPECT_EQ(block.fetched, 4U);
    EXPECT_EQ(block.status, (std::array<SQLUSMALLINT, 4>{SQL_ROW_SUCCESS, SQL_ROW_SUCCESS,
                                                         SQL_ROW_DELETED, SQL_ROW_SUCCESS}));
    EXPECT_EQ(block.number[3], 4);
    EXPECT_EQ(block.words(3), "four");
}

TEST_P(SetPos, AddsARowThatTheCursorThenShows) {
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    block.put(0, 77, "added");
    ASSERT_EQ(set_pos(cursor, 1, SQL_ADD), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.status[0], SQL_ROW_ADDED);
    EXPECT_EQ(words_of(77), "added");
    ASSERT_EQ(scroll(cursor, SQL_FETCH_LAST), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(block.number[3], 77);
    EXPECT_EQ(block.words(3), "added");
    // It can be changed like the others.
    block.put(3, 77, "changed");
    ASSERT_EQ(set_pos(cursor, 4, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(words_of(77), "changed");
}

TEST_P(SetPos, ChangesAWholeRowsetButForIgnoredRows) {
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    std::array<SQLUSMALLINT, 4> wanted{SQL_ROW_PROCEED, SQL_ROW_IGNORE, SQL_ROW_PROCEED,
                                       SQL_ROW_PROCEED};
    ASSERT_EQ(cursor.set(SQL_ATTR_ROW_OPERATION_PTR, wanted.data()), SQL_SUCCESS);
    for (std::size_t i = 0; i < 4; ++i) block.put(i, "all");
    ASSERT_EQ(set_pos(cursor, 0, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(cursor.row_count(), 3);
    EXPECT_EQ(block.status, (std::array<SQLUSMALLINT, 4>{SQL_ROW_UPDATED, SQL_ROW_SUCCESS,
                                                         SQL_ROW_UPDATED, SQL_ROW_UPDATED}));
    EXPECT_EQ(query("SELECT words FROM t ORDER BY id"),
              (Rows{{"all"}, {"two"}, {"all"}, {"all"}, {"five"}}));
    ASSERT_EQ(set_pos(cursor, 0, SQL_DELETE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(query("SELECT words FROM t ORDER BY id"), (Rows{{"two"}, {"five"}}));
}

TEST_P(SetPos, ToldWhichRowsOfARowsetFailed) {
    run("CREATE UNIQUE INDEX u ON t(words)");
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    block.put(0, "five");  // taken
    block.put(1, "zwei");
    ASSERT_EQ(set_pos(cursor, 0, SQL_UPDATE), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(cursor.state(), "23000");
    SQLLEN row = 0;
    ASSERT_EQ(SQLGetDiagField(SQL_HANDLE_STMT, cursor.handle(), 1, SQL_DIAG_ROW_NUMBER, &row,
                              SQL_IS_INTEGER, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(row, 1);
    EXPECT_EQ(block.status[0], SQL_ROW_ERROR);
    EXPECT_EQ(block.status[1], SQL_ROW_UPDATED);
    EXPECT_EQ(cursor.row_count(), 3);
    EXPECT_EQ(words_of(2), "zwei");
    block.put(0, "five");
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_ERROR) << "a single row";
    EXPECT_EQ(cursor.state(), "23000");
}

TEST_P(SetPos, RefusesARowThatSomebodyChanged) {
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    run("UPDATE t SET words='TWO' WHERE id=2");
    run("DELETE FROM t WHERE id=3");
    block.put(1, "lost");
    EXPECT_EQ(set_pos(cursor, 2, SQL_UPDATE), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(cursor.state(), "01001");
    EXPECT_EQ(block.status[1], SQL_ROW_ERROR);
    EXPECT_EQ(set_pos(cursor, 2, SQL_DELETE), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(cursor.state(), "01001");
    EXPECT_EQ(words_of(2), "TWO");
    // A refresh reads the row again: now it can be changed.
    ASSERT_EQ(set_pos(cursor, 2, SQL_REFRESH), SQL_SUCCESS);
    EXPECT_EQ(block.words(1), "TWO");
    block.put(1, "mine");
    EXPECT_EQ(set_pos(cursor, 2, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(words_of(2), "mine");
    EXPECT_EQ(set_pos(cursor, 3, SQL_REFRESH), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY109");
    EXPECT_EQ(block.status[2], SQL_ROW_DELETED);
}

TEST_P(SetPos, NoticesAChangeOfCaseUnderACollationWithoutOne) {
    run("CREATE TABLE c(id INTEGER PRIMARY KEY, words TEXT COLLATE NOCASE)");
    run("INSERT INTO c VALUES (1,'abc')");
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block, "SELECT id, words FROM c", 1);
    run("UPDATE c SET words='ABC'");
    block.put(0, "x");
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(cursor.state(), "01001");
}

TEST_P(SetPos, WorksOnForwardOnlyCursorsWhileTheirRowsStream) {
    run("WITH RECURSIVE n(i) AS (VALUES (6) UNION ALL SELECT i+1 FROM n WHERE i<5000) "
        "INSERT INTO t SELECT i, 'words of ' || i FROM n");
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block, "SELECT id, words FROM t ORDER BY id", 4, SQL_CURSOR_FORWARD_ONLY);
    std::int64_t rows = 0;
    SQLRETURN r = SQL_SUCCESS;
    do {
        for (std::size_t i = 0; i < block.fetched; ++i) ++rows;
        if (block.number[0] % 100 != 1) continue;
        block.put(1, "changed");
        ASSERT_EQ(set_pos(cursor, 2, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
        ASSERT_EQ(cursor.text(2), "changed");
        ASSERT_EQ(set_pos(cursor, 3, SQL_DELETE), SQL_SUCCESS) << cursor.message();
        ASSERT_EQ(block.status[2], SQL_ROW_DELETED);
    } while ((r = cursor.fetch()) == SQL_SUCCESS);
    EXPECT_EQ(r, SQL_NO_DATA) << cursor.message();
    EXPECT_EQ(rows, 5000);
    EXPECT_EQ(query("SELECT count(*), sum(words='changed') FROM t"), (Rows{{"4950", "50"}}));
}

TEST_P(SetPos, PutsColumnsAtExecution) {
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    block.number_length.fill(SQL_COLUMN_IGNORE);
    block.text_length = {SQL_LEN_DATA_AT_EXEC(0), SQL_COLUMN_IGNORE, SQL_DATA_AT_EXEC, SQL_NTS};
    block.text[3] = {"plain"};
    // Row 2 has nothing to store: 21S02, and the others are stored.
    ASSERT_EQ(set_pos(cursor, 0, SQL_UPDATE), SQL_NEED_DATA) << cursor.message();
    SQLPOINTER token = nullptr;
    ASSERT_EQ(SQLParamData(cursor.handle(), &token), SQL_NEED_DATA);
    EXPECT_EQ(token, block.text[0].data());
    const std::string half(40'000, 'a');
    for (int piece = 0; piece < 2; ++piece) {
        std::string bytes = half;
        ASSERT_EQ(SQLPutData(cursor.handle(), bytes.data(), 40'000), SQL_SUCCESS);
    }
    ASSERT_EQ(SQLParamData(cursor.handle(), &token), SQL_NEED_DATA);
    EXPECT_EQ(token, block.text[2].data());
    ASSERT_EQ(SQLPutData(cursor.handle(), nullptr, SQL_NULL_DATA), SQL_SUCCESS);
    EXPECT_EQ(SQLParamData(cursor.handle(), &token), SQL_SUCCESS_WITH_INFO) << cursor.message();
    EXPECT_EQ(cursor.state(), "21S02");
    EXPECT_EQ(query("SELECT coalesce(length(words),'null') FROM t ORDER BY id"),
              (Rows{{"80000"}, {"3"}, {"null"}, {"5"}, {"4"}}));
    EXPECT_EQ(block.status, (std::array<SQLUSMALLINT, 4>{SQL_ROW_UPDATED, SQL_ROW_ERROR,
                                                         SQL_ROW_UPDATED, SQL_ROW_UPDATED}));
}

TEST_P(SetPos, CancelsWhatWaitsForData) {
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    block.text_length[0] = SQL_DATA_AT_EXEC;
    ASSERT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_NEED_DATA);
    EXPECT_EQ(cursor.fetch(), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY010");
    ASSERT_EQ(SQLCancel(cursor.handle()), SQL_SUCCESS);
    EXPECT_EQ(words_of(1), "one");
    EXPECT_EQ(set_pos(cursor, 2, SQL_DELETE), SQL_SUCCESS) << "the position is kept";
    EXPECT_EQ(words_of(2), "(no row)");
}

TEST_P(SetPos, TellsWhatIsWrongWithACall) {
    OdbcStatement cursor{connection()};
    Block block;
    make_updatable(cursor);
    bind(cursor, block);
    ASSERT_EQ(cursor.direct("SELECT id, words, id*2 FROM t ORDER BY id"), SQL_SUCCESS);
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "24000") << "nothing is fetched";
    ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
    EXPECT_EQ(set_pos(cursor, 5, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY107");
    EXPECT_EQ(set_pos(cursor, 0, SQL_POSITION), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY109");
    EXPECT_EQ(SQLSetPos(cursor.handle(), 1, SQL_UPDATE, SQL_LOCK_EXCLUSIVE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HYC00");
    block.number_length[0] = SQL_COLUMN_IGNORE;
    block.text_length[0] = SQL_COLUMN_IGNORE;
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "21S02");
    block.text_length[0] = -7;
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "HY090");
    block.text_length[0] = SQL_NTS;
    SQLLEN length = 0;
    std::array<char, 8> spare{};
    ASSERT_EQ(SQLBindCol(cursor.handle(), 4, SQL_C_CHAR, spare.data(), 8, &length), SQL_SUCCESS);
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "07009");
    ASSERT_EQ(SQLBindCol(cursor.handle(), 4, SQL_C_CHAR, nullptr, 0, nullptr), SQL_SUCCESS);
    // An expression is bound: it is left out.
    std::array<std::int64_t, 4> twice{};
    ASSERT_EQ(SQLBindCol(cursor.handle(), 3, SQL_C_SBIGINT, twice.data(), 0, nullptr), SQL_SUCCESS);
    block.put(0, "uno");
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(words_of(1), "uno");
    while (cursor.fetch() == SQL_SUCCESS) continue;
    EXPECT_EQ(set_pos(cursor, 1, SQL_DELETE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "24000") << "behind the end";
}

TEST_P(SetPos, ConvertsAsAppendixDHasIt) {
    run("CREATE TABLE d(id INTEGER PRIMARY KEY, name VARCHAR(3), at DATE)");
    run("INSERT INTO d VALUES (1,'abc','2024-02-29')");
    OdbcStatement cursor{connection()};
    make_updatable(cursor);
    std::array<char, 16> name{"abcd"};
    SQL_DATE_STRUCT date{2023, 2, 29};
    SQLLEN name_length = SQL_NTS;
    SQLLEN date_length = SQL_COLUMN_IGNORE;
    ASSERT_EQ(cursor.direct("SELECT name, at FROM d"), SQL_SUCCESS);
    ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(cursor.handle(), 1, SQL_C_CHAR, name.data(), 16, &name_length),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(cursor.handle(), 2, SQL_C_TYPE_DATE, &date, 0, &date_length), SQL_SUCCESS);
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "22001");
    SQLLEN column = 0;
    ASSERT_EQ(SQLGetDiagField(SQL_HANDLE_STMT, cursor.handle(), 1, SQL_DIAG_COLUMN_NUMBER, &column,
                              SQL_IS_INTEGER, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(static_cast<SQLINTEGER>(column), 1);
    name_length = SQL_COLUMN_IGNORE;
    date_length = 0;
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "22007");
    date.day = 28;
    EXPECT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(query("SELECT name, at, typeof(at) FROM d"), (Rows{{"abc", "2023-02-28", "text"}}));
}

TEST_P(SetPos, IsPartOfTheTransaction) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    block.put(0, "undone");
    ASSERT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    ASSERT_EQ(set_pos(cursor, 0, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    ASSERT_EQ(set_pos(cursor, 2, SQL_DELETE), SQL_SUCCESS) << cursor.message();
    ASSERT_EQ(connection().rollback(), SQL_SUCCESS);
    EXPECT_EQ(words_of(1), "one");
    EXPECT_EQ(words_of(2), "two");
    // The cursor outlives the transaction (SQL_CB_PRESERVE).
    ASSERT_EQ(scroll(cursor, SQL_FETCH_NEXT), SQL_SUCCESS) << cursor.message();
    block.put(0, "kept");
    ASSERT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
    EXPECT_EQ(words_of(5), "kept");
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
}

TEST_P(SetPos, KnowsTablesByWhateverTheirKeyIs) {
    run("CREATE TABLE plain(a INT, b TEXT)");
    run("CREATE TABLE hides(rowid TEXT, b TEXT)");
    run("CREATE TABLE pair(a INT, b TEXT, c INT, PRIMARY KEY(c, a)) WITHOUT ROWID");
    for (const std::string table : {"plain", "hides", "pair(a,b,c)"}) {
        const bool three = table.starts_with("pair");
        run("INSERT INTO " + table +
            (three ? " VALUES (1,'x',9),(2,'y',9)" : " VALUES (1,'x'),(2,'y')"));
    }
    for (const std::string query_text :
         {"SELECT a, b FROM plain ORDER BY a", "SELECT rowid, b FROM hides ORDER BY 1",
          "SELECT a, b FROM pair AS \"p q\" WHERE c=9 ORDER BY a"}) {
        OdbcStatement cursor{connection()};
        Block block;
        make_updatable(cursor);
        bind(cursor, block, 2);
        ASSERT_EQ(cursor.direct(query_text), SQL_SUCCESS) << query_text << cursor.message();
        ASSERT_EQ(cursor.fetch(), SQL_SUCCESS) << cursor.message();
        block.put(0, "changed");
        ASSERT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS) << query_text << cursor.message();
        ASSERT_EQ(set_pos(cursor, 2, SQL_DELETE), SQL_SUCCESS) << query_text << cursor.message();
        ASSERT_EQ(cursor.close(), SQL_SUCCESS);
        EXPECT_EQ(query(query_text), (Rows{{"1", "changed"}})) << query_text;
    }
}

TEST_P(SetPos, RespectsTriggersAndGeneratedColumns) {
    run("CREATE TABLE g(id INTEGER PRIMARY KEY, words TEXT, loud TEXT AS (upper(words)))");
    run("INSERT INTO g(id, words) VALUES (1,'one'),(2,'two'),(3,'three')");
    run("CREATE TRIGGER keep BEFORE UPDATE ON g WHEN old.id=2 BEGIN SELECT RAISE(IGNORE); END");
    run("CREATE TRIGGER never BEFORE DELETE ON g WHEN old.id=3 "
        "BEGIN SELECT RAISE(ABORT, 'not that one'); END");
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block, "SELECT id, words, loud FROM g ORDER BY id", 3);
    SQLLEN updatable = -1;
    ASSERT_EQ(
        SQLColAttribute(cursor.handle(), 2, SQL_DESC_UPDATABLE, nullptr, 0, nullptr, &updatable),
        SQL_SUCCESS);
    EXPECT_EQ(updatable, SQL_ATTR_WRITE);
    ASSERT_EQ(
        SQLColAttribute(cursor.handle(), 3, SQL_DESC_UPDATABLE, nullptr, 0, nullptr, &updatable),
        SQL_SUCCESS);
    EXPECT_EQ(updatable, SQL_ATTR_READONLY);
    block.put(0, "uno");
    block.put(1, "due");
    ASSERT_EQ(set_pos(cursor, 1, SQL_UPDATE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(cursor.text(3), "UNO") << "what follows from the change is read again";
    EXPECT_EQ(set_pos(cursor, 2, SQL_UPDATE), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(cursor.state(), "01001");
    EXPECT_EQ(set_pos(cursor, 3, SQL_DELETE), SQL_ERROR);
    EXPECT_EQ(cursor.state(), "23000");
    EXPECT_NE(cursor.message().find("not that one"), std::string::npos);
    EXPECT_EQ(query("SELECT words FROM g ORDER BY id"), (Rows{{"uno"}, {"two"}, {"three"}}));
}

TEST_P(SetPos, RollsARowsetBackWhereATriggerDoes) {
    run("CREATE TRIGGER all_gone BEFORE UPDATE ON t WHEN old.id=3 "
        "BEGIN SELECT RAISE(ROLLBACK, 'all'); END");
    OdbcStatement cursor{connection()};
    Block block;
    open(cursor, block);
    for (std::size_t i = 0; i < 4; ++i) block.put(i, "new");
    EXPECT_EQ(set_pos(cursor, 0, SQL_UPDATE), SQL_ERROR);
    EXPECT_EQ(block.status, (std::array<SQLUSMALLINT, 4>{SQL_ROW_ERROR, SQL_ROW_ERROR,
                                                         SQL_ROW_ERROR, SQL_ROW_ERROR}));
    EXPECT_EQ(query("SELECT count(*) FROM t WHERE words='new'"), (Rows{{"0"}}));
}

// ------------------------------------------------------------------------ which are updatable

TEST_P(SetPos, WhatIsNotAPlainTableIsReadOnly) {
    run("CREATE VIEW v AS SELECT id, words FROM t");
    run("CREATE TABLE u(x)");
    for (const std::string sql :
         {"SELECT id, words FROM v", "SELECT DISTINCT id, words FROM t",
          "SELECT id, max(words) FROM t", "SELECT id, count(*) FROM t GROUP BY id",
          "SELECT id, words FROM t UNION SELECT 9, 'nine'", "SELECT t.id, t.words FROM t, t AS o",
          "SELECT t.id, t.words FROM t JOIN t AS o", "SELECT 1, 'one'",
          "WITH w AS (SELECT * FROM t) SELECT id, words FROM w", "VALUES (1, 'one')",
          "SELECT id, words FROM (SELECT * FROM t)", "SELECT value, type FROM json_each('[1]')",
          "SELECT id, row_number() OVER () FROM t"}) {
        OdbcStatement cursor{connection()};
        make_updatable(cursor);
        EXPECT_EQ(cursor.direct(sql), SQL_SUCCESS_WITH_INFO) << sql << cursor.message();
        EXPECT_EQ(cursor.state(), "01S02") << sql;
        SQLULEN concurrency = 0;
        ASSERT_EQ(SQLGetStmtAttr(cursor.handle(), SQL_ATTR_CONCURRENCY, &concurrency, 0, nullptr),
                  SQL_SUCCESS);
        EXPECT_EQ(concurrency, SQLULEN{SQL_CONCUR_READ_ONLY}) << sql;
        SQLLEN updatable = -1;
        ASSERT_EQ(SQLColAttribute(cursor.handle(), 1, SQL_DESC_UPDATABLE, nullptr, 0, nullptr,
                                  &updatable),
                  SQL_SUCCESS);
        EXPECT_EQ(updatable, SQL_ATTR_READONLY) << sql;
        ASSERT_EQ(cursor.fetch(), SQL_SUCCESS) << sql;
        EXPECT_EQ(set_pos(cursor, 1, SQL_DELETE), SQL_ERROR) << sql;
        EXPECT_EQ(cursor.state(), "HY092") << sql;
        ASSERT_EQ(cursor.close(), SQL_SUCCESS);
        ASSERT_EQ(SQLGetStmtAttr(cursor.handle(), SQL_ATTR_CONCURRENCY, &concurrency, 0, nullptr),
                  SQL_SUCCESS);
        EXPECT_EQ(concurrency, SQLULEN{SQL_CONCUR_VALUES}) << "until the cursor is closed";
    }
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"5"}}));
}

TEST_P(SetPos, OtherFormsOfAPlainTableAreUpdatable) {
    for (const std::string sql :
         {"SELECT * FROM t ORDER BY id", "SELECT id, words FROM main.t WHERE id > 0 ORDER BY 1",
          "select x.id, x.words, (select max(words) from t) from t x -- why\n order by x.id",
          "SELECT ALL id, words, min(id, 7) FROM \"t\" AS [x] ORDER BY id LIMIT 4 OFFSET 0;",
          "SELECT words AS id, id AS words FROM t ORDER BY t.id"}) {
        OdbcStatement cursor{connection()};
        make_updatable(cursor);
        ASSERT_EQ(cursor.direct(sql), SQL_SUCCESS) << sql << cursor.message();
        ASSERT_EQ(cursor.fetch(), SQL_SUCCESS) << sql << cursor.message();
        SQLSMALLINT columns = 0;
        ASSERT_EQ(SQLNumResultCols(cursor.handle(), &columns), SQL_SUCCESS);
        EXPECT_LE(columns, 3) << "the key is not shown";
        EXPECT_EQ(set_pos(cursor, 1, SQL_DELETE), SQL_SUCCESS) << sql << cursor.message();
    }
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"0"}}));
}

TEST_P(SetPos, AReadOnlyCursorRefusesChanges) {
    OdbcStatement cursor{connection()};
    ASSERT_EQ(cursor.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    ASSERT_EQ(cursor.direct("SELECT id, words FROM t"), SQL_SUCCESS);
    ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
    for (const int operation : {SQL_UPDATE, SQL_DELETE, SQL_ADD}) {
        EXPECT_EQ(set_pos(cursor, 1, static_cast<SQLUSMALLINT>(operation)), SQL_ERROR);
        EXPECT_EQ(cursor.state(), "HY092");
    }
    EXPECT_EQ(set_pos(cursor, 1, SQL_REFRESH), SQL_SUCCESS);
}

TEST_P(SetPos, LockingAndVersionsBecomeComparedValues) {
    OdbcStatement cursor{connection()};
    for (const SQLULEN asked : {SQLULEN{SQL_CONCUR_LOCK}, SQLULEN{SQL_CONCUR_ROWVER}}) {
        EXPECT_EQ(cursor.set(SQL_ATTR_CONCURRENCY, asked), SQL_SUCCESS_WITH_INFO);
        EXPECT_EQ(cursor.state(), "01S02");
        SQLULEN now = 0;
        ASSERT_EQ(SQLGetStmtAttr(cursor.handle(), SQL_ATTR_CONCURRENCY, &now, 0, nullptr),
                  SQL_SUCCESS);
        EXPECT_EQ(now, SQLULEN{SQL_CONCUR_VALUES});
    }
}

TEST_P(SetPos, APreparedStatementIsUpdatableEachTime) {
    OdbcStatement cursor{connection()};
    make_updatable(cursor);
    ASSERT_EQ(cursor.prepare("SELECT id, words FROM t WHERE id > ? ORDER BY id"), SQL_SUCCESS);
    std::int64_t above = 1;
    ASSERT_EQ(SQLBindParameter(cursor.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0,
                               &above, 0, nullptr),
              SQL_SUCCESS);
    for (above = 1; above <= 3; above += 2) {
        ASSERT_EQ(cursor.execute(), SQL_SUCCESS) << cursor.message();
        ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
        ASSERT_EQ(set_pos(cursor, 1, SQL_DELETE), SQL_SUCCESS) << cursor.message();
        ASSERT_EQ(cursor.close(), SQL_SUCCESS);
    }
    EXPECT_EQ(query("SELECT id FROM t"), (Rows{{"1"}, {"3"}, {"5"}}));
}

TEST_P(SetPos, AChangedSchemaIsLookedAtAgain) {
    OdbcStatement cursor{connection()};
    make_updatable(cursor);
    ASSERT_EQ(cursor.prepare("SELECT * FROM t ORDER BY id"), SQL_SUCCESS);
    ASSERT_EQ(cursor.execute(), SQL_SUCCESS);
    ASSERT_EQ(cursor.close(), SQL_SUCCESS);
    run("ALTER TABLE t ADD COLUMN more TEXT DEFAULT 'x'");
    ASSERT_EQ(cursor.execute(), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(cursor.columns(), 3);
    ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
    EXPECT_EQ(cursor.text(3), "x");
    EXPECT_EQ(set_pos(cursor, 1, SQL_DELETE), SQL_SUCCESS) << cursor.message();
    EXPECT_EQ(words_of(1), "(no row)");
}

}  // namespace
}  // namespace dqlite::test
