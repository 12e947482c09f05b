// ODBC for checks: handles that free themselves, failures that end the check with the SQLSTATE and
// the text the driver gave. Works with a driver manager and without one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/odbc.h"
#include "tests/conformance/framework/check.h"
#include "tests/conformance/framework/target.h"

namespace conformance {

struct DiagRecord {
    std::string state;
    SQLINTEGER native = 0;
    std::string text;
};

/// A handle of any kind, for looking at its diagnostics.
struct Handle {
    SQLSMALLINT type;
    SQLHANDLE raw;

    [[nodiscard]] std::vector<DiagRecord> diagnostics() const;
    /// "HY010 text" of the first record; "(no record)".
    [[nodiscard]] std::string complaint() const;
    [[nodiscard]] std::string state() const;  ///< SQLSTATE of the first record, or ""

    /// SQL_SUCCESS or SQL_SUCCESS_WITH_INFO, or the check fails.
    void ok(SQLRETURN r, std::string_view what) const;
    /// SQL_ERROR with one of the states ("42S02 42S22") first, or the check fails.
    void fails(SQLRETURN r, std::string_view states, std::string_view what) const;
    /// SQL_SUCCESS_WITH_INFO with one of the states among the records, or the check fails.
    void warns(SQLRETURN r, std::string_view states, std::string_view what) const;
    /// What a driver that does not claim something must do: fails() and the check ends as refused.
    [[noreturn]] void refuses(SQLRETURN r, std::string_view states, std::string_view what) const;
};

/// Ends the check as failed unless the condition holds.
void expect(bool condition, std::string_view seen);
void expect_equal(std::int64_t got, std::int64_t wanted, std::string_view what);
void expect_equal(std::string_view got, std::string_view wanted, std::string_view what);
[[nodiscard]] bool is_one_of(std::string_view state, std::string_view states);
[[nodiscard]] std::string show(SQLRETURN r);

/// Function arguments: ODBC wants pointers to what it does not change.
[[nodiscard]] SQLCHAR* text(const char* literal);
[[nodiscard]] SQLCHAR* text(const std::string& value);
using WideText = std::vector<SQLWCHAR>;  ///< with its NUL
[[nodiscard]] WideText wide(std::string_view utf8);
[[nodiscard]] std::string narrow(const SQLWCHAR* wide, std::size_t units);

class Environment {
  public:
    explicit Environment(SQLINTEGER version = SQL_OV_ODBC3_80);
    ~Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    [[nodiscard]] SQLHENV raw() const noexcept { return raw_; }
    [[nodiscard]] Handle handle() const noexcept { return {SQL_HANDLE_ENV, raw_}; }

  private:
    SQLHENV raw_ = SQL_NULL_HENV;
};

/// A connection handle, not connected yet.
class Connection {
  public:
    explicit Connection(const Environment& environment);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    [[nodiscard]] SQLHDBC raw() const noexcept { return raw_; }
    [[nodiscard]] Handle handle() const noexcept { return {SQL_HANDLE_DBC, raw_}; }
    [[nodiscard]] SQLRETURN connect(const std::string& connection_string);

  private:
    SQLHDBC raw_ = SQL_NULL_HDBC;
};

/// An environment with one open connection.
class Session {
  public:
    explicit Session(const Target& target, std::string_view more_keys = {},
                     SQLINTEGER version = SQL_OV_ODBC3_80);
    [[nodiscard]] const Target& target() const noexcept { return target_; }
    [[nodiscard]] SQLHENV environment() const noexcept { return environment_.raw(); }
    [[nodiscard]] SQLHDBC raw() const noexcept { return connection_.raw(); }
    [[nodiscard]] Handle handle() const noexcept { return connection_.handle(); }

    [[nodiscard]] bool supports(SQLUSMALLINT function) const;
    [[nodiscard]] std::uint32_t info(SQLUSMALLINT type) const;  ///< of 16 or 32 bits
    [[nodiscard]] std::string info_text(SQLUSMALLINT type) const;
    [[nodiscard]] bool info_yes(SQLUSMALLINT type) const { return info_text(type) == "Y"; }

