// Core: parameters, arrays of them, bind offsets, data at execution.
#include <array>
#include <cstddef>
#include <cstring>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

constexpr const char* two_columns = "id INTEGER, name VARCHAR(40)";

void counted(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_count", two_columns};
    const Statement statement{session};
    statement.prepare("SELECT id /* ? */ FROM cp_count WHERE id = ? AND name <> '?' AND name = ?");
    SQLSMALLINT count = -1;
    statement.handle().ok(SQLNumParams(statement.raw(), &count), "SQLNumParams");
    expect_equal(count, 2, "markers, without those in a comment and a literal");
}

void null_parameter(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_null", two_columns};
    const Statement statement{session};
    SQLLEN null = SQL_NULL_DATA;
    statement.bind_parameter(1, SQL_C_CHAR, SQL_VARCHAR, 40, 0, nullptr, 0, &null);
    statement.direct("INSERT INTO cp_null VALUES (1, ?)");
    expect_equal(session.scalar("SELECT name FROM cp_null"), "(null)", "stored");
}

void default_types(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_default", two_columns};
    const Statement statement{session};
    const SQLINTEGER id = 7;
    statement.bind_parameter(1, SQL_C_DEFAULT, SQL_INTEGER, 0, 0, &id, 0, nullptr);
    statement.bind_parameter(2, SQL_C_DEFAULT, SQL_VARCHAR, 40, 0, "seven", 6, nullptr);
    statement.direct("INSERT INTO cp_default VALUES (?, ?)");
    expect_equal(session.scalar("SELECT name FROM cp_default WHERE id = 7"), "seven", "stored");
}

void null_terminated_and_counted(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_length", two_columns};
    const Statement statement{session};
    SQLLEN three = 3;
    SQLLEN terminated = SQL_NTS;
    statement.bind_parameter(1, SQL_C_CHAR, SQL_VARCHAR, 40, 0, "abcdef", 7, &three);
    statement.direct("INSERT INTO cp_length VALUES (1, ?)");
    statement.bind_parameter(1, SQL_C_CHAR, SQL_VARCHAR, 40, 0, "abcdef", 7, &terminated);
    statement.direct("INSERT INTO cp_length VALUES (2, ?)");
    expect_equal(session.scalar("SELECT name FROM cp_length WHERE id = 1"), "abc", "of length 3");
    expect_equal(session.scalar("SELECT name FROM cp_length WHERE id = 2"), "abcdef", "of SQL_NTS");
}

struct Pair {
    SQLINTEGER id;
    SQLLEN id_length;
    std::array<char, 20> name;
    SQLLEN name_length;
};

Pair pair(SQLINTEGER id, const char* name) {
    Pair made{id, 0, {}, SQL_NTS};
    std::strncpy(made.name.data(), name, made.name.size() - 1);
    return made;
}

void bind(const Statement& statement, const Pair& first) {
    statement.bind_parameter(1, SQL_C_SLONG, SQL_INTEGER, 0, 0, &first.id, 0,
                             const_cast<SQLLEN*>(&first.id_length));
    statement.bind_parameter(2, SQL_C_CHAR, SQL_VARCHAR, 20, 0, first.name.data(),
                             first.name.size(), const_cast<SQLLEN*>(&first.name_length));
}

void column_wise_array(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_columns", two_columns};
    const Statement statement{session};
    const std::array<SQLINTEGER, 3> ids{1, 2, 3};
    const std::array<std::array<char, 4>, 3> names{{{"one"}, {"two"}, {"thr"}}};
    std::array<SQLLEN, 3> lengths{SQL_NTS, SQL_NULL_DATA, 2};
    std::array<SQLUSMALLINT, 3> statuses{9, 9, 9};
    SQLULEN processed = 0;
    statement.set(SQL_ATTR_PARAMSET_SIZE, ids.size());
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.data());
    statement.set(SQL_ATTR_PARAMS_PROCESSED_PTR, &processed);
    statement.bind_parameter(1, SQL_C_SLONG, SQL_INTEGER, 0, 0, ids.data(), 0, nullptr);
    statement.bind_parameter(2, SQL_C_CHAR, SQL_VARCHAR, 20, 0, names.data(), 4, lengths.data());
    statement.direct("INSERT INTO cp_columns VALUES (?, ?)");
    expect_equal(static_cast<SQLLEN>(processed), 3, "sets processed");
    for (const auto status : statuses) expect_equal(status, SQL_PARAM_SUCCESS, "status of a set");
    const Statement look{session};
    look.direct("SELECT id, name FROM cp_columns ORDER BY id");
    expect_equal(look.rows(), "1,one;2,(null);3,th", "stored");
}

