// Level 2: features 201 to 211.
#include <array>
#include <cstring>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

void three_part_names(const Target& target) {
    const Session session{target};
    if (session.info(SQL_CATALOG_USAGE) == 0) refuse("SQL_CATALOG_USAGE claims none");
    const Table table{session, "lb_three", id_and_name};
    const auto catalog = session.info_text(SQL_DATABASE_NAME);
    const auto separator = session.info_text(SQL_CATALOG_NAME_SEPARATOR);
    session.run("INSERT INTO " + catalog + separator + std::string{target.dialect->schema} +
                ".lb_three VALUES (1, 'one')");
}

void describe_parameters(const Target& target) {
    const Session session{target};
    const bool claimed = session.info_yes(SQL_DESCRIBE_PARAMETER);
    const Table table{session, "lb_describe", "id INTEGER, name VARCHAR(20), n DECIMAL(10,2)"};
    const Statement statement{session};
    statement.prepare("INSERT INTO lb_describe VALUES (?, ?, ?)");
    std::array<SQLSMALLINT, 3> types{};
    std::array<SQLULEN, 3> sizes{};
    for (SQLUSMALLINT i = 1; i <= types.size(); ++i) {
        SQLSMALLINT digits = 0;
        SQLSMALLINT nullable = 0;
        const auto r = SQLDescribeParam(statement.raw(), i, &types[i - 1U], &sizes[i - 1U], &digits,
                                        &nullable);
        if (!claimed) statement.handle().refuses(r, "IM001 HYC00", "SQLDescribeParam");
        statement.handle().ok(r, "SQLDescribeParam");
    }
    expect(types[0] == SQL_INTEGER || types[0] == SQL_BIGINT, "type of an INTEGER");
    expect(types[1] == SQL_VARCHAR || types[1] == SQL_WVARCHAR, "type of a VARCHAR");
    expect(types[2] == SQL_DECIMAL || types[2] == SQL_NUMERIC, "type of a DECIMAL");
    expect(sizes[1] >= 20, "size of a VARCHAR(20) below 20");
}

void output_parameter(const Target& target) {
    const Session session{target};
    const auto& dialect = *target.dialect;
    if (!session.info_yes(SQL_PROCEDURES)) refuse("SQL_PROCEDURES is N");
    expect(dialect.call_with_output != nullptr, "procedures claimed, and none known");
    if (dialect.make_output_procedure != nullptr) session.run(dialect.make_output_procedure);
    const Statement statement{session};
    std::array<char, 64> value{};
    SQLLEN length = -9;
    statement.handle().ok(SQLBindParameter(statement.raw(), 1, SQL_PARAM_OUTPUT, SQL_C_CHAR,
                                           SQL_VARCHAR, 60, 0, value.data(), value.size(), &length),
                          "SQLBindParameter");
    statement.direct(dialect.call_with_output);
    statement.finish();
    expect(length > 0, "no output");
    expect_equal(static_cast<SQLLEN>(std::strlen(value.data())), length, "length of the output");
}

// ------------------------------------------------------------------------- 204: bookmarks

bool has_bookmarks(const Session& session) {
    return (session.info(SQL_STATIC_CURSOR_ATTRIBUTES1) & SQL_CA1_BOOKMARK) != 0;
}

/// Ends the check where bookmarks are not claimed, after seeing them refused.
void use_bookmarks(const Session& session, const Statement& statement) {
    const bool claimed = has_bookmarks(session);
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    const auto r = statement.try_set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE);
    if (!claimed) statement.handle().refuses(r, "HYC00", "SQL_UB_VARIABLE");
    statement.handle().ok(r, "SQL_UB_VARIABLE");
}

struct Bookmark {
    std::array<unsigned char, 16> bytes{};
    SQLLEN length = 0;
};

Bookmark bookmark(const Statement& statement) {
    Bookmark mark;
    statement.handle().ok(SQLGetData(statement.raw(), 0, SQL_C_VARBOOKMARK, mark.bytes.data(),
                                     mark.bytes.size(), &mark.length),
                          "the bookmark by SQLGetData");
    return mark;
}

