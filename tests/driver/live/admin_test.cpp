// The procedures that look after a cluster: who may call them, what goes in and what comes out.
#include <array>
#include <cstring>
#include <filesystem>

#include "tests/driver/live/fixture.h"
#include "tests/support/cluster.h"

namespace dqlite::test {
namespace {

/// Binds text parameters, as most applications do; their storage must stay.
void bind_text(OdbcStatement& statement, SQLUSMALLINT number, std::string& value) {
    static SQLLEN nts = SQL_NTS;
    ASSERT_EQ(SQLBindParameter(statement.handle(), number, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR,
                               255, 0, value.data(), 0, &nts),
              SQL_SUCCESS)
        << statement.message();
}

class AdminOnOneNode : public OnOneNode {
  protected:
    [[nodiscard]] OdbcConnection& admin() { return *admin_; }
    void SetUp() override {
        OnOneNode::SetUp();
        admin_ =
            std::make_unique<OdbcConnection>(connection_string(node().address(), "AllowAdmin=1;"));
        ASSERT_TRUE(admin_->ok());
    }

  private:
    std::unique_ptr<OdbcConnection> admin_;
};
DQLITE_ON_EACH_GENERATION(AdminOnOneNode);

TEST_P(AdminOnOneNode, WhatChangesTheClusterNeedsAllowAdmin) {
    OdbcStatement statement{connection()};
    for (const char* const sql :
         {"{call dqlite_add(2, '127.0.0.1:1')}", "{call dqlite_assign(1, 'spare')}",
          "{call dqlite_remove(1)}", "{call dqlite_transfer}", "{call dqlite_weight(3)}",
          "{call dqlite_dump('default', '/nowhere')}"}) {
        EXPECT_EQ(statement.direct(sql), SQL_ERROR) << sql;
        EXPECT_EQ(statement.state(), "42000") << sql;
        EXPECT_NE(statement.message().find("AllowAdmin=1"), std::string::npos);
        EXPECT_EQ(statement.prepare(sql), SQL_ERROR) << sql;
    }
    EXPECT_EQ(statement.query("{call dqlite_describe}").size(), 1U);
    EXPECT_EQ(query("{call dqlite_nodes}").size(), 1U);
}

TEST_P(AdminOnOneNode, OutputParametersAreDeliveredBesideTheResultSet) {
    OdbcStatement statement{connection()};
    std::uint64_t id = 0;
    SQLLEN id_length = 0;
    std::array<char, 64> address{};
    SQLLEN address_length = 0;
    ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_OUTPUT, SQL_C_UBIGINT, SQL_DECIMAL,
                               20, 0, &id, 0, &id_length),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindParameter(statement.handle(), 2, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR,
                               255, 0, address.data(), address.size(), &address_length),
              SQL_SUCCESS);
    ASSERT_EQ(statement.direct("{? = call dqlite_leader(?)}"), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(id, 1U);
    EXPECT_EQ(address.data(), node().address());
    EXPECT_EQ(address_length, static_cast<SQLLEN>(node().address().size()));
    EXPECT_EQ(statement.all(), (Rows{{"1", node().address()}}));

    // A buffer too small is told with the whole length.
    std::array<char, 4> small{};
    ASSERT_EQ(SQLBindParameter(statement.handle(), 2, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR,
                               255, 0, small.data(), small.size(), &address_length),
              SQL_SUCCESS);
    ASSERT_EQ(statement.direct("{? = call dqlite_leader(?)}"), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(statement.state(), "01004");
    EXPECT_EQ(address_length, static_cast<SQLLEN>(node().address().size()));
    EXPECT_EQ(std::string{small.data()}, node().address().substr(0, 3));
    EXPECT_EQ(statement.all().size(), 1U);

    // No buffer at all: the value is let go. Bound for input: too.
    ASSERT_EQ(SQLBindParameter(statement.handle(), 2, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR,
                               255, 0, nullptr, 0, nullptr),
              SQL_SUCCESS);
    ASSERT_EQ(statement.direct("{? = call dqlite_leader(?)}"), SQL_SUCCESS) << statement.message();
    ASSERT_EQ(statement.close(), SQL_SUCCESS);
    std::string kept = "kept";
    bind_text(statement, 2, kept);
    ASSERT_EQ(statement.direct("{? = call dqlite_leader(?)}"), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(kept, "kept");
}

TEST_P(AdminOnOneNode, OutputParametersTakeEveryCType) {
    OdbcStatement statement{admin()};
    ASSERT_EQ(statement.direct("{call dqlite_weight(7)}"), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(statement.columns(), 0);
    EXPECT_EQ(statement.row_count(), -1);
    union {
        SQLBIGINT big;
        SQLINTEGER integer;
        SQLSMALLINT small;
        double real;
        SQL_NUMERIC_STRUCT numeric;
        SQLWCHAR wide[8];
    } weight{};
    SQLLEN length = 0;
    const auto call = [&](SQLSMALLINT c_type) {
        std::memset(&weight, 0, sizeof weight);
        EXPECT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_OUTPUT, c_type, SQL_DECIMAL, 20,
                                   0, &weight, sizeof weight, &length),
                  SQL_SUCCESS);
        ASSERT_EQ(statement.direct("{call dqlite_describe(, , ?)}"), SQL_SUCCESS)
            << statement.message();
        EXPECT_EQ(statement.all()[0][1], "7");
    };
    call(SQL_C_SBIGINT);
    EXPECT_EQ(weight.big, 7);
    EXPECT_EQ(length, 8);
    call(SQL_C_LONG);
    EXPECT_EQ(weight.integer, 7);
    call(SQL_C_SHORT);
    EXPECT_EQ(weight.small, 7);
    call(SQL_C_DOUBLE);
    EXPECT_EQ(weight.real, 7.0);
    call(SQL_C_NUMERIC);
    EXPECT_EQ(weight.numeric.val[0], 7);
    call(SQL_C_WCHAR);
    EXPECT_EQ(weight.wide[0], '7');
    EXPECT_EQ(length, static_cast<SQLLEN>(sizeof(SQLWCHAR)));
}

TEST_P(AdminOnOneNode, InputParametersTakeEveryCTypeThatHoldsANumber) {
    OdbcStatement statement{admin()};
    const auto weight = [&] { return query("{call dqlite_describe}")[0][1].value_or(""); };
    ASSERT_EQ(statement.prepare("{call dqlite_weight(?)}"), SQL_SUCCESS) << statement.message();
    SQLLEN length = 0;
    const auto set = [&](SQLSMALLINT c_type, SQLSMALLINT sql_type, auto value) {
        EXPECT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, c_type, sql_type, 20, 0,
                                   &value, sizeof value, &length),
                  SQL_SUCCESS);
        const auto result = statement.execute();
        EXPECT_EQ(statement.close(), SQL_SUCCESS);
        return result;
    };
    EXPECT_EQ(set(SQL_C_LONG, SQL_INTEGER, SQLINTEGER{11}), SQL_SUCCESS);
    EXPECT_EQ(weight(), "11");
    EXPECT_EQ(set(SQL_C_SBIGINT, SQL_BIGINT, SQLBIGINT{12}), SQL_SUCCESS);
    EXPECT_EQ(weight(), "12");
    EXPECT_EQ(set(SQL_C_DOUBLE, SQL_DOUBLE, 13.0), SQL_SUCCESS);
    EXPECT_EQ(weight(), "13");
    EXPECT_EQ(set(SQL_C_UTINYINT, SQL_TINYINT, SQLCHAR{14}), SQL_SUCCESS);
    EXPECT_EQ(weight(), "14");
    length = 2 * sizeof(SQLWCHAR);
    EXPECT_EQ(set(SQL_C_WCHAR, SQL_WVARCHAR, std::array<SQLWCHAR, 2>{'1', '5'}), SQL_SUCCESS);
    EXPECT_EQ(weight(), "15");
    length = 2;
    EXPECT_EQ(set(SQL_C_CHAR, SQL_DECIMAL, std::array{'1', '6'}), SQL_SUCCESS);
    EXPECT_EQ(weight(), "16");

