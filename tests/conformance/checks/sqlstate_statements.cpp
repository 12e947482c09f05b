// SQLSTATEs of classes 23, 3D, 3F, 42 and 44: what the data source says of a statement.
#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

/// A statement that must fail with one of the states.
void fails_with(const Session& session, const std::string& sql, const char* states) {
    const Statement statement{session};
    statement.handle().fails(statement.try_direct(sql), states, sql);
}

void unique(const Target& target) {
    const Session session{target};
    const Table table{session, "ss_unique", "id INTEGER PRIMARY KEY, name VARCHAR(20) UNIQUE"};
    table.fill({"1, 'a'"});
    fails_with(session, "INSERT INTO ss_unique VALUES (1, 'b')", "23000");
    fails_with(session, "INSERT INTO ss_unique VALUES (2, 'a')", "23000");
}

void not_null(const Target& target) {
    const Session session{target};
    const Table table{session, "ss_null", "id INTEGER, name VARCHAR(20) NOT NULL"};
    fails_with(session, "INSERT INTO ss_null VALUES (1, NULL)", "23000");
}

void check_constraint(const Target& target) {
    const Session session{target};
    const Table table{session, "ss_check", "id INTEGER CHECK (id > 0)"};
    fails_with(session, "INSERT INTO ss_check VALUES (-1)", "23000");
}

void foreign_key(const Target& target) {
    const Session session{target};
    if (!session.info_yes(SQL_INTEGRITY)) refuse("SQL_INTEGRITY is N");
    session.run("DROP TABLE IF EXISTS ss_child");
    const Table parent{session, "ss_parent", "id INTEGER PRIMARY KEY"};
    const Table child{session, "ss_child", "id INTEGER REFERENCES ss_parent (id)"};
    fails_with(session, "INSERT INTO ss_child VALUES (1)", "23000");
}

void native_code(const Target& target) {
    const Session session{target};
    const Table table{session, "ss_native", "id INTEGER PRIMARY KEY"};
    table.fill({"1"});
    const Statement statement{session};
    expect_equal(statement.try_direct("INSERT INTO ss_native VALUES (1)"), SQL_ERROR, "the INSERT");
    const auto records = statement.handle().diagnostics();
    expect(!records.empty() && records.front().native != 0, "no native error code");
    expect(records.front().text.starts_with("["), "no [vendor][component] prefix");
}

void catalog_name(const Target& target) {
    const Session session{target};
    const bool has_catalogs = session.info_yes(SQL_CATALOG_NAME);
    const auto r = SQLSetConnectAttr(session.raw(), SQL_ATTR_CURRENT_CATALOG,
                                     text("no such catalog"), SQL_NTS);
    if (has_catalogs) {
        return session.handle().fails(r, "3D000 HY000", "a catalog that is not there");
    }
    session.handle().refuses(r, "3D000 HYC00", "a catalog that is not there");
}

void schema_name(const Target& target) {
    const Session session{target};
    fails_with(session, "CREATE TABLE no_such_schema.t (id INTEGER)", "3F000 42000");
}

void syntax(const Target& target) {
    const Session session{target};
    fails_with(session, "SELEKT 1", "42000");
    fails_with(session, "SELECT 1 FROM", "42000");
}

void syntax_at_prepare(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    auto r = statement.try_prepare("SELECT FROM WHERE");
    if (SQL_SUCCEEDED(r)) r = SQLExecute(statement.raw());
    statement.handle().fails(r, "42000", "a bad statement, prepared and executed");
}

void empty_statement(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    const auto r = statement.try_direct("");
    statement.handle().fails(r, "42000 HY090", "an empty statement");
}

void table_exists(const Target& target) {
    const Session session{target};
    const Table table{session, "ss_exists", "id INTEGER"};
    fails_with(session, "CREATE TABLE ss_exists (id INTEGER)", "42S01");
}

void view_exists(const Target& target) {
    const Session session{target};
    session.run("DROP VIEW IF EXISTS ss_view");
    session.run("CREATE VIEW ss_view AS SELECT 1 AS one");
    fails_with(session, "CREATE VIEW ss_view AS SELECT 2 AS two", "42S01");
    session.run("DROP VIEW ss_view");
}

void no_table(const Target& target) {
    const Session session{target};
    fails_with(session, "SELECT * FROM ss_nowhere", "42S02");
    fails_with(session, "DROP TABLE ss_nowhere", "42S02");
    fails_with(session, "INSERT INTO ss_nowhere VALUES (1)", "42S02");
}

void index_exists(const Target& target) {
    const Session session{target};
    const Table table{session, "ss_index", "id INTEGER"};
    session.run("CREATE INDEX ss_index_1 ON ss_index (id)");
    fails_with(session, "CREATE INDEX ss_index_1 ON ss_index (id)", "42S11");
}

void no_index(const Target& target) {
    const Session session{target};
    fails_with(session, "DROP INDEX ss_no_index", "42S12");
}

void column_exists(const Target& target) {
    const Session session{target};
    const Table table{session, "ss_column", "id INTEGER"};
    fails_with(session, "ALTER TABLE ss_column ADD COLUMN id INTEGER", "42S21");
}

void no_column(const Target& target) {
    const Session session{target};
    const Table table{session, "ss_no_column", "id INTEGER"};
    fails_with(session, "SELECT colour FROM ss_no_column", "42S22");
    fails_with(session, "UPDATE ss_no_column SET colour = 1", "42S22");
}

void with_check_option(const Target& target) {
    const Session session{target};
    if ((session.info(SQL_CREATE_VIEW) & SQL_CV_CHECK_OPTION) == 0) {
        const Statement statement{session};
        statement.handle().refuses(
            statement.try_direct("CREATE VIEW ss_checked AS SELECT 1 AS one WITH CHECK OPTION"),
            "42000", "WITH CHECK OPTION");
    }
    const Table table{session, "ss_44000", "id INTEGER"};
    session.run("CREATE VIEW ss_checked AS SELECT id FROM ss_44000 WHERE id > 0 WITH CHECK OPTION");
    const Statement statement{session};
    const auto r = statement.try_direct("INSERT INTO ss_checked VALUES (-1)");
    const auto state = statement.handle().state();
    session.run("DROP VIEW ss_checked");
    expect(r == SQL_ERROR && state == "44000", show(r) + " " + state + ", not 44000");
}

const Register checks{
    "sqlstate",
    {{"23000.unique", "a key that is there already", unique},
     {"23000.not-null", "NULL where there must be none", not_null},
     {"23000.check", "a CHECK that does not hold", check_constraint},
     {"23000.foreign-key", "a key that refers to nothing", foreign_key},
     {"native-code", "the server's own code, and a text that says whose", native_code},
     {"3D000", "a catalog that is not there", catalog_name},
     {"3F000", "a schema that is not there", schema_name},
     {"42000", "what is no SQL", syntax},
     {"42000.prepared", "what is no SQL, told by then at the latest", syntax_at_prepare},
     {"42000.empty", "nothing at all", empty_statement},
     {"42S01", "a table that is there already", table_exists},
     {"42S01.view", "a view that is there already", view_exists},
     {"42S02", "a table that is not there", no_table},
     {"42S11", "an index that is there already", index_exists},
     {"42S12", "an index that is not there", no_index},
     {"42S21", "a column that is there already", column_exists},
     {"42S22", "a column that is not there", no_column},
     {"44000", "WITH CHECK OPTION", with_check_option}}};

}  // namespace
}  // namespace conformance