void bookmark_fetch(const Target& target) {
    const Session session{target};
    const Table table{session, "lb_mark", id_and_name};
    table.number(5);
    const Statement statement{session};
    use_bookmarks(session, statement);
    statement.direct("SELECT id FROM lb_mark ORDER BY id");
    statement.handle().ok(SQLFetchScroll(statement.raw(), SQL_FETCH_ABSOLUTE, 3), "ABSOLUTE 3");
    auto mark = bookmark(statement);
    statement.handle().ok(SQLFetchScroll(statement.raw(), SQL_FETCH_FIRST, 0), "FIRST");
    statement.set(SQL_ATTR_FETCH_BOOKMARK_PTR, mark.bytes.data());
    statement.handle().ok(SQLFetchScroll(statement.raw(), SQL_FETCH_BOOKMARK, 0), "BOOKMARK");
    expect_equal(statement.value(1), "3", "the marked row");
    statement.handle().ok(SQLFetchScroll(statement.raw(), SQL_FETCH_BOOKMARK, 1), "BOOKMARK + 1");
    expect_equal(statement.value(1), "4", "the row after the marked one");
}

void bookmark_bound(const Target& target) {
    const Session session{target};
    const Table table{session, "lb_bound", id_and_name};
    table.number(3);
    const Statement statement{session};
    use_bookmarks(session, statement);
    std::array<std::array<unsigned char, 16>, 3> marks{};
    std::array<SQLLEN, 3> lengths{};
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, marks.size());
    statement.bind(0, SQL_C_VARBOOKMARK, marks.data(), sizeof marks[0], lengths.data());
    statement.direct("SELECT id FROM lb_bound ORDER BY id");
    statement.fetch();
    for (const auto length : lengths) expect(length > 0, "a bookmark without length");
    expect(marks[0] != marks[1], "two rows with one bookmark");
}

// ------------------------------------------------------------------------- 205: keys, privileges

void foreign_keys(const Target& target) {
    const Session session{target};
    session.run("DROP TABLE IF EXISTS lb_child");
    const Table parent{session, "lb_parent", "id INTEGER PRIMARY KEY"};
    const Table child{session, "lb_child",
                      "id INTEGER, p INTEGER REFERENCES lb_parent (id) ON DELETE CASCADE"};
    const Statement statement{session};
    const auto check = [&](const char* key_table, const char* table) {
        statement.handle().ok(
            SQLForeignKeys(statement.raw(), nullptr, 0, nullptr, 0, text(key_table), SQL_NTS,
                           nullptr, 0, nullptr, 0, text(table), SQL_NTS),
            "SQLForeignKeys");
        expect_equal(statement.columns(), 14, "columns");
        statement.fetch();
        expect_equal(statement.value(3), "lb_parent", "PKTABLE_NAME");
        expect_equal(statement.value(4), "id", "PKCOLUMN_NAME");
        expect_equal(statement.value(7), "lb_child", "FKTABLE_NAME");
        expect_equal(statement.value(8), "p", "FKCOLUMN_NAME");
        expect_equal(statement.value(9), "1", "KEY_SEQ");
        expect_equal(statement.value(11), "0", "DELETE_RULE");
        statement.close();
    };
    check("lb_parent", "lb_child");
    check(nullptr, "lb_child");
    check("lb_parent", nullptr);
}

void table_privileges(const Target& target) {
    const Session session{target};
    const Table table{session, "lb_rights", id_and_name};
    const Statement statement{session};
    statement.handle().ok(
        SQLTablePrivileges(statement.raw(), nullptr, 0, nullptr, 0, text("lb_rights"), SQL_NTS),
        "SQLTablePrivileges");
    expect_equal(statement.columns(), 7, "columns");
    bool found = false;
    while (statement.next()) {
        found = found || statement.value(6) == "SELECT";
    }
    expect(found, "no right to SELECT");
}

