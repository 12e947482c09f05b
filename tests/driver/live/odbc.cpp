#include "tests/driver/live/odbc.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace dqlite::test {
namespace {

std::string first_state(SQLSMALLINT type, SQLHANDLE handle) {
    const auto records = diagnostics(type, handle);
    return records.empty() ? std::string{} : records.front().state;
}

std::string first_text(SQLSMALLINT type, SQLHANDLE handle) {
    const auto records = diagnostics(type, handle);
    return records.empty() ? std::string{} : records.front().text;
}

Cell read_in_pieces(SQLHSTMT handle, SQLUSMALLINT number, SQLSMALLINT type) {
    std::string value;
    char buffer[1024];
    for (;;) {
        SQLLEN length = 0;
        const auto r = SQLGetData(handle, number, type, buffer, sizeof buffer, &length);
        if (r == SQL_NO_DATA) return value;
        if (!SQL_SUCCEEDED(r)) {
            ADD_FAILURE() << first_text(SQL_HANDLE_STMT, handle);
            return std::nullopt;
        }
        if (length == SQL_NULL_DATA) return std::nullopt;
        const SQLLEN room = type == SQL_C_CHAR ? sizeof buffer - 1 : sizeof buffer;
        if (r == SQL_SUCCESS || length <= room) {
            value.append(buffer, static_cast<std::size_t>(length));
            return value;
        }
        // A piece: characters are never split, so its own length counts.
        value.append(type == SQL_C_CHAR ? std::string{buffer}
                                        : std::string(buffer, static_cast<std::size_t>(room)));
    }
}

}  // namespace

SQLCHAR* chars(const char* text) {
    return reinterpret_cast<SQLCHAR*>(const_cast<char*>(text));
}

SQLCHAR* chars(const std::string& text) {
    return chars(text.c_str());
}

std::string driver_path() {
    if (const char* const path = std::getenv("DQLITE_ODBC_DRIVER")) return path;
    return DQLITE_ODBC_DRIVER;
}

std::string connection_string(std::string_view server, std::string_view more) {
    std::string text = "Driver=" + driver_path() + ";Server=";
    text += server;
    text += ";";
    text += more;
    return text;
}

std::vector<DiagRecord> diagnostics(SQLSMALLINT type, SQLHANDLE handle) {
    std::vector<DiagRecord> records;
    for (SQLSMALLINT number = 1;; ++number) {
        SQLCHAR state[6] = {};
        SQLCHAR text[2048] = {};
        SQLSMALLINT length = 0;
        DiagRecord record;
        if (!SQL_SUCCEEDED(SQLGetDiagRec(type, handle, number, state, &record.native, text,
                                         sizeof text, &length))) {
            return records;
        }
        record.state = reinterpret_cast<const char*>(state);
        record.text = reinterpret_cast<const char*>(text);
        records.push_back(std::move(record));
    }
}

// --------------------------------------------------------------------------------- environment

OdbcEnvironment::OdbcEnvironment(SQLINTEGER version) {
    EXPECT_EQ(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &handle_), SQL_SUCCESS);
    EXPECT_EQ(SQLSetEnvAttr(handle_, SQL_ATTR_ODBC_VERSION,
                            reinterpret_cast<SQLPOINTER>(static_cast<std::intptr_t>(version)), 0),
              SQL_SUCCESS);
}

OdbcEnvironment::~OdbcEnvironment() {
    SQLFreeHandle(SQL_HANDLE_ENV, handle_);
}

// ---------------------------------------------------------------------------------- connection

OdbcConnection::OdbcConnection(SQLINTEGER version) : environment_{version} {
    EXPECT_EQ(SQLAllocHandle(SQL_HANDLE_DBC, environment_.handle(), &handle_), SQL_SUCCESS);
}

OdbcConnection::OdbcConnection(const std::string& text, SQLINTEGER version)
    : OdbcConnection{version} {
    EXPECT_TRUE(SQL_SUCCEEDED(connect(text))) << message();
}

OdbcConnection::~OdbcConnection() {
    if (connected_) {
        SQLEndTran(SQL_HANDLE_DBC, handle_, SQL_ROLLBACK);
        SQLDisconnect(handle_);
    }
    SQLFreeHandle(SQL_HANDLE_DBC, handle_);
}

SQLRETURN OdbcConnection::connect(const std::string& text) {
    const auto r = SQLDriverConnect(handle_, nullptr, chars(text), SQL_NTS, nullptr, 0, nullptr,
                                    SQL_DRIVER_NOPROMPT);
    connected_ = SQL_SUCCEEDED(r);
    return r;
}

SQLRETURN OdbcConnection::disconnect() {
    const auto r = SQLDisconnect(handle_);
    if (SQL_SUCCEEDED(r)) connected_ = false;
    return r;
}

std::string OdbcConnection::state() const {
    return first_state(SQL_HANDLE_DBC, handle_);
}
std::string OdbcConnection::message() const {
    return first_text(SQL_HANDLE_DBC, handle_);
}

SQLRETURN OdbcConnection::set(SQLINTEGER attribute, SQLULEN value) {
    return SQLSetConnectAttr(handle_, attribute, reinterpret_cast<SQLPOINTER>(value),
                             SQL_IS_UINTEGER);
}

SQLRETURN OdbcConnection::autocommit(bool on) {
    return set(SQL_ATTR_AUTOCOMMIT, on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF);
}

