// The 13 C interval types: interval-strings and whole numbers to and from SQL_INTERVAL_STRUCT.
// SQLite has no intervals; they are kept as the text between an interval literal's quotes, such
// as "154 22:44:10.5" or "-3-07".
#pragma once

#include <string_view>

#include "driver/convert/number.h"
#include "driver/odbc.h"

namespace dqlite::odbc {

/// How an interval is converted: its C type (or SQL type: the codes are the same) and the digits
/// its leading field (0: as many as fit) and its fraction of a second may have.
struct IntervalType {
    SQLSMALLINT concise = SQL_C_INTERVAL_DAY;
    int leading_precision = 0;
    int seconds_precision = 6;
};

/// Reads an interval-string ("1-06", "3 12:00") or a whole literal (INTERVAL -'1-06' YEAR TO
/// MONTH). Text without a qualifier is read as the type's own fields. 22018: no interval; 22015:
/// the leading field does not fit; 01S07: fields or digits behind the type's last one are lost.
[[nodiscard]] Parsed<SQL_INTERVAL_STRUCT> parse_interval(std::string_view text,
                                                         const IntervalType& type) noexcept;
/// A number as an interval of one field: 22015 for types of several fields and what does not fit,
/// 01S07 for a lost fraction.
[[nodiscard]] Parsed<SQL_INTERVAL_STRUCT> interval_of_number(const Decimal& number,
                                                             const IntervalType& type) noexcept;
/// Another interval type of the same class; states as parse_interval.
[[nodiscard]] Parsed<SQL_INTERVAL_STRUCT> convert_interval(const SQL_INTERVAL_STRUCT& interval,
                                                           SQLSMALLINT from_type,
                                                           const IntervalType& to) noexcept;
/// The interval-string. The fields looked at are those of `concise`. 22015 for fields out of range.
[[nodiscard]] SqlState print(const SQL_INTERVAL_STRUCT& interval, SQLSMALLINT concise,
                             ShortText& out) noexcept;
/// The only field of a single-field interval as a number.
[[nodiscard]] Decimal number_of_interval(const SQL_INTERVAL_STRUCT& interval,
                                         SQLSMALLINT concise) noexcept;

}  // namespace dqlite::odbc