void column_privileges(const Target& target) {
    const Session session{target};
    const Table table{session, "lb_column_rights", id_and_name};
    const Statement statement{session};
    statement.handle().ok(
        SQLColumnPrivileges(statement.raw(), nullptr, 0, nullptr, 0, text("lb_column_rights"),
                            SQL_NTS, text("name"), SQL_NTS),
        "SQLColumnPrivileges");
    expect_equal(statement.columns(), 8, "columns");
    bool found = false;
    while (statement.next()) {
        expect_equal(statement.value(4), "name", "COLUMN_NAME");
        found = found || statement.value(7) == "SELECT";
    }
    expect(found, "no right to SELECT");
}

// --------------------------------------------------------- 206, 209: changing rows through cursors

/// A cursor on two bound columns over three rows that may be changed.
class Editable {
  public:
    Editable(const Session& session, const char* table) : statement_{session} {
        statement_.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
        static_cast<void>(statement_.try_set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES));
        statement_.set(SQL_ATTR_ROW_ARRAY_SIZE, ids.size());
        statement_.bind(1, SQL_C_SLONG, ids.data(), 0, id_lengths.data());
        statement_.bind(2, SQL_C_CHAR, names.data(), sizeof names[0], name_lengths.data());
        statement_.handle().ok(SQLSetCursorName(statement_.raw(), text("lb_cursor"), SQL_NTS),
                               "SQLSetCursorName");
        statement_.direct(std::string{"SELECT id, name FROM "} + table + " ORDER BY id");
        statement_.fetch();
    }
    [[nodiscard]] const Statement& statement() const { return statement_; }
    void name(std::size_t row, const char* value) {
        std::strncpy(names[row].data(), value, names[row].size() - 1);
        name_lengths[row] = SQL_NTS;
    }
    SQLRETURN set_pos(SQLSETPOSIROW row, SQLUSMALLINT operation) {
        return SQLSetPos(statement_.raw(), row, operation, SQL_LOCK_NO_CHANGE);
    }

    std::array<SQLINTEGER, 3> ids{};
    std::array<SQLLEN, 3> id_lengths{};
    std::array<std::array<char, 21>, 3> names{};
    std::array<SQLLEN, 3> name_lengths{};

  private:
    Statement statement_;
};

constexpr const char* not_here = "HYC00 HY092 IM001";

void set_pos_update(const Target& target) {
    const Session session{target};
    const bool claimed = (session.info(SQL_STATIC_CURSOR_ATTRIBUTES1) & SQL_CA1_POS_UPDATE) != 0;
    const Table table{session, "lb_update", id_and_name};
    table.number(3);
    Editable cursor{session, "lb_update"};
    cursor.name(1, "changed");
    const auto r = cursor.set_pos(2, SQL_UPDATE);
    if (!claimed) cursor.statement().handle().refuses(r, not_here, "SQLSetPos(SQL_UPDATE)");
    cursor.statement().handle().ok(r, "SQLSetPos(SQL_UPDATE)");
    expect_equal(session.scalar("SELECT name FROM lb_update WHERE id = 2"), "changed", "the row");
}

void set_pos_delete(const Target& target) {
    const Session session{target};
    const bool claimed = (session.info(SQL_STATIC_CURSOR_ATTRIBUTES1) & SQL_CA1_POS_DELETE) != 0;
    const Table table{session, "lb_delete", id_and_name};
    table.number(3);
    Editable cursor{session, "lb_delete"};
    const auto r = cursor.set_pos(2, SQL_DELETE);
    if (!claimed) cursor.statement().handle().refuses(r, not_here, "SQLSetPos(SQL_DELETE)");
    cursor.statement().handle().ok(r, "SQLSetPos(SQL_DELETE)");
    const Statement look{session};
    look.direct("SELECT id FROM lb_delete ORDER BY id");
    expect_equal(look.rows(), "1;3", "what is left");
}

