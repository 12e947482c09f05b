#include "driver/convert/render.h"

#include <algorithm>
#include <cmath>

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

Rendered render_number(const wire::Value& value, const SqlType& type, ShortText& scratch) noexcept {
    bool padded = sql_family(type.concise) == SqlFamily::decimal && type.decimal_digits > 0;
    if (value.holds_integer()) {
        print(value.as_integer(), scratch);
    } else {
        print(value.as_real(), scratch);
        padded = padded && std::isfinite(value.as_real());
    }
    const std::size_t whole = whole_length(scratch.view());
    if (!padded || scratch.view().find('e') != std::string_view::npos)
        return {scratch.view(), whole};

    const auto scale =
        std::min<std::size_t>(static_cast<std::size_t>(type.decimal_digits), max_decimal_digits);
    if (whole == scratch.view().size()) scratch.append('.');
    while (scratch.view().size() < whole + 1 + scale) scratch.append('0');
    return {scratch.view(), whole};
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
