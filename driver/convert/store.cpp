#include "driver/convert/store.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

#include "driver/convert/guid.h"
#include "driver/convert/text.h"
#include "driver/convert/utf.h"

namespace dqlite::odbc {
namespace {

using wire::Value;

/// What a REAL keeps of any decimal.
constexpr int exact_real_digits = 15;

int count_significant_digits(Decimal::Digits digits) noexcept {
    while (digits != 0 && digits % 10 == 0) digits /= 10;
    return count_digits(digits);
}

struct IntegerRange {
    std::int64_t low;
    std::int64_t high;
};

/// A parameter's SQL type does not tell whether it is signed, so both ranges count.
constexpr IntegerRange range_of(SQLSMALLINT sql_type) noexcept {
    switch (sql_type) {
        case SQL_TINYINT:
            return {INT8_MIN, UINT8_MAX};
        case SQL_SMALLINT:
            return {INT16_MIN, UINT16_MAX};
        case SQL_INTEGER:
            return {INT32_MIN, UINT32_MAX};
        default:
            return {INT64_MIN, INT64_MAX};
    }
}

/// The size of long types is a figure of the driver's own, not a limit; nor is 0 one.
constexpr bool has_limit(const CSource& source) noexcept {
    return source.column_size != 0 && source.sql_type != SQL_LONGVARCHAR &&
           source.sql_type != SQL_WLONGVARCHAR && source.sql_type != SQL_LONGVARBINARY;
}

bool fits(const CSource& source, std::string_view utf8) noexcept {
    // Bytes are never fewer than characters, so most texts are not counted.
    if (!has_limit(source) || utf8.size() <= source.column_size) return true;
    const auto characters =
        std::count_if(utf8.begin(), utf8.end(), [](char c) { return !utf::is_continuation(c); });
    return static_cast<SQLULEN>(characters) <= source.column_size;
}

SqlState store_exact_integer(const Store& store, const Decimal& decimal, Origin origin) {
    const SqlState out_of_range = origin == Origin::text ? SqlState::s22001 : SqlState::s22003;
    const Parsed<std::int64_t> whole = to_integer<std::int64_t>(decimal);
    if (is_error(whole.state)) return out_of_range;
    const bool cut = whole.state != SqlState::s00000;
    if (cut && origin == Origin::text) return SqlState::s22001;
    const IntegerRange range = range_of(store.source.sql_type);
    if (whole.value < range.low || whole.value > range.high) return out_of_range;
    store.value = Value::integer(whole.value);
    return whole.state;
}

SqlState store_bit(const Store& store, const Decimal& decimal) {
    const Parsed<std::uint64_t> whole = to_integer<std::uint64_t>(decimal);
    if (is_error(whole.state) || whole.value > 1 || decimal.negative) return SqlState::s22003;
    if (whole.state != SqlState::s00000) return SqlState::s22001;
    store.value = Value::integer(static_cast<std::int64_t>(whole.value));
    return SqlState::s00000;
}

/// INTEGER where it is exact, REAL where no digit is lost, else text: SQLite has no decimals.
SqlState store_exact_decimal(const Store& store, const Decimal& decimal, Origin origin) {
    Decimal kept = decimal;
    SqlState state = SqlState::s00000;
    if (const CSource& source = store.source; source.column_size != 0) {
        const int precision =
            static_cast<int>(std::min<SQLULEN>(source.column_size, max_decimal_digits));
        const int scale = std::clamp<int>(source.decimal_digits, 0, precision);
        if (decimal.scale > scale) {
            const Parsed<Decimal> scaled = rescale(decimal, max_decimal_digits, scale);
            if (scaled.state != SqlState::s00000 && origin == Origin::text) return SqlState::s22001;
            kept = scaled.value;
            state = scaled.state;
        }
        const Parsed<Decimal> whole = rescale(kept, precision - scale, 0);
        if (is_error(whole.state)) {
            return origin == Origin::text ? SqlState::s22001 : SqlState::s22003;
        }
    }
    kept = trim_zeros(kept);
    const Parsed<std::int64_t> integer = to_integer<std::int64_t>(kept);
    if (integer.state == SqlState::s00000) {
        store.value = Value::integer(integer.value);
        return state;
    }
    ShortText text;
    print(kept, text);
    if (count_significant_digits(kept.digits) <= exact_real_digits) {
        store.value = Value::real(to_double(text.view()).value);
    } else {
        store.storage.assign(text.view());
        store.value = Value::text(store.storage);
    }
    return state;
}

/// Digits of a second's fraction a timestamp parameter has room for: its size is 20 and those.
int fraction_digits(const CSource& source) noexcept {
    if (source.decimal_digits > 0) return std::min<int>(source.decimal_digits, 9);
    if (source.column_size == 0) return 9;
    constexpr SQLULEN before_fraction = 20;
    const SQLULEN digits = std::max(source.column_size, before_fraction) - before_fraction;
    return static_cast<int>(std::min<SQLULEN>(digits, 9));
}

bool fraction_fits(const CSource& source, std::uint32_t billionths) noexcept {
    std::uint32_t step = 1;
    for (int i = fraction_digits(source); i < 9; ++i) step *= 10;
    return billionths % step == 0;
}

}  // namespace

SqlState store_decimal(const Store& store, const Decimal& decimal, Origin origin) {
    switch (store.family) {
        case SqlFamily::integer:
            return store_exact_integer(store, decimal, origin);
        case SqlFamily::decimal:
            return store_exact_decimal(store, decimal, origin);
        case SqlFamily::bit:
            return store_bit(store, decimal);
        default:
            break;
    }
    ShortText text;
    print(decimal, text);
    return store_real(store, to_double(text.view()).value);
}

SqlState store_integer(const Store& store, std::int64_t number) {
    if (store.family == SqlFamily::approximate) {
        return store_real(store, static_cast<double>(number));
    }
    if (store.family != SqlFamily::integer) {
        return store_decimal(store, to_decimal(number), Origin::number);
    }
    const IntegerRange range = range_of(store.source.sql_type);
    if (number < range.low || number > range.high) return SqlState::s22003;
    store.value = Value::integer(number);
    return SqlState::s00000;
}

SqlState store_real(const Store& store, double number) {
    if (store.source.sql_type == SQL_REAL && std::isfinite(number) && std::fabs(number) > FLT_MAX) {
        return SqlState::s22003;
    }
    store.value = Value::real(number);
    return SqlState::s00000;
}

SqlState store_numeric_text(const Store& store, std::string_view text) {
    const auto literal = parse_literal(text);
    if (!literal) return SqlState::s22018;
    if (store.family == SqlFamily::approximate) {
        const Parsed<double> number = to_double(*literal);
        return is_error(number.state) ? number.state : store_real(store, number.value);
    }
    const Parsed<Decimal> decimal = to_decimal(*literal);
    if (decimal.state != SqlState::s00000) {
        const bool bit_out_of_range = store.family == SqlFamily::bit && is_error(decimal.state);
        return bit_out_of_range ? SqlState::s22003 : SqlState::s22001;
    }
    return store_decimal(store, decimal.value, Origin::text);
}

SqlState store_made_text(const Store& store, std::string_view text) {
    if (store.family == SqlFamily::character && !fits(store.source, text)) return SqlState::s22001;
    store.storage.assign(text);
    store.value = Value::text(store.storage);
    return SqlState::s00000;
}

SqlState store_text(const Store& store, std::string_view text) {
    // Qt counts its terminator as a character of the text.
    if (text.ends_with('\0')) text.remove_suffix(1);
    if (text.find('\0') != std::string_view::npos || !is_valid_utf8(text)) return SqlState::s22018;
    if (!fits(store.source, text)) return SqlState::s22001;
    store.value = Value::text(text);
    return SqlState::s00000;
}

SqlState store_blob(const Store& store, std::string_view bytes) {
    if (has_limit(store.source) && bytes.size() > store.source.column_size) {
        return SqlState::s22001;
    }
    store.value = Value::blob(bytes);
    return SqlState::s00000;
}

SqlState store_hex(const Store& store, std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return SqlState::s22018;
        bytes.push_back(static_cast<char>(high * 16 + low));
    }
    store.storage = std::move(bytes);
    return store_blob(store, store.storage);
}

