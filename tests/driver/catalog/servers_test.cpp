// The same calls on real servers of each generation and on SQLite itself: the same rows.
#include <gtest/gtest.h>

#include "client/session.h"
#include "tests/driver/catalog/database.h"
#include "tests/support/each_generation.h"
#include "tests/support/node.h"

namespace dqlite::odbc::test {
namespace {

constexpr const char* statements[] = {
    "CREATE TABLE customer(id INTEGER PRIMARY KEY, mail VARCHAR(40) NOT NULL UNIQUE, born DATE,"
    " active BOOLEAN DEFAULT 1, seen TIMESTAMP, twice INT AS (id * 2))",
    "CREATE TABLE \"Or.d'er\"\"s\"(year INT, number INT, customer REFERENCES customer"
    " ON DELETE CASCADE, CONSTRAINT order_pk PRIMARY KEY (number, year)) WITHOUT ROWID",
    "CREATE TABLE line(n, y, CONSTRAINT line_order FOREIGN KEY (n, y)"
    " REFERENCES \"or.d'er\"\"s\" DEFERRABLE INITIALLY DEFERRED)",
    "CREATE UNIQUE INDEX line_partial ON line(lower(n) DESC, y) WHERE y > 0",
    "CREATE VIEW a_good AS SELECT mail, born FROM customer",
    "CREATE TABLE gone(x)",
    "CREATE VIEW broken AS SELECT x FROM gone",
    "DROP TABLE gone",
    "CREATE VIEW z_good AS SELECT year FROM \"Or.d'er\"\"s\"",
    "CREATE TEMP TABLE line(other TEXT PRIMARY KEY)",
};

std::vector<CatalogQuery> calls() {
    const CatalogOptions options;
    std::vector<CatalogQuery> calls;
    calls.push_back(tables({}, {}, {}, {}, options));
    calls.push_back(tables({}, "main", "%ER\"S", "'TABLE', 'VIEW'", options));
    calls.push_back(columns({}, {}, "customer", {}, options));
    calls.push_back(columns({}, {}, "%good", "%", options));
    calls.push_back(columns({}, {}, "broken", {}, options));
    calls.push_back(columns({}, {}, {}, {}, options));
    calls.push_back(special_columns(SQL_BEST_ROWID, {}, {}, "customer", SQL_SCOPE_SESSION,
                                    SQL_NO_NULLS, options));
    calls.push_back(table_privileges({}, {}, {}, options));
    for (const Argument& table : {Argument{"customer"}, Argument{"or.d'er\"s"}, Argument{"line"}}) {
        calls.push_back(primary_keys({}, {}, table, options));
        calls.push_back(foreign_keys({}, {}, table, {}, {}, {}, options));
        calls.push_back(foreign_keys({}, {}, {}, {}, {}, table, options));
        calls.push_back(statistics({}, {}, table, SQL_INDEX_ALL, SQL_QUICK, options));
        calls.push_back(statistics({}, "main", table, SQL_INDEX_UNIQUE, SQL_ENSURE, options));
        calls.push_back(column_privileges({}, {}, table, {}, options));
    }
    return calls;
}

class CatalogOnServers : public dqlite::test::OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(CatalogOnServers);

RunQuery sender(client::Session& session) {
    return [&session](const std::string& sql, const std::vector<Argument>& arguments) {
        std::vector<wire::Value> parameters;
        for (const Argument& argument : arguments)
            parameters.push_back(wire::Value::text(*argument));
        return session.query(client::parse_one_statement(sql).value(), parameters);
    };
}

TEST_P(CatalogOnServers, GivesTheRowsSqliteGives) {
    const dqlite::test::Node node{generation()};
    client::Options options;
    options.servers = {node.wait_for_leader()};
    auto session = client::Session::connect(options);
    ASSERT_TRUE(session) << session.error().message;
    Database reference{""};
    for (const char* sql : statements) {
        reference.execute(sql);
        const auto done = (*session)->execute(client::parse_one_statement(sql).value());
        ASSERT_TRUE(done) << sql << ": " << done.error().message;
    }

    for (const CatalogQuery& call : calls()) {
        const Lines expected = reference.rows(call);
        EXPECT_EQ(lines_of(call, sender(**session)), expected) << call.sql;
    }
}

TEST_P(CatalogOnServers, CostsOneRoundTrip) {
    const dqlite::test::Node node{generation()};
    client::Options options;
    options.servers = {node.wait_for_leader()};
    auto session = client::Session::connect(options);
    ASSERT_TRUE(session) << session.error().message;
    const auto create = client::parse_one_statement("CREATE TABLE t(a INTEGER PRIMARY KEY)");
    ASSERT_TRUE((*session)->execute(create.value()));

    const auto before = (*session)->statistics().round_trips;
    EXPECT_EQ(lines_of(columns({}, {}, "t", {}, {}), sender(**session)).size(), 1U);
    EXPECT_EQ((*session)->statistics().round_trips - before, 1U);
}

}  // namespace
}  // namespace dqlite::odbc::test