    const auto refused = [&](SQLSMALLINT c_type, SQLSMALLINT sql_type, auto value) {
        EXPECT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, c_type, sql_type, 20, 0,
                                   &value, sizeof value, &length),
                  SQL_SUCCESS);
        EXPECT_EQ(statement.execute(), SQL_ERROR);
        return statement.state();
    };
    length = 1;
    EXPECT_EQ(refused(SQL_C_CHAR, SQL_VARCHAR, 'x'), "22018");
    EXPECT_EQ(refused(SQL_C_LONG, SQL_INTEGER, SQLINTEGER{-1}), "22018");
    EXPECT_EQ(refused(SQL_C_DOUBLE, SQL_DOUBLE, 2.5), "22018");
    length = SQL_NULL_DATA;
    EXPECT_EQ(refused(SQL_C_LONG, SQL_INTEGER, SQLINTEGER{1}), "42000");
    length = SQL_DEFAULT_PARAM;
    EXPECT_EQ(refused(SQL_C_LONG, SQL_INTEGER, SQLINTEGER{1}), "07S01");
    EXPECT_EQ(weight(), "16");
}

TEST_P(AdminOnOneNode, DataAtExecutionFillsArguments) {
    OdbcStatement statement{admin()};
    ASSERT_EQ(statement.prepare("{call dqlite_describe(?)}"), SQL_SUCCESS);
    SQLLEN length = SQL_DATA_AT_EXEC;
    int token = 0;
    ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 255,
                               0, &token, 0, &length),
              SQL_SUCCESS);
    ASSERT_EQ(statement.execute(), SQL_NEED_DATA);
    SQLPOINTER asked = nullptr;
    ASSERT_EQ(SQLParamData(statement.handle(), &asked), SQL_NEED_DATA);
    EXPECT_EQ(asked, &token);
    std::string address = node().address();
    ASSERT_EQ(SQLPutData(statement.handle(), address.data(), 5), SQL_SUCCESS);
    ASSERT_EQ(SQLPutData(statement.handle(), address.data() + 5, SQL_NTS), SQL_SUCCESS);
    ASSERT_EQ(SQLParamData(statement.handle(), &asked), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(statement.all().size(), 1U);
}

