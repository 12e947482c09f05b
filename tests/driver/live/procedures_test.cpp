// The driver's own procedures: listed as they are, called by {call}.
#include "driver/tables/procedures.h"

#include "tests/driver/live/fixture.h"
#include "tests/support/cluster.h"

namespace dqlite::test {
namespace {

class Procedures : public OnOneNode {};
DQLITE_ON_EACH_GENERATION(Procedures);

TEST_P(Procedures, AreTold) {
    EXPECT_EQ(connection().info_text(SQL_PROCEDURES), "Y");
    // Some are refused without AllowAdmin.
    EXPECT_EQ(connection().info_text(SQL_ACCESSIBLE_PROCEDURES), "N");
    EXPECT_EQ(connection().info_text(SQL_PROCEDURE_TERM), "procedure");
}

/// A {call} with a marker for every parameter that SQLProcedureColumns lists.
std::string call_of(const std::string& name, const Rows& columns) {
    std::string markers;
    bool returns = false;
    for (const auto& column : columns) {
        if (column[4] == std::to_string(SQL_RETURN_VALUE)) {
            returns = true;
        } else if (column[4] != std::to_string(SQL_RESULT_COL)) {
            markers += markers.empty() ? "?" : ", ?";
        }
    }
    return std::string{returns ? "{? = call " : "{call "} + name + "(" + markers + ")}";
}

TEST_P(Procedures, AreListedAsTheyCanBeCalled) {
    const OdbcConnection admin{connection_string(node().address(), "AllowAdmin=1;")};
    ASSERT_TRUE(admin.ok());
    EXPECT_EQ(admin.info_text(SQL_ACCESSIBLE_PROCEDURES), "Y");
    OdbcStatement list{admin};
    ASSERT_EQ(SQLProcedures(list.handle(), nullptr, 0, nullptr, 0, nullptr, 0), SQL_SUCCESS);
    const auto procedures = list.all();
    ASSERT_EQ(procedures.size(), odbc::procedure_table().size());
    for (const auto& procedure : procedures) {
        ASSERT_EQ(procedure.size(), 8U);
        const auto name = procedure[2].value_or("");
        SCOPED_TRACE(name);
        ASSERT_EQ(SQLProcedureColumns(list.handle(), nullptr, 0, nullptr, 0, chars(name.c_str()),
                                      SQL_NTS, nullptr, 0),
                  SQL_SUCCESS);
        const auto columns = list.all();
        OdbcStatement call{admin};
        const auto text = call_of(name, columns);
        ASSERT_EQ(call.prepare(text), SQL_SUCCESS) << text << call.message();
        const bool returns = text.starts_with("{?");
        EXPECT_EQ(procedure[7], std::to_string(returns ? SQL_PT_FUNCTION : SQL_PT_PROCEDURE));
        SQLSMALLINT results = 0;
        SQLSMALLINT parameters = 0;
        int inputs = 0;
        int outputs = 0;
        for (const auto& column : columns) {
            const int kind = std::stoi(*column[4]);
            if (kind == SQL_RESULT_COL) {
                ++results;
                EXPECT_EQ(call.column_name(static_cast<SQLUSMALLINT>(results)), column[3]);
                EXPECT_EQ(std::to_string(call.column_type(static_cast<SQLUSMALLINT>(results))),
                          column[5]);
                EXPECT_EQ(column[17], std::to_string(results));
                continue;
            }
            EXPECT_EQ(results, 0) << "parameters come before the columns of the result";
            ++parameters;
            if (kind == SQL_PARAM_INPUT || kind == SQL_PARAM_INPUT_OUTPUT) ++inputs;
            if (kind != SQL_PARAM_INPUT) ++outputs;
            EXPECT_EQ(column[17], std::to_string(parameters - (returns ? 1 : 0)));
            SQLSMALLINT type = 0;
            SQLULEN size = 0;
            SQLSMALLINT nullable = 0;
            ASSERT_EQ(SQLDescribeParam(call.handle(), static_cast<SQLUSMALLINT>(parameters), &type,
                                       &size, nullptr, &nullable),
                      SQL_SUCCESS)
                << call.message();
            EXPECT_EQ(std::to_string(type), column[5]);
            EXPECT_EQ(std::to_string(size), column[7]);
            EXPECT_EQ(std::to_string(nullable), column[11]);
            EXPECT_EQ(column[18], nullable == SQL_NULLABLE ? "YES" : "NO");
            EXPECT_EQ(column[13].has_value(), nullable == SQL_NULLABLE);
        }
        EXPECT_EQ(call.columns(), results);
        SQLSMALLINT told = -1;
        ASSERT_EQ(SQLNumParams(call.handle(), &told), SQL_SUCCESS);
        EXPECT_EQ(told, parameters);
        EXPECT_EQ(procedure[3], std::to_string(inputs));
        EXPECT_EQ(procedure[4], std::to_string(outputs));
        EXPECT_EQ(procedure[5], results == 0 ? "0" : "1");
        if (inputs != 0) continue;
        ASSERT_EQ(call.prepare("{call " + name + "}"), SQL_SUCCESS) << call.message();
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
    EXPECT_EQ(names(nullptr, "dqlite\\_d%"), "dqlite_describe dqlite_dump ");
    EXPECT_EQ(names(nullptr, "%nod_s"), "dqlite_nodes ");
    EXPECT_EQ(names(nullptr, "DQLITE%ER"), "dqlite_leader dqlite_transfer ");
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
        EXPECT_EQ(rows[0].size(), 14U) << rows[0][0].value_or("");
        return rows[0];
    };
    const auto version = query("SELECT sqlite_version()")[0][0];
    (void)counters();  // the server's class is asked for once
    const auto before = counters();
    ASSERT_EQ(before.size(), 14U);
    EXPECT_EQ(before[0], node().address());
    EXPECT_EQ(before[1], generation() == ServerGeneration::debian12 ? "1.11" : before[1]);
    EXPECT_EQ(before[2], version);
    for (std::size_t i = 9; i < 13; ++i) EXPECT_EQ(before[i], "0") << "no CommitProof, no doubt";
    EXPECT_EQ(query("SELECT sqlite_version()")[0][0], version);
    const auto after = counters();
    // The SELECT was one request and its answer.
    EXPECT_EQ(std::stoi(*after[5]), std::stoi(*before[5]) + 1);
    EXPECT_EQ(std::stoi(*after[6]), std::stoi(*before[6]) + 1);
    EXPECT_GT(std::stoi(*after[8]), std::stoi(*before[8]));
    EXPECT_EQ(after[13], before[13]) << "executed directly, and prepared before";
    OdbcStatement third{connection()};
    ASSERT_EQ(third.prepare("SELECT 3"), SQL_SUCCESS);
    ASSERT_EQ(third.execute(), SQL_SUCCESS) << third.message();
    ASSERT_EQ(third.close(), SQL_SUCCESS);
    EXPECT_EQ(std::stoi(*counters()[13]), std::stoi(*after[13]) + 1);
}

TEST_P(Procedures, TheSessionTellsThatItTriedAgainAndMoved) {
    const auto counter = [&](std::size_t column) {
        return std::stoull(query("{call dqlite_session()}").at(0).at(column).value());
    };
    constexpr std::size_t retries = 3;
    constexpr std::size_t reconnects = 4;
    constexpr std::size_t bytes_sent = 7;
    run("CREATE TABLE t (a)");
    const OdbcConnection other{connection_string(node().address())};
    OdbcStatement writer{other};
    ASSERT_EQ(writer.direct("BEGIN IMMEDIATE"), SQL_SUCCESS) << writer.message();
    OdbcConnection hasty{connection_string(node().address(), "BusyTimeout=0.3")};
    OdbcStatement waiting{hasty};
    EXPECT_EQ(waiting.direct("INSERT INTO t VALUES (1)"), SQL_ERROR);
    EXPECT_EQ(waiting.state(), "40001") << waiting.message();
    EXPECT_GT(std::stoull(waiting.query("{call dqlite_session()}").at(0).at(retries).value()), 0U);
    EXPECT_EQ(counter(retries), 0U) << "of the connection that did not wait";
    ASSERT_EQ(writer.direct("ROLLBACK"), SQL_SUCCESS) << writer.message();

    const auto sent = counter(bytes_sent);
    ASSERT_EQ(counter(reconnects), 0U);
    node().kill9();
    node().restart();
    EXPECT_EQ(query("SELECT count(*) FROM t"), (Rows{{"0"}}));
    EXPECT_EQ(counter(reconnects), 1U);
    EXPECT_GT(counter(bytes_sent), sent);
}

TEST_P(Procedures, TheSessionTellsHowFullItsCacheIs) {
    for (int i = 0; i < 300; ++i) {
        OdbcStatement statement{connection()};
        ASSERT_EQ(statement.prepare("SELECT " + std::to_string(i)), SQL_SUCCESS);
        ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
    }
    // The server's class is asked for by a statement that is not of the cache.
    EXPECT_EQ(query("{call dqlite_session()}").at(0).back(), "256");
    EXPECT_EQ(query("SELECT 1"), (Rows{{"1"}}));
}

TEST_P(Procedures, UnknownOnesAndArgumentsAreRefused) {
    OdbcStatement statement{connection()};
    for (const char* const sql :
         {"{call dqlite_nobody()}", "{call dqlite_nodes(1)}", "{? = call dqlite_session()}",
          "{call dqlite_leader('here')}", "{call dqlite_describe(1 + 1)}",
          "{call dqlite_describe(:address)}"}) {
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
