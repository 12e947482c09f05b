// How often the driver waits for the server: the number, as the time depends on the machine.
// Counted by the session itself (a wait for an answer after something was sent), which {call
// dqlite_session()} tells without asking the server.
#include <cstdint>
#include <string>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

std::uint64_t waits_of(const OdbcConnection& connection) {
    OdbcStatement statement{connection};
    EXPECT_EQ(statement.direct("{call dqlite_session()}"), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(statement.fetch(), SQL_SUCCESS);
    for (SQLUSMALLINT column = 1; column <= statement.columns(); ++column) {
        if (statement.column_name(column) == "round_trips") {
            return static_cast<std::uint64_t>(statement.integer(column));
        }
    }
    ADD_FAILURE() << "no column round_trips";
    return 0;
}

class RoundTrips : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE t(i INTEGER PRIMARY KEY, s TEXT)");
        run("INSERT INTO t VALUES (1, 'one'), (2, 'two')");
        (void)query("SELECT * FROM t");  // the schema is known from here on
        (void)since_last();
    }
    /// Round trips since this was last asked.
    [[nodiscard]] std::uint64_t since_last() {
        const auto now = waits_of(connection());
        return now - std::exchange(seen_, now);
    }

  private:
    std::uint64_t seen_ = 0;
};
DQLITE_ON_EACH_GENERATION(RoundTrips);

TEST_P(RoundTrips, TwoToConnectToAKnownLeader) {
    const OdbcConnection second{connection_string(node().address())};
    ASSERT_TRUE(second.ok());
    // To tell them, the server's class is asked for first: a probe, and the end of what it
    // prepared.
    constexpr std::uint64_t probe = 2;
    EXPECT_EQ(waits_of(second), 2U + probe);
    EXPECT_EQ(waits_of(second), 2U + probe);
}

TEST_P(RoundTrips, OneForAStatementExecutedDirectly) {
    EXPECT_EQ(query("SELECT s FROM t WHERE i = 1"), (Rows{{"one"}}));
    EXPECT_EQ(since_last(), 1U) << "SELECT";
    run("INSERT INTO t VALUES (3, 'three')");
    EXPECT_EQ(since_last(), 1U) << "INSERT";
    run("UPDATE t SET s = 'drei' WHERE i = 3");
    EXPECT_EQ(since_last(), 1U) << "UPDATE";
}

TEST_P(RoundTrips, NoneToPrepareAndOneToExecute) {
    OdbcStatement statement{connection()};
    std::int64_t id = 1;
    ASSERT_EQ(statement.prepare("SELECT s FROM t WHERE i = ?"), SQL_SUCCESS);
    ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0,
                               0, &id, 0, nullptr),
              SQL_SUCCESS);
    for (const char* when : {"prepared and executed", "executed again", "and again"}) {
        (void)since_last();
        ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
        ASSERT_EQ(statement.fetch(), SQL_SUCCESS);
        ASSERT_EQ(statement.close(), SQL_SUCCESS);
        EXPECT_EQ(since_last(), 1U) << when;
    }
}

TEST_P(RoundTrips, AsFewAsATransactionTakes) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    EXPECT_EQ(since_last(), 0U) << "autocommit off";
    (void)query("SELECT s FROM t WHERE i = 1");
    EXPECT_EQ(since_last(), 1U) << "BEGIN and its first read";
    (void)query("SELECT s FROM t WHERE i = 2");
    EXPECT_EQ(since_last(), 1U) << "another read";
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
    EXPECT_EQ(since_last(), 1U) << "COMMIT";
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
    EXPECT_EQ(since_last(), 0U) << "COMMIT of nothing";
    run("INSERT INTO t VALUES (4, 'four')");
    EXPECT_EQ(since_last(), 2U) << "BEGIN, whose answer decides, and its first write";
    run("INSERT INTO t VALUES (5, 'five')");
    EXPECT_EQ(since_last(), 1U) << "another write";
    ASSERT_EQ(connection().rollback(), SQL_SUCCESS);
    EXPECT_EQ(since_last(), 1U) << "ROLLBACK";
}

TEST_P(RoundTrips, OneForACatalogueCall) {
    const auto rows_of = [](OdbcStatement& statement, SQLRETURN result) {
        EXPECT_EQ(result, SQL_SUCCESS) << statement.message();
        return statement.all().size();
    };
    auto* const table = chars("t");
    {
        OdbcStatement tables{connection()};
        (void)since_last();
        EXPECT_EQ(rows_of(tables,
                          SQLTables(tables.handle(), nullptr, 0, nullptr, 0, table, 1, nullptr, 0)),
                  1U);
        EXPECT_EQ(since_last(), 1U) << "SQLTables";
    }
    {
        OdbcStatement columns{connection()};
        EXPECT_EQ(rows_of(columns, SQLColumns(columns.handle(), nullptr, 0, nullptr, 0, table, 1,
                                              nullptr, 0)),
                  2U);
        EXPECT_EQ(since_last(), 1U) << "SQLColumns";
    }
    {
        OdbcStatement keys{connection()};
        EXPECT_EQ(rows_of(keys, SQLPrimaryKeys(keys.handle(), nullptr, 0, nullptr, 0, table, 1)),
                  1U);
        EXPECT_EQ(since_last(), 1U) << "SQLPrimaryKeys";
    }
    {
        OdbcStatement types{connection()};
        EXPECT_GT(rows_of(types, SQLGetTypeInfo(types.handle(), SQL_ALL_TYPES)), 10U);
        EXPECT_EQ(since_last(), 0U) << "SQLGetTypeInfo";
    }
}

TEST_P(RoundTrips, NoneToFetchWhatHasArrived) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct("SELECT s FROM t ORDER BY i"), SQL_SUCCESS);
    (void)since_last();
    EXPECT_EQ(statement.all().size(), 2U);
    EXPECT_EQ(since_last(), 0U);
}

}  // namespace
}  // namespace dqlite::test
