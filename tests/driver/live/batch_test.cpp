// Batches: several statements in one text, behind AllowMultiStatements.
#include <cstring>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Batches : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        batches_ = std::make_unique<OdbcConnection>(
            connection_string(node().address(), "AllowMultiStatements=1;"));
        ASSERT_TRUE(batches_->ok());
        run("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
    }
    void TearDown() override {
        batches_.reset();
        OnOneNode::TearDown();
    }
    [[nodiscard]] OdbcConnection& batches() { return *batches_; }

  private:
    std::unique_ptr<OdbcConnection> batches_;
};
DQLITE_ON_EACH_GENERATION(Batches);

SQLUINTEGER info(const OdbcConnection& connection, SQLUSMALLINT type) {
    SQLUINTEGER value = 0;
    EXPECT_EQ(SQLGetInfo(connection.handle(), type, &value, sizeof value, nullptr), SQL_SUCCESS);
    return value;
}

void bind(const OdbcStatement& statement, SQLUSMALLINT number, std::int64_t& value) {
    ASSERT_EQ(SQLBindParameter(statement.handle(), number, SQL_PARAM_INPUT, SQL_C_SBIGINT,
                               SQL_BIGINT, 0, 0, &value, 0, nullptr),
              SQL_SUCCESS);
}

TEST_P(Batches, AreToldOnlyWhereTheyAreTaken) {
    EXPECT_EQ(connection().info_text(SQL_MULT_RESULT_SETS), "N");
    EXPECT_EQ(info(connection(), SQL_BATCH_SUPPORT), 0U);
    EXPECT_EQ(info(connection(), SQL_BATCH_ROW_COUNT), 0U);
    EXPECT_EQ(batches().info_text(SQL_MULT_RESULT_SETS), "Y");
    EXPECT_EQ(info(batches(), SQL_BATCH_SUPPORT),
              SQLUINTEGER{SQL_BS_SELECT_EXPLICIT | SQL_BS_ROW_COUNT_EXPLICIT});
    EXPECT_EQ(info(batches(), SQL_BATCH_ROW_COUNT), SQLUINTEGER{SQL_BRC_EXPLICIT});
}

TEST_P(Batches, AreRefusedByDefaultWithNothingRun) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct("INSERT INTO t VALUES (1, 'a'); INSERT INTO t VALUES (2, 'b')"),
              SQL_ERROR);
    EXPECT_EQ(statement.state(), "42000");
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"0"}}));
}

TEST_P(Batches, GiveResultsAndRowCountsInOrder) {
    OdbcStatement statement{batches()};
    ASSERT_EQ(statement.direct("INSERT INTO t VALUES (1, 'a'), (2, 'b');"
                               "SELECT id, v FROM t ORDER BY id;"
                               "UPDATE t SET v = 'none' WHERE id = 99;"
                               "SELECT v AS only FROM t WHERE id = 2; -- the end"),
              SQL_SUCCESS)
        << statement.message();
    EXPECT_EQ(statement.columns(), 0);
    EXPECT_EQ(statement.row_count(), 2);
    ASSERT_EQ(SQLMoreResults(statement.handle()), SQL_SUCCESS);
    ASSERT_EQ(statement.columns(), 2);
    EXPECT_EQ(statement.row_count(), 2);
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(statement.text(2), "a");
    // The rest of this result is left behind.
    ASSERT_EQ(SQLMoreResults(statement.handle()), SQL_SUCCESS);
    EXPECT_EQ(statement.columns(), 0);
    EXPECT_EQ(statement.row_count(), 0);
    ASSERT_EQ(SQLMoreResults(statement.handle()), SQL_SUCCESS);
    EXPECT_EQ(statement.columns(), 1);
    EXPECT_EQ(statement.column_name(1), "only");
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(statement.text(1), "b");
    EXPECT_EQ(statement.fetch(), SQL_NO_DATA);
    EXPECT_EQ(SQLMoreResults(statement.handle()), SQL_NO_DATA);
}

TEST_P(Batches, RunWholeWithoutBeingAskedForMore) {
    OdbcStatement statement{batches()};
    ASSERT_EQ(statement.direct("CREATE TABLE u (x); INSERT INTO u VALUES (1); "
                               "INSERT INTO u SELECT x + 1 FROM u"),
              SQL_SUCCESS)
        << statement.message();
    EXPECT_EQ(query("SELECT x FROM u ORDER BY x"), (Rows{{"1"}, {"2"}}));
}

