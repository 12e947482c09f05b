// Core: diagnostics, descriptors, SQLGetFunctions, SQLNativeSql, SQLDriverConnect, wide functions.
#include <array>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

/// A statement that has just failed with 42S02.
class Failed {
  public:
    explicit Failed(const Target& target) : session_{target}, statement_{session_} {
        expect_equal(statement_.try_direct("SELECT * FROM cd_nowhere"), SQL_ERROR, "the statement");
    }
    [[nodiscard]] SQLHSTMT raw() const { return statement_.raw(); }
    [[nodiscard]] const Statement& statement() const { return statement_; }

    [[nodiscard]] std::string text_field(SQLSMALLINT field) const {
        std::array<char, 512> value{};
        SQLSMALLINT length = -1;
        expect(SQL_SUCCEEDED(SQLGetDiagField(SQL_HANDLE_STMT, raw(), 1, field, value.data(),
                                             value.size(), &length)),
               "SQLGetDiagField");
        expect_equal(length, static_cast<SQLLEN>(std::string_view{value.data()}.size()), "length");
        return value.data();
    }

  private:
    Session session_;
    Statement statement_;
};

void diag_rec_end(const Target& target) {
    const Failed failed{target};
    std::array<SQLCHAR, 6> state{};
    std::array<SQLCHAR, 512> message{};
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;
    const auto get = [&](SQLSMALLINT number, SQLSMALLINT size) {
        return SQLGetDiagRec(SQL_HANDLE_STMT, failed.raw(), number, state.data(), &native,
                             message.data(), size, &length);
    };
    expect_equal(get(20, 512), SQL_NO_DATA, "record 20");
    expect_equal(get(0, 512), SQL_ERROR, "record 0");
    expect_equal(get(1, -1), SQL_ERROR, "a buffer of -1");
    expect_equal(get(1, 512), SQL_SUCCESS, "record 1");
    const auto whole = length;
    expect_equal(get(1, 10), SQL_SUCCESS_WITH_INFO, "record 1 into ten bytes");
    expect_equal(length, whole, "length told");
    expect_equal(get(1, 512), SQL_SUCCESS, "record 1 once more");
}

void diag_cleared(const Target& target) {
    const Failed failed{target};
    failed.statement().direct("SELECT 1");
    expect_equal(failed.statement().handle().state(), "", "a record of the call before");
}

void diag_header(const Target& target) {
    const Failed failed{target};
    SQLINTEGER number = -1;
    SQLRETURN code = 99;
    expect(SQL_SUCCEEDED(SQLGetDiagField(SQL_HANDLE_STMT, failed.raw(), 0, SQL_DIAG_NUMBER, &number,
                                         sizeof number, nullptr)),
           "SQL_DIAG_NUMBER");
    expect_equal(number, 1, "SQL_DIAG_NUMBER");
    expect(SQL_SUCCEEDED(SQLGetDiagField(SQL_HANDLE_STMT, failed.raw(), 0, SQL_DIAG_RETURNCODE,
                                         &code, sizeof code, nullptr)),
           "SQL_DIAG_RETURNCODE");
    expect_equal(code, SQL_ERROR, "SQL_DIAG_RETURNCODE");
}

void diag_dynamic_function(const Target& target) {
    const Session session{target};
    const Table table{session, "cd_dynamic", "id INTEGER"};
    const Statement statement{session};
    statement.direct("INSERT INTO cd_dynamic VALUES (1)");
    std::array<char, 64> name{};
    SQLINTEGER code = 0;
    SQLLEN rows = 0;
    const auto get = [&](SQLSMALLINT field, SQLPOINTER value, SQLSMALLINT size) {
        expect(SQL_SUCCEEDED(SQLGetDiagField(SQL_HANDLE_STMT, statement.raw(), 0, field, value,
                                             size, nullptr)),
               "field " + std::to_string(field));
    };
    get(SQL_DIAG_DYNAMIC_FUNCTION, name.data(), 64);
    get(SQL_DIAG_DYNAMIC_FUNCTION_CODE, &code, sizeof code);
    get(SQL_DIAG_ROW_COUNT, &rows, sizeof rows);
    expect_equal(name.data(), "INSERT", "SQL_DIAG_DYNAMIC_FUNCTION");
    expect_equal(code, SQL_DIAG_INSERT, "SQL_DIAG_DYNAMIC_FUNCTION_CODE");
    expect_equal(rows, 1, "SQL_DIAG_ROW_COUNT");
}

