// Diagnostic records: what SQLGetDiagRec and SQLGetDiagField read. A state never travels without
// its text.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/error.h"
#include "driver/diag/sqlstate.h"
#include "driver/odbc.h"

namespace dqlite::odbc {

struct Diagnostic {
    SqlState state = SqlState::sHY000;
    std::string message;  ///< UTF-8, without the vendor prefix
    SQLINTEGER native = 0;
    SQLLEN row = SQL_NO_ROW_NUMBER;            ///< or SQL_ROW_NUMBER_UNKNOWN, or 1-based
    SQLINTEGER column = SQL_NO_COLUMN_NUMBER;  ///< or SQL_COLUMN_NUMBER_UNKNOWN, or 1-based
    bool from_server = false;                  ///< prefix [dqlite-odbc][dqlite], else [dqlite-odbc]
};

/// The records of one handle, errors ranked before warnings as SQLGetDiagField's page has it.
class Diagnostics {
  public:
    void clear() noexcept;
    void add(Diagnostic record);
    [[nodiscard]] std::span<const Diagnostic> records() const noexcept { return records_; }
    [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
    /// The record's text with its prefix, as an application sees it.
    [[nodiscard]] static std::string text(const Diagnostic& record);

    // Header fields.
    SQLRETURN return_code = SQL_SUCCESS;
    SQLLEN row_count = -1;
    SQLLEN cursor_row_count = 0;
    std::string dynamic_function;
    SQLINTEGER dynamic_function_code = SQL_DIAG_UNKNOWN_STATEMENT;
    /// Where the handle's connection cannot be asked for it any more.
    std::string server_name;

  private:
    std::vector<Diagnostic> records_;
};

/// Where a client error happened: the same failure has another state in another place.
enum class ErrorContext : unsigned char {
    connect,         ///< SQLConnect and its kin
    statement,       ///< executing or fetching
    end_transaction  ///< SQLEndTran on a connection
};

/// The record for a client error (odbc §2.5, design §2.9): state from the code, the text and the
/// context, native code = the server's extended code, the address in link errors.
[[nodiscard]] Diagnostic diagnose(const client::Error& error, ErrorContext context);

}  // namespace dqlite::odbc
