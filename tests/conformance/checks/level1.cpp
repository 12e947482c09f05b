// Level 1: features 101 to 109, without those of cursors (level1_cursors.cpp).
#include <array>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

// ------------------------------------------------------------------------- 101: two-part names

void two_part_names(const Target& target) {
    const Session session{target};
    const std::string schema{target.dialect->schema};
    const Table table{session, "la_two", id_and_name};
    const auto usage = session.info(SQL_SCHEMA_USAGE);
    if ((usage & SQL_SU_DML_STATEMENTS) == 0) refuse("SQL_SCHEMA_USAGE claims none");
    session.run("INSERT INTO " + schema + ".la_two VALUES (1, 'one')");
    expect_equal(session.scalar("SELECT name FROM " + schema + ".la_two"), "one", "the row");
    session.run("UPDATE " + schema + ".la_two SET name = 'two'");
    session.run("DELETE FROM " + schema + ".la_two");
}

void two_part_definition(const Target& target) {
    const Session session{target};
    const std::string schema{target.dialect->schema};
    if ((session.info(SQL_SCHEMA_USAGE) & SQL_SU_TABLE_DEFINITION) == 0) {
        refuse("SQL_SCHEMA_USAGE claims none");
    }
    session.run("DROP TABLE IF EXISTS " + schema + ".la_defined");
    session.run("CREATE TABLE " + schema + ".la_defined (id INTEGER)");
    session.run("DROP TABLE " + schema + ".la_defined");
}

void schema_in_catalogue(const Target& target) {
    const Session session{target};
    const Table table{session, "la_schema", id_and_name};
    if (session.info(SQL_SCHEMA_USAGE) == 0) refuse("SQL_SCHEMA_USAGE claims none");
    const Statement statement{session};
    const std::string schema{target.dialect->schema};
    statement.handle().ok(SQLTables(statement.raw(), nullptr, 0, text(schema), SQL_NTS,
                                    text("la_schema"), SQL_NTS, nullptr, 0),
                          "SQLTables");
    statement.fetch();
    expect_equal(statement.value(2), schema, "TABLE_SCHEM");
    expect(SQLFetch(statement.raw()) == SQL_NO_DATA, "a second row");
    expect(!session.info_text(SQL_SCHEMA_TERM).empty(), "no SQL_SCHEMA_TERM");
}

void list_of_schemas(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().ok(SQLTables(statement.raw(), text(""), 0, text(SQL_ALL_SCHEMAS), SQL_NTS,
                                    text(""), 0, nullptr, 0),
                          "SQLTables(SQL_ALL_SCHEMAS)");
    const bool claimed = session.info(SQL_SCHEMA_USAGE) != 0;
    bool found = false;
    while (statement.next()) {
        found = found || statement.value(2) == target.dialect->schema;
        expect_equal(statement.value(3), "(null)", "TABLE_NAME of a schema");
    }
    expect(found == claimed, found ? "a schema, and none claimed" : "schemas claimed, none listed");
}

// ------------------------------------------------------------------- 102: asynchronous connections

void connection_async(const Target& target) {
    const Session session{target};
    const auto mode = session.info(SQL_ASYNC_MODE);
    const auto set = [&](SQLULEN value) {
        return SQLSetConnectAttr(session.raw(), SQL_ATTR_ASYNC_ENABLE,
                                 reinterpret_cast<SQLPOINTER>(value), SQL_IS_UINTEGER);
    };
    const auto r = set(SQL_ASYNC_ENABLE_ON);
    if (mode == SQL_AM_NONE) session.handle().refuses(r, "HYC00", "SQL_ATTR_ASYNC_ENABLE");
    session.handle().ok(r, "SQL_ATTR_ASYNC_ENABLE");
    const Statement statement{session};
    SQLRETURN result = SQL_STILL_EXECUTING;
    while (result == SQL_STILL_EXECUTING) result = statement.try_direct("SELECT 17");
    statement.handle().ok(result, "SQLExecDirect in the end");
    do result = SQLFetch(statement.raw());
    while (result == SQL_STILL_EXECUTING);
    statement.handle().ok(result, "SQLFetch in the end");
    session.handle().ok(set(SQL_ASYNC_ENABLE_OFF), "SQL_ASYNC_ENABLE_OFF");
    expect_equal(statement.value(1), "17", "the value");
}

void connecting_async(const Target& target) {
    const Session session{target};
    const bool claimed = session.info(SQL_ASYNC_DBC_FUNCTIONS) != 0;
    const Environment environment;
    Connection connection{environment};
    const auto r = SQLSetConnectAttr(connection.raw(), SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE,
                                     reinterpret_cast<SQLPOINTER>(1), SQL_IS_UINTEGER);
    if (!claimed) {
        // A driver manager can only keep it until there is a driver.
        if (SQL_SUCCEEDED(r)) {
            const auto connected = connection.connect(target.connection);
            expect(connected != SQL_STILL_EXECUTING, "not claimed, and done");
            refuse("SQL_ASYNC_DBC_NOT_CAPABLE");
        }
        connection.handle().refuses(r, "HYC00 HY092 HY114", "asynchronous connecting");
    }
    connection.handle().ok(r, "SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE");
    SQLRETURN result = SQL_STILL_EXECUTING;
    while (result == SQL_STILL_EXECUTING) result = connection.connect(target.connection);
    connection.handle().ok(result, "connecting in the end");
}

