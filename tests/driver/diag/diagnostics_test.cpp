// What a failure becomes: state by code, text, outcome and place; and the order of records.
#include "driver/diag/diagnostics.h"

#include <string>

#include <gtest/gtest.h>

#include "driver/diag/diag_fields.h"
#include "driver/diag/server_codes.h"

namespace dqlite::odbc {
namespace {

using client::Error;
using client::ErrorKind;
using client::Outcome;

std::string state(ErrorKind kind, std::uint64_t code, const char* message, Outcome outcome,
                  ErrorContext context) {
    Error error;
    error.kind = kind;
    error.code = code;
    error.message = message;
    error.outcome = outcome;
    return std::string{entry(diagnose(error, context).state).code};
}

std::string statement_state(ErrorKind kind, std::uint64_t code = 0, const char* message = "x") {
    return state(kind, code, message, Outcome::not_applied, ErrorContext::statement);
}

struct Said {
    const char* text;
    const char* state;
};

// As SQLite words them.
TEST(Diagnose, ReadsSqlitesTextsWhereTheCodeSaysNothing) {
    const Said cases[] = {
        {"no such table: t", "42S02"},
        {"no such table: main.t", "42S02"},
        {"error in view v: no such table: main.t", "42S02"},
        {"no such view: v", "42S02"},
        {"no such column: c", "42S22"},
        {"table t has no column named c", "42S22"},
        {"table t already exists", "42S01"},
        {"view v already exists", "42S01"},
        {"there is already a table named t", "42S01"},
        {"index i already exists", "42S11"},
        {"no such index: i", "42S12"},
        {"duplicate column name: c", "42S21"},
        {"table t has 2 columns but 3 values were supplied", "21S01"},
        {"3 values for 2 columns", "21S01"},
        {"expected 2 columns for 'v' but got 1", "21S02"},
        {"near \"SELEC\": syntax error", "42000"},
        {"incomplete input", "42000"},
        {"unrecognized token: \"'abc\"", "42000"},
        {"no such function: foo", "42000"},
        {"wrong number of arguments to function abs()", "42000"},
        {"ambiguous column name: c", "42000"},
        {"misuse of aggregate: count()", "42000"},
        {"too many SQL variables", "42000"},
        {"unknown database x", "3F000"},
        {"integer overflow", "22003"},
        {"cannot commit - no transaction is active", "25000"},
        {"cannot start a transaction within a transaction", "25000"},
        {"ESCAPE expression must be a single character", "22019"},
        {"SQL logic error", "HY000"},
        {"", "HY000"},
        {"a table that no such rule knows already existed", "HY000"},
    };
    for (const Said& one : cases) {
        EXPECT_EQ(statement_state(ErrorKind::server, 1, one.text), one.state) << one.text;
    }
    // Only code 1 is read by its text: a trigger's RAISE may say anything.
    EXPECT_EQ(statement_state(ErrorKind::server, 1811, "no such table: t"), "23000");
}

TEST(Diagnose, MapsTheServersCodes) {
    const std::pair<std::uint64_t, const char*> cases[] = {
        {0, "42000"},    {5, "40001"},    {261, "40001"},   {517, "40001"},   {6, "40001"},
        {7, "HY001"},    {8, "25000"},    {9, "HY008"},     {10, "HY000"},    {11, "HY000"},
        {13, "HY000"},   {18, "22001"},   {19, "23000"},    {275, "23000"},   {787, "23000"},
        {1299, "23000"}, {1555, "23000"}, {2067, "23000"},  {2579, "23000"},  {3091, "23000"},
        {20, "22018"},   {23, "42000"},   {25, "07009"},    {516, "40001"},   {1001, "08S01"},
        {1002, "HY000"}, {1005, "08S01"}, {10250, "08S01"}, {10506, "08S01"},
    };
    for (const auto& [code, expected] : cases) {
        EXPECT_EQ(statement_state(ErrorKind::server, code), expected) << code;
    }
}

TEST(Diagnose, MapsWhatFailedOnThisSide) {
    EXPECT_EQ(statement_state(ErrorKind::busy, 5), "40001");
    EXPECT_EQ(statement_state(ErrorKind::transaction_lost), "40001");
    EXPECT_EQ(statement_state(ErrorKind::unreachable), "08S01");
    EXPECT_EQ(statement_state(ErrorKind::no_leader, 10250), "08S01");
    EXPECT_EQ(statement_state(ErrorKind::lost), "08S01");
    EXPECT_EQ(statement_state(ErrorKind::protocol), "08S01");
    EXPECT_EQ(statement_state(ErrorKind::session_lost), "08S01");
    EXPECT_EQ(statement_state(ErrorKind::timeout), "HYT00");
    EXPECT_EQ(statement_state(ErrorKind::cancelled), "HY008");
    EXPECT_EQ(statement_state(ErrorKind::refused), "42000");
    EXPECT_EQ(statement_state(ErrorKind::invalid), "42000");
    EXPECT_EQ(statement_state(ErrorKind::limit), "HY000");
}

TEST(Diagnose, SaysFirstWhatHappenedToTheData) {
    const auto unknown = Outcome::unknown;
    const auto rolled_back = Outcome::rolled_back;
    for (const ErrorKind kind : {ErrorKind::server, ErrorKind::lost, ErrorKind::timeout,
                                 ErrorKind::cancelled, ErrorKind::busy, ErrorKind::protocol}) {
        EXPECT_EQ(state(kind, 10506, "x", unknown, ErrorContext::statement), "40003");
        EXPECT_EQ(state(kind, 10506, "x", unknown, ErrorContext::end_transaction), "08007");
        EXPECT_EQ(state(kind, 10506, "x", rolled_back, ErrorContext::statement), "40001");
        EXPECT_EQ(state(kind, 10506, "x", rolled_back, ErrorContext::end_transaction), "40001");
    }
}

TEST(Diagnose, ConstraintsThatFailAtCommitHaveAStateOfTheirOwn) {
    for (const auto kind : {ErrorKind::server, ErrorKind::transaction_lost}) {
        EXPECT_EQ(state(kind, 787, "FOREIGN KEY constraint failed", Outcome::rolled_back,
                        ErrorContext::end_transaction),
                  "40002");
    }
    EXPECT_EQ(state(ErrorKind::server, 787, "x", Outcome::unknown, ErrorContext::end_transaction),
              "08007");
}

TEST(Diagnose, ConnectingHasItsOwnStates) {
    const auto connect = [](ErrorKind kind) {
        return state(kind, 0, "x", Outcome::not_applied, ErrorContext::connect);
    };
    for (const ErrorKind kind :
         {ErrorKind::unreachable, ErrorKind::no_leader, ErrorKind::lost, ErrorKind::tls,
          ErrorKind::protocol, ErrorKind::policy, ErrorKind::invalid}) {
        EXPECT_EQ(connect(kind), "08001");
    }
    EXPECT_EQ(connect(ErrorKind::timeout), "HYT00");
    EXPECT_EQ(connect(ErrorKind::server), "08004");
    EXPECT_EQ(connect(ErrorKind::cancelled), "HY008");
}

TEST(Diagnose, KeepsTextCodeAndAddress) {
    Error error;
    error.code = 2067;
    error.message = "UNIQUE constraint failed: t.a";
    error.address = "h:9001";
    Diagnostic record = diagnose(error, ErrorContext::statement);
    EXPECT_EQ(record.native, 2067);
    EXPECT_EQ(Diagnostics::text(record), "[dqlite-odbc][dqlite] UNIQUE constraint failed: t.a");

    error = {};
    error.kind = ErrorKind::lost;
    error.message = "the server closed the connection";
    error.address = "h:9001";
    record = diagnose(error, ErrorContext::statement);
    EXPECT_EQ(Diagnostics::text(record), "[dqlite-odbc] the server closed the connection (h:9001)");
    error.message = "h:9001: connection refused";
    EXPECT_EQ(diagnose(error, ErrorContext::statement).message, "h:9001: connection refused");

    error = {};
    error.code = UINT64_MAX;
    record = diagnose(error, ErrorContext::statement);
    EXPECT_EQ(record.native, 0);
    EXPECT_EQ(record.message, "General error");  // a record is never without a text
}

Diagnostic record(SqlState state, const char* message, SQLLEN row = SQL_NO_ROW_NUMBER) {
    Diagnostic made;
    made.state = state;
    made.message = message;
    made.row = row;
    return made;
}

TEST(Diagnostics, AreRankedAsTheReferenceHasIt) {
    Diagnostics list;
    list.add(record(SqlState::s01004, "row 2 warning", 2));
    list.add(record(SqlState::s01004, "warning"));
    list.add(record(SqlState::s22003, "row 1 error", 1));
    list.add(record(SqlState::s22018, "row 2 error", 2));
    list.add(record(SqlState::sHY000, "first error"));
    list.add(record(SqlState::s42S02, "second error"));
    list.add(record(SqlState::s40001, "transaction"));
    list.add(record(SqlState::s22003, "some row", SQL_ROW_NUMBER_UNKNOWN));
    std::string order;
    for (const Diagnostic& one : list.records()) order += one.message + ";";
    EXPECT_EQ(order,
              "some row;transaction;first error;second error;warning;row 1 error;row 2 error;"
              "row 2 warning;");
}

TEST(Diagnostics, ClearLeavesNothing) {
    Diagnostics list;
    list.add(record(SqlState::sHY000, "x"));
    list.return_code = SQL_ERROR;
    list.row_count = 3;
    list.cursor_row_count = 4;
    list.dynamic_function = "INSERT";
    list.dynamic_function_code = SQL_DIAG_INSERT;
    list.clear();
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(list.return_code, SQL_SUCCESS);
    EXPECT_EQ(list.row_count, -1);
    EXPECT_EQ(list.cursor_row_count, 0);
    EXPECT_EQ(list.dynamic_function, "");
    EXPECT_EQ(list.dynamic_function_code, SQL_DIAG_UNKNOWN_STATEMENT);
}

TEST(SqlStates, AreFiveCharactersWithAText) {
    for (const SqlStateEntry& one : sqlstate_table) {
        EXPECT_EQ(one.code.size(), 5U) << one.code;
        EXPECT_FALSE(one.text.empty()) << one.code;
    }
    EXPECT_TRUE(is_warning(SqlState::s01S02));
    EXPECT_FALSE(is_error(SqlState::s00000));
    EXPECT_TRUE(is_error(SqlState::sHYC00));
}

TEST(DiagFields, OriginsFollowTheReference) {
    EXPECT_EQ(class_origin(SqlState::s42S02), "ISO 9075");
    EXPECT_EQ(subclass_origin(SqlState::s42S02), "ODBC 3.0");
    EXPECT_EQ(class_origin(SqlState::s22003), "ISO 9075");
    EXPECT_EQ(subclass_origin(SqlState::s22003), "ISO 9075");
    EXPECT_EQ(class_origin(SqlState::sIM001), "ODBC 3.0");
    EXPECT_EQ(subclass_origin(SqlState::sHYT00), "ODBC 3.0");
    EXPECT_EQ(subclass_origin(SqlState::sHY000), "ISO 9075");
}

DynamicFunction function(client::Verb verb, const char* sql) {
    client::Statement statement;
    statement.verb = verb;
    statement.sql = sql;
    return dynamic_function(statement);
}

TEST(DiagFields, DynamicFunctionsFollowTheReference) {
    using client::Verb;
    EXPECT_EQ(function(Verb::select, "SELECT 1").text, "SELECT CURSOR");
    EXPECT_EQ(function(Verb::select, "SELECT 1").code, SQL_DIAG_SELECT_CURSOR);
    EXPECT_EQ(function(Verb::update, "UPDATE t SET a = 1").code, SQL_DIAG_UPDATE_WHERE);
    EXPECT_EQ(function(Verb::create, "CREATE TABLE t (a)").text, "CREATE TABLE");
    EXPECT_EQ(function(Verb::create, "/* x */ create /**/ temp table t (a)").text, "CREATE TABLE");
    EXPECT_EQ(function(Verb::create, "CREATE UNIQUE INDEX i ON t (a)").code, SQL_DIAG_CREATE_INDEX);
    EXPECT_EQ(function(Verb::create, "CREATE VIEW v AS SELECT 1").text, "CREATE VIEW");
    EXPECT_EQ(function(Verb::drop, "DROP VIEW v").code, SQL_DIAG_DROP_VIEW);
    EXPECT_EQ(function(Verb::create, "CREATE TRIGGER x").text, "");
    EXPECT_EQ(function(Verb::create, "CREATE").code, SQL_DIAG_UNKNOWN_STATEMENT);
    EXPECT_EQ(function(Verb::pragma, "PRAGMA x").code, SQL_DIAG_UNKNOWN_STATEMENT);
}

}  // namespace
}  // namespace dqlite::odbc
