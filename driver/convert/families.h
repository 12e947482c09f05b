// The rows and columns of Appendix D's matrices: SQL and C types that convert alike.
#pragma once

#include <cstddef>
#include <cstdint>

#include "driver/odbc.h"
#include "driver/tables/sql_type.h"

namespace dqlite::odbc {

enum class SqlFamily : std::uint8_t {
    unknown,
    character,
    binary,
    integer,      ///< TINYINT, SMALLINT, INTEGER, BIGINT
    decimal,      ///< DECIMAL, NUMERIC
    approximate,  ///< REAL, FLOAT, DOUBLE
    bit,
    date,
    time,
    timestamp,
    guid,
    year_month_field,  ///< intervals of one field: these convert to and from numbers
    year_month,
    day_time_field,
    day_time,
};
inline constexpr std::size_t sql_family_count = 15;

enum class CFamily : std::uint8_t {
    unknown,
    narrow,  ///< SQL_C_CHAR
    wide,    ///< SQL_C_WCHAR
    binary,
    integer,  ///< exact numbers but SQL_C_NUMERIC
    numeric,  ///< SQL_C_NUMERIC
    approximate,
    bit,
    date,
    time,
    timestamp,
    guid,
    year_month_field,
    year_month,
    day_time_field,
    day_time,
};
inline constexpr std::size_t c_family_count = 16;

/// A set of SQL families.
using SqlFamilies = std::uint32_t;
template <typename... Family>
[[nodiscard]] constexpr SqlFamilies families(Family... family) noexcept {
    return ((SqlFamilies{1} << static_cast<unsigned>(family)) | ... | SqlFamilies{0});
}
[[nodiscard]] constexpr bool contains(SqlFamilies set, SqlFamily family) noexcept {
    return (set & families(family)) != 0;
}

[[nodiscard]] constexpr SqlFamily sql_family(SQLSMALLINT concise) noexcept {
    switch (odbc3_type(concise)) {
        case SQL_CHAR:
        case SQL_VARCHAR:
        case SQL_LONGVARCHAR:
        case SQL_WCHAR:
        case SQL_WVARCHAR:
        case SQL_WLONGVARCHAR:
            return SqlFamily::character;
        case SQL_BINARY:
        case SQL_VARBINARY:
        case SQL_LONGVARBINARY:
            return SqlFamily::binary;
        case SQL_TINYINT:
        case SQL_SMALLINT:
        case SQL_INTEGER:
        case SQL_BIGINT:
            return SqlFamily::integer;
        case SQL_DECIMAL:
        case SQL_NUMERIC:
            return SqlFamily::decimal;
        case SQL_REAL:
        case SQL_FLOAT:
        case SQL_DOUBLE:
            return SqlFamily::approximate;
        case SQL_BIT:
            return SqlFamily::bit;
        case SQL_TYPE_DATE:
            return SqlFamily::date;
        case SQL_TYPE_TIME:
            return SqlFamily::time;
        case SQL_TYPE_TIMESTAMP:
            return SqlFamily::timestamp;
        case SQL_GUID:
            return SqlFamily::guid;
        case SQL_INTERVAL_YEAR:
        case SQL_INTERVAL_MONTH:
            return SqlFamily::year_month_field;
        case SQL_INTERVAL_YEAR_TO_MONTH:
            return SqlFamily::year_month;
        case SQL_INTERVAL_DAY:
        case SQL_INTERVAL_HOUR:
        case SQL_INTERVAL_MINUTE:
        case SQL_INTERVAL_SECOND:
            return SqlFamily::day_time_field;
        case SQL_INTERVAL_DAY_TO_HOUR:
        case SQL_INTERVAL_DAY_TO_MINUTE:
        case SQL_INTERVAL_DAY_TO_SECOND:
        case SQL_INTERVAL_HOUR_TO_MINUTE:
        case SQL_INTERVAL_HOUR_TO_SECOND:
        case SQL_INTERVAL_MINUTE_TO_SECOND:
            return SqlFamily::day_time;
        default:
            return SqlFamily::unknown;
    }
}

[[nodiscard]] constexpr CFamily c_family(SQLSMALLINT c_type) noexcept {
    switch (odbc3_type(c_type)) {
        case SQL_C_CHAR:
            return CFamily::narrow;
        case SQL_C_WCHAR:
            return CFamily::wide;
        case SQL_C_BINARY:
            return CFamily::binary;
        case SQL_C_TINYINT:
        case SQL_C_STINYINT:
        case SQL_C_UTINYINT:
        case SQL_C_SHORT:
        case SQL_C_SSHORT:
        case SQL_C_USHORT:
        case SQL_C_LONG:
        case SQL_C_SLONG:
        case SQL_C_ULONG:
        case SQL_C_SBIGINT:
        case SQL_C_UBIGINT:
            return CFamily::integer;
        case SQL_C_NUMERIC:
            return CFamily::numeric;
        case SQL_C_FLOAT:
        case SQL_C_DOUBLE:
            return CFamily::approximate;
        case SQL_C_BIT:
            return CFamily::bit;
        case SQL_C_TYPE_DATE:
            return CFamily::date;
        case SQL_C_TYPE_TIME:
            return CFamily::time;
        case SQL_C_TYPE_TIMESTAMP:
            return CFamily::timestamp;
        case SQL_C_GUID:
            return CFamily::guid;
        case SQL_C_INTERVAL_YEAR:
        case SQL_C_INTERVAL_MONTH:
            return CFamily::year_month_field;
        case SQL_C_INTERVAL_YEAR_TO_MONTH:
            return CFamily::year_month;
        case SQL_C_INTERVAL_DAY:
        case SQL_C_INTERVAL_HOUR:
        case SQL_C_INTERVAL_MINUTE:
        case SQL_C_INTERVAL_SECOND:
            return CFamily::day_time_field;
        case SQL_C_INTERVAL_DAY_TO_HOUR:
        case SQL_C_INTERVAL_DAY_TO_MINUTE:
        case SQL_C_INTERVAL_DAY_TO_SECOND:
        case SQL_C_INTERVAL_HOUR_TO_MINUTE:
        case SQL_C_INTERVAL_HOUR_TO_SECOND:
        case SQL_C_INTERVAL_MINUTE_TO_SECOND:
            return CFamily::day_time;
        default:
            return CFamily::unknown;
    }
}

[[nodiscard]] constexpr bool is_interval(SqlFamily family) noexcept {
    return family >= SqlFamily::year_month_field;
}
[[nodiscard]] constexpr bool is_interval(CFamily family) noexcept {
    return family >= CFamily::year_month_field;
}
[[nodiscard]] constexpr bool is_datetime(SqlFamily family) noexcept {
    return family == SqlFamily::date || family == SqlFamily::time || family == SqlFamily::timestamp;
}

}  // namespace dqlite::odbc
