#include "driver/convert/datetime.h"

#include <cmath>
#include <ctime>

namespace dqlite::odbc {
namespace {

constexpr std::int64_t seconds_per_day = 86'400;
constexpr double unix_epoch_julian_day = 2'440'587.5;
constexpr double first_julian_day = 1'721'425.5;  // 0001-01-01
constexpr double end_julian_day = 5'373'484.5;    // 10000-01-01

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool take(std::string_view& rest, char c) noexcept {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
}

/// Exactly `width` digits.
bool take_number(std::string_view& rest, std::size_t width, int& number) noexcept {
    if (rest.size() < width) return false;
    number = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (!is_digit(rest[i])) return false;
        number = number * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(width);
    return true;
}

bool take_date(std::string_view& rest, DateTime& out) noexcept {
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_number(rest, 4, year) || !take(rest, '-') || !take_number(rest, 2, month) ||
        !take(rest, '-') || !take_number(rest, 2, day)) {
        return false;
    }
    out.fields.year = static_cast<SQLSMALLINT>(year);
    out.fields.month = static_cast<SQLUSMALLINT>(month);
    out.fields.day = static_cast<SQLUSMALLINT>(day);
    out.has_date = true;
    return is_valid_date(out.fields);
}

/// Z, or +hh:mm and its shorter and longer forms.
bool take_offset(std::string_view& rest, DateTime& out) noexcept {
    while (take(rest, ' ')) {
    }
    if (rest.empty() || take(rest, 'Z') || take(rest, 'z')) return true;
    if (!take(rest, '+') && !take(rest, '-')) return false;
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    if (!take_number(rest, 2, hours)) return false;
    if (take(rest, ':') || !rest.empty()) {
        if (!take_number(rest, 2, minutes)) return false;
        if (take(rest, ':') && !take_number(rest, 2, seconds)) return false;
    }
    out.has_offset = hours != 0 || minutes != 0 || seconds != 0;
    return hours < 24 && minutes < 60 && seconds < 60;
}

bool take_time(std::string_view& rest, DateTime& out) noexcept {
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!take_number(rest, 2, hour) || !take(rest, ':') || !take_number(rest, 2, minute)) {
        return false;
    }
    if (take(rest, ':')) {
        if (!take_number(rest, 2, second)) return false;
        if (take(rest, '.')) {
            const auto fraction = take_fraction(rest);
            if (!fraction) return false;
            out.fields.fraction = *fraction;
        }
    }
    out.fields.hour = static_cast<SQLUSMALLINT>(hour);
    out.fields.minute = static_cast<SQLUSMALLINT>(minute);
    out.fields.second = static_cast<SQLUSMALLINT>(second);
    out.has_time = true;
    return is_valid_time(out.fields) && take_offset(rest, out);
}

/// What stands between the quotes of {d '…'}, {t '…'} or {ts '…'}; other text as it is.
std::string_view strip_escape(std::string_view text) noexcept {
    if (text.size() < 2 || text.front() != '{' || text.back() != '}') return text;
    text = trim_blanks(text.substr(1, text.size() - 2));
    const bool two_letters = text.starts_with("ts");
    if (!two_letters && !text.starts_with('d') && !text.starts_with('t')) return {};
    text = trim_blanks(text.substr(two_letters ? 2 : 1));
    if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return {};
    return text.substr(1, text.size() - 2);
}

constexpr int days_in_month(int year, int month) noexcept {
    constexpr std::array days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
}

/// The civil date of a day number since 1970-01-01, by 400-year eras of 146,097 days that begin
/// on 1 March, so that a leap day is the last of its year.
void set_date(std::int64_t day_number, SQL_TIMESTAMP_STRUCT& fields) noexcept {
    const std::int64_t shifted = day_number + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    fields.day = static_cast<SQLUSMALLINT>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    fields.month = static_cast<SQLUSMALLINT>(month);
    fields.year = static_cast<SQLSMALLINT>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
}

}  // namespace

std::optional<std::uint32_t> take_fraction(std::string_view& rest) noexcept {
    std::uint32_t billionths = 0;
    std::size_t digits = 0;
    for (; digits < rest.size() && is_digit(rest[digits]); ++digits) {
        if (digits < 9)
            billionths = billionths * 10 + static_cast<std::uint32_t>(rest[digits] - '0');
    }
    if (digits == 0) return std::nullopt;
    for (std::size_t i = digits; i < 9; ++i) billionths *= 10;
    rest.remove_prefix(digits);
    return billionths;
}

