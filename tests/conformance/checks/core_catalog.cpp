// Core: the catalogue functions: their columns, what they find, and in which order.
#include <array>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

constexpr const char* two_columns = "id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL";

void expect_columns(const Statement& statement, std::initializer_list<const char*> names) {
    expect_equal(statement.columns(), static_cast<SQLLEN>(names.size()), "columns");
    SQLUSMALLINT number = 0;
    for (const auto* const name : names) {
        ++number;
        expect_equal(statement.column_name(number), name, "column " + std::to_string(number));
    }
}

void tables(const Target& target) {
    const Session session{target};
    const Table table{session, "ca_tables", two_columns};
    const Statement statement{session};
    statement.handle().ok(SQLTables(statement.raw(), nullptr, 0, nullptr, 0, text("ca_tables"),
                                    SQL_NTS, text("'TABLE','VIEW'"), SQL_NTS),
                          "SQLTables");
    expect_columns(statement, {"TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS"});
    statement.fetch();
    expect_equal(statement.value(3), "ca_tables", "TABLE_NAME");
    expect_equal(statement.value(4), "TABLE", "TABLE_TYPE");
    expect_equal(SQLFetch(statement.raw()), SQL_NO_DATA, "a second row");
}

void tables_of_type(const Target& target) {
    const Session session{target};
    const Table table{session, "ca_typed", two_columns};
    const Statement statement{session};
    statement.handle().ok(SQLTables(statement.raw(), nullptr, 0, nullptr, 0, text("ca_typed"),
                                    SQL_NTS, text("VIEW"), SQL_NTS),
                          "SQLTables");
    expect_equal(statement.count_rows(), 0, "a table among the views");
}

void table_types(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().ok(SQLTables(statement.raw(), text(""), 0, text(""), 0, text(""), 0,
                                    text(SQL_ALL_TABLE_TYPES), SQL_NTS),
                          "SQLTables(SQL_ALL_TABLE_TYPES)");
    bool table = false;
    bool view = false;
    while (statement.next()) {
        expect_equal(statement.value(3), "(null)", "TABLE_NAME of a type");
        table = table || statement.value(4) == "TABLE";
        view = view || statement.value(4) == "VIEW";
    }
    expect(table && view, "TABLE or VIEW is missing");
}

void escaped_pattern(const Target& target) {
    const Session session{target};
    const Table one{session, "ca_x", two_columns};
    const Table other{session, "cabx", two_columns};
    const auto escape = session.info_text(SQL_SEARCH_PATTERN_ESCAPE);
    const auto count = [&](const std::string& pattern) {
        const Statement statement{session};
        statement.handle().ok(
            SQLTables(statement.raw(), nullptr, 0, nullptr, 0, text(pattern), SQL_NTS, nullptr, 0),
            "SQLTables");
        return statement.count_rows();
    };
    expect_equal(count("ca_x"), 2, "tables like ca_x");
    expect_equal(count("ca" + escape + "_x"), 1, "tables like ca_x, escaped");
}

void identifiers(const Target& target) {
    const Session session{target};
    const Table one{session, "ca_x", two_columns};
    const Table other{session, "cabx", two_columns};
    const Statement statement{session};
    const auto r = statement.try_set(SQL_ATTR_METADATA_ID, SQL_TRUE);
    if (r == SQL_ERROR) statement.handle().refuses(r, "HYC00", "SQL_ATTR_METADATA_ID");
    std::string schema{target.dialect->schema};
    statement.handle().ok(SQLTables(statement.raw(), text(""), 0, text(schema), SQL_NTS,
                                    text("ca_x"), SQL_NTS, nullptr, 0),
                          "SQLTables");
    expect_equal(statement.count_rows(), 1, "tables named ca_x");
}