TEST_P(Batches, TakeParametersFromLeftToRight) {
    OdbcStatement statement{batches()};
    ASSERT_EQ(statement.prepare("INSERT INTO t VALUES (?, 'x'); INSERT INTO t VALUES (?, ?);"
                                "SELECT id, v FROM t WHERE id >= ? ORDER BY id"),
              SQL_SUCCESS)
        << statement.message();
    SQLSMALLINT count = 0;
    ASSERT_EQ(SQLNumParams(statement.handle(), &count), SQL_SUCCESS);
    EXPECT_EQ(count, 4);
    SQLSMALLINT type = 0;
    ASSERT_EQ(SQLDescribeParam(statement.handle(), 3, &type, nullptr, nullptr, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(type, SQL_WLONGVARCHAR);
    ASSERT_EQ(SQLDescribeParam(statement.handle(), 4, &type, nullptr, nullptr, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(type, SQL_BIGINT);
    std::int64_t first = 10;
    std::int64_t second = 20;
    std::int64_t text = 7;
    std::int64_t least = 10;
    bind(statement, 1, first);
    bind(statement, 2, second);
    EXPECT_EQ(statement.execute(), SQL_ERROR);
    EXPECT_EQ(statement.state(), "07002");
    bind(statement, 3, text);
    bind(statement, 4, least);
    for (const int round : {0, 1}) {
        ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
        EXPECT_EQ(statement.row_count(), 1);
        ASSERT_EQ(SQLMoreResults(statement.handle()), SQL_SUCCESS);
        ASSERT_EQ(SQLMoreResults(statement.handle()), SQL_SUCCESS);
        ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
        EXPECT_EQ(statement.text(2), "x");
        ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
        EXPECT_EQ(statement.text(2), "7");
        if (round == 0) {
            // Closing forgets the results that are left, and the batch can run again.
            ASSERT_EQ(statement.close(), SQL_SUCCESS);
            first = 11;
            second = 21;
            least = 11;
            run("DELETE FROM t WHERE id = 20");
        }
    }
}

TEST_P(Batches, TakeDataAtExecution) {
    OdbcStatement statement{batches()};
    ASSERT_EQ(statement.prepare("INSERT INTO t VALUES (?, 'x'); INSERT INTO t VALUES (2, ?)"),
              SQL_SUCCESS);
    std::int64_t id = 1;
    bind(statement, 1, id);
    SQLLEN later = SQL_DATA_AT_EXEC;
    char token = 0;
    ASSERT_EQ(SQLBindParameter(statement.handle(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 100,
                               0, &token, 0, &later),
              SQL_SUCCESS);
    ASSERT_EQ(statement.execute(), SQL_NEED_DATA);
    SQLPOINTER asked = nullptr;
    ASSERT_EQ(SQLParamData(statement.handle(), &asked), SQL_NEED_DATA);
    EXPECT_EQ(asked, &token);
    char text[] = "in pieces";
    ASSERT_EQ(SQLPutData(statement.handle(), text, SQL_NTS), SQL_SUCCESS);
    ASSERT_EQ(SQLParamData(statement.handle(), &asked), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(query("SELECT v FROM t ORDER BY id"), (Rows{{"x"}, {"in pieces"}}));
}

TEST_P(Batches, EndAtTheFirstErrorAndKeepWhatCameBefore) {
    OdbcStatement statement{batches()};
    ASSERT_EQ(statement.direct("INSERT INTO t VALUES (1, 'a'); INSERT INTO t VALUES (1, 'again');"
                               "INSERT INTO t VALUES (2, 'never')"),
              SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(statement.state(), "01000");
    EXPECT_NE(statement.message().find("Statement 2 of 3"), std::string::npos)
        << statement.message();
    EXPECT_EQ(statement.row_count(), 1);
    EXPECT_EQ(SQLMoreResults(statement.handle()), SQL_ERROR);
    EXPECT_EQ(statement.state(), "23000");
    EXPECT_EQ(SQLMoreResults(statement.handle()), SQL_NO_DATA);
    EXPECT_EQ(query("SELECT v FROM t"), (Rows{{"a"}}));
    // The first one failing is the call's own failure.
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (1, 'b'); INSERT INTO t VALUES (3, 'c')"),
              SQL_ERROR);
    EXPECT_EQ(statement.state(), "23000");
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"1"}}));
}

TEST_P(Batches, AreOneTransactionWithoutAutocommit) {
    ASSERT_EQ(batches().autocommit(false), SQL_SUCCESS);
    OdbcStatement statement{batches()};
    ASSERT_EQ(statement.direct("INSERT INTO t VALUES (1, 'a'); INSERT INTO t VALUES (2, 'b');"
                               "SELECT count(*) FROM t"),
              SQL_SUCCESS)
        << statement.message();
    ASSERT_EQ(batches().rollback(), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"0"}}));
}

TEST_P(Batches, LargeResultsWaitTheirTurn) {
    const std::string numbers =
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
        "SELECT i, 'some text that makes rows long enough' FROM n;";
    OdbcStatement statement{batches()};
    ASSERT_EQ(statement.direct(numbers + numbers + "SELECT 1"), SQL_SUCCESS) << statement.message();
    for (const int result : {0, 1}) {
        SCOPED_TRACE(result);
        int rows = 0;
        while (statement.fetch() == SQL_SUCCESS) ++rows;
        EXPECT_EQ(rows, 20000);
        ASSERT_EQ(SQLMoreResults(statement.handle()), SQL_SUCCESS);
    }
    ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
    EXPECT_EQ(statement.integer(1), 1);
    EXPECT_EQ(SQLMoreResults(statement.handle()), SQL_NO_DATA);
}

TEST_P(Batches, ArraysOfParametersAreRefused) {
    OdbcStatement statement{batches()};
    ASSERT_EQ(statement.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{2}), SQL_SUCCESS);
    std::int64_t ids[2] = {1, 2};
    bind(statement, 1, ids[0]);
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (?, 'a'); SELECT 1"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "HYC00");
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"0"}}));
}

}  // namespace
}  // namespace dqlite::test