void bulk_add(const Target& target) {
    const Session session{target};
    const bool claimed = (session.info(SQL_STATIC_CURSOR_ATTRIBUTES1) & SQL_CA1_BULK_ADD) != 0;
    const Table table{session, "lb_add", id_and_name};
    table.number(3);
    Editable cursor{session, "lb_add"};
    for (std::size_t i = 0; i < cursor.ids.size(); ++i) {
        cursor.ids[i] = static_cast<SQLINTEGER>(i) + 10;
        cursor.id_lengths[i] = 0;
        cursor.name(i, "added");
    }
    // Without a driver manager a driver that does not have it exports no such function.
    using BulkOperations = SQLRETURN (*)(SQLHSTMT, SQLSMALLINT);
    const auto operate = reinterpret_cast<BulkOperations>(find_function("SQLBulkOperations"));
    if (operate == nullptr && !claimed) refuse("no SQLBulkOperations");
    expect(operate != nullptr, "claimed, and no SQLBulkOperations");
    const auto r = operate(cursor.statement().raw(), SQL_ADD);
    if (!claimed) cursor.statement().handle().refuses(r, not_here, "SQLBulkOperations(SQL_ADD)");
    cursor.statement().handle().ok(r, "SQLBulkOperations(SQL_ADD)");
    expect_equal(session.scalar("SELECT count(*) FROM lb_add WHERE name = 'added'"), "3", "rows");
}

void positioned(const Target& target, const char* name, const std::string& sql, std::uint32_t bit,
                const char* left) {
    const Session session{target};
    const bool claimed = (session.info(SQL_STATIC_CURSOR_ATTRIBUTES1) & bit) != 0;
    const Table table{session, name, id_and_name};
    table.number(3);
    Editable cursor{session, name};
    static_cast<void>(cursor.set_pos(2, SQL_POSITION));
    const Statement statement{session};
    const auto r = statement.try_direct(sql + " WHERE CURRENT OF lb_cursor");
    if (!claimed) statement.handle().refuses(r, "HYC00 42000", "WHERE CURRENT OF");
    statement.handle().ok(r, "WHERE CURRENT OF");
    const Statement look{session};
    look.direct(std::string{"SELECT name FROM "} + name + " ORDER BY id");
    expect_equal(look.rows(), left, "the rows afterwards");
}

void positioned_update(const Target& target) {
    positioned(target, "lb_current", "UPDATE lb_current SET name = 'x'", SQL_CA1_POSITIONED_UPDATE,
               "row 1;x;row 3");
}

void positioned_delete(const Target& target) {
    positioned(target, "lb_currentd", "DELETE FROM lb_currentd", SQL_CA1_POSITIONED_DELETE,
               "row 1;row 3");
}

// ------------------------------------------------------------------------- 207: asynchronously

void statement_async(const Target& target) {
    const Session session{target};
    const auto mode = session.info(SQL_ASYNC_MODE);
    const Statement statement{session};
    const auto r = statement.try_set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON);
    if (mode != SQL_AM_STATEMENT) {
        if (r == SQL_ERROR) statement.handle().refuses(r, "HYC00", "SQL_ATTR_ASYNC_ENABLE");
        refuse("SQL_ASYNC_MODE is " + std::to_string(mode));
    }
    statement.handle().ok(r, "SQL_ATTR_ASYNC_ENABLE");
    SQLRETURN result = SQL_STILL_EXECUTING;
    while (result == SQL_STILL_EXECUTING) {
        result = statement.try_direct("SELECT 17 AS seventeen");
    }
    statement.handle().ok(result, "SQLExecDirect in the end");
    do result = SQLFetch(statement.raw());
    while (result == SQL_STILL_EXECUTING);
    statement.handle().ok(result, "SQLFetch in the end");
    statement.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_OFF);
    expect_equal(statement.value(1), "17", "the value");
}

void async_cancel(const Target& target) {
    const Session session{target};
    if (session.info(SQL_ASYNC_MODE) != SQL_AM_STATEMENT) refuse("not claimed");
    const Statement statement{session};
    statement.set(SQL_ATTR_ASYNC_ENABLE, SQL_ASYNC_ENABLE_ON);
    auto r = statement.try_direct(target.dialect->long_query);
    expect_equal(r, SQL_STILL_EXECUTING, "SQLExecDirect of a long query");
    statement.handle().ok(SQLCancel(statement.raw()), "SQLCancel");
    while (r == SQL_STILL_EXECUTING) r = statement.try_direct(target.dialect->long_query);
    statement.handle().fails(r, "HY008", "the cancelled query");
}