void row_wise_array(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_rows", two_columns};
    const Statement statement{session};
    const std::array pairs{pair(1, "one"), pair(2, "two"), pair(3, "three")};
    statement.set(SQL_ATTR_PARAMSET_SIZE, pairs.size());
    statement.set(SQL_ATTR_PARAM_BIND_TYPE, sizeof(Pair));
    bind(statement, pairs[0]);
    statement.direct("INSERT INTO cp_rows VALUES (?, ?)");
    const Statement look{session};
    look.direct("SELECT id, name FROM cp_rows ORDER BY id");
    expect_equal(look.rows(), "1,one;2,two;3,three", "stored");
}

void parameter_offset(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_offset", two_columns};
    const Statement statement{session};
    const std::array pairs{pair(1, "one"), pair(2, "two")};
    SQLULEN offset = 0;
    statement.set(SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset);
    bind(statement, pairs[0]);
    statement.prepare("INSERT INTO cp_offset VALUES (?, ?)");
    statement.execute();
    offset = sizeof(Pair);
    statement.execute();
    const Statement look{session};
    look.direct("SELECT id, name FROM cp_offset ORDER BY id");
    expect_equal(look.rows(), "1,one;2,two", "stored");
}

void ignored_sets(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_ignore", two_columns};
    const Statement statement{session};
    const std::array<SQLINTEGER, 3> ids{1, 2, 3};
    const std::array<SQLUSMALLINT, 3> operations{SQL_PARAM_PROCEED, SQL_PARAM_IGNORE,
                                                 SQL_PARAM_PROCEED};
    std::array<SQLUSMALLINT, 3> statuses{9, 9, 9};
    statement.set(SQL_ATTR_PARAMSET_SIZE, ids.size());
    statement.set(SQL_ATTR_PARAM_OPERATION_PTR, operations.data());
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.data());
    statement.bind_parameter(1, SQL_C_SLONG, SQL_INTEGER, 0, 0, ids.data(), 0, nullptr);
    statement.direct("INSERT INTO cp_ignore VALUES (?, 'x')");
    expect_equal(statuses[1], SQL_PARAM_UNUSED, "status of an ignored set");
    const Statement look{session};
    look.direct("SELECT id FROM cp_ignore ORDER BY id");
    expect_equal(look.rows(), "1;3", "stored");
}

void bad_set(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_bad", "id INTEGER PRIMARY KEY"};
    const Statement statement{session};
    const std::array<SQLINTEGER, 3> ids{1, 1, 3};
    std::array<SQLUSMALLINT, 3> statuses{9, 9, 9};
    statement.set(SQL_ATTR_PARAMSET_SIZE, ids.size());
    statement.set(SQL_ATTR_PARAM_STATUS_PTR, statuses.data());
    statement.bind_parameter(1, SQL_C_SLONG, SQL_INTEGER, 0, 0, ids.data(), 0, nullptr);
    const auto r = statement.try_direct("INSERT INTO cp_bad VALUES (?)");
    expect(r == SQL_SUCCESS_WITH_INFO || r == SQL_ERROR, "the call: " + show(r));
    expect_equal(statuses[1], SQL_PARAM_ERROR, "status of the bad set");
    // Whether the others are in is the driver's choice; what the status array says is not.
    const Statement look{session};
    look.direct("SELECT id FROM cp_bad ORDER BY id");
    std::string wanted;
    if (statuses[0] == SQL_PARAM_SUCCESS) wanted += "1";
    if (statuses[2] == SQL_PARAM_SUCCESS) wanted += wanted.empty() ? "3" : ";3";
    expect_equal(look.rows(), wanted, "stored, against what the statuses say");
}

/// Feeds one parameter in pieces; the pointer that SQLParamData gives is the one that was bound.
void feed(const Statement& statement, SQLPOINTER token,
          std::initializer_list<std::string_view> all) {
    SQLPOINTER which = nullptr;
    expect_equal(SQLParamData(statement.raw(), &which), SQL_NEED_DATA, "SQLParamData");
    expect(which == token, "SQLParamData gave another pointer than was bound");
    for (const auto piece : all) {
        statement.handle().ok(
            SQLPutData(statement.raw(), text(piece.data()), static_cast<SQLLEN>(piece.size())),
            "SQLPutData");
    }
}