void columns(const Target& target) {
    const Session session{target};
    const Table table{session, "ca_columns",
                      "id INTEGER, name VARCHAR(20) NOT NULL, "
                      "price DECIMAL(10,2) DEFAULT 5"};
    const Statement statement{session};
    statement.handle().ok(SQLColumns(statement.raw(), nullptr, 0, nullptr, 0, text("ca_columns"),
                                     SQL_NTS, nullptr, 0),
                          "SQLColumns");
    constexpr std::array names{"TABLE_CAT",         "TABLE_SCHEM",      "TABLE_NAME",
                               "COLUMN_NAME",       "DATA_TYPE",        "TYPE_NAME",
                               "COLUMN_SIZE",       "BUFFER_LENGTH",    "DECIMAL_DIGITS",
                               "NUM_PREC_RADIX",    "NULLABLE",         "REMARKS",
                               "COLUMN_DEF",        "SQL_DATA_TYPE",    "SQL_DATETIME_SUB",
                               "CHAR_OCTET_LENGTH", "ORDINAL_POSITION", "IS_NULLABLE"};
    for (SQLUSMALLINT i = 0; i < names.size(); ++i) {
        const auto number = static_cast<SQLUSMALLINT>(i + 1);
        const auto got = statement.column_name(number);
        // ODBC 2's names, which some drivers keep.
        const bool older = got == "TABLE_QUALIFIER" || got == "TABLE_OWNER" || got == "PRECISION" ||
                           got == "LENGTH" || got == "SCALE" || got == "RADIX";
        if (!older) expect_equal(got, names[i], "column " + std::to_string(number));
    }
    statement.fetch();
    expect_equal(statement.value(4), "id", "the first column");
    expect_equal(statement.value(17), "1", "its number");
    statement.fetch();
    expect_equal(statement.value(7), "20", "COLUMN_SIZE of VARCHAR(20)");
    expect_equal(statement.value(11), "0", "NULLABLE of NOT NULL");
    expect_equal(statement.value(18), "NO", "IS_NULLABLE of NOT NULL");
    statement.fetch();
    expect_equal(statement.value(9), "2", "DECIMAL_DIGITS of DECIMAL(10,2)");
    expect_equal(statement.value(10), "10", "NUM_PREC_RADIX of DECIMAL(10,2)");
    const auto default_value = statement.value(13);
    expect(default_value.starts_with("5"), "COLUMN_DEF: " + default_value);
    expect_equal(SQLFetch(statement.raw()), SQL_NO_DATA, "a fourth column");
}

void one_column(const Target& target) {
    const Session session{target};
    const Table table{session, "ca_one", two_columns};
    const Statement statement{session};
    statement.handle().ok(SQLColumns(statement.raw(), nullptr, 0, nullptr, 0, text("ca_one"),
                                     SQL_NTS, text("na%"), SQL_NTS),
                          "SQLColumns");
    statement.fetch();
    expect_equal(statement.value(4), "name", "the column like na%");
    expect_equal(SQLFetch(statement.raw()), SQL_NO_DATA, "another one");
}

void statistics(const Target& target) {
    const Session session{target};
    const Table table{session, "ca_index", "a INTEGER, b INTEGER, c INTEGER"};
    session.run("CREATE UNIQUE INDEX ca_index_1 ON ca_index (b, a)");
    session.run("CREATE INDEX ca_index_2 ON ca_index (c)");
    const Statement statement{session};
    statement.handle().ok(SQLStatistics(statement.raw(), nullptr, 0, nullptr, 0, text("ca_index"),
                                        SQL_NTS, SQL_INDEX_ALL, SQL_QUICK),
                          "SQLStatistics");
    expect_equal(statement.columns(), 13, "columns");
    std::string found;
    while (statement.next()) {
        if (statement.value(7) == "0") continue;  // SQL_TABLE_STAT
        found += statement.value(6) + ":" + statement.value(4) + ":" + statement.value(8) + ":" +
                 statement.value(9) + " ";
    }
    expect_equal(found, "ca_index_1:0:1:b ca_index_1:0:2:a ca_index_2:1:1:c ",
                 "index:NON_UNIQUE:ORDINAL_POSITION:COLUMN_NAME");
}

void unique_statistics(const Target& target) {
    const Session session{target};
    const Table table{session, "ca_unique", "a INTEGER, b INTEGER"};
    session.run("CREATE UNIQUE INDEX ca_unique_1 ON ca_unique (a)");
    session.run("CREATE INDEX ca_unique_2 ON ca_unique (b)");
    const Statement statement{session};
    statement.handle().ok(SQLStatistics(statement.raw(), nullptr, 0, nullptr, 0, text("ca_unique"),
                                        SQL_NTS, SQL_INDEX_UNIQUE, SQL_QUICK),
                          "SQLStatistics");
    int indexes = 0;
    while (statement.next()) {
        if (statement.value(7) != "0") ++indexes;
    }
    expect_equal(indexes, 1, "unique indexes");
}

