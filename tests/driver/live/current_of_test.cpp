// UPDATE and DELETE … WHERE CURRENT OF, and the names of cursors.
#include "tests/driver/live/cursor_fixture.h"

namespace dqlite::test {
namespace {

class CurrentOf : public OverCursors {
  protected:
    static SQLRETURN name(OdbcStatement& statement, std::string text) {
        return SQLSetCursorName(statement.handle(), reinterpret_cast<SQLCHAR*>(text.data()),
                                SQL_NTS);
    }
};
DQLITE_ON_EACH_GENERATION(CurrentOf);

TEST_P(CurrentOf, ChangesTheRowUnderTheCursor) {
    OdbcStatement cursor{connection()};
    OdbcStatement change{connection()};
    Block block;
    ASSERT_EQ(name(cursor, "over_t"), SQL_SUCCESS);
    open(cursor, block);
    ASSERT_EQ(set_pos(cursor, 2, SQL_POSITION), SQL_SUCCESS);
    ASSERT_EQ(change.direct("UPDATE t SET words='zwei' WHERE CURRENT OF over_t"), SQL_SUCCESS)
        << change.message();
    EXPECT_EQ(change.row_count(), 1);
    EXPECT_EQ(words_of(2), "zwei");
    EXPECT_EQ(cursor.text(2), "zwei") << "the cursor sees it";
    ASSERT_EQ(set_pos(cursor, 4, SQL_POSITION), SQL_SUCCESS);
    ASSERT_EQ(change.direct("delete from main.t where current of \"OVER_T\" -- gone"), SQL_SUCCESS)
        << change.message();
    EXPECT_EQ(words_of(4), "(no row)");
    EXPECT_EQ(change.direct("DELETE FROM t WHERE CURRENT OF over_t"), SQL_ERROR);
    EXPECT_EQ(change.state(), "24000") << "the row has been deleted";
    ASSERT_EQ(scroll(cursor, SQL_FETCH_FIRST), SQL_SUCCESS);
    EXPECT_EQ(block.status[3], SQL_ROW_DELETED);
    EXPECT_EQ(block.words(1), "zwei");
}

TEST_P(CurrentOf, TakesParametersAndIsPrepared) {
    for (const std::string text : {"UPDATE t SET words=? || words || ? WHERE CURRENT OF c",
                                   "UPDATE t SET words=?1 || words || ?2 WHERE CURRENT OF c",
                                   "UPDATE t SET words=:a || words || :b WHERE CURRENT OF c"}) {
        OdbcStatement cursor{connection()};
        OdbcStatement change{connection()};
        ASSERT_EQ(name(cursor, "c"), SQL_SUCCESS);
        make_updatable(cursor, SQL_CURSOR_FORWARD_ONLY);
        ASSERT_EQ(cursor.direct("SELECT words FROM t WHERE id > 3 ORDER BY id"), SQL_SUCCESS);
        ASSERT_EQ(change.prepare(text), SQL_SUCCESS) << change.message();
        SQLSMALLINT parameters = 0;
        ASSERT_EQ(SQLNumParams(change.handle(), &parameters), SQL_SUCCESS);
        EXPECT_EQ(parameters, 2);
        std::array<char, 2> before{"<"};
        std::array<char, 2> after{">"};
        SQLLEN length = SQL_NTS;
        ASSERT_EQ(SQLBindParameter(change.handle(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 8,
                                   0, before.data(), 2, &length),
                  SQL_SUCCESS);
        ASSERT_EQ(SQLBindParameter(change.handle(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 8,
                                   0, after.data(), 2, &length),
                  SQL_SUCCESS);
        while (cursor.fetch() == SQL_SUCCESS) {
            ASSERT_EQ(change.execute(), SQL_SUCCESS) << change.message();
        }
    }
    EXPECT_EQ(query("SELECT words FROM t ORDER BY id"),
              (Rows{{"one"}, {"two"}, {"three"}, {"<<<four>>>"}, {"<<<five>>>"}}));
}

TEST_P(CurrentOf, RefusesARowThatSomebodyChanged) {
    OdbcStatement cursor{connection()};
    OdbcStatement change{connection()};
    Block block;
    ASSERT_EQ(name(cursor, "c"), SQL_SUCCESS);
    open(cursor, block);
    run("UPDATE t SET words='uno' WHERE id=1");
    EXPECT_EQ(change.direct("DELETE FROM t WHERE CURRENT OF c"), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(change.state(), "01001");
    EXPECT_EQ(change.row_count(), 0);
    EXPECT_EQ(words_of(1), "uno");
}

TEST_P(CurrentOf, TellsWhatIsWrongWithTheCursor) {
    OdbcStatement cursor{connection()};
    OdbcStatement change{connection()};
    const std::string text = "UPDATE t SET words='x' WHERE CURRENT OF c";
    EXPECT_EQ(change.direct(text), SQL_ERROR);
    EXPECT_EQ(change.state(), "34000") << "nobody has that name";
    ASSERT_EQ(name(cursor, "c"), SQL_SUCCESS);
    EXPECT_EQ(change.prepare(text), SQL_ERROR);
    EXPECT_EQ(change.state(), "34000") << "it is not open";
    make_updatable(cursor);
    ASSERT_EQ(cursor.direct("SELECT id FROM t ORDER BY id"), SQL_SUCCESS);
    EXPECT_EQ(change.direct(text), SQL_ERROR);
    EXPECT_EQ(change.state(), "24000") << "before the start";
    ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
    run("CREATE TABLE other(words)");
    EXPECT_EQ(change.direct("UPDATE other SET words='x' WHERE CURRENT OF c"), SQL_ERROR);
    EXPECT_EQ(change.state(), "42000") << "another table";
    EXPECT_EQ(change.direct("UPDATE temp.t SET words='x' WHERE CURRENT OF c"), SQL_ERROR);
    EXPECT_EQ(change.state(), "42000") << "another schema";
    EXPECT_EQ(change.direct("UPDATE t SET missing='x' WHERE CURRENT OF c"), SQL_ERROR);
    EXPECT_EQ(change.state(), "42S22") << change.message();
    while (cursor.fetch() == SQL_SUCCESS) continue;
    EXPECT_EQ(change.direct(text), SQL_ERROR);
    EXPECT_EQ(change.state(), "24000") << "after the end";
    ASSERT_EQ(cursor.close(), SQL_SUCCESS);
    ASSERT_EQ(cursor.set(SQL_ATTR_CONCURRENCY, SQLULEN{SQL_CONCUR_READ_ONLY}), SQL_SUCCESS);
    ASSERT_EQ(cursor.direct("SELECT id FROM t"), SQL_SUCCESS);
    ASSERT_EQ(cursor.fetch(), SQL_SUCCESS);
    EXPECT_EQ(change.direct(text), SQL_ERROR);
    EXPECT_EQ(change.state(), "42000") << "read-only";
    EXPECT_EQ(query("SELECT count(*) FROM t WHERE words='x'"), (Rows{{"0"}}));
}

TEST_P(CurrentOf, FindsCursorsByTheNameTheyWereGiven) {
    OdbcStatement cursor{connection()};
    OdbcStatement change{connection()};
    Block block;
    open(cursor, block);
    std::array<SQLCHAR, 64> given{};
    SQLSMALLINT length = 0;
    ASSERT_EQ(SQLGetCursorName(cursor.handle(), given.data(), 64, &length), SQL_SUCCESS);
    const std::string text{reinterpret_cast<const char*>(given.data())};
    EXPECT_TRUE(text.starts_with("SQL_CUR")) << text;
    ASSERT_EQ(change.direct("DELETE FROM t WHERE CURRENT OF " + text), SQL_SUCCESS)
        << change.message();
    EXPECT_EQ(words_of(1), "(no row)");
    OdbcStatement other{connection()};
    EXPECT_EQ(name(other, text), SQL_ERROR);
    EXPECT_EQ(other.state(), "34000") << "such names are the driver's";
}

}  // namespace
}  // namespace dqlite::test