struct DiagText {
    SQLSMALLINT field;
    const char* name;
    const char* wanted;  ///< null: anything
};

constexpr std::array diag_texts{
    DiagText{SQL_DIAG_SQLSTATE, "SQL_DIAG_SQLSTATE", "42S02"},
    DiagText{SQL_DIAG_CLASS_ORIGIN, "SQL_DIAG_CLASS_ORIGIN", "ISO 9075"},
    DiagText{SQL_DIAG_SUBCLASS_ORIGIN, "SQL_DIAG_SUBCLASS_ORIGIN", "ODBC 3.0"},
    DiagText{SQL_DIAG_CONNECTION_NAME, "SQL_DIAG_CONNECTION_NAME", nullptr},
    DiagText{SQL_DIAG_SERVER_NAME, "SQL_DIAG_SERVER_NAME", nullptr},
    DiagText{SQL_DIAG_MESSAGE_TEXT, "SQL_DIAG_MESSAGE_TEXT", nullptr},
};

void diag_text(const Target& target, const DiagText& row) {
    const Failed failed{target};
    const auto got = failed.text_field(row.field);
    if (row.wanted != nullptr) expect_equal(got, row.wanted, row.name);
}

void diag_rows(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    SQLINTEGER value = 0;
    statement.bind(1, SQL_C_SLONG, &value, 0, nullptr);
    statement.direct("SELECT 'no number'");
    expect_equal(SQLFetch(statement.raw()), SQL_ERROR, "SQLFetch");
    SQLINTEGER column = 0;
    expect(SQL_SUCCEEDED(SQLGetDiagField(SQL_HANDLE_STMT, statement.raw(), 1,
                                         SQL_DIAG_COLUMN_NUMBER, &column, sizeof column, nullptr)),
           "SQL_DIAG_COLUMN_NUMBER");
    expect_equal(column, 1, "SQL_DIAG_COLUMN_NUMBER");
}

// --------------------------------------------------------------------------------- descriptors

void bind_by_record(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    const auto ard = statement.descriptor(SQL_ATTR_APP_ROW_DESC);
    SQLINTEGER value = 0;
    SQLLEN length = 0;
    ard.ok(SQLSetDescRec(ard.raw, 1, SQL_C_SLONG, 0, sizeof value, 0, 0, &value, &length, &length),
           "SQLSetDescRec");
    statement.direct("SELECT 42");
    statement.fetch();
    expect_equal(value, 42, "the value");
}

void describe_by_record(const Target& target) {
    const Session session{target};
    const Table table{session, "cd_rec", "name VARCHAR(20) NOT NULL"};
    const Statement statement{session};
    statement.direct("SELECT name FROM cd_rec");
    const auto ird = statement.descriptor(SQL_ATTR_IMP_ROW_DESC);
    std::array<SQLCHAR, 30> name{};
    SQLSMALLINT length = 0;
    SQLSMALLINT type = 0;
    SQLSMALLINT sub = 0;
    SQLLEN octets = 0;
    SQLSMALLINT precision = 0;
    SQLSMALLINT scale = 0;
    SQLSMALLINT nullable = 0;
    const auto get = [&](SQLSMALLINT record) {
        return SQLGetDescRec(ird.raw, record, name.data(), name.size(), &length, &type, &sub,
                             &octets, &precision, &scale, &nullable);
    };
    ird.ok(get(1), "SQLGetDescRec");
    expect_equal(reinterpret_cast<const char*>(name.data()), "name", "the name");
    expect(type == SQL_VARCHAR || type == SQL_WVARCHAR, "the type");
    expect_equal(get(2), SQL_NO_DATA, "record 2 of 1");
}