void best_rowid(const Target& target) {
    const Session session{target};
    const Table table{session, "ca_best", two_columns};
    const Statement statement{session};
    statement.handle().ok(
        SQLSpecialColumns(statement.raw(), SQL_BEST_ROWID, nullptr, 0, nullptr, 0, text("ca_best"),
                          SQL_NTS, SQL_SCOPE_CURROW, SQL_NULLABLE),
        "SQLSpecialColumns");
    expect_columns(statement, {"SCOPE", "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME", "COLUMN_SIZE",
                               "BUFFER_LENGTH", "DECIMAL_DIGITS", "PSEUDO_COLUMN"});
    statement.fetch();
    expect_equal(statement.value(2), "id", "the column");
}

void type_info(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().ok(SQLGetTypeInfo(statement.raw(), SQL_ALL_TYPES), "SQLGetTypeInfo");
    expect_equal(statement.columns(), 19, "columns");
    long last = -1'000'000;
    int rows = 0;
    for (; statement.next(); ++rows) {
        const auto type = std::stol(statement.value(2));
        expect(type >= last, "type " + std::to_string(type) + " behind " + std::to_string(last));
        last = type;
        expect(!statement.value(1).empty(), "a type without a name");
    }
    expect(rows > 5, "few types");
}

/// pyodbc reads the sizes of these when it connects.
void type_info_of(const Target& target, SQLSMALLINT type) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().ok(SQLGetTypeInfo(statement.raw(), type), "SQLGetTypeInfo");
    statement.fetch();
    expect_equal(statement.value(2), std::to_string(type), "DATA_TYPE");
    expect(std::stol(statement.value(3)) > 0, "COLUMN_SIZE of " + statement.value(1));
}

void usable_types(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.handle().ok(SQLGetTypeInfo(statement.raw(), SQL_DOUBLE), "SQLGetTypeInfo");
    statement.fetch();
    const Table table{session, "ca_usable", "v " + statement.value(1)};
    table.fill({"1.5"});
    expect(session.scalar("SELECT v FROM ca_usable").starts_with("1.5"), "the value");
}

void no_transaction(const Target& target) {
    const Session session{target};
    session.autocommit(false);
    {
        // Freed before disconnecting, which frees what there is: its handle would be nobody's then.
        const Statement statement{session};
        statement.handle().ok(
            SQLTables(statement.raw(), nullptr, 0, nullptr, 0, text("none"), SQL_NTS, nullptr, 0),
            "SQLTables");
    }
    session.handle().ok(SQLDisconnect(session.raw()), "SQLDisconnect after a catalogue function");
}

const Register checks{
    "core",
    {{"catalog.tables", "SQLTables finds a table", tables},
     {"catalog.tables-of-type", "SQLTables by type", tables_of_type},
     {"catalog.table-types", "SQL_ALL_TABLE_TYPES", table_types},
     {"catalog.escape", "SQL_SEARCH_PATTERN_ESCAPE", escaped_pattern},
     {"catalog.identifiers", "SQL_ATTR_METADATA_ID: names, no patterns", identifiers},
     {"catalog.columns", "SQLColumns tells all of a table", columns},
     {"catalog.one-column", "SQLColumns by pattern", one_column},
     {"catalog.statistics", "SQLStatistics tells indexes in order", statistics},
     {"catalog.unique", "SQLStatistics of unique indexes", unique_statistics},
     {"catalog.best-rowid", "feature 20: SQLSpecialColumns(SQL_BEST_ROWID)", best_rowid},
     {"catalog.no-transaction", "a catalogue function leaves no transaction", no_transaction},
     {"type-info.all", "SQLGetTypeInfo, in order", type_info},
     {"type-info.usable", "a type's name makes a column", usable_types},
     {"type-info.VARCHAR", "a size for texts",
      [](const Target& t) { type_info_of(t, SQL_VARCHAR); }},
     {"type-info.WVARCHAR", "a size for wide texts",
      [](const Target& t) { type_info_of(t, SQL_WVARCHAR); }},
     {"type-info.VARBINARY", "a size for binary values",
      [](const Target& t) { type_info_of(t, SQL_VARBINARY); }},
     {"type-info.TIMESTAMP", "a size for moments",
      [](const Target& t) { type_info_of(t, SQL_TYPE_TIMESTAMP); }}}};

}  // namespace
}  // namespace conformance
