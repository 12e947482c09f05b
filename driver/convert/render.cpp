#include "driver/convert/render.h"

#include <algorithm>

namespace dqlite::odbc {
namespace {

using wire::ValueType;

constexpr std::size_t date_length = 10;
constexpr std::size_t time_length = 8;
constexpr std::size_t timestamp_length = 19;

Rendered render_datetime(const DateTime& at, SqlFamily family, ShortText& scratch) noexcept {
    if (!at.has_date || (family == SqlFamily::time && at.has_time)) {
        print_time(at.fields, scratch);
        return {scratch.view(), time_length};
    }
    if (family == SqlFamily::date && at.time_is_zero()) {
        print_date(at.fields, scratch);
        return {scratch.view(), date_length};
    }
    print_timestamp(at.fields, scratch);
    return {scratch.view(), timestamp_length};
}

/// A number of an exact type has no exponent, and as many digits behind the point as its scale
/// says. More digits than that are what is stored, and stay.
Rendered render_exact(const Decimal& number, SQLSMALLINT scale, ShortText& scratch) noexcept {
    const int digits = std::clamp<int>(scale, number.scale, max_decimal_digits);
    const Parsed<Decimal> padded = rescale(number, max_decimal_digits, digits);
    print(padded.state == SqlState::s00000 ? padded.value : number, scratch);
    return {scratch.view(), whole_length(scratch.view())};
}

Rendered render_number(const wire::Value& value, const SqlType& type, ShortText& scratch) noexcept {
    if (sql_family(type.concise) == SqlFamily::decimal) {
        const Parsed<Decimal> exact = value.holds_integer()
                                          ? Parsed<Decimal>{to_decimal(value.as_integer())}
                                          : to_decimal(value.as_real());
        if (exact.state == SqlState::s00000) {
            return render_exact(exact.value, type.decimal_digits, scratch);
        }
    }
    if (value.holds_integer()) {
        print(value.as_integer(), scratch);
    } else {
        print(value.as_real(), scratch);
    }
    return {scratch.view(), whole_length(scratch.view())};
}

}  // namespace

Rendered render(const wire::Value& value, const SqlType& type, ShortText& scratch) noexcept {
    const SqlFamily family = sql_family(type.concise);
    if (is_datetime(family) || value.type() == ValueType::unix_time) {
        const Parsed<DateTime> at = datetime_of(value, family);
        if (!is_error(at.state)) return render_datetime(at.value, family, scratch);
    }
    if (value.holds_text()) return {value.as_bytes(), 0};
    return render_number(value, type, scratch);
}

Parsed<DateTime> datetime_of(const wire::Value& value, SqlFamily family) noexcept {
    std::optional<DateTime> at;
    SqlState otherwise = SqlState::s22018;
    if (value.holds_text()) {
        at = parse_datetime(value.as_bytes());
    } else if (value.type() == ValueType::unix_time ||
               (is_datetime(family) && value.holds_integer())) {
        at = from_unix_time(value.as_integer());
        otherwise = SqlState::s22008;
    } else if (is_datetime(family) && value.type() == ValueType::real) {
        at = from_real(value.as_real());
        otherwise = SqlState::s22008;
    }
    if (!at) return {{}, otherwise};
    return {*at, SqlState::s00000};
}

SQL_DATE_STRUCT date_part(const DateTime& at) noexcept {
    return {at.fields.year, at.fields.month, at.fields.day};
}

SQL_TIME_STRUCT time_part(const DateTime& at) noexcept {
    return {at.fields.hour, at.fields.minute, at.fields.second};
}

}  // namespace dqlite::odbc