TEST_P(AdminOnOneNode, OutputIsForCallsOnly) {
    run("CREATE TABLE t (a)");
    OdbcStatement statement{connection()};
    SQLINTEGER value = 4;
    const auto bind = [&](SQLSMALLINT direction) {
        return SQLBindParameter(statement.handle(), 1, direction, SQL_C_LONG, SQL_INTEGER, 10, 0,
                                &value, 0, nullptr);
    };
    // SQLSetParam of ODBC 1 arrives as input and output: for a statement that is input.
    ASSERT_EQ(bind(SQL_PARAM_INPUT_OUTPUT), SQL_SUCCESS);
    ASSERT_EQ(statement.direct("INSERT INTO t VALUES (?)"), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(query("SELECT a FROM t"), (Rows{{"4"}}));
    ASSERT_EQ(bind(SQL_PARAM_OUTPUT), SQL_SUCCESS);
    EXPECT_EQ(statement.direct("INSERT INTO t VALUES (?)"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "HY105");
    ASSERT_EQ(statement.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{2}), SQL_SUCCESS);
    ASSERT_EQ(bind(SQL_PARAM_INPUT), SQL_SUCCESS);
    EXPECT_EQ(statement.direct("{call dqlite_describe(?)}"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "HYC00");
}

TEST_P(AdminOnOneNode, BadArgumentsAreRefusedAndTheServerIsNotAsked) {
    OdbcStatement statement{admin()};
    const auto state_of = [&](const char* sql) {
        EXPECT_EQ(statement.direct(sql), SQL_ERROR) << sql;
        return statement.state();
    };
    EXPECT_EQ(state_of("{call dqlite_add(2)}"), "42000");
    EXPECT_EQ(state_of("{call dqlite_remove()}"), "42000");
    EXPECT_EQ(state_of("{call dqlite_remove(NULL)}"), "42000");
    EXPECT_EQ(state_of("{call dqlite_remove('one')}"), "22018");
    EXPECT_EQ(state_of("{call dqlite_remove(-1)}"), "22018");
    EXPECT_EQ(state_of("{call dqlite_add(2, '127.0.0.1:1', 'king')}"), "42000");
    EXPECT_EQ(state_of("{call dqlite_add(2, 'nonsense:port')}"), "42000");
    EXPECT_EQ(state_of("{call dqlite_dump('../etc', '/tmp')}"), "42000");
    EXPECT_EQ(query("{call dqlite_nodes}").size(), 1U);
    // What only the server knows, it tells.
    EXPECT_EQ(statement.direct("{call dqlite_remove(99)}"), SQL_ERROR);
    EXPECT_NE(statement.native(), 0) << statement.message();
}

TEST_P(AdminOnOneNode, DumpsADatabase) {
    run("CREATE TABLE t (a)");
    run("INSERT INTO t VALUES ('kept')");
    const TemporaryDirectory directory;
    OdbcStatement statement{admin()};
    std::string database = "default";
    std::string target = directory.path();
    bind_text(statement, 1, database);
    bind_text(statement, 2, target);
    ASSERT_EQ(statement.prepare("{call dqlite_dump(?, ?)}"), SQL_SUCCESS);
    ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
    const auto files = statement.all();
    ASSERT_FALSE(files.empty());
    EXPECT_EQ(files[0][0], target + "/default");
    for (const auto& file : files) {
        EXPECT_EQ(std::to_string(std::filesystem::file_size(*file[0])), file[1]);
    }
    EXPECT_EQ(statement.execute(), SQL_ERROR);  // never over a file that is there
    EXPECT_NE(statement.message().find("File exists"), std::string::npos) << statement.message();
}

TEST_P(AdminOnOneNode, QueryTimeoutEndsAProcedure) {
    OdbcStatement statement{admin()};
    ASSERT_EQ(statement.set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{1}), SQL_SUCCESS);
    node().sigstop();
    const auto result = statement.direct("{call dqlite_nodes}");
    node().sigcont();
    EXPECT_EQ(result, SQL_ERROR);
    EXPECT_EQ(statement.state(), "HYT00") << statement.message();
    EXPECT_EQ(statement.query("{call dqlite_nodes}").size(), 1U);
}

class AdminOnACluster : public OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(AdminOnACluster);

TEST_P(AdminOnACluster, NodesComeChangeLeadAndGo) {
    Cluster cluster{generation()};
    Node fourth{generation(), {.id = 4, .join = cluster.leader().address(), .role = "spare"}};
    const OdbcConnection connection{connection_string(cluster.addresses(), "AllowAdmin=1;")};
    ASSERT_TRUE(connection.ok());
    OdbcStatement statement{connection};
    const auto done = [&](const std::string& sql) {
        EXPECT_EQ(statement.direct(sql), SQL_SUCCESS) << sql << ": " << statement.message();
    };
    const auto role_of_4 = [&]() -> Cell {
        for (const auto& node : statement.query("{call dqlite_nodes()}")) {
            if (node[0] == "4") return node[2];
        }
        return std::nullopt;
    };
    EXPECT_EQ(role_of_4(), "spare");
    done("{call dqlite_remove(4)}");
    EXPECT_EQ(role_of_4(), std::nullopt);
    done("{call dqlite_add(4, '" + fourth.address() + "', 'standby')}");
    EXPECT_EQ(role_of_4(), "standby");
    done("{call dqlite_assign('4', 'VOTER')}");
    EXPECT_EQ(role_of_4(), "voter");
    done("{call dqlite_weight(9, '" + fourth.address() + "')}");
    EXPECT_EQ(statement.query("{call dqlite_describe('" + fourth.address() + "')}")[0][1], "9");

    // Input and output in one: who is to lead, and who does.
    SQLBIGINT id = 4;
    SQLLEN length = 0;
    ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT_OUTPUT, SQL_C_SBIGINT,
                               SQL_DECIMAL, 20, 0, &id, 0, &length),
              SQL_SUCCESS);
    // A server gives a transfer up that takes as long as an election would.
    const auto transfer = [&](SQLLEN given) {
        constexpr int most_tries = 10;
        for (int tries = 1;; ++tries) {
            length = given;
            if (statement.direct("{call dqlite_transfer(?)}") == SQL_SUCCESS) return;
            ASSERT_NE(statement.message().find("leadership transfer failed"), std::string::npos)
                << statement.message();
            ASSERT_LT(tries, most_tries);
        }
    };
    transfer(8);
    EXPECT_EQ(id, 4);
    EXPECT_EQ(length, 8);
    transfer(SQL_NULL_DATA);
    EXPECT_EQ(length, 8);
    EXPECT_NE(id, 4);
    EXPECT_EQ(statement.query("{call dqlite_leader()}")[0][0], std::to_string(id));
    EXPECT_EQ(statement.query("SELECT 1"), (Rows{{"1"}}));
}

}  // namespace
}  // namespace dqlite::test
