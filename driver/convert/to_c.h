// From a value of a row to an application's buffer: the specification's SQL-to-C matrix (ODBC
// Reference, Appendix D, "Converting Data from SQL to C Data Types"). Pure: no handle, no I/O.
#pragma once

#include <cstddef>

#include "driver/diag/sqlstate.h"
#include "driver/odbc.h"
#include "driver/tables/sql_type.h"
#include "wire/value.h"

namespace dqlite::odbc {

/// Where a value goes. Pointers are the application's, already moved by bind offset and row.
struct CTarget {
    SQLSMALLINT c_type = SQL_C_CHAR;  ///< concise C type; SQL_C_DEFAULT is resolved by to_c
    SQLPOINTER data = nullptr;        ///< null: only the length is wanted
    SQLLEN capacity = 0;              ///< bytes
    SQLLEN* octet_length = nullptr;   ///< may be the same as indicator, may be null
    SQLLEN* indicator = nullptr;
    SQLSMALLINT precision = 0;  ///< SQL_C_NUMERIC and interval seconds; 0: the default
    SQLSMALLINT scale = 0;
    SQLULEN max_length = 0;  ///< SQL_ATTR_MAX_LENGTH, bytes of text and binary; 0: none
};

/// What SQLGetData remembers of one column between calls: how much was handed out. Nothing is
/// cached: what is not a plain copy is converted again from where the last piece ended. reset()
/// for another column or row.
class PartialRead {
  public:
    void reset() noexcept { *this = PartialRead{}; }
    [[nodiscard]] bool started() const noexcept { return started_; }

  private:
    friend struct PartialAccess;
    std::size_t offset_ = 0;      ///< bytes of the source (or of its printed text) handed out
    std::size_t units_left_ = 0;  ///< SQLWCHAR units from offset_ on, if counted
    SQLWCHAR low_half_ = 0;       ///< of a surrogate pair whose first half ended a piece; 0: none
    bool counted_ = false;
    bool started_ = false;
    bool finished_ = false;  ///< all was handed out: the next call has no data
};

/// state: 00000, a warning (01004, 01S07) or an error; no_data: everything was handed out before.
struct Conversion {
    SqlState state = SqlState::s00000;
    bool no_data = false;
};

/// Converts `value`, of a column described as `type`, into `target`. Without `partial` it is a
/// bound column (one go); with it, SQLGetData (in pieces for text and binary). Lengths are set as
/// the page says: the length before truncation, less what was handed out before; never
/// SQL_NO_TOTAL. NULL without indicator is 22002.
[[nodiscard]] Conversion to_c(const wire::Value& value, const SqlType& type, const CTarget& target,
                              PartialRead* partial = nullptr);

/// The conversion for a column of this type into this C type: a bound column looks it up once.
/// Never null; where there is no such cell, what it gives posts 07006 (HY003 for no C type).
/// The type and the target's C type must be the ones it was resolved for.
using ToC = Conversion (*)(const wire::Value& value, const SqlType& type, const CTarget& target,
                           PartialRead* partial);
[[nodiscard]] ToC resolve_to_c(const SqlType& type, SQLSMALLINT c_type) noexcept;

/// True for a C type identifier the matrix knows (HY003 else).
[[nodiscard]] bool is_known_c_type(SQLSMALLINT c_type) noexcept;
/// Bytes of a fixed-length C type; 0 for character and binary.
[[nodiscard]] std::size_t c_type_size(SQLSMALLINT c_type) noexcept;
/// False where Appendix D has no cell for this pair (07006).
[[nodiscard]] bool is_convertible_to_c(SQLSMALLINT sql_type, SQLSMALLINT c_type) noexcept;

}  // namespace dqlite::odbc
