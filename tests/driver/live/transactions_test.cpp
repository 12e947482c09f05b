// Transactions: what autocommit means, what ends a transaction, and that nothing is ever committed
// outside the one it belongs to.
#include <atomic>
#include <chrono>
#include <thread>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Transactions : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE t (id INTEGER PRIMARY KEY, who TEXT UNIQUE)");
    }
    [[nodiscard]] std::string count() { return *query("SELECT count(*) FROM t")[0][0]; }
};
DQLITE_ON_EACH_GENERATION(Transactions);

TEST_P(Transactions, ManualCommitGroupsStatements) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1, 'a')");
    run("INSERT INTO t VALUES (2, 'b')");
    OdbcConnection other{connection_string(node().address())};
    OdbcStatement seen{other};
    EXPECT_EQ(seen.query("SELECT count(*) FROM t")[0][0], "0");
    ASSERT_EQ(connection().rollback(), SQL_SUCCESS);
    EXPECT_EQ(count(), "0");
    ASSERT_EQ(connection().rollback(), SQL_SUCCESS);
    run("INSERT INTO t VALUES (3, 'c')");
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
    EXPECT_EQ(seen.query("SELECT count(*) FROM t")[0][0], "1");
}

TEST_P(Transactions, SwitchingAutocommitOnCommits) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1, 'a')");
    ASSERT_EQ(connection().autocommit(true), SQL_SUCCESS);
    OdbcConnection other{connection_string(node().address())};
    OdbcStatement seen{other};
    EXPECT_EQ(seen.query("SELECT count(*) FROM t")[0][0], "1");
}

TEST_P(Transactions, AnApplicationsOwnBeginIsTheTransaction) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("BEGIN IMMEDIATE");
    run("INSERT INTO t VALUES (1, 'a')");
    ASSERT_EQ(connection().commit(), SQL_SUCCESS) << connection().message();
    EXPECT_EQ(count(), "1");
}

TEST_P(Transactions, SavepointsWork) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1, 'a')");
    run("SAVEPOINT s");
    run("INSERT INTO t VALUES (2, 'b')");
    run("ROLLBACK TO s");
    run("RELEASE s");
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
    EXPECT_EQ(count(), "1");
}

TEST_P(Transactions, DisconnectingInsideOneIsRefused) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1, 'a')");
    EXPECT_EQ(connection().disconnect(), SQL_ERROR);
    EXPECT_EQ(connection().state(), "25000");
    EXPECT_EQ(connection().rollback(), SQL_SUCCESS);
    EXPECT_EQ(connection().disconnect(), SQL_SUCCESS);
}

TEST_P(Transactions, AConstraintErrorLeavesItOpen) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1, 'a')");
    OdbcStatement statement{connection()};
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (2, 'a')"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "23000");
    EXPECT_EQ(statement.native(), 2067);
    run("INSERT INTO t VALUES (3, 'c')");
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
    EXPECT_EQ(count(), "2");
}

// Issue 2, line 9: a transaction that ends by itself.
TEST_P(Transactions, OrRollbackLosesItAndIsTold) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1, 'a')");
    OdbcStatement statement{connection()};
    EXPECT_EQ(statement.direct("INSERT OR ROLLBACK INTO t VALUES (2, 'a')"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "40001") << statement.message();
    EXPECT_EQ(connection().rollback(), SQL_SUCCESS);
    EXPECT_EQ(count(), "0");
}

TEST_P(Transactions, ARaiseRollbackLosesItAndIsTold) {
    run("CREATE TRIGGER stop BEFORE INSERT ON t WHEN new.id = 13 BEGIN "
        "SELECT RAISE(ROLLBACK, 'thirteen'); END");
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1, 'a')");
    OdbcStatement statement{connection()};
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (13, 'b')"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "40001");
    EXPECT_NE(statement.message().find("thirteen"), std::string::npos) << statement.message();
    // What follows is in a new transaction, and nothing of the old one is committed with it.
    run("INSERT INTO t VALUES (14, 'c')");
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT id FROM t"), (Rows{{"14"}}));
}

TEST_P(Transactions, ADeferredConstraintFailsTheCommit) {
    run("CREATE TABLE child (p INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED)");
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO child VALUES (99)");
    EXPECT_EQ(connection().commit(), SQL_ERROR);
    EXPECT_EQ(connection().state(), "40002") << connection().message();
    EXPECT_EQ(query("SELECT count(*) FROM child")[0][0], "0");
}

TEST_P(Transactions, ATableThatGrewMeanwhileIsReadInsideOne) {
    run("INSERT INTO t VALUES (1, 'a')");
    EXPECT_EQ(query("SELECT * FROM t"), (Rows{{"1", "a"}}));
    {
        OdbcConnection other{connection_string(node().address())};
        OdbcStatement alter{other};
        ASSERT_EQ(alter.direct("ALTER TABLE t ADD COLUMN more TEXT DEFAULT 'x'"), SQL_SUCCESS);
    }
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t (id, who) VALUES (2, 'b')");
    EXPECT_EQ(query("SELECT * FROM t ORDER BY id"), (Rows{{"1", "a", "x"}, {"2", "b", "x"}}));
    ASSERT_EQ(connection().rollback(), SQL_SUCCESS);
    EXPECT_EQ(count(), "1");
}

TEST_P(Transactions, IsolationIsSerializableOnly) {
    EXPECT_EQ(connection().set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE), SQL_SUCCESS);
    EXPECT_EQ(connection().set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_READ_COMMITTED),
              SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(connection().state(), "01S02");
    SQLUINTEGER level = 0;
    EXPECT_EQ(SQLGetConnectAttr(connection().handle(), SQL_ATTR_TXN_ISOLATION, &level, 0, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(level, static_cast<SQLUINTEGER>(SQL_TXN_SERIALIZABLE));
}

// Issue 2, line 9: writers that hammer BEGIN IMMEDIATE. Each transaction writes two rows; a row
// committed outside its transaction would stand without its twin.
TEST_P(Transactions, HammeringWritersNeverCommitHalf) {
    run("CREATE TABLE pair (writer INTEGER, round INTEGER, half INTEGER)");
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{6};
    std::atomic<int> committed{0};
    const auto write = [&](int writer) {
        OdbcConnection own{connection_string(node().address(), "BusyTimeout=0.02;")};
        ASSERT_TRUE(own.ok());
        ASSERT_EQ(own.autocommit(false), SQL_SUCCESS);
        for (int round = 0; std::chrono::steady_clock::now() < until; ++round) {
            OdbcStatement statement{own};
            const auto values = std::to_string(writer) + ", " + std::to_string(round);
            bool good = true;
            for (const char* const half : {", 1)", ", 2)"}) {
                const auto r = statement.direct("INSERT INTO pair VALUES (" + values + half);
                if (SQL_SUCCEEDED(r)) continue;
                EXPECT_EQ(statement.state(), "40001") << statement.message();
                good = false;
                break;
            }
            if (good && SQL_SUCCEEDED(own.commit())) {
                ++committed;
            } else {
                EXPECT_EQ(own.rollback(), SQL_SUCCESS) << own.message();
            }
        }
    };
    std::thread first{write, 1};
    std::thread second{write, 2};
    first.join();
    second.join();
    EXPECT_GT(committed, 0);
    EXPECT_EQ(query("SELECT count(*) FROM pair")[0][0], std::to_string(2 * committed));
    EXPECT_EQ(query("SELECT count(*) FROM (SELECT 1 FROM pair GROUP BY writer, round "
                    "HAVING count(*) <> 2)")[0][0],
              "0");
}

}  // namespace
}  // namespace dqlite::test
