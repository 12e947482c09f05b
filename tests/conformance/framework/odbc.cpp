#include "tests/conformance/framework/odbc.h"

#include <array>
#include <dlfcn.h>

#include <utf8.h>

namespace conformance {

std::string show(SQLRETURN r) {
    switch (r) {
        case SQL_SUCCESS:
            return "SQL_SUCCESS";
        case SQL_SUCCESS_WITH_INFO:
            return "SQL_SUCCESS_WITH_INFO";
        case SQL_ERROR:
            return "SQL_ERROR";
        case SQL_INVALID_HANDLE:
            return "SQL_INVALID_HANDLE";
        case SQL_NO_DATA:
            return "SQL_NO_DATA";
        case SQL_NEED_DATA:
            return "SQL_NEED_DATA";
        case SQL_STILL_EXECUTING:
            return "SQL_STILL_EXECUTING";
        default:
            return "return code " + std::to_string(r);
    }
}

void expect(bool condition, std::string_view seen) {
    if (!condition) fail(std::string{seen});
}

void expect_equal(std::int64_t got, std::int64_t wanted, std::string_view what) {
    if (got == wanted) return;
    fail(std::string{what} + ": " + std::to_string(got) + ", not " + std::to_string(wanted));
}

void expect_equal(std::string_view got, std::string_view wanted, std::string_view what) {
    if (got == wanted) return;
    fail(std::string{what} + ": '" + std::string{got} + "', not '" + std::string{wanted} + "'");
}

bool is_one_of(std::string_view state, std::string_view states) {
    constexpr std::size_t length_of_state = 5;
    return state.size() == length_of_state && states.find(state) != std::string_view::npos;
}

// ODBC takes its input texts as pointers to what it could change, and does not.
SQLCHAR* text(const char* literal) {
    return reinterpret_cast<SQLCHAR*>(const_cast<char*>(literal));
}

SQLCHAR* text(const std::string& value) {
    return reinterpret_cast<SQLCHAR*>(const_cast<char*>(value.c_str()));
}

WideText wide(std::string_view utf8) {
    WideText units;
    if constexpr (sizeof(SQLWCHAR) == sizeof(char16_t)) {
        utf8::utf8to16(utf8.begin(), utf8.end(), std::back_inserter(units));
    } else {
        utf8::utf8to32(utf8.begin(), utf8.end(), std::back_inserter(units));
    }
    units.push_back(0);
    return units;
}

std::string narrow(const SQLWCHAR* wide, std::size_t units) {
    std::string utf8;
    if constexpr (sizeof(SQLWCHAR) == sizeof(char16_t)) {
        utf8::utf16to8(wide, wide + units, std::back_inserter(utf8));
    } else {
        utf8::utf32to8(wide, wide + units, std::back_inserter(utf8));
    }
    return utf8;
}

void* find_function(const char* name) noexcept {
    return ::dlsym(RTLD_DEFAULT, name);
}

// --------------------------------------------------------------------------------- diagnostics

std::vector<DiagRecord> Handle::diagnostics() const {
    std::vector<DiagRecord> records;
    constexpr SQLSMALLINT enough = 20;  // a driver that never says SQL_NO_DATA would go on for ever
    for (SQLSMALLINT number = 1; number <= enough; ++number) {
        std::array<SQLCHAR, 6> state{};
        std::array<SQLCHAR, 1024> message{};
        SQLSMALLINT length = 0;
        DiagRecord record;
        const auto r = SQLGetDiagRec(type, raw, number, state.data(), &record.native,
                                     message.data(), message.size(), &length);
        if (!SQL_SUCCEEDED(r)) break;
        record.state = reinterpret_cast<const char*>(state.data());
        record.text = reinterpret_cast<const char*>(message.data());
        records.push_back(std::move(record));
    }
    return records;
}

std::string Handle::complaint() const {
    const auto records = diagnostics();
    if (records.empty()) return "(no record)";
    return records.front().state + " " + records.front().text;
}

std::string Handle::state() const {
    const auto records = diagnostics();
    return records.empty() ? std::string{} : records.front().state;
}

void Handle::ok(SQLRETURN r, std::string_view what) const {
    if (SQL_SUCCEEDED(r)) return;
    const auto why = r == SQL_ERROR ? complaint() : show(r);
    fail(std::string{what} + ": " + why);
}

void Handle::fails(SQLRETURN r, std::string_view states, std::string_view what) const {
    const std::string wanted = ", not " + std::string{states};
    if (r != SQL_ERROR) fail(std::string{what} + ": " + show(r) + wanted);
    if (!is_one_of(state(), states)) fail(std::string{what} + ": " + complaint() + wanted);
}

void Handle::warns(SQLRETURN r, std::string_view states, std::string_view what) const {
    const std::string wanted = ", not " + std::string{states};
    if (r != SQL_SUCCESS_WITH_INFO) {
        fail(std::string{what} + ": " + (r == SQL_ERROR ? complaint() : show(r)) + wanted);
    }
    for (const auto& record : diagnostics()) {
        if (is_one_of(record.state, states)) return;
    }
    fail(std::string{what} + ": " + complaint() + wanted);
}

void Handle::refuses(SQLRETURN r, std::string_view states, std::string_view what) const {
    fails(r, states, what);
    refuse(std::string{what} + ": " + state());
}

// ------------------------------------------------------------------- environment and connection

Environment::Environment(SQLINTEGER version) {
    expect(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &raw_) == SQL_SUCCESS,
           "no environment handle");
    const auto value = static_cast<std::uintptr_t>(version);
    auto r = SQLSetEnvAttr(raw_, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(value), 0);
    // A driver manager of ODBC 3.5 knows no 3.80.
    if (r == SQL_ERROR && version == SQL_OV_ODBC3_80) {
        constexpr std::uintptr_t three = SQL_OV_ODBC3;
        r = SQLSetEnvAttr(raw_, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(three), 0);
    }
    handle().ok(r, "SQL_ATTR_ODBC_VERSION");
}