SqlState store_datetime(const Store& store, const DateTime& at) {
    ShortText text;
    switch (store.family) {
        case SqlFamily::date:
            if (!at.time_is_zero()) return SqlState::s22008;
            print_date(at.fields, text);
            break;
        case SqlFamily::time:
            // The fraction of a bare time is kept, as SQLite keeps it; a timestamp's would be cut.
            if (at.has_date && at.fields.fraction != 0) return SqlState::s22008;
            print_time(at.fields, text);
            break;
        case SqlFamily::timestamp: {
            if (!fraction_fits(store.source, at.fields.fraction)) return SqlState::s22008;
            SQL_TIMESTAMP_STRUCT fields = at.fields;
            if (!at.has_date) set_current_date(fields);
            print_timestamp(fields, text);
            break;
        }
        default:
            if (!at.has_time) {
                print_date(at.fields, text);
            } else if (!at.has_date) {
                print_time(at.fields, text);
            } else {
                print_timestamp(at.fields, text);
            }
            break;
    }
    return store_made_text(store, text.view());
}

SqlState store_datetime_text(const Store& store, std::string_view text) {
    const auto at = parse_datetime(text);
    if (!at) return SqlState::s22018;
    if (store.family == SqlFamily::date && !at->has_date) return SqlState::s22018;
    if (store.family == SqlFamily::time && !at->has_time) return SqlState::s22018;
    // An offset is worth keeping: to leave it out would move the point in time.
    if (store.family == SqlFamily::timestamp && at->has_offset && at->has_date) {
        return store_made_text(store, trim_blanks(text));
    }
    return store_datetime(store, *at);
}

}  // namespace dqlite::odbc