void copy(const Target& target) {
    const Session session{target};
    const Statement first{session};
    const Statement second{session};
    SQLINTEGER value = 0;
    first.bind(1, SQL_C_SLONG, &value, 0, nullptr);
    const auto from = first.descriptor(SQL_ATTR_APP_ROW_DESC);
    const auto to = second.descriptor(SQL_ATTR_APP_ROW_DESC);
    to.ok(SQLCopyDesc(from.raw, to.raw), "SQLCopyDesc");
    second.direct("SELECT 43");
    second.fetch();
    expect_equal(value, 43, "through the copy");
    const auto ird = second.descriptor(SQL_ATTR_IMP_ROW_DESC);
    ird.fails(SQLCopyDesc(from.raw, ird.raw), "HY016", "copying into an IRD");
}

void shared(const Target& target) {
    const Session session{target};
    SQLHDESC own = SQL_NULL_HDESC;
    session.handle().ok(SQLAllocHandle(SQL_HANDLE_DESC, session.raw(), &own), "SQLAllocHandle");
    const Statement first{session};
    const Statement second{session};
    first.set(SQL_ATTR_APP_ROW_DESC, own);
    second.set(SQL_ATTR_APP_ROW_DESC, own);
    SQLINTEGER value = 0;
    first.bind(1, SQL_C_SLONG, &value, 0, nullptr);
    second.direct("SELECT 44");
    second.fetch();
    expect_equal(value, 44, "bound by another statement");
    SQLFreeHandle(SQL_HANDLE_DESC, own);
}

// ------------------------------------------------------------- functions, native SQL, connecting

struct Function {
    SQLUSMALLINT id;
    const char* name;
};

#define FUNCTION(name)           \
    Function {                   \
        SQL_API_SQL##name, #name \
    }

/// Functions that every driver of ODBC 3 has: Core.
constexpr std::array core_functions{
    FUNCTION(ALLOCHANDLE),   FUNCTION(BINDCOL),        FUNCTION(BINDPARAMETER),
    FUNCTION(CANCEL),        FUNCTION(CLOSECURSOR),    FUNCTION(COLATTRIBUTE),
    FUNCTION(COLUMNS),       FUNCTION(CONNECT),        FUNCTION(COPYDESC),
    FUNCTION(DESCRIBECOL),   FUNCTION(DISCONNECT),     FUNCTION(DRIVERCONNECT),
    FUNCTION(ENDTRAN),       FUNCTION(EXECDIRECT),     FUNCTION(EXECUTE),
    FUNCTION(FETCH),         FUNCTION(FETCHSCROLL),    FUNCTION(FREEHANDLE),
    FUNCTION(FREESTMT),      FUNCTION(GETCONNECTATTR), FUNCTION(GETCURSORNAME),
    FUNCTION(GETDATA),       FUNCTION(GETDESCFIELD),   FUNCTION(GETDESCREC),
    FUNCTION(GETDIAGFIELD),  FUNCTION(GETDIAGREC),     FUNCTION(GETENVATTR),
    FUNCTION(GETFUNCTIONS),  FUNCTION(GETINFO),        FUNCTION(GETSTMTATTR),
    FUNCTION(GETTYPEINFO),   FUNCTION(NATIVESQL),      FUNCTION(NUMPARAMS),
    FUNCTION(NUMRESULTCOLS), FUNCTION(PARAMDATA),      FUNCTION(PREPARE),
    FUNCTION(PUTDATA),       FUNCTION(ROWCOUNT),       FUNCTION(SETCONNECTATTR),
    FUNCTION(SETCURSORNAME), FUNCTION(SETDESCFIELD),   FUNCTION(SETDESCREC),
    FUNCTION(SETENVATTR),    FUNCTION(SETSTMTATTR),    FUNCTION(SPECIALCOLUMNS),
    FUNCTION(STATISTICS),    FUNCTION(TABLES),
};