Environment::~Environment() {
    SQLFreeHandle(SQL_HANDLE_ENV, raw_);
}

Connection::Connection(const Environment& environment) {
    environment.handle().ok(SQLAllocHandle(SQL_HANDLE_DBC, environment.raw(), &raw_),
                            "SQLAllocHandle of a connection");
}

Connection::~Connection() {
    // An open transaction keeps a connection from being closed (25000).
    if (SQLDisconnect(raw_) == SQL_ERROR && handle().state() == "25000") {
        SQLEndTran(SQL_HANDLE_DBC, raw_, SQL_ROLLBACK);
        SQLDisconnect(raw_);
    }
    SQLFreeHandle(SQL_HANDLE_DBC, raw_);
}

SQLRETURN Connection::connect(const std::string& connection_string) {
    return SQLDriverConnect(raw_, nullptr, text(connection_string), SQL_NTS, nullptr, 0, nullptr,
                            SQL_DRIVER_NOPROMPT);
}

// --------------------------------------------------------------------------------- session

Session::Session(const Target& target, std::string_view more_keys, SQLINTEGER version)
    : target_{target}, environment_{version}, connection_{environment_} {
    handle().ok(connection_.connect(target.connection + std::string{more_keys}), "connecting");
}

bool Session::supports(SQLUSMALLINT function) const {
    SQLUSMALLINT answer = SQL_FALSE;
    handle().ok(SQLGetFunctions(raw(), function, &answer), "SQLGetFunctions");
    return answer == SQL_TRUE;
}

std::uint32_t Session::info(SQLUSMALLINT type) const {
    std::uint32_t value = 0;
    SQLSMALLINT length = 0;
    handle().ok(SQLGetInfo(raw(), type, &value, sizeof value, &length),
                "SQLGetInfo " + std::to_string(type));
    return value;
}

std::string Session::info_text(SQLUSMALLINT type) const {
    std::array<char, 4096> value{};
    SQLSMALLINT length = 0;
    handle().ok(SQLGetInfo(raw(), type, value.data(), value.size(), &length),
                "SQLGetInfo " + std::to_string(type));
    return value.data();
}

void Session::run(const std::string& sql) const {
    const Statement statement{*this};
    const auto r = statement.try_direct(sql);
    if (r != SQL_NO_DATA) statement.handle().ok(r, sql);
}

