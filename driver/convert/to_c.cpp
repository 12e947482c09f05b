#include "driver/convert/to_c.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "driver/convert/datetime.h"
#include "driver/convert/delivery.h"
#include "driver/convert/families.h"
#include "driver/convert/guid.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/render.h"
#include "driver/convert/utf.h"

namespace dqlite::odbc {
namespace {

using wire::Value;
using wire::ValueType;

constexpr Conversion failed(SqlState state) noexcept {
    return {state, false};
}

/// The graver of two outcomes of one conversion.
constexpr SqlState worse(SqlState a, SqlState b) noexcept {
    return is_error(b) || a == SqlState::s00000 ? b : a;
}

// ---- Numbers -------------------------------------------------------------------------------

template <typename T>
Parsed<T> narrow(std::int64_t value) noexcept {
    if (!std::in_range<T>(value)) return {0, SqlState::s22003};
    return {static_cast<T>(value), SqlState::s00000};
}

template <typename T>
Parsed<T> narrow(double value) noexcept {
    const double whole = std::trunc(value);
    // Both bounds are powers of two (or 0), so exact as doubles; max + 1 is the first that fails.
    constexpr auto low = static_cast<double>(std::numeric_limits<T>::min());
    constexpr double high = static_cast<double>(std::numeric_limits<T>::max() / 2 + 1) * 2.0;
    if (!(whole >= low && whole < high)) return {0, SqlState::s22003};
    return {static_cast<T>(whole), whole == value ? SqlState::s00000 : SqlState::s01S07};
}

template <typename T>
Parsed<T> narrow(std::string_view text) noexcept {
    using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    T plain{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), plain);
    if (result.ec == std::errc{} && result.ptr == text.data() + text.size()) {
        return {plain, SqlState::s00000};
    }
    const Parsed<Decimal> decimal = to_decimal(text);
    if (is_error(decimal.state)) return {0, decimal.state};
    const Parsed<Wide> wide = to_integer<Wide>(decimal.value);
    if (is_error(wide.state) || !std::in_range<T>(wide.value)) return {0, SqlState::s22003};
    return {static_cast<T>(wide.value), worse(decimal.state, wide.state)};
}

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
        if (whole.value > 1 || decimal.value.negative) decimal.state = SqlState::s22003;
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

// ---- Text and bytes ------------------------------------------------------------------------

/// SQL_ATTR_MAX_LENGTH: what lies behind it is as if it were not there.
std::string_view limited_text(std::string_view text, const CTarget& target) noexcept {
    if (target.max_length == 0 || text.size() <= target.max_length) return text;
    return text.substr(0, utf::whole_characters(text, target.max_length));
}
std::string_view limited_bytes(std::string_view bytes, const CTarget& target) noexcept {
    return target.max_length == 0 ? bytes : bytes.substr(0, target.max_length);
}

template <bool wide>
Conversion deliver_text(std::string_view text, std::size_t whole, const CTarget& target,
                        PartialRead* partial) noexcept {
    if constexpr (wide) {
        return deliver_wide(text, whole, target, partial);
    } else {
        return deliver_narrow(text, whole, target, partial);
    }
}

/// `plain`: the column's type leaves stored text as it is.
template <bool wide, bool plain>
Conversion to_text(const Value& value, const SqlType& type, const CTarget& target,
                   PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    if (value.type() == ValueType::blob) {
        using Unit = std::conditional_t<wide, SQLWCHAR, char>;
        return deliver_hex<Unit>(limited_bytes(value.as_bytes(), target), target, partial);
    }
    if (plain && value.holds_text()) {
        return deliver_text<wide>(limited_text(value.as_bytes(), target), 0, target, partial);
    }
    ShortText scratch;
    const Rendered rendered = render(value, type, scratch);
    return deliver_text<wide>(rendered.text, rendered.whole, target, partial);
}

template <typename T>
Conversion deliver_object(const T& object, const CTarget& target, PartialRead* partial) noexcept {
    return deliver_whole_binary({reinterpret_cast<const char*>(&object), sizeof object}, target,
                                partial);
}

template <typename T>
Conversion deliver_number(const Value& value, const CTarget& target,
                          PartialRead* partial) noexcept {
    const Parsed<T> number =
        value.holds_integer() ? narrow<T>(value.as_integer()) : narrow<T>(value.as_real());
    if (number.state != SqlState::s00000) return failed(SqlState::s22003);
    return deliver_object(number.value, target, partial);
}

/// A number's bytes, as the column's default C type has them.
Conversion number_to_binary(const Value& value, const SqlType& type, const CTarget& target,
                            PartialRead* partial) noexcept {
    const double real =
        value.holds_integer() ? static_cast<double>(value.as_integer()) : value.as_real();
    switch (type.concise) {
        case SQL_BIT:
            return deliver_number<std::uint8_t>(value, target, partial);
        case SQL_TINYINT:
            return deliver_number<std::int8_t>(value, target, partial);
        case SQL_SMALLINT:
            return deliver_number<std::int16_t>(value, target, partial);
        case SQL_INTEGER:
            return deliver_number<std::int32_t>(value, target, partial);
        case SQL_BIGINT:
            return deliver_number<std::int64_t>(value, target, partial);
        case SQL_REAL:
            return deliver_object(static_cast<float>(real), target, partial);
        case SQL_FLOAT:
        case SQL_DOUBLE:
            return deliver_object(real, target, partial);
        default:
            break;
    }
    ShortText scratch;
    return deliver_whole_binary(render(value, type, scratch).text, target, partial);
}

Conversion datetime_to_binary(const DateTime& at, SqlFamily family, const CTarget& target,
                              PartialRead* partial) noexcept {
    switch (family) {
        case SqlFamily::date:
            return deliver_object(date_part(at), target, partial);
        case SqlFamily::time:
            return deliver_object(time_part(at), target, partial);
        default:
            return deliver_object(at.fields, target, partial);
    }
}

Conversion to_binary(const Value& value, const SqlType& type, const CTarget& target,
                     PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    const SqlFamily family = sql_family(type.concise);
    if (value.type() == ValueType::blob) {
        return deliver_binary(limited_bytes(value.as_bytes(), target), target, partial);
    }
    if (is_datetime(family)) {
        const Parsed<DateTime> at = datetime_of(value, family);
        if (!is_error(at.state)) return datetime_to_binary(at.value, family, target, partial);
    }
    if (!value.holds_text()) return number_to_binary(value, type, target, partial);
    if (family == SqlFamily::guid) {
        if (const auto guid = parse_guid(value.as_bytes())) {
            return deliver_object(*guid, target, partial);
        }
    }
    return deliver_binary(limited_bytes(value.as_bytes(), target), target, partial);
}

// ---- Dates, GUIDs, intervals ---------------------------------------------------------------

Conversion to_date(const Value& value, const SqlType& type, const CTarget& target,
                   PartialRead* partial) {
    if (is_null_value(value)) return deliver_null(target, partial);
    Parsed<DateTime> at = datetime_of(value, sql_family(type.concise));
    if (!is_error(at.state)) {
        if (!at.value.has_date)
            at.state = SqlState::s22018;
        else if (!at.value.time_is_zero())
            at.state = SqlState::s01S07;
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
        if (!at.value.has_time && family != SqlFamily::timestamp)
            at.state = SqlState::s22018;
        else if (at.value.fields.fraction != 0)
            at.state = SqlState::s01S07;
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

// ---- The matrix ----------------------------------------------------------------------------

Conversion restricted(const Value& /*value*/, const SqlType& /*type*/, const CTarget& /*target*/,
                      PartialRead* /*partial*/) {
    return failed(SqlState::s07006);
}
Conversion unknown_c_type(const Value& /*value*/, const SqlType& /*type*/,
                          const CTarget& /*target*/, PartialRead* /*partial*/) {
    return failed(SqlState::sHY003);
}

/// The SQL families a C family takes: the columns of Appendix D's matrix.
constexpr SqlFamilies convertible(CFamily family) noexcept {
    using F = SqlFamily;
    constexpr SqlFamilies numbers =
        families(F::character, F::integer, F::decimal, F::approximate, F::bit);
    constexpr SqlFamilies exact = families(F::character, F::integer, F::decimal);
    switch (family) {
        case CFamily::unknown:
            return 0;
        case CFamily::narrow:
        case CFamily::wide:
        case CFamily::binary:
            return ~SqlFamilies{0};
        case CFamily::integer:
        case CFamily::numeric:
            return numbers | families(F::year_month_field, F::day_time_field);
        case CFamily::approximate:
        case CFamily::bit:
            return numbers;
        case CFamily::date:
            return families(F::character, F::date, F::timestamp);
        case CFamily::time:
            return families(F::character, F::time, F::timestamp);
        case CFamily::timestamp:
            return families(F::character, F::date, F::time, F::timestamp);
        // Not in Appendix D: 16 bytes in a BLOB are how most applications of SQLite keep a UUID.
        case CFamily::guid:
            return families(F::character, F::guid, F::binary);
        case CFamily::year_month_field:
        case CFamily::year_month:
            return exact | families(F::year_month_field, F::year_month);
        case CFamily::day_time_field:
        case CFamily::day_time:
            return exact | families(F::day_time_field, F::day_time);
    }
    return 0;
}

/// What a driver cannot name is described as text.
constexpr SqlFamily family_of(const SqlType& type) noexcept {
    const SqlFamily family = sql_family(type.concise);
    return family == SqlFamily::unknown ? SqlFamily::character : family;
}

struct CTypeEntry {
    SQLSMALLINT c_type;
    std::size_t size;
    ToC convert;
};

template <typename T>
constexpr CTypeEntry integer_entry(SQLSMALLINT c_type) noexcept {
    return {c_type, sizeof(T), to_integer_type<T>};
}

constexpr std::array fixed_types{
    integer_entry<SQLBIGINT>(SQL_C_SBIGINT),
    integer_entry<SQLINTEGER>(SQL_C_LONG),
    integer_entry<SQLINTEGER>(SQL_C_SLONG),
    CTypeEntry{SQL_C_DOUBLE, sizeof(SQLDOUBLE), to_floating_type<double>},
    CTypeEntry{SQL_C_BIT, sizeof(SQLCHAR), to_bit},
    CTypeEntry{SQL_C_TYPE_TIMESTAMP, sizeof(SQL_TIMESTAMP_STRUCT), to_timestamp},
    CTypeEntry{SQL_C_TYPE_DATE, sizeof(SQL_DATE_STRUCT), to_date},
    CTypeEntry{SQL_C_TYPE_TIME, sizeof(SQL_TIME_STRUCT), to_time},
    integer_entry<SQLUBIGINT>(SQL_C_UBIGINT),
    integer_entry<SQLUINTEGER>(SQL_C_ULONG),
    integer_entry<SQLSMALLINT>(SQL_C_SHORT),
    integer_entry<SQLSMALLINT>(SQL_C_SSHORT),
    integer_entry<SQLUSMALLINT>(SQL_C_USHORT),
    integer_entry<SQLSCHAR>(SQL_C_TINYINT),
    integer_entry<SQLSCHAR>(SQL_C_STINYINT),
    integer_entry<SQLCHAR>(SQL_C_UTINYINT),
    CTypeEntry{SQL_C_FLOAT, sizeof(SQLREAL), to_floating_type<float>},
    CTypeEntry{SQL_C_NUMERIC, sizeof(SQL_NUMERIC_STRUCT), to_numeric},
    CTypeEntry{SQL_C_GUID, sizeof(SQLGUID), to_guid},
};

const CTypeEntry* find_fixed(SQLSMALLINT c_type) noexcept {
    for (const CTypeEntry& entry : fixed_types) {
        if (entry.c_type == modern_type(c_type)) return &entry;
    }
    return nullptr;
}

}  // namespace

ToC resolve_to_c(const SqlType& type, SQLSMALLINT c_type) noexcept {
    if (c_type == SQL_C_DEFAULT) c_type = default_c_type(type.concise);
    const CFamily target = c_family(c_type);
    const SqlFamily source = family_of(type);
    if (target == CFamily::unknown) return unknown_c_type;
    if (!contains(convertible(target), source)) return restricted;
    if (is_interval(target)) return to_interval;
    switch (target) {
        case CFamily::narrow:
            return is_datetime(source) ? to_text<false, false> : to_text<false, true>;
        case CFamily::wide:
            return is_datetime(source) ? to_text<true, false> : to_text<true, true>;
        case CFamily::binary:
            return to_binary;
        default:
            return find_fixed(c_type)->convert;
    }
}

Conversion to_c(const Value& value, const SqlType& type, const CTarget& target,
                PartialRead* partial) {
    const ToC convert = resolve_to_c(type, target.c_type);
    if (target.c_type != SQL_C_DEFAULT) return convert(value, type, target, partial);
    CTarget resolved = target;
    resolved.c_type = default_c_type(type.concise);
    return convert(value, type, resolved, partial);
}

bool is_known_c_type(SQLSMALLINT c_type) noexcept {
    return c_type == SQL_C_DEFAULT || c_family(c_type) != CFamily::unknown;
}

std::size_t c_type_size(SQLSMALLINT c_type) noexcept {
    if (is_interval(c_family(c_type))) return sizeof(SQL_INTERVAL_STRUCT);
    const CTypeEntry* const entry = find_fixed(c_type);
    return entry == nullptr ? 0 : entry->size;
}

bool is_convertible_to_c(SQLSMALLINT sql_type, SQLSMALLINT c_type) noexcept {
    if (c_type == SQL_C_DEFAULT) return true;
    return contains(convertible(c_family(c_type)), family_of(SqlType{sql_type}));
}

}  // namespace dqlite::odbc
