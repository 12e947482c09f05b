// Tableau: it finds out by trying. Probes that a server does not know must fail with a clear state
// and leave the connection as it was; metadata comes from prepared statements or ones without rows.
#include <array>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Tableau : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE batters (id INTEGER PRIMARY KEY, name VARCHAR(30) NOT NULL, hits REAL, "
            "born DATE, seen TIMESTAMP, active BOOLEAN)");
        run("INSERT INTO batters VALUES (1, 'ruth', 2873, '1895-02-06', '2024-02-29 10:11:12', 0), "
            "(2, 'judge', 1000.5, '1992-04-26', NULL, 1)");
    }
    void expect_described(OdbcStatement& statement) {
        constexpr std::array<SQLSMALLINT, 6> types{SQL_BIGINT,    SQL_WVARCHAR,       SQL_DOUBLE,
                                                   SQL_TYPE_DATE, SQL_TYPE_TIMESTAMP, SQL_BIT};
        ASSERT_EQ(statement.columns(), 6);
        for (SQLUSMALLINT i = 0; i < types.size(); ++i) {
            const auto told = statement.column_type(static_cast<SQLUSMALLINT>(i + 1));
            EXPECT_TRUE(told == types[i] || (told == SQL_REAL && types[i] == SQL_DOUBLE)) << i;
        }
        EXPECT_EQ(statement.column_name(2), "name");
    }
};
DQLITE_ON_EACH_GENERATION(Tableau);

TEST_P(Tableau, MetadataWithoutRows) {
    OdbcStatement prepared{connection()};
    ASSERT_EQ(prepared.prepare("SELECT * FROM \"main\".\"batters\""), SQL_SUCCESS);
    expect_described(prepared);  // not executed
    for (const char* const tail : {" WHERE 1=0", " LIMIT 0", " WHERE (1 = 0)"}) {
        SCOPED_TRACE(tail);
        OdbcStatement statement{connection()};
        ASSERT_EQ(statement.direct(std::string{"SELECT * FROM \"main\".\"batters\""} + tail),
                  SQL_SUCCESS);
        expect_described(statement);
        EXPECT_EQ(statement.fetch(), SQL_NO_DATA);
    }
    // Custom SQL is wrapped.
    OdbcStatement custom{connection()};
    ASSERT_EQ(custom.prepare("SELECT * FROM (SELECT * FROM batters) \"TableauSQL\" LIMIT 0"),
              SQL_SUCCESS);
    expect_described(custom);
}

TEST_P(Tableau, ProbesThatFailLeaveNoTrace) {
    struct Probe {
        const char* sql;
        const char* state;
    };
    constexpr auto probes = std::to_array<Probe>({
        {"SELECT TOP 1 * FROM batters", "42000"},
        {"SELECT 1 AS \"COL\" INTO \"#Tableau_0_Into\"", "42000"},
        {"CREATE LOCAL TEMPORARY TABLE \"#Tableau_0_Local\" (\"COL\" INTEGER) ON COMMIT PRESERVE "
         "ROWS",
         "42000"},
        {"SELECT \"COL\" FROM \"#Tableau_0_Missing\"", "42S02"},
        {"SELECT STDEV(hits) FROM batters", "42000"},
    });
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("UPDATE batters SET hits = 1 WHERE id = 1");
    for (const Probe& probe : probes) {
        SCOPED_TRACE(probe.sql);
        OdbcStatement statement{connection()};
        EXPECT_EQ(statement.direct(probe.sql), SQL_ERROR);
        EXPECT_EQ(statement.state(), probe.state) << statement.message();
    }
    // The transaction around them is still there.
    EXPECT_EQ(query("SELECT hits FROM batters WHERE id = 1"), (Rows{{"1"}}));
    ASSERT_EQ(connection().rollback(), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT hits FROM batters WHERE id = 1"), (Rows{{"2873"}}));
}

TEST_P(Tableau, TemporaryTables) {
    run("CREATE TEMPORARY TABLE \"#Tableau_1_Temp\" (\"COL\" INTEGER, \"NAME\" VARCHAR(10))");
    OdbcStatement insert{connection()};
    ASSERT_EQ(insert.prepare("INSERT INTO \"#Tableau_1_Temp\" VALUES (?, ?)"), SQL_SUCCESS);
    std::array<SQLINTEGER, 3> numbers{1, 2, 3};
    std::array<std::array<char, 8>, 3> names{{{"a"}, {"b"}, {"c"}}};
    std::array<SQLLEN, 3> terminated{SQL_NTS, SQL_NTS, SQL_NTS};
    ASSERT_EQ(insert.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{3}), SQL_SUCCESS);
    ASSERT_EQ(SQLBindParameter(insert.handle(), 1, SQL_PARAM_INPUT, SQL_C_LONG, SQL_INTEGER, 0, 0,
                               numbers.data(), 0, nullptr),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindParameter(insert.handle(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 8, 0,
                               names.data(), 8, terminated.data()),
              SQL_SUCCESS);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
    EXPECT_EQ(query("SELECT SUM(\"t0\".\"COL\") AS \"sum\" FROM \"batters\" INNER JOIN "
                    "\"#Tableau_1_Temp\" \"t0\" ON (\"batters\".\"id\" = \"t0\".\"COL\")"),
              (Rows{{"3"}}));
    run("DROP TABLE \"#Tableau_1_Temp\"");
}

TEST_P(Tableau, ScalarFunctionsByEscape) {
    EXPECT_EQ(query("SELECT SUM(1) AS \"COL\" FROM (SELECT 1 AS \"COL\") AS \"SUBQUERY\" HAVING "
                    "(COUNT(1) > 0)"),
              (Rows{{"1"}}));
    EXPECT_EQ(
        query("SELECT {fn UCASE(\"batters\".\"name\")}, {fn LENGTH(\"batters\".\"name\")}, "
              "{fn LOCATE('u', \"batters\".\"name\")}, {fn ROUND(\"batters\".\"hits\", 0)}, "
              "{fn EXTRACT(YEAR FROM \"batters\".\"born\")}, {fn MONTH(\"batters\".\"born\")}, "
              "{fn TIMESTAMPADD(SQL_TSI_DAY, 1, {d '2024-02-28'})} FROM \"batters\" WHERE "
              "(\"batters\".\"seen\" >= {ts '2024-02-29 00:00:00'})"),
        (Rows{{"RUTH", "4", "2", "2873", "1895", "2", "2024-02-29 00:00:00"}}));
    EXPECT_EQ(query("SELECT {fn CONVERT(\"hits\", SQL_VARCHAR)} FROM batters WHERE id = 2"),
              (Rows{{"1000.5"}}));
    // Names with a wildcard's characters are found by the escape that is told.
    EXPECT_EQ(connection().info_text(SQL_SEARCH_PATTERN_ESCAPE), "\\");
}

TEST_P(Tableau, IsolationIsWhatItIs) {
    SQLUINTEGER options = 0;
    ASSERT_EQ(SQLGetInfo(connection().handle(), SQL_TXN_ISOLATION_OPTION, &options, 0, nullptr),
              SQL_SUCCESS);
    EXPECT_EQ(options, SQLUINTEGER{SQL_TXN_SERIALIZABLE});
    EXPECT_EQ(connection().set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_READ_UNCOMMITTED),
              SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(connection().state(), "01S02");
}

}  // namespace
}  // namespace dqlite::test
