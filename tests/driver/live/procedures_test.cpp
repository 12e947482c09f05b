// The driver's own procedures: listed as they are, called by {call}.
#include "driver/tables/procedures.h"

#include "tests/driver/live/fixture.h"
#include "tests/support/cluster.h"

namespace dqlite::test {
namespace {

class Procedures : public OnOneNode {};
DQLITE_ON_EACH_GENERATION(Procedures);

SQLCHAR* chars(const char* text) {
    return reinterpret_cast<SQLCHAR*>(const_cast<char*>(text));
}

TEST_P(Procedures, AreTold) {
    EXPECT_EQ(connection().info_text(SQL_PROCEDURES), "Y");
    EXPECT_EQ(connection().info_text(SQL_ACCESSIBLE_PROCEDURES), "Y");
    EXPECT_EQ(connection().info_text(SQL_PROCEDURE_TERM), "procedure");
}

TEST_P(Procedures, AreListedAndCanBeCalledAsListed) {
    OdbcStatement list{connection()};
    ASSERT_EQ(SQLProcedures(list.handle(), nullptr, 0, nullptr, 0, nullptr, 0), SQL_SUCCESS);
    const auto procedures = list.all();
    ASSERT_EQ(procedures.size(), odbc::procedure_table().size());
    for (const auto& procedure : procedures) {
        ASSERT_EQ(procedure.size(), 8U);
        const auto name = procedure[2].value_or("");
        SCOPED_TRACE(name);
        EXPECT_EQ(procedure[7], std::to_string(SQL_PT_PROCEDURE));
        ASSERT_EQ(SQLProcedureColumns(list.handle(), nullptr, 0, nullptr, 0, chars(name.c_str()),
                                      SQL_NTS, nullptr, 0),
                  SQL_SUCCESS);
        const auto columns = list.all();
        OdbcStatement call{connection()};
        ASSERT_EQ(call.prepare("{call " + name + "()}"), SQL_SUCCESS) << call.message();
        ASSERT_EQ(static_cast<std::size_t>(call.columns()), columns.size());
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto number = static_cast<SQLUSMALLINT>(i + 1);
            EXPECT_EQ(call.column_name(number), columns[i][3]);
            EXPECT_EQ(columns[i][4], std::to_string(SQL_RESULT_COL));
            EXPECT_EQ(std::to_string(call.column_type(number)), columns[i][5]);
            EXPECT_EQ(columns[i][17], std::to_string(number));
        }
        for (const int round : {0, 1}) {
            ASSERT_EQ(call.execute(), SQL_SUCCESS) << round << call.message();
            EXPECT_EQ(call.all().size(), 1U);
        }
    }
}

TEST_P(Procedures, AreSelectedByPatternAndByName) {
    OdbcStatement list{connection()};
    const auto names = [&](const char* schema, const char* pattern) {
        EXPECT_EQ(
            SQLProcedures(list.handle(), nullptr, 0, schema == nullptr ? nullptr : chars(schema),
                          SQL_NTS, chars(pattern), SQL_NTS),
            SQL_SUCCESS)
            << list.message();
        std::string all;
        for (const auto& row : list.all()) all += row[2].value_or("") + " ";
        return all;
    };
    EXPECT_EQ(names(nullptr, "dqlite\\_%"), "dqlite_leader dqlite_nodes dqlite_session ");
    EXPECT_EQ(names(nullptr, "%nod_s"), "dqlite_nodes ");
    EXPECT_EQ(names(nullptr, "DQLITE%E%"), "dqlite_leader dqlite_nodes dqlite_session ");
    EXPECT_EQ(names(nullptr, "dqlite"), "");
    EXPECT_EQ(names("main", "%"), "");
    ASSERT_EQ(list.set(SQL_ATTR_METADATA_ID, SQLULEN{SQL_TRUE}), SQL_SUCCESS);
    EXPECT_EQ(names("", "dqlite_nodes"), "dqlite_nodes ");
    EXPECT_EQ(names("", "dqlite%"), "");
}

TEST_P(Procedures, TheSessionTellsItsCounters) {
    const auto counters = [&] {
        const auto rows = query("{call dqlite_session()}");
        EXPECT_EQ(rows.size(), 1U);
        EXPECT_EQ(rows[0].size(), 9U) << rows[0][0].value_or("");
        return rows[0];
    };
    const auto version = query("SELECT sqlite_version()")[0][0];
    (void)counters();  // the server's class is asked for once
    const auto before = counters();
    ASSERT_EQ(before.size(), 9U);
    EXPECT_EQ(before[0], node().address());
    EXPECT_EQ(before[1], generation() == ServerGeneration::debian12 ? "1.11" : before[1]);
    EXPECT_EQ(before[2], version);
    EXPECT_EQ(query("SELECT sqlite_version()")[0][0], version);
    const auto after = counters();
    // The SELECT was one request and its answer.
    EXPECT_EQ(std::stoi(*after[5]), std::stoi(*before[5]) + 1);
    EXPECT_EQ(std::stoi(*after[6]), std::stoi(*before[6]) + 1);
    EXPECT_GT(std::stoi(*after[8]), std::stoi(*before[8]));
}

TEST_P(Procedures, UnknownOnesAndArgumentsAreRefused) {
    OdbcStatement statement{connection()};
    for (const char* const sql :
         {"{call dqlite_nobody()}", "{call dqlite_nodes(1)}", "{? = call dqlite_nodes()}"}) {
        EXPECT_EQ(statement.direct(sql), SQL_ERROR) << sql;
        EXPECT_EQ(statement.state(), "42000") << sql;
    }
    EXPECT_EQ(statement.query("{ CALL DQLITE_SESSION }").size(), 1U);
}

TEST_P(Procedures, RunInsideATransaction) {
    run("CREATE TABLE t (a)");
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (1)");
    EXPECT_EQ(query("{call dqlite_nodes}").size(), 1U);
    EXPECT_EQ(query("{call dqlite_session}").size(), 1U);
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT a FROM t"), (Rows{{"1"}}));
    ASSERT_EQ(connection().commit(), SQL_SUCCESS);
}

class ClusterProcedures : public OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(ClusterProcedures);

TEST_P(ClusterProcedures, TellNodesAndLeader) {
    Cluster cluster{generation()};
    const OdbcConnection connection{connection_string(cluster.addresses())};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    const auto leader = statement.query("{call dqlite_leader()}");
    ASSERT_EQ(leader.size(), 1U);
    EXPECT_EQ(leader[0][1], cluster.leader().address());
    const auto nodes = statement.query("{call dqlite_nodes()}");
    ASSERT_EQ(nodes.size(), 3U);
    for (const auto& node : nodes) {
        ASSERT_EQ(node.size(), 3U);
        EXPECT_EQ(node[2], "voter");
        EXPECT_NE(cluster.addresses().find(*node[1]), std::string::npos);
        if (node[1] == leader[0][1]) {
            EXPECT_EQ(node[0], leader[0][0]);
        }
    }
}

}  // namespace
}  // namespace dqlite::test