// ------------------------------------------------------------------------- 104: primary keys

void primary_keys(const Target& target) {
    const Session session{target};
    const Table table{session, "la_keys", "b INTEGER, a INTEGER, c INTEGER, PRIMARY KEY (c, b)"};
    const Statement statement{session};
    statement.handle().ok(
        SQLPrimaryKeys(statement.raw(), nullptr, 0, nullptr, 0, text("la_keys"), SQL_NTS),
        "SQLPrimaryKeys");
    expect_equal(statement.columns(), 6, "columns");
    expect_equal(statement.column_name(5), "KEY_SEQ", "name of column 5");
    std::string rows;
    while (statement.next()) {
        rows += statement.value(4) + statement.value(5) + " ";
    }
    expect_equal(rows, "c1 b2 ", "columns of the key and their numbers");
}

// ------------------------------------------------------------------------- 105: procedures

/// The dialect's procedure is there, or the driver does not claim procedures.
std::string make_procedure(const Session& session) {
    const auto& dialect = *session.target().dialect;
    if (!session.info_yes(SQL_PROCEDURES)) refuse("SQL_PROCEDURES is N");
    expect(dialect.procedure != nullptr, "procedures claimed, and none known");
    if (dialect.make_procedure != nullptr) session.run(dialect.make_procedure);
    return dialect.procedure;
}

void call(const Target& target) {
    const Session session{target};
    const auto name = make_procedure(session);
    const Statement statement{session};
    statement.direct("{call " + name + "()}");
    expect_equal(statement.count_rows(), 1, "rows of the call");
}

void call_returns(const Target& target) {
    const Session session{target};
    const auto name = make_procedure(session);
    const Statement statement{session};
    SQLINTEGER value = 0;
    SQLLEN length = 0;
    statement.handle().ok(SQLBindParameter(statement.raw(), 1, SQL_PARAM_OUTPUT, SQL_C_SLONG,
                                           SQL_INTEGER, 0, 0, &value, 0, &length),
                          "SQLBindParameter");
    statement.direct("{? = call " + name + "()}");
    // The value is there when the results are through.
    statement.finish();
    expect_equal(value, 1, "the value returned");
}

void procedures(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    const bool claimed = session.info_yes(SQL_PROCEDURES);
    const auto name = claimed ? make_procedure(session) : std::string{"none"};
    statement.handle().ok(
        SQLProcedures(statement.raw(), nullptr, 0, nullptr, 0, text(name), SQL_NTS),
        "SQLProcedures");
    expect_equal(statement.columns(), 8, "columns");
    if (!claimed) {
        expect_equal(statement.count_rows(), 0, "procedures, and none claimed");
        refuse("SQL_PROCEDURES is N");
    }
    statement.fetch();
    expect_equal(statement.value(3), name, "PROCEDURE_NAME");
}

void procedure_columns(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    const bool claimed = session.info_yes(SQL_PROCEDURES);
    const auto name = claimed ? make_procedure(session) : std::string{"none"};
    statement.handle().ok(SQLProcedureColumns(statement.raw(), nullptr, 0, nullptr, 0, text(name),
                                              SQL_NTS, nullptr, 0),
                          "SQLProcedureColumns");
    expect_equal(statement.columns(), 19, "columns");
    if (!claimed) refuse("SQL_PROCEDURES is N");
    expect(statement.count_rows() > 0, "nothing told of the procedure");
}

// ------------------------------------------------------------------------- 106: SQLBrowseConnect

/// unixODBC takes the path of a driver from SQLDriverConnect only: elsewhere it has to be
/// registered.
class Registered {
  public:
    explicit Registered(const Target& target) {
        const auto equals = target.connection.find('=') + 1;
        const auto path = target.connection.substr(equals, target.connection.find(';') - equals);
        expect(::mkdtemp(folder_.data()) != nullptr, "no folder");
        std::ofstream{file()} << "[conformance]\nDriver = " << path << "\n";
        ::setenv("ODBCSYSINI", folder_.c_str(), 1);
    }
    ~Registered() {
        ::unlink(file().c_str());
        ::rmdir(folder_.c_str());
    }
    Registered(const Registered&) = delete;
    Registered& operator=(const Registered&) = delete;

  private:
    [[nodiscard]] std::string file() const { return folder_ + "/odbcinst.ini"; }
    std::string folder_ = "/tmp/dqlite-conformance-XXXXXX";
};