#undef FUNCTION

void all_functions(const Target& target) {
    const Session session{target};
    std::array<SQLUSMALLINT, SQL_API_ODBC3_ALL_FUNCTIONS_SIZE> bits{};
    session.handle().ok(SQLGetFunctions(session.raw(), SQL_API_ODBC3_ALL_FUNCTIONS, bits.data()),
                        "SQL_API_ODBC3_ALL_FUNCTIONS");
    for (const auto& [id, name] : core_functions) {
        const auto set = (bits[id >> 4U] & (1U << (id & 0xFU))) != 0;
        expect(set == session.supports(id), std::string{name} + " told in two ways");
    }
}

void native_sql(const Target& target) {
    const Session session{target};
    std::array<SQLCHAR, 100> out{};
    SQLINTEGER length = 0;
    session.handle().ok(SQLNativeSql(session.raw(), text("SELECT {d '2026-11-21'}"), SQL_NTS,
                                     out.data(), out.size(), &length),
                        "SQLNativeSql");
    const std::string_view native{reinterpret_cast<const char*>(out.data())};
    expect_equal(length, static_cast<SQLLEN>(native.size()), "length told");
    expect(native.find("{d") == std::string_view::npos, "the escape is still there");
    session.handle().warns(SQLNativeSql(session.raw(), text("SELECT {d '2026-11-21'}"), SQL_NTS,
                                        out.data(), 5, &length),
                           "01004", "into five bytes");
}

void connection_string_out(const Target& target) {
    const Environment environment;
    const Connection connection{environment};
    std::array<SQLCHAR, 2048> out{};
    SQLSMALLINT length = 0;
    connection.handle().ok(
        SQLDriverConnect(connection.raw(), nullptr, text(target.connection), SQL_NTS, out.data(),
                         out.size(), &length, SQL_DRIVER_NOPROMPT),
        "SQLDriverConnect");
    const std::string told = reinterpret_cast<const char*>(out.data());
    expect_equal(length, static_cast<SQLLEN>(told.size()), "length told");
    Connection again{environment};
    again.handle().ok(again.connect(told), "connecting by the string told");
}

void connection_string_cut(const Target& target) {
    const Environment environment;
    const Connection connection{environment};
    std::array<SQLCHAR, 8> out{};
    SQLSMALLINT length = 0;
    connection.handle().warns(
        SQLDriverConnect(connection.raw(), nullptr, text(target.connection), SQL_NTS, out.data(),
                         out.size(), &length, SQL_DRIVER_NOPROMPT),
        "01004", "into eight bytes");
    expect(length > 8, "length told");
}

// --------------------------------------------------------------------------------- wide functions

void wide_text(const Target& target) {
    const Session session{target};
    const Table table{session, "cd_wide", "name VARCHAR(40)"};
    const std::string value = "Zoë, Ψ, 漢字, 🚀";
    const Statement statement{session};
    auto units = wide(value);
    SQLLEN length = SQL_NTS;
    statement.bind_parameter(1, SQL_C_WCHAR, SQL_WVARCHAR, 40, 0, units.data(),
                             units.size() * sizeof(SQLWCHAR), &length);
    auto insert = wide("INSERT INTO cd_wide VALUES (?)");
    statement.handle().ok(SQLExecDirectW(statement.raw(), insert.data(), SQL_NTS),
                          "SQLExecDirectW");
    statement.handle().ok(SQLFreeStmt(statement.raw(), SQL_RESET_PARAMS), "SQL_RESET_PARAMS");
    statement.direct("SELECT name FROM cd_wide");
    statement.fetch();
    std::array<SQLWCHAR, 60> out{};
    statement.handle().ok(
        SQLGetData(statement.raw(), 1, SQL_C_WCHAR, out.data(), sizeof out, &length), "SQLGetData");
    expect_equal(narrow(out.data(), static_cast<std::size_t>(length) / sizeof(SQLWCHAR)), value,
                 "what came back");
}