void data_at_execution(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_later", "id INTEGER, name VARCHAR(40), data {blob}"};
    const Statement statement{session};
    std::array<SQLLEN, 2> later{SQL_DATA_AT_EXEC, SQL_LEN_DATA_AT_EXEC(6)};
    std::array<char, 2> tokens{};
    statement.bind_parameter(1, SQL_C_CHAR, SQL_VARCHAR, 40, 0, &tokens[0], 0, &later[0]);
    statement.bind_parameter(2, SQL_C_BINARY, SQL_LONGVARBINARY, 40, 0, &tokens[1], 0, &later[1]);
    expect_equal(statement.try_direct("INSERT INTO cp_later VALUES (1, ?, ?)"), SQL_NEED_DATA,
                 "SQLExecDirect");
    feed(statement, &tokens[0], {"in ", "three ", "pieces"});
    feed(statement, &tokens[1], {"\x01\x02\x03", "\x04\x05\x06"});
    SQLPOINTER which = nullptr;
    statement.handle().ok(SQLParamData(statement.raw(), &which), "the last SQLParamData");
    expect_equal(session.scalar("SELECT name FROM cp_later"), "in three pieces", "the text");
    expect_equal(session.scalar("SELECT length(data) FROM cp_later"), "6", "bytes of the blob");
}

void null_at_execution(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_later_null", two_columns};
    const Statement statement{session};
    SQLLEN later = SQL_DATA_AT_EXEC;
    statement.bind_parameter(1, SQL_C_CHAR, SQL_VARCHAR, 40, 0, &later, 0, &later);
    expect_equal(statement.try_direct("INSERT INTO cp_later_null VALUES (1, ?)"), SQL_NEED_DATA,
                 "SQLExecDirect");
    SQLPOINTER which = nullptr;
    expect_equal(SQLParamData(statement.raw(), &which), SQL_NEED_DATA, "SQLParamData");
    statement.handle().ok(SQLPutData(statement.raw(), nullptr, SQL_NULL_DATA),
                          "SQLPutData of NULL");
    statement.handle().ok(SQLParamData(statement.raw(), &which), "the last SQLParamData");
    expect_equal(session.scalar("SELECT name FROM cp_later_null"), "(null)", "stored");
}

void sequence_while_feeding(const Target& target) {
    const Session session{target};
    const Table table{session, "cp_sequence", two_columns};
    const Statement statement{session};
    SQLLEN later = SQL_DATA_AT_EXEC;
    statement.bind_parameter(1, SQL_C_CHAR, SQL_VARCHAR, 40, 0, &later, 0, &later);
    expect_equal(statement.try_direct("INSERT INTO cp_sequence VALUES (1, ?)"), SQL_NEED_DATA,
                 "SQLExecDirect");
    statement.handle().fails(SQLFetch(statement.raw()), "HY010", "SQLFetch instead of data");
    statement.handle().fails(statement.try_direct("SELECT 1"), "HY010",
                             "executing instead of data");
    SQLCancel(statement.raw());
}

const Register checks{
    "core",
    {{"parameters.count", "SQLNumParams counts markers, not marks", counted},
     {"parameters.null", "SQL_NULL_DATA", null_parameter},
     {"parameters.default", "SQL_C_DEFAULT", default_types},
     {"parameters.length", "SQL_NTS and counted texts", null_terminated_and_counted},
     {"parameters.array", "an array by columns, with statuses and count", column_wise_array},
     {"parameters.array-row-wise", "an array by rows", row_wise_array},
     {"parameters.offset", "SQL_ATTR_PARAM_BIND_OFFSET_PTR", parameter_offset},
     {"parameters.ignore", "SQL_ATTR_PARAM_OPERATION_PTR", ignored_sets},
     {"parameters.bad-set", "the statuses of an array with a bad set are true", bad_set},
     {"data-at-execution.pieces", "SQLParamData and SQLPutData, text and binary",
      data_at_execution},
     {"data-at-execution.null", "NULL by SQLPutData", null_at_execution},
     {"data-at-execution.HY010", "nothing else while data is asked for", sequence_while_feeding}}};

}  // namespace
}  // namespace conformance
