// Dates and times: ISO 8601 text as SQLite, Go and Python write it, Unix times and Julian days.
//
// ODBC has no time zones. A zone offset in text is therefore read and left out: the fields are
// those that were written, as every reader of the same text sees them. "Z" and "+00:00" lose
// nothing by that. Integers are seconds since 1970 and become fields of UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "driver/convert/number.h"
#include "driver/odbc.h"

namespace dqlite::odbc {

/// A point in time, or half of one.
struct DateTime {
    SQL_TIMESTAMP_STRUCT fields{};
    bool has_date = false;
    bool has_time = false;
    bool has_offset = false;  ///< an offset other than zero was written

    [[nodiscard]] bool time_is_zero() const noexcept {
        return fields.hour == 0 && fields.minute == 0 && fields.second == 0 && fields.fraction == 0;
    }
};

/// Takes `yyyy-mm-dd`, `hh:mm[:ss[.f…]]` and both with a blank or a T between, then Z or an offset
/// after a time; also within ODBC's {d '…'}, {t '…'} and {ts '…'}. Digits of the fraction past
/// nine are left out. nullopt: neither, or no such day or time.
[[nodiscard]] std::optional<DateTime> parse_datetime(std::string_view text) noexcept;

/// nullopt outside the years 1 to 9999.
[[nodiscard]] std::optional<DateTime> from_unix_time(std::int64_t seconds) noexcept;
/// As SQLite's `auto` modifier: a Julian day (to the millisecond) in the range of those, else
/// seconds since 1970 with a fraction.
[[nodiscard]] std::optional<DateTime> from_real(double value) noexcept;

/// The Gregorian calendar's rules: years 1 to 9999, hours to 23, seconds to 59.
[[nodiscard]] bool is_valid_date(const SQL_TIMESTAMP_STRUCT& fields) noexcept;
[[nodiscard]] bool is_valid_time(const SQL_TIMESTAMP_STRUCT& fields) noexcept;

/// Sets the date to today's in the local time zone, as Appendix D wants it for a bare time.
void set_current_date(SQL_TIMESTAMP_STRUCT& fields) noexcept;

void print_date(const SQL_TIMESTAMP_STRUCT& fields, ShortText& out) noexcept;
/// hh:mm:ss and the fraction without zeros at its end, if there is one.
void print_time(const SQL_TIMESTAMP_STRUCT& fields, ShortText& out) noexcept;
void print_timestamp(const SQL_TIMESTAMP_STRUCT& fields, ShortText& out) noexcept;
/// .f without zeros at its end; nothing for 0. `billionths` is below 10^9.
void print_fraction(std::uint32_t billionths, ShortText& out) noexcept;
/// Reads the digits behind a point as billionths, up to nine of them; takes them off `rest`.
/// nullopt if there is no digit.
[[nodiscard]] std::optional<std::uint32_t> take_fraction(std::string_view& rest) noexcept;

}  // namespace dqlite::odbc