std::string Session::scalar(const std::string& sql) const {
    const Statement statement{*this};
    statement.direct(sql);
    return statement.next() ? statement.value(1) : "(none)";
}

void Session::autocommit(bool on) const {
    const std::uintptr_t value = on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF;
    handle().ok(SQLSetConnectAttr(raw(), SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(value),
                                  SQL_IS_UINTEGER),
                "SQL_ATTR_AUTOCOMMIT");
}

void Session::end(SQLSMALLINT completion) const {
    handle().ok(SQLEndTran(SQL_HANDLE_DBC, raw(), completion), "SQLEndTran");
}

// --------------------------------------------------------------------------------- table

Table::Table(const Session& session, std::string name, const std::string& columns)
    : session_{session}, name_{std::move(name)} {
    session.run("DROP TABLE IF EXISTS " + name_);
    session.run("CREATE TABLE " + name_ + " (" + columns + ")");
}

Table::~Table() {
    try {
        session_.run("DROP TABLE IF EXISTS " + name_);
    } catch (const Ending&) {
        // In a failed transaction nothing can be dropped: the next check that uses the name will.
    }
}

void Table::fill(std::initializer_list<std::string_view> rows) const {
    for (const auto row : rows) {
        session_.run("INSERT INTO " + name_ + " VALUES (" + std::string{row} + ")");
    }
}

void Table::number(int rows) const {
    std::string values;
    for (int i = 1; i <= rows; ++i) {
        const auto n = std::to_string(i);
        values += (i == 1 ? "(" : ", (") + n + ", 'row " + n + "')";
    }
    session_.run("INSERT INTO " + name_ + " VALUES " + values);
}

// --------------------------------------------------------------------------------- statement

Statement::Statement(const Session& session) : session_{session} {
    session.handle().ok(SQLAllocHandle(SQL_HANDLE_STMT, session.raw(), &raw_),
                        "SQLAllocHandle of a statement");
}

Statement::~Statement() {
    SQLFreeHandle(SQL_HANDLE_STMT, raw_);
}

Handle Statement::descriptor(SQLINTEGER attribute) const {
    SQLHDESC found = SQL_NULL_HDESC;
    handle().ok(
        SQLGetStmtAttr(raw_, attribute, static_cast<SQLPOINTER>(&found), SQL_IS_POINTER, nullptr),
        "getting a descriptor");
    return {SQL_HANDLE_DESC, found};
}

SQLRETURN Statement::try_direct(const std::string& sql) const {
    return SQLExecDirect(raw_, text(expand(*session_.target().dialect, sql)), SQL_NTS);
}

SQLRETURN Statement::try_prepare(const std::string& sql) const {
    return SQLPrepare(raw_, text(expand(*session_.target().dialect, sql)), SQL_NTS);
}

SQLRETURN Statement::try_set(SQLINTEGER attribute, SQLULEN value) const {
    return SQLSetStmtAttr(raw_, attribute, reinterpret_cast<SQLPOINTER>(value), SQL_IS_UINTEGER);
}

void Statement::direct(const std::string& sql) const {
    handle().ok(try_direct(sql), sql);
}

void Statement::prepare(const std::string& sql) const {
    handle().ok(try_prepare(sql), "preparing " + sql);
}

void Statement::execute() const {
    handle().ok(SQLExecute(raw_), "SQLExecute");
}

void Statement::set(SQLINTEGER attribute, SQLULEN value) const {
    handle().ok(try_set(attribute, value), "statement attribute " + std::to_string(attribute));
}

void Statement::set(SQLINTEGER attribute, const void* pointer) const {
    handle().ok(SQLSetStmtAttr(raw_, attribute, const_cast<SQLPOINTER>(pointer), SQL_IS_POINTER),
                "statement attribute " + std::to_string(attribute));
}

void Statement::fetch() const {
    handle().ok(SQLFetch(raw_), "SQLFetch");
}

bool Statement::next() const {
    const auto r = SQLFetch(raw_);
    if (r != SQL_NO_DATA) handle().ok(r, "SQLFetch");
    return r != SQL_NO_DATA;
}

