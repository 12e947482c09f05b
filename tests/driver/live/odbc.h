// ODBC for tests: handles that free themselves, and answers as plain C++ values. Goes through the
// driver manager with the driver named by its path, so nothing has to be registered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

namespace dqlite::test {

/// Texts as arguments: ODBC wants pointers to what it could change, and does not.
[[nodiscard]] SQLCHAR* chars(const char* text);
[[nodiscard]] SQLCHAR* chars(const std::string& text);

/// The driver under test, from the build.
[[nodiscard]] std::string driver_path();
/// "Driver=…;Server=…;Database=…;" and what else is given.
[[nodiscard]] std::string connection_string(std::string_view server, std::string_view more = {});

struct DiagRecord {
    std::string state;
    SQLINTEGER native = 0;
    std::string text;
};
[[nodiscard]] std::vector<DiagRecord> diagnostics(SQLSMALLINT type, SQLHANDLE handle);

class OdbcEnvironment {
  public:
    explicit OdbcEnvironment(SQLINTEGER version = SQL_OV_ODBC3_80);
    ~OdbcEnvironment();
    OdbcEnvironment(const OdbcEnvironment&) = delete;
    OdbcEnvironment& operator=(const OdbcEnvironment&) = delete;
    [[nodiscard]] SQLHENV handle() const noexcept { return handle_; }

  private:
    SQLHENV handle_ = SQL_NULL_HENV;
};

class OdbcConnection {
  public:
    explicit OdbcConnection(SQLINTEGER version = SQL_OV_ODBC3_80);
    /// Connects; a failure is a test failure, see ok().
    explicit OdbcConnection(const std::string& text, SQLINTEGER version = SQL_OV_ODBC3_80);
    ~OdbcConnection();
    OdbcConnection(const OdbcConnection&) = delete;
    OdbcConnection& operator=(const OdbcConnection&) = delete;

    SQLRETURN connect(const std::string& text);
    [[nodiscard]] bool ok() const noexcept { return connected_; }
    [[nodiscard]] SQLHDBC handle() const noexcept { return handle_; }
    [[nodiscard]] std::string state() const;    ///< SQLSTATE of the first record
    [[nodiscard]] std::string message() const;  ///< text of the first record
    SQLRETURN set(SQLINTEGER attribute, SQLULEN value);
    SQLRETURN autocommit(bool on);
    SQLRETURN commit();
    SQLRETURN rollback();
    SQLRETURN disconnect();
    [[nodiscard]] std::string info_text(SQLUSMALLINT type) const;

  private:
    OdbcEnvironment environment_;
    SQLHDBC handle_ = SQL_NULL_HDBC;
    bool connected_ = false;
};

using Cell = std::optional<std::string>;  ///< a value read as SQL_C_CHAR; nothing for NULL
using Rows = std::vector<std::vector<Cell>>;

class OdbcStatement {
  public:
    explicit OdbcStatement(const OdbcConnection& connection);
    ~OdbcStatement();
    OdbcStatement(const OdbcStatement&) = delete;
    OdbcStatement& operator=(const OdbcStatement&) = delete;

    [[nodiscard]] SQLHSTMT handle() const noexcept { return handle_; }
    SQLRETURN direct(const std::string& sql);
    SQLRETURN prepare(const std::string& sql);
    SQLRETURN execute();
    SQLRETURN fetch();
    SQLRETURN close();
    SQLRETURN set(SQLINTEGER attribute, SQLULEN value);
    SQLRETURN set(SQLINTEGER attribute, void* value);
    [[nodiscard]] SQLLEN row_count() const;
    [[nodiscard]] SQLSMALLINT columns() const;
    [[nodiscard]] std::string column_name(SQLUSMALLINT number) const;
    [[nodiscard]] SQLSMALLINT column_type(SQLUSMALLINT number) const;
    [[nodiscard]] Cell text(SQLUSMALLINT number) const;   ///< of the current row, any length
    [[nodiscard]] Cell bytes(SQLUSMALLINT number) const;  ///< the same as SQL_C_BINARY
    [[nodiscard]] std::int64_t integer(SQLUSMALLINT number) const;
    [[nodiscard]] double real(SQLUSMALLINT number) const;
    /// Fetches all that remains as text.
    [[nodiscard]] Rows all();
    /// Executes and fetches all; an error is a row of one cell, "SQLSTATE text".
    [[nodiscard]] Rows query(const std::string& sql);
    [[nodiscard]] std::string state() const;
    [[nodiscard]] SQLINTEGER native() const;
    [[nodiscard]] std::string message() const;

  private:
    SQLHSTMT handle_ = SQL_NULL_HSTMT;
};

}  // namespace dqlite::test
