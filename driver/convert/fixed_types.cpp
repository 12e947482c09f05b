#include "driver/convert/fixed_types.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <type_traits>

#include "driver/convert/datetime.h"
#include "driver/convert/delivery.h"
#include "driver/convert/families.h"
#include "driver/convert/guid.h"
#include "driver/convert/interval.h"
#include "driver/convert/narrow.h"
#include "driver/convert/number.h"
#include "driver/convert/render.h"

namespace dqlite::odbc {
namespace {

using wire::Value;
using wire::ValueType;

template <typename T>
Conversion to_integer_type(const Value& value, const SqlType& /*type*/, const CTarget& target,
                           PartialRead* partial) {
    Parsed<T> result;
    switch (value.type()) {
        case ValueType::integer:
        case ValueType::boolean:
        case ValueType::unix_time:
            result = narrow<T>(value.as_integer());
            break;
        case ValueType::real:
            result = narrow<T>(value.as_real());
            break;
        case ValueType::text:
        case ValueType::iso8601:
            if (is_null_value(value)) return deliver_null(target, partial);
            result = narrow<T>(value.as_bytes());
            break;
        case ValueType::blob:
            result.state = SqlState::s22018;
            break;
        case ValueType::null:
            return deliver_null(target, partial);
    }
    return deliver_fixed(result.value, result.state, target, partial);
}

template <typename T>
Conversion to_floating_type(const Value& value, const SqlType& /*type*/, const CTarget& target,
                            PartialRead* partial) {
    Parsed<double> result;
    if (value.type() == ValueType::real) {
        result.value = value.as_real();
    } else if (value.holds_integer()) {
        result.value = static_cast<double>(value.as_integer());
    } else if (is_null_value(value)) {
        return deliver_null(target, partial);
    } else if (value.holds_text()) {
        result = to_double(value.as_bytes());
    } else {
        result.state = SqlState::s22018;
    }
    if constexpr (std::is_same_v<T, float>) {
        const auto single = static_cast<float>(result.value);
        if (std::isinf(single) && !std::isinf(result.value)) result.state = SqlState::s22003;
        return deliver_fixed(single, result.state, target, partial);
    } else {
        return deliver_fixed(result.value, result.state, target, partial);
    }
}

Parsed<Decimal> decimal_of(const Value& value) noexcept {
    if (value.holds_integer()) return {to_decimal(value.as_integer()), SqlState::s00000};
    if (value.type() == ValueType::real) return to_decimal(value.as_real());
    if (value.holds_text()) return to_decimal(value.as_bytes());
    return {{}, SqlState::s22018};
}

Conversion to_bit(const Value& value, const SqlType& /*type*/, const CTarget& target,
                  PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    Parsed<Decimal> decimal = decimal_of(value);
    SQLCHAR bit = 0;
    if (!is_error(decimal.state)) {
        const Parsed<std::uint64_t> whole = to_integer<std::uint64_t>(decimal.value);
        decimal.state = worse(decimal.state, whole.state);
        // A double may be less than 0 by less than a decimal holds.
        const bool negative = value.type() == ValueType::real && value.as_real() < 0;
        if (whole.value > 1 || decimal.value.negative || negative) decimal.state = SqlState::s22003;
        bit = whole.value == 1 ? 1 : 0;
    }
    return deliver_fixed(bit, decimal.state, target, partial);
}

Conversion to_numeric(const Value& value, const SqlType& /*type*/, const CTarget& target,
                      PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    const Parsed<Decimal> exact = decimal_of(value);
    if (is_error(exact.state)) return deliver_fixed(0, exact.state, target, partial);
    const int precision = target.precision > 0 ? std::min<int>(target.precision, max_decimal_digits)
                                               : max_decimal_digits;
    const int scale = std::clamp<int>(target.scale, 0, max_decimal_digits);
    const Parsed<Decimal> scaled = rescale(exact.value, precision, scale);
    return deliver_fixed(to_numeric_struct(scaled.value, precision),
                         worse(exact.state, scaled.state), target, partial);
}

// ---- Dates and GUIDs ---------------------------------------------------------------

Conversion to_date(const Value& value, const SqlType& type, const CTarget& target,
                   PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    Parsed<DateTime> at = datetime_of(value, sql_family(type.concise));
    if (!is_error(at.state)) {
        if (!at.value.has_date) {
            at.state = SqlState::s22018;
        } else if (!at.value.time_is_zero()) {
            at.state = SqlState::s01S07;
        }
    }
    return deliver_fixed(date_part(at.value), at.state, target, partial);
}

Conversion to_time(const Value& value, const SqlType& type, const CTarget& target,
                   PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    const SqlFamily family = sql_family(type.concise);
    Parsed<DateTime> at = datetime_of(value, family);
    if (!is_error(at.state)) {
        // A bare date in a timestamp column is a midnight; anywhere else it holds no time.
        if (!at.value.has_time && family != SqlFamily::timestamp) {
            at.state = SqlState::s22018;
        } else if (at.value.fields.fraction != 0) {
            at.state = SqlState::s01S07;
        }
    }
    return deliver_fixed(time_part(at.value), at.state, target, partial);
}

Conversion to_timestamp(const Value& value, const SqlType& type, const CTarget& target,
                        PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    Parsed<DateTime> at = datetime_of(value, sql_family(type.concise));
    if (!is_error(at.state) && !at.value.has_date) set_current_date(at.value.fields);
    return deliver_fixed(at.value.fields, at.state, target, partial);
}

Conversion to_guid(const Value& value, const SqlType& /*type*/, const CTarget& target,
                   PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    std::optional<SQLGUID> guid;
    if (value.holds_text()) guid = parse_guid(value.as_bytes());
    if (value.type() == ValueType::blob) guid = guid_of_bytes(value.as_bytes());
    return deliver_fixed(guid.value_or(SQLGUID{}), guid ? SqlState::s00000 : SqlState::s22018,
                         target, partial);
}

template <typename T>
constexpr FixedType integer_entry(SQLSMALLINT c_type) noexcept {
    return {c_type, sizeof(T), to_integer_type<T>};
}

constexpr std::array fixed_types{
    integer_entry<SQLBIGINT>(SQL_C_SBIGINT),
    integer_entry<SQLINTEGER>(SQL_C_LONG),
    integer_entry<SQLINTEGER>(SQL_C_SLONG),
    FixedType{SQL_C_DOUBLE, sizeof(SQLDOUBLE), to_floating_type<double>},
    FixedType{SQL_C_BIT, sizeof(SQLCHAR), to_bit},
    FixedType{SQL_C_TYPE_TIMESTAMP, sizeof(SQL_TIMESTAMP_STRUCT), to_timestamp},
    FixedType{SQL_C_TYPE_DATE, sizeof(SQL_DATE_STRUCT), to_date},
    FixedType{SQL_C_TYPE_TIME, sizeof(SQL_TIME_STRUCT), to_time},
    integer_entry<SQLUBIGINT>(SQL_C_UBIGINT),
    integer_entry<SQLUINTEGER>(SQL_C_ULONG),
    integer_entry<SQLSMALLINT>(SQL_C_SHORT),
    integer_entry<SQLSMALLINT>(SQL_C_SSHORT),
    integer_entry<SQLUSMALLINT>(SQL_C_USHORT),
    integer_entry<SQLSCHAR>(SQL_C_TINYINT),
    integer_entry<SQLSCHAR>(SQL_C_STINYINT),
    integer_entry<SQLCHAR>(SQL_C_UTINYINT),
    FixedType{SQL_C_FLOAT, sizeof(SQLREAL), to_floating_type<float>},
    FixedType{SQL_C_NUMERIC, sizeof(SQL_NUMERIC_STRUCT), to_numeric},
    FixedType{SQL_C_GUID, sizeof(SQLGUID), to_guid},
};

}  // namespace

const FixedType* find_fixed_type(SQLSMALLINT c_type) noexcept {
    for (const FixedType& entry : fixed_types) {
        if (entry.c_type == odbc3_type(c_type)) return &entry;
    }
    return nullptr;
}

Conversion to_interval(const Value& value, const SqlType& /*type*/, const CTarget& target,
                       PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    IntervalType interval_type{target.c_type};
    if (target.precision > 0) interval_type.seconds_precision = std::min<int>(target.precision, 9);
    Parsed<SQL_INTERVAL_STRUCT> interval;
    if (value.holds_text()) {
        interval = parse_interval(value.as_bytes(), interval_type);
    } else {
        const Parsed<Decimal> number = decimal_of(value);
        interval.state = number.state;
        if (!is_error(number.state)) interval = interval_of_number(number.value, interval_type);
    }
    return deliver_fixed(interval.value, interval.state, target, partial);
}

}  // namespace dqlite::odbc