void Statement::finish() const {
    auto r = SQLMoreResults(raw_);
    for (; r != SQL_NO_DATA; r = SQLMoreResults(raw_)) handle().ok(r, "SQLMoreResults");
}

void Statement::bind(SQLUSMALLINT column, SQLSMALLINT c_type, void* buffer, std::size_t size,
                     SQLLEN* indicator) const {
    handle().ok(SQLBindCol(raw_, column, c_type, buffer, static_cast<SQLLEN>(size), indicator),
                "SQLBindCol");
}

void Statement::bind_parameter(SQLUSMALLINT number, SQLSMALLINT c_type, SQLSMALLINT sql_type,
                               SQLULEN size, SQLSMALLINT digits, const void* buffer,
                               std::size_t buffer_size, SQLLEN* indicator) const {
    handle().ok(SQLBindParameter(raw_, number, SQL_PARAM_INPUT, c_type, sql_type, size, digits,
                                 const_cast<SQLPOINTER>(buffer), static_cast<SQLLEN>(buffer_size),
                                 indicator),
                "SQLBindParameter");
}

void Statement::close() const {
    handle().ok(SQLFreeStmt(raw_, SQL_CLOSE), "SQLFreeStmt(SQL_CLOSE)");
}

SQLULEN Statement::get(SQLINTEGER attribute) const {
    SQLULEN value = 0;
    handle().ok(SQLGetStmtAttr(raw_, attribute, &value, SQL_IS_UINTEGER, nullptr),
                "statement attribute " + std::to_string(attribute));
    return value;
}

SQLSMALLINT Statement::columns() const {
    SQLSMALLINT count = -1;
    handle().ok(SQLNumResultCols(raw_, &count), "SQLNumResultCols");
    return count;
}

SQLLEN Statement::row_count() const {
    SQLLEN count = -2;
    handle().ok(SQLRowCount(raw_, &count), "SQLRowCount");
    return count;
}

std::string Statement::column_name(SQLUSMALLINT column) const {
    std::array<SQLCHAR, 300> name{};
    SQLSMALLINT length = 0;
    handle().ok(SQLDescribeCol(raw_, column, name.data(), name.size(), &length, nullptr, nullptr,
                               nullptr, nullptr),
                "SQLDescribeCol");
    return reinterpret_cast<const char*>(name.data());
}

std::string Statement::field_text(SQLUSMALLINT column, SQLUSMALLINT field) const {
    std::array<SQLCHAR, 300> value{};
    SQLSMALLINT length = 0;
    handle().ok(SQLColAttribute(raw_, column, field, value.data(), value.size(), &length, nullptr),
                "SQLColAttribute " + std::to_string(field));
    return reinterpret_cast<const char*>(value.data());
}

SQLLEN Statement::field(SQLUSMALLINT column, SQLUSMALLINT field) const {
    SQLLEN value = 0;
    handle().ok(SQLColAttribute(raw_, column, field, nullptr, 0, nullptr, &value),
                "SQLColAttribute " + std::to_string(field));
    return value;
}

Cell Statement::cell(SQLUSMALLINT column) const {
    std::string value;
    std::array<char, 4096> piece{};
    for (;;) {
        SQLLEN length = 0;
        const auto r = SQLGetData(raw_, column, SQL_C_CHAR, piece.data(), piece.size(), &length);
        if (r == SQL_NO_DATA) return value;
        handle().ok(r, "SQLGetData of column " + std::to_string(column));
        if (length == SQL_NULL_DATA) return std::nullopt;
        value += piece.data();
        if (r == SQL_SUCCESS) return value;
    }
}

std::string Statement::value(SQLUSMALLINT column) const {
    return cell(column).value_or("(null)");
}

std::string Statement::rows() const {
    std::string all;
    const auto width = static_cast<SQLUSMALLINT>(columns());
    while (next()) {
        if (!all.empty()) all += ';';
        for (SQLUSMALLINT i = 1; i <= width; ++i) {
            if (i > 1) all += ',';
            all += value(i);
        }
    }
    return all;
}

int Statement::count_rows() const {
    int count = 0;
    while (next()) ++count;
    return count;
}

}  // namespace conformance
