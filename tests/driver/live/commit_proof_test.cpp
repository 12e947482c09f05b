// CommitProof=1 through ODBC: nothing but the catalogue tells that it is there.
#include <array>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Proving : public OnEachGeneration {
  protected:
    [[nodiscard]] Rows query(const std::string& sql) {
        OdbcStatement statement{connection_};
        return statement.query(sql);
    }
    [[nodiscard]] static std::string only(const Rows& rows) { return rows.at(0).at(0).value(); }

    Node node_{generation()};
    OdbcConnection connection_{connection_string(node_.address(), "CommitProof=1")};
};
DQLITE_ON_EACH_GENERATION(Proving);

TEST_P(Proving, CountsRowsOfTheApplicationOnly) {
    OdbcStatement statement{connection_};
    ASSERT_EQ(statement.direct("CREATE TABLE t (a INTEGER PRIMARY KEY, b)"), SQL_SUCCESS)
        << statement.message();
    EXPECT_EQ(statement.row_count(), -1);
    ASSERT_EQ(statement.direct("INSERT INTO t (b) VALUES (1), (2), (3)"), SQL_SUCCESS);
    EXPECT_EQ(statement.row_count(), 3);
    EXPECT_EQ(statement.direct("UPDATE t SET b = 0 WHERE a > 3"), SQL_NO_DATA);
    EXPECT_EQ(statement.row_count(), 0);
    ASSERT_EQ(statement.direct("DELETE FROM t WHERE a < 3"), SQL_SUCCESS);
    EXPECT_EQ(statement.row_count(), 2);
    EXPECT_EQ(query("SELECT changes(), total_changes(), last_insert_rowid()"),
              (Rows{{"2", "5", "3"}}));
    ASSERT_TRUE(SQL_SUCCEEDED(statement.direct("SELECT total_changes()")));
    EXPECT_EQ(statement.column_name(1), "total_changes()");
}

TEST_P(Proving, WritesArraysAndTransactions) {
    OdbcStatement statement{connection_};
    ASSERT_EQ(statement.direct("CREATE TABLE t (a INTEGER PRIMARY KEY)"), SQL_SUCCESS);
    for (const bool autocommit : {true, false}) {
        ASSERT_EQ(connection_.autocommit(autocommit), SQL_SUCCESS);
        std::array<std::int64_t, 3> values{1, 2, 3};
        OdbcStatement array{connection_};
        ASSERT_EQ(array.prepare("INSERT INTO t VALUES (?)"), SQL_SUCCESS);
        ASSERT_EQ(array.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{3}), SQL_SUCCESS);
        ASSERT_EQ(SQLBindParameter(array.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0,
                                   0, values.data(), 0, nullptr),
                  SQL_SUCCESS);
        EXPECT_EQ(array.execute(), SQL_SUCCESS) << array.message();
        EXPECT_EQ(array.row_count(), 3);
        EXPECT_EQ(array.execute(), SQL_ERROR) << "each row is there already";
        EXPECT_EQ(array.state(), "23000");
        if (!autocommit) {
            EXPECT_EQ(connection_.commit(), SQL_SUCCESS);
        }
        ASSERT_EQ(connection_.autocommit(true), SQL_SUCCESS);
        EXPECT_EQ(only(query("SELECT count(*) FROM t")), "3");
        ASSERT_EQ(statement.direct("DELETE FROM t"), SQL_SUCCESS);
    }
}

TEST_P(Proving, CataloguesItsTableAsTheSystems) {
    OdbcStatement statement{connection_};
    ASSERT_EQ(statement.direct("CREATE TABLE t (a)"), SQL_SUCCESS);
    const auto names = [&](const char* type) {
        SQLTables(statement.handle(), nullptr, 0, nullptr, 0, nullptr, 0, chars(type), SQL_NTS);
        std::string all;
        for (const auto& row : statement.all()) all += row.at(2).value() + " ";
        statement.close();
        return all;
    };
    EXPECT_EQ(names("TABLE"), "t ");
    EXPECT_NE(names("SYSTEM TABLE").find("dqlite_odbc_commit_proof "), std::string::npos);
}

}  // namespace
}  // namespace dqlite::test