void browse_connect(const Target& target) {
    // First of all: a manager reads the file once.
    const Registered registered{target};
    const Session session{target};
    const bool claimed = session.supports(SQL_API_SQLBROWSECONNECT);
    const Environment environment;
    const Connection connection{environment};
    std::array<SQLCHAR, 1024> out{};
    SQLSMALLINT length = 0;
    const auto browse = [&](const std::string& keys) {
        return SQLBrowseConnect(connection.raw(), text(keys), SQL_NTS, out.data(), out.size(),
                                &length);
    };
    auto r = browse("DRIVER={conformance};");
    if (!claimed) connection.handle().refuses(r, "IM001 HYC00", "SQLBrowseConnect");
    if (r == SQL_ERROR) connection.handle().ok(r, "with nothing but the driver");
    expect_equal(r, SQL_NEED_DATA, "with nothing but the driver");
    const std::string_view asked{reinterpret_cast<const char*>(out.data())};
    expect_equal(length, static_cast<SQLLEN>(asked.size()), "length told");
    r = browse(target.connection.substr(target.connection.find(';') + 1));
    if (r == SQL_NEED_DATA) r = browse("DATABASE=default;");
    connection.handle().ok(r, "with all that was asked for");
    connection.handle().ok(SQLDisconnect(connection.raw()), "SQLDisconnect");
}

// ------------------------------------------------------------------------- 108: SQLMoreResults

void no_more_results(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 1");
    expect_equal(SQLMoreResults(statement.raw()), SQL_NO_DATA, "after one result");
    statement.direct("SELECT 2");
    statement.fetch();
    expect_equal(statement.value(1), "2", "the statement is free afterwards");
}

void batch(const Target& target) {
    const Session session{target, target.dialect->batches};
    if (!session.info_yes(SQL_MULT_RESULT_SETS)) refuse("SQL_MULT_RESULT_SETS is N");
    const Table table{session, "la_batch", id_and_name};
    const Statement statement{session};
    statement.direct(
        "INSERT INTO la_batch VALUES (1, 'a'), (2, 'b'); SELECT id FROM la_batch "
        "ORDER BY id; SELECT 'last'");
    expect_equal(statement.row_count(), 2, "rows of the first statement");
    statement.handle().ok(SQLMoreResults(statement.raw()), "SQLMoreResults");
    expect_equal(statement.rows(), "1;2", "the second result");
    statement.handle().ok(SQLMoreResults(statement.raw()), "SQLMoreResults again");
    expect_equal(statement.rows(), "last", "the third result");
    expect_equal(SQLMoreResults(statement.raw()), SQL_NO_DATA, "after the last");
}

// ------------------------------------------------------------------------- 109: transactions

void isolated(const Target& target) {
    const Session session{target};
    expect(session.info(SQL_TXN_CAPABLE) != SQL_TC_NONE, "no transactions claimed");
    const Table table{session, "la_isolated", id_and_name};
    session.autocommit(false);
    session.run("INSERT INTO la_isolated VALUES (1, 'mine')");
    const Session other{target, target.dialect->impatient};
    expect_equal(other.scalar("SELECT count(*) FROM la_isolated"), "0", "rows another one sees");
    session.end(SQL_COMMIT);
    expect_equal(other.scalar("SELECT count(*) FROM la_isolated"), "1", "rows after the commit");
    session.autocommit(true);
}

void definitions_too(const Target& target) {
    const Session session{target};
    if (session.info(SQL_TXN_CAPABLE) != SQL_TC_ALL) refuse("SQL_TXN_CAPABLE is not SQL_TC_ALL");
    session.run("DROP TABLE IF EXISTS la_ddl");
    session.autocommit(false);
    session.run("CREATE TABLE la_ddl (id INTEGER)");
    session.end(SQL_ROLLBACK);
    session.autocommit(true);
    const Statement statement{session};
    statement.handle().fails(statement.try_direct("SELECT * FROM la_ddl"), "42S02",
                             "a table that was rolled back");
}

const Register checks{
    "level1",
    {{"101.names", "schema.table in statements", two_part_names},
     {"101.definition", "schema.table in definitions", two_part_definition},
     {"101.catalogue", "schemas in SQLTables", schema_in_catalogue},
     {"101.list", "SQL_ALL_SCHEMAS lists what is claimed", list_of_schemas},
     {"102.connection", "a connection's statements, asynchronously", connection_async},
     {"102.connecting", "connecting asynchronously", connecting_async},
     {"104.primary-keys", "SQLPrimaryKeys", primary_keys},
     {"105.call", "{call …} with a result", call},
     {"105.return", "{? = call …}", call_returns},
     {"105.procedures", "SQLProcedures", procedures},
     {"105.procedure-columns", "SQLProcedureColumns", procedure_columns},
     {"106.browse-connect", "SQLBrowseConnect", browse_connect},
     {"108.none", "SQLMoreResults after the only result", no_more_results},
     {"108.batch", "SQLMoreResults through a batch", batch},
     {"109.isolated", "others see a transaction when it is committed", isolated},
     {"109.definitions", "definitions are rolled back too", definitions_too}}};

}  // namespace
}  // namespace conformance
