#include "driver/convert/from_c.h"

#include <cmath>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "driver/convert/families.h"
#include "driver/convert/guid.h"
#include "driver/convert/interval.h"
#include "driver/convert/store.h"
#include "driver/convert/text.h"
#include "driver/convert/to_c.h"

namespace dqlite::odbc {
namespace {

using wire::Value;

/// Application buffers may be unaligned (row-wise binding).
template <typename T>
T load(const void* data) noexcept {
    T object;
    std::memcpy(&object, data, sizeof object);
    return object;
}

SqlState store_interval(const Store& store, const Parsed<SQL_INTERVAL_STRUCT>& interval) {
    if (interval.state == SqlState::s22018) return SqlState::s22018;
    ShortText text;
    // A parameter is not cut: a field that would be lost is an overflow.
    if (interval.state != SqlState::s00000 ||
        print(interval.value, store.source.sql_type, text) != SqlState::s00000) {
        return SqlState::s22015;
    }
    return store_made_text(store, text.view());
}

IntervalType interval_type(const CSource& source) noexcept {
    return {source.sql_type, 0, 9};
}

// ---- Character and binary data -------------------------------------------------------------

SqlState from_text(const Store& store, std::string_view text) {
    switch (store.family) {
        case SqlFamily::character:
            return store_text(store, text);
        case SqlFamily::binary:
            return store_hex(store, text);
        case SqlFamily::integer:
        case SqlFamily::decimal:
        case SqlFamily::approximate:
        case SqlFamily::bit:
            return store_numeric_text(store, text);
        case SqlFamily::date:
        case SqlFamily::time:
        case SqlFamily::timestamp:
            return store_datetime_text(store, text);
        case SqlFamily::guid: {
            const auto guid = parse_guid(text);
            if (!guid) return SqlState::s22018;
            ShortText canonical;
            print(*guid, canonical);
            return store_made_text(store, canonical.view());
        }
        default:
            return store_interval(store, parse_interval(text, interval_type(store.source)));
    }
}

SqlState from_narrow(const Store& store) {
    const auto* const data = static_cast<const char*>(store.source.data);
    if (store.source.length == SQL_NTS) return from_text(store, data);
    return from_text(store, {data, static_cast<std::size_t>(store.source.length)});
}

SqlState from_wide(const Store& store) {
    const auto* data = static_cast<const SQLWCHAR*>(store.source.data);
    std::size_t size = 0;
    if (store.source.length == SQL_NTS) {
        while (load<SQLWCHAR>(data + size) != 0) ++size;
    } else {
        const auto bytes = static_cast<std::size_t>(store.source.length);
        if (bytes % sizeof(SQLWCHAR) != 0) return SqlState::sHY090;
        size = bytes / sizeof(SQLWCHAR);
    }
    std::basic_string<SQLWCHAR> aligned;
    if (reinterpret_cast<std::uintptr_t>(data) % alignof(SQLWCHAR) != 0) {
        aligned.resize(size);
        std::memcpy(aligned.data(), data, size * sizeof(SQLWCHAR));
        data = aligned.data();
    }
    store.storage.clear();
    append_utf8({data, size}, store.storage);
    return from_text(store, store.storage);
}

/// Binary data is what the parameter's default C type has in memory.
SqlState from_binary(const Store& store) {
    const CSource& source = store.source;
    const auto* const data = static_cast<const char*>(source.data);
    const std::size_t size =
        source.length == SQL_NTS ? std::strlen(data) : static_cast<std::size_t>(source.length);
    if (store.family == SqlFamily::binary) return store_blob(store, {data, size});
    if (store.family == SqlFamily::character) return store_text(store, {data, size});

    const SQLSMALLINT c_type = default_c_type(source.sql_type);
    if (c_type_size(c_type) == 0) return from_text(store, {data, size});
    if (c_type_size(c_type) != size) return SqlState::s22003;
    CSource native = source;
    native.c_type = c_type;
    return from_c(native, store.value, store.storage);
}

// ---- Numbers -------------------------------------------------------------------------------

SqlState from_decimal(const Store& store, const Decimal& decimal) {
    if (is_interval(store.family)) {
        return store_interval(store, interval_of_number(decimal, interval_type(store.source)));
    }
    if (store.family != SqlFamily::character) return store_decimal(store, decimal, Origin::number);
    ShortText text;
    print(decimal, text);
    return store_made_text(store, text.view());
}

template <typename T>
SqlState from_integer(const Store& store) {
    const T number = load<T>(store.source.data);
    if constexpr (std::is_same_v<T, SQLUBIGINT>) {
        if (number > SQLUBIGINT{INT64_MAX}) return from_decimal(store, to_decimal_unsigned(number));
    }
    // SQL_C_STINYINT is a number, not a character.
    const auto integer = static_cast<std::int64_t>(number);  // NOLINT(bugprone-signed-char-misuse)
    if (store.family == SqlFamily::integer) return store_integer(store, integer);
    if (store.family == SqlFamily::approximate) return store_integer(store, integer);
    return from_decimal(store, to_decimal(integer));
}

using Convert = SqlState (*)(const Store& store);

Convert from_integer_type(SQLSMALLINT c_type) noexcept {
    switch (c_type) {
        case SQL_C_TINYINT:
        case SQL_C_STINYINT:
            return from_integer<SQLSCHAR>;
        case SQL_C_UTINYINT:
            return from_integer<SQLCHAR>;
        case SQL_C_SHORT:
        case SQL_C_SSHORT:
            return from_integer<SQLSMALLINT>;
        case SQL_C_USHORT:
            return from_integer<SQLUSMALLINT>;
        case SQL_C_LONG:
        case SQL_C_SLONG:
            return from_integer<SQLINTEGER>;
        case SQL_C_ULONG:
            return from_integer<SQLUINTEGER>;
        case SQL_C_UBIGINT:
            return from_integer<SQLUBIGINT>;
        default:
            return from_integer<SQLBIGINT>;
    }
}

SqlState from_numeric(const Store& store) {
    const auto numeric = load<SQL_NUMERIC_STRUCT>(store.source.data);
    // The structure's own scale counts; only one that was never filled in leaves it to the APD.
    const int scale =
        numeric.precision == 0 && store.source.precision != 0 ? store.source.scale : numeric.scale;
    const Parsed<Decimal> decimal = to_decimal(numeric, scale);
    return is_error(decimal.state) ? decimal.state : from_decimal(store, decimal.value);
}

template <typename T>
SqlState from_floating(const Store& store) {
    const T number = load<T>(store.source.data);
    if (store.family == SqlFamily::approximate) return store_real(store, number);
    ShortText text;
    print(number, text);  // a float's own shortest text, not that of the double it becomes
    if (store.family == SqlFamily::character) return store_made_text(store, text.view());
    if (!std::isfinite(number)) return SqlState::s22003;
    const Parsed<Decimal> decimal = to_decimal(text.view());
    if (is_error(decimal.state)) return decimal.state;
    const SqlState stored = store_decimal(store, decimal.value, Origin::number);
    return stored == SqlState::s00000 ? decimal.state : stored;
}

SqlState from_bit(const Store& store) {
    const auto bit = load<SQLCHAR>(store.source.data);
    if (bit > 1) return SqlState::s22003;
    if (store.family == SqlFamily::character) return store_made_text(store, bit == 1 ? "1" : "0");
    return store_integer(store, bit);
}

// ---- Dates, GUIDs, intervals ---------------------------------------------------------------

/// The page's state for fields that are no date or time: text cannot hold them either.
SqlState invalid_datetime(const Store& store) noexcept {
    return store.family == SqlFamily::character ? SqlState::s22008 : SqlState::s22007;
}

SqlState from_date(const Store& store) {
    const auto date = load<SQL_DATE_STRUCT>(store.source.data);
    DateTime at;
    at.fields.year = date.year;
    at.fields.month = date.month;
    at.fields.day = date.day;
    at.has_date = true;
    return is_valid_date(at.fields) ? store_datetime(store, at) : invalid_datetime(store);
}

SqlState from_time(const Store& store) {
    const auto time = load<SQL_TIME_STRUCT>(store.source.data);
    DateTime at;
    at.fields.hour = time.hour;
    at.fields.minute = time.minute;
    at.fields.second = time.second;
    at.has_time = true;
    return is_valid_time(at.fields) ? store_datetime(store, at) : invalid_datetime(store);
}

SqlState from_timestamp(const Store& store) {
    const DateTime at{load<SQL_TIMESTAMP_STRUCT>(store.source.data), true, true, false};
    // The date is ignored where only the time is wanted.
    const bool date_matters = store.family != SqlFamily::time;
    if ((date_matters && !is_valid_date(at.fields)) || !is_valid_time(at.fields)) {
        return invalid_datetime(store);
    }
    return store_datetime(store, at);
}

SqlState from_guid(const Store& store) {
    ShortText text;
    print(load<SQLGUID>(store.source.data), text);
    return store_made_text(store, text.view());
}

SqlState from_interval(const Store& store) {
    const auto interval = load<SQL_INTERVAL_STRUCT>(store.source.data);
    const SQLSMALLINT c_type = store.source.c_type;
    ShortText text;
    if (print(interval, c_type, text) != SqlState::s00000) return SqlState::s22015;
    if (store.family == SqlFamily::character) return store_made_text(store, text.view());
    if (is_interval(store.family)) {
        return store_interval(store,
                              convert_interval(interval, c_type, interval_type(store.source)));
    }
    return store_decimal(store, number_of_interval(interval, c_type), Origin::number);
}

// ---- The matrix ----------------------------------------------------------------------------

/// The SQL families a C family can be sent as: the rows of Appendix D's matrix.
constexpr SqlFamilies convertible(CFamily family) noexcept {
    using F = SqlFamily;
    constexpr SqlFamilies exact = families(F::character, F::integer, F::decimal);
    constexpr SqlFamilies numbers = exact | families(F::approximate, F::bit);
    constexpr SqlFamilies all = ~families(F::unknown);
    switch (family) {
        case CFamily::unknown:
            return 0;
        case CFamily::narrow:
        case CFamily::wide:
        case CFamily::binary:
            return all;
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
        case CFamily::guid:
            return families(F::character, F::guid);
        case CFamily::year_month_field:
            return exact | families(F::year_month_field, F::year_month);
        case CFamily::year_month:
            return families(F::character, F::year_month_field, F::year_month);
        case CFamily::day_time_field:
            return exact | families(F::day_time_field, F::day_time);
        case CFamily::day_time:
            return families(F::character, F::day_time_field, F::day_time);
    }
    return 0;
}

Convert conversion(CFamily family, SQLSMALLINT c_type) noexcept {
    switch (family) {
        case CFamily::narrow:
            return from_narrow;
        case CFamily::wide:
            return from_wide;
        case CFamily::binary:
            return from_binary;
        case CFamily::integer:
            return from_integer_type(c_type);
        case CFamily::numeric:
            return from_numeric;
        case CFamily::approximate:
            return c_type == SQL_C_FLOAT ? from_floating<float> : from_floating<double>;
        case CFamily::bit:
            return from_bit;
        case CFamily::date:
            return from_date;
        case CFamily::time:
            return from_time;
        case CFamily::timestamp:
            return from_timestamp;
        case CFamily::guid:
            return from_guid;
        default:
            return from_interval;
    }
}

constexpr bool has_length(CFamily family) noexcept {
    return family == CFamily::narrow || family == CFamily::wide || family == CFamily::binary;
}

}  // namespace

FromC resolve_from_c(const CSource& source) noexcept {
    FromC way;
    way.source = source;
    way.source.sql_type = odbc3_type(source.sql_type);
    if (source.c_type == SQL_C_DEFAULT) way.source.c_type = default_c_type(way.source.sql_type);
    const CFamily family = c_family(way.source.c_type);
    way.family = sql_family(way.source.sql_type);
    way.has_length = has_length(family);
    way.convert = conversion(family, way.source.c_type);
    if (family == CFamily::unknown) {
        way.state = SqlState::sHY003;
    } else if (!contains(convertible(family), way.family)) {
        way.state = SqlState::s07006;
    }
    return way;
}

SqlState from_c(const FromC& way, const void* data, SQLLEN length, Value& value,
                std::string& storage) {
    if (way.state != SqlState::s00000) return way.state;
    if (way.has_length && length < 0 && length != SQL_NTS) return SqlState::sHY090;
    if (data == nullptr) {
        if (!way.has_length || length != 0) return SqlState::sHY009;
        data = "";  // an empty value needs no buffer
    }
    CSource source = way.source;
    source.data = data;
    source.length = length;
    return way.convert({source, way.family, value, storage});
}

SqlState from_c(const CSource& source, Value& value, std::string& storage) {
    return from_c(resolve_from_c(source), source.data, source.length, value, storage);
}

bool is_convertible_from_c(SQLSMALLINT c_type, SQLSMALLINT sql_type) noexcept {
    if (c_type == SQL_C_DEFAULT) return sql_family(sql_type) != SqlFamily::unknown;
    return contains(convertible(c_family(c_type)), sql_family(sql_type));
}

}  // namespace dqlite::odbc