SQLRETURN OdbcConnection::commit() {
    return SQLEndTran(SQL_HANDLE_DBC, handle_, SQL_COMMIT);
}
SQLRETURN OdbcConnection::rollback() {
    return SQLEndTran(SQL_HANDLE_DBC, handle_, SQL_ROLLBACK);
}

std::string OdbcConnection::info_text(SQLUSMALLINT type) const {
    char text[512] = {};
    SQLSMALLINT length = 0;
    EXPECT_EQ(SQLGetInfo(handle_, type, text, sizeof text, &length), SQL_SUCCESS) << message();
    return text;
}

// ----------------------------------------------------------------------------------- statement

OdbcStatement::OdbcStatement(const OdbcConnection& connection) {
    EXPECT_EQ(SQLAllocHandle(SQL_HANDLE_STMT, connection.handle(), &handle_), SQL_SUCCESS);
}

OdbcStatement::~OdbcStatement() {
    SQLFreeHandle(SQL_HANDLE_STMT, handle_);
}

SQLRETURN OdbcStatement::direct(const std::string& sql) {
    return SQLExecDirect(handle_, chars(sql), static_cast<SQLINTEGER>(sql.size()));
}

SQLRETURN OdbcStatement::prepare(const std::string& sql) {
    return SQLPrepare(handle_, chars(sql), static_cast<SQLINTEGER>(sql.size()));
}

SQLRETURN OdbcStatement::execute() {
    return SQLExecute(handle_);
}
SQLRETURN OdbcStatement::fetch() {
    return SQLFetch(handle_);
}
SQLRETURN OdbcStatement::close() {
    return SQLFreeStmt(handle_, SQL_CLOSE);
}

SQLRETURN OdbcStatement::set(SQLINTEGER attribute, SQLULEN value) {
    return SQLSetStmtAttr(handle_, attribute, reinterpret_cast<SQLPOINTER>(value), 0);
}

SQLRETURN OdbcStatement::set(SQLINTEGER attribute, void* value) {
    return SQLSetStmtAttr(handle_, attribute, value, 0);
}

SQLLEN OdbcStatement::row_count() const {
    SQLLEN count = -2;
    EXPECT_EQ(SQLRowCount(handle_, &count), SQL_SUCCESS) << message();
    return count;
}

SQLSMALLINT OdbcStatement::columns() const {
    SQLSMALLINT count = -1;
    EXPECT_EQ(SQLNumResultCols(handle_, &count), SQL_SUCCESS) << message();
    return count;
}

std::string OdbcStatement::column_name(SQLUSMALLINT number) const {
    SQLCHAR name[512] = {};
    SQLSMALLINT length = 0;
    EXPECT_EQ(SQLDescribeCol(handle_, number, name, sizeof name, &length, nullptr, nullptr, nullptr,
                             nullptr),
              SQL_SUCCESS)
        << message();
    return reinterpret_cast<const char*>(name);
}

SQLSMALLINT OdbcStatement::column_type(SQLUSMALLINT number) const {
    SQLCHAR name[512] = {};
    SQLSMALLINT length = 0;
    SQLSMALLINT type = 0;
    EXPECT_EQ(SQLDescribeCol(handle_, number, name, sizeof name, &length, &type, nullptr, nullptr,
                             nullptr),
              SQL_SUCCESS)
        << message();
    return type;
}

Cell OdbcStatement::text(SQLUSMALLINT number) const {
    return read_in_pieces(handle_, number, SQL_C_CHAR);
}

Cell OdbcStatement::bytes(SQLUSMALLINT number) const {
    return read_in_pieces(handle_, number, SQL_C_BINARY);
}

std::int64_t OdbcStatement::integer(SQLUSMALLINT number) const {
    std::int64_t value = 0;
    SQLLEN length = 0;
    EXPECT_EQ(SQLGetData(handle_, number, SQL_C_SBIGINT, &value, sizeof value, &length),
              SQL_SUCCESS)
        << message();
    return value;
}

double OdbcStatement::real(SQLUSMALLINT number) const {
    double value = 0;
    SQLLEN length = 0;
    EXPECT_EQ(SQLGetData(handle_, number, SQL_C_DOUBLE, &value, sizeof value, &length), SQL_SUCCESS)
        << message();
    return value;
}

Rows OdbcStatement::all() {
    Rows rows;
    const auto count = columns();
    for (;;) {
        const auto r = fetch();
        if (r == SQL_NO_DATA) break;
        if (!SQL_SUCCEEDED(r)) {
            rows.push_back({state() + " " + message()});
            break;
        }
        auto& row = rows.emplace_back();
        for (SQLSMALLINT i = 1; i <= count; ++i) row.push_back(text(static_cast<SQLUSMALLINT>(i)));
    }
    close();
    return rows;
}

Rows OdbcStatement::query(const std::string& sql) {
    const auto r = direct(sql);
    if (r == SQL_NO_DATA) return {};
    if (!SQL_SUCCEEDED(r)) return {{state() + " " + message()}};
    if (columns() == 0) return {};
    return all();
}

std::string OdbcStatement::state() const {
    return first_state(SQL_HANDLE_STMT, handle_);
}
std::string OdbcStatement::message() const {
    return first_text(SQL_HANDLE_STMT, handle_);
}

SQLINTEGER OdbcStatement::native() const {
    const auto records = diagnostics(SQL_HANDLE_STMT, handle_);
    return records.empty() ? 0 : records.front().native;
}

}  // namespace dqlite::test