std::optional<DateTime> parse_datetime(std::string_view text) noexcept {
    std::string_view rest = trim_blanks(strip_escape(trim_blanks(text)));
    DateTime result;
    if (rest.size() > 2 && rest[2] == ':') {
        if (!take_time(rest, result) || !rest.empty()) return std::nullopt;
        return result;
    }
    if (!take_date(rest, result)) return std::nullopt;
    if (rest.empty()) return result;
    if (!take(rest, 'T') && !take(rest, ' ') && !take(rest, 't')) return std::nullopt;
    while (take(rest, ' ')) {
    }
    if (!take_time(rest, result) || !rest.empty()) return std::nullopt;
    return result;
}

std::optional<DateTime> from_unix_time(std::int64_t seconds) noexcept {
    constexpr std::int64_t first = -62'135'596'800;  // 0001-01-01 00:00:00
    constexpr std::int64_t last = 253'402'300'799;   // 9999-12-31 23:59:59
    if (seconds < first || seconds > last) return std::nullopt;
    std::int64_t day = seconds / seconds_per_day;
    std::int64_t second = seconds % seconds_per_day;
    if (second < 0) {
        second += seconds_per_day;
        --day;
    }
    DateTime result;
    set_date(day, result.fields);
    result.fields.hour = static_cast<SQLUSMALLINT>(second / 3'600);
    result.fields.minute = static_cast<SQLUSMALLINT>(second / 60 % 60);
    result.fields.second = static_cast<SQLUSMALLINT>(second % 60);
    result.has_date = true;
    result.has_time = true;
    return result;
}

std::optional<DateTime> from_real(double value) noexcept {
    constexpr double milliseconds_per_day = 86'400'000;
    constexpr double most_seconds = 1e12;
    double milliseconds = 0;
    if (value >= first_julian_day && value < end_julian_day) {
        milliseconds = std::round((value - unix_epoch_julian_day) * milliseconds_per_day);
    } else if (std::fabs(value) < most_seconds) {
        milliseconds = std::round(value * 1'000);
    } else {
        return std::nullopt;
    }
    const double seconds = std::floor(milliseconds / 1'000);
    auto result = from_unix_time(static_cast<std::int64_t>(seconds));
    if (result) {
        result->fields.fraction =
            static_cast<SQLUINTEGER>(milliseconds - seconds * 1'000) * 1'000'000U;
    }
    return result;
}

bool is_valid_date(const SQL_TIMESTAMP_STRUCT& fields) noexcept {
    return fields.year >= 1 && fields.year <= 9999 && fields.month >= 1 && fields.month <= 12 &&
           fields.day >= 1 && fields.day <= days_in_month(fields.year, fields.month);
}

bool is_valid_time(const SQL_TIMESTAMP_STRUCT& fields) noexcept {
    return fields.hour < 24 && fields.minute < 60 && fields.second < 60 &&
           fields.fraction < 1'000'000'000;
}

void set_current_date(SQL_TIMESTAMP_STRUCT& fields) noexcept {
    const std::time_t now = std::time(nullptr);
    std::tm today{};
    localtime_r(&now, &today);
    fields.year = static_cast<SQLSMALLINT>(today.tm_year + 1900);
    fields.month = static_cast<SQLUSMALLINT>(today.tm_mon + 1);
    fields.day = static_cast<SQLUSMALLINT>(today.tm_mday);
}

void print_fraction(std::uint32_t billionths, ShortText& out) noexcept {
    if (billionths == 0) return;
    unsigned width = 9;
    for (; billionths % 10 == 0; --width) billionths /= 10;
    out.append('.');
    out.append_padded(billionths, width);
}

void print_date(const SQL_TIMESTAMP_STRUCT& fields, ShortText& out) noexcept {
    out.append_padded(static_cast<std::uint32_t>(fields.year), 4);
    out.append('-');
    out.append_padded(fields.month, 2);
    out.append('-');
    out.append_padded(fields.day, 2);
}

void print_time(const SQL_TIMESTAMP_STRUCT& fields, ShortText& out) noexcept {
    out.append_padded(fields.hour, 2);
    out.append(':');
    out.append_padded(fields.minute, 2);
    out.append(':');
    out.append_padded(fields.second, 2);
    print_fraction(fields.fraction, out);
}

void print_timestamp(const SQL_TIMESTAMP_STRUCT& fields, ShortText& out) noexcept {
    print_date(fields, out);
    out.append(' ');
    print_time(fields, out);
}

}  // namespace dqlite::odbc