void wide_names(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    auto sql = wide("SELECT 1 AS \"größe\"");
    statement.handle().ok(SQLExecDirectW(statement.raw(), sql.data(), SQL_NTS), "SQLExecDirectW");
    std::array<SQLWCHAR, 20> name{};
    SQLSMALLINT length = 0;
    statement.handle().ok(SQLDescribeColW(statement.raw(), 1, name.data(), name.size(), &length,
                                          nullptr, nullptr, nullptr, nullptr),
                          "SQLDescribeColW");
    expect_equal(length, 5, "length in characters");
    expect_equal(narrow(name.data(), 5), "größe", "the name");
    statement.handle().ok(SQLColAttributeW(statement.raw(), 1, SQL_DESC_LABEL, name.data(),
                                           sizeof name, &length, nullptr),
                          "SQLColAttributeW");
    expect_equal(length, 5 * SQLLEN{sizeof(SQLWCHAR)}, "length in bytes");
}

void wide_diagnostics(const Target& target) {
    const Failed failed{target};
    std::array<SQLWCHAR, 6> state{};
    std::array<SQLWCHAR, 512> message{};
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;
    expect_equal(SQLGetDiagRecW(SQL_HANDLE_STMT, failed.raw(), 1, state.data(), &native,
                                message.data(), message.size(), &length),
                 SQL_SUCCESS, "SQLGetDiagRecW");
    expect_equal(narrow(state.data(), 5), "42S02", "the state");
    expect(length > 0 && message[static_cast<std::size_t>(length)] == 0, "length in characters");
}

std::vector<Check> all() {
    std::vector<Check> checks{
        {"diagnostics.records", "SQLGetDiagRec's answers for any number and buffer", diag_rec_end},
        {"diagnostics.cleared", "the next call clears the records", diag_cleared},
        {"diagnostics.header", "SQL_DIAG_NUMBER and SQL_DIAG_RETURNCODE", diag_header},
        {"diagnostics.dynamic-function", "SQL_DIAG_DYNAMIC_FUNCTION", diag_dynamic_function},
        {"diagnostics.column", "SQL_DIAG_COLUMN_NUMBER", diag_rows},
        {"descriptors.set-rec", "SQLSetDescRec binds", bind_by_record},
        {"descriptors.get-rec", "SQLGetDescRec describes", describe_by_record},
        {"descriptors.copy", "SQLCopyDesc", copy},
        {"descriptors.shared", "one descriptor of two statements", shared},
        {"functions.all", "the forms of SQLGetFunctions agree", all_functions},
        {"native-sql", "SQLNativeSql translates", native_sql},
        {"connect.string", "the string told connects again", connection_string_out},
        {"connect.cut", "a string that does not fit is 01004", connection_string_cut},
        {"wide.text", "texts of every plane there and back", wide_text},
        {"wide.names", "lengths in characters or bytes, by function", wide_names},
        {"wide.diagnostics", "SQLGetDiagRecW counts characters", wide_diagnostics},
    };
    for (const auto& row : diag_texts) {
        checks.push_back({std::string{"diagnostics."} + row.name, "SQLGetDiagField tells it",
                          [&row](const Target& t) { diag_text(t, row); }});
    }
    for (const auto& function : core_functions) {
        checks.push_back({std::string{"functions."} + function.name, "a Core function is there",
                          [&function](const Target& t) {
                              expect(Session{t}.supports(function.id), "SQLGetFunctions denies it");
                          }});
    }
    return checks;
}

const Register checks{"core", all()};

}  // namespace
}  // namespace conformance