    /// Runs a statement that must work. Placeholders as in expand().
    void run(const std::string& sql) const;
    /// The first column of the first row as text; "(null)", "(none)".
    [[nodiscard]] std::string scalar(const std::string& sql) const;
    void autocommit(bool on) const;
    void end(SQLSMALLINT completion) const;

  private:
    const Target& target_;
    Environment environment_;
    Connection connection_;
};

/// The columns of most tables; Table::number() fills them.
inline constexpr const char* id_and_name = "id INTEGER PRIMARY KEY, name VARCHAR(20)";

/// A table that is there as long as this object; one a crashed check has left is dropped first.
class Table {
  public:
    Table(const Session& session, std::string name, const std::string& columns);
    ~Table();
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// INSERT INTO the table VALUES (…); each string one row.
    void fill(std::initializer_list<std::string_view> rows) const;
    /// Rows (1, 'row 1') … (n, 'row n').
    void number(int rows) const;

  private:
    const Session& session_;
    std::string name_;
};

using Cell = std::optional<std::string>;  ///< nothing for NULL

class Statement {
  public:
    explicit Statement(const Session& session);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    [[nodiscard]] SQLHSTMT raw() const noexcept { return raw_; }
    [[nodiscard]] Handle handle() const noexcept { return {SQL_HANDLE_STMT, raw_}; }
    [[nodiscard]] Handle descriptor(SQLINTEGER attribute) const;  ///< SQL_ATTR_APP_ROW_DESC …

    // Each must work, or the check fails.
    void direct(const std::string& sql) const;
    void prepare(const std::string& sql) const;
    void execute() const;
    void set(SQLINTEGER attribute, SQLULEN value) const;
    void set(SQLINTEGER attribute, const void* pointer) const;
    void fetch() const;
    /// False at the end.
    [[nodiscard]] bool next() const;
    /// To the end of all results: output parameters are there then.
    void finish() const;
    void bind(SQLUSMALLINT column, SQLSMALLINT c_type, void* buffer, std::size_t size,
              SQLLEN* indicator) const;
    void bind_parameter(SQLUSMALLINT number, SQLSMALLINT c_type, SQLSMALLINT sql_type, SQLULEN size,
                        SQLSMALLINT digits, const void* buffer, std::size_t buffer_size,
                        SQLLEN* indicator) const;
    void close() const;

    /// Raw calls, for those that should fail.
    [[nodiscard]] SQLRETURN try_direct(const std::string& sql) const;
    [[nodiscard]] SQLRETURN try_prepare(const std::string& sql) const;
    [[nodiscard]] SQLRETURN try_set(SQLINTEGER attribute, SQLULEN value) const;

    [[nodiscard]] SQLULEN get(SQLINTEGER attribute) const;
    [[nodiscard]] SQLSMALLINT columns() const;
    [[nodiscard]] SQLLEN row_count() const;
    [[nodiscard]] std::string column_name(SQLUSMALLINT column) const;
    [[nodiscard]] std::string field_text(SQLUSMALLINT column, SQLUSMALLINT field) const;
    [[nodiscard]] SQLLEN field(SQLUSMALLINT column, SQLUSMALLINT field) const;
    [[nodiscard]] Cell cell(SQLUSMALLINT column) const;          ///< by SQLGetData, any length
    [[nodiscard]] std::string value(SQLUSMALLINT column) const;  ///< "(null)" for NULL
    /// Fetches all rows: cells by ',' and rows by ';'.
    [[nodiscard]] std::string rows() const;
    [[nodiscard]] int count_rows() const;

  private:
    const Session& session_;
    SQLHSTMT raw_ = SQL_NULL_HSTMT;
};

/// A function of the driver manager that a build without one cannot link; null if there is none.
[[nodiscard]] void* find_function(const char* name) noexcept;

}  // namespace conformance
