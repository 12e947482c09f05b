#include "driver/convert/to_c.h"

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "driver/convert/datetime.h"
#include "driver/convert/delivery.h"
#include "driver/convert/families.h"
#include "driver/convert/fixed_types.h"
#include "driver/convert/guid.h"
#include "driver/convert/narrow.h"
#include "driver/convert/render.h"
#include "driver/convert/utf.h"

namespace dqlite::odbc {
namespace {

using wire::Value;
using wire::ValueType;

constexpr Conversion failed(SqlState state) noexcept {
    return {state, false};
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
            return find_fixed_type(c_type)->convert;
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
    const FixedType* const entry = find_fixed_type(c_type);
    return entry == nullptr ? 0 : entry->size;
}

bool is_convertible_to_c(SQLSMALLINT sql_type, SQLSMALLINT c_type) noexcept {
    if (c_type == SQL_C_DEFAULT) return true;
    return contains(convertible(c_family(c_type)), family_of(SqlType{sql_type}));
}

}  // namespace dqlite::odbc