// ------------------------------------------------------------------------- 208, 210, 211

void row_version(const Target& target) {
    const Session session{target};
    const Table table{session, "lb_rowver", id_and_name};
    const Statement statement{session};
    statement.handle().ok(
        SQLSpecialColumns(statement.raw(), SQL_ROWVER, nullptr, 0, nullptr, 0, text("lb_rowver"),
                          SQL_NTS, SQL_SCOPE_CURROW, SQL_NULLABLE),
        "SQLSpecialColumns(SQL_ROWVER)");
    expect_equal(statement.columns(), 8, "columns");
    static_cast<void>(statement.count_rows());
}

void login_timeout(const Target& target) {
    if (target.dialect->embedded) refuse("an embedded database has no link");
    const Environment environment;
    Connection connection{environment};
    connection.handle().ok(SQLSetConnectAttr(connection.raw(), SQL_ATTR_LOGIN_TIMEOUT,
                                             reinterpret_cast<SQLPOINTER>(5), SQL_IS_UINTEGER),
                           "SQL_ATTR_LOGIN_TIMEOUT");
    connection.handle().ok(connection.connect(target.connection), "connecting within it");
}

void serializable(const Target& target) {
    const Session session{target};
    expect((session.info(SQL_TXN_ISOLATION_OPTION) & SQL_TXN_SERIALIZABLE) != 0,
           "SERIALIZABLE is not claimed");
    session.handle().ok(SQLSetConnectAttr(session.raw(), SQL_ATTR_TXN_ISOLATION,
                                          reinterpret_cast<SQLPOINTER>(SQL_TXN_SERIALIZABLE), 0),
                        "SQL_TXN_SERIALIZABLE");
    SQLUINTEGER level = 0;
    session.handle().ok(
        SQLGetConnectAttr(session.raw(), SQL_ATTR_TXN_ISOLATION, &level, sizeof level, nullptr),
        "SQL_ATTR_TXN_ISOLATION");
    expect_equal(level, SQL_TXN_SERIALIZABLE, "the level in force");
}

void default_isolation(const Target& target) {
    const Session session{target};
    SQLUINTEGER level = 0;
    session.handle().ok(
        SQLGetConnectAttr(session.raw(), SQL_ATTR_TXN_ISOLATION, &level, sizeof level, nullptr),
        "SQL_ATTR_TXN_ISOLATION");
    expect_equal(level, session.info(SQL_DEFAULT_TXN_ISOLATION), "against the default told");
}

const Register checks{
    "level2",
    {{"201.names", "catalog.schema.table", three_part_names},
     {"202.describe-param", "SQLDescribeParam", describe_parameters},
     {"203.output", "an output parameter", output_parameter},
     {"204.fetch", "SQL_FETCH_BOOKMARK", bookmark_fetch},
     {"204.bound", "bookmarks in a bound column", bookmark_bound},
     {"205.foreign-keys", "SQLForeignKeys in all three forms", foreign_keys},
     {"205.table-privileges", "SQLTablePrivileges", table_privileges},
     {"205.column-privileges", "SQLColumnPrivileges", column_privileges},
     {"206.update", "SQLSetPos(SQL_UPDATE)", set_pos_update},
     {"206.delete", "SQLSetPos(SQL_DELETE)", set_pos_delete},
     {"206.add", "SQLBulkOperations(SQL_ADD)", bulk_add},
     {"206.positioned-update", "UPDATE … WHERE CURRENT OF", positioned_update},
     {"206.positioned-delete", "DELETE … WHERE CURRENT OF", positioned_delete},
     {"207.statement", "a statement, asynchronously", statement_async},
     {"207.cancel", "cancelling it", async_cancel},
     {"208.row-version", "SQLSpecialColumns(SQL_ROWVER)", row_version},
     {"210.login-timeout", "SQL_ATTR_LOGIN_TIMEOUT", login_timeout},
     {"211.serializable", "SERIALIZABLE can be had", serializable},
     {"211.default", "the level in force is the default told", default_isolation}}};

}  // namespace
}  // namespace conformance
