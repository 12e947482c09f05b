#include "driver/convert/bound_column.h"

#include <concepts>
#include <cstring>
#include <utility>

#include "driver/convert/families.h"
#include "driver/convert/utf.h"

namespace dqlite::odbc {
namespace {

using wire::Value;
using wire::ValueType;

template <typename T>
T* at_row(T* pointer, SQLLEN stride, SQLLEN row) noexcept {
    if (pointer == nullptr) return nullptr;
    return reinterpret_cast<T*>(reinterpret_cast<char*>(pointer) + stride * row);
}

SqlState deliver_any(const Value& value, const BoundColumn& column, SQLLEN row) {
    CTarget target = column.target;
    target.data = at_row(target.data, column.data_stride, row);
    target.octet_length = at_row(target.octet_length, column.length_stride, row);
    target.indicator = at_row(target.indicator, column.length_stride, row);
    return column.convert(value, *column.type, target, nullptr).state;
}

// What follows is for the common binding: a buffer, and one pointer for both length and indicator.
// Buffers may be unaligned, as they are in rows.

bool is_common(const CTarget& target) noexcept {
    return target.data != nullptr && target.octet_length != nullptr &&
           target.octet_length == target.indicator && target.capacity >= 0 &&
           target.max_length == 0;
}

char* data_at(const BoundColumn& column, SQLLEN row) noexcept {
    return static_cast<char*>(column.target.data) + column.data_stride * row;
}

void set_length_at(const BoundColumn& column, SQLLEN row, std::size_t bytes) noexcept {
    auto* const at =
        reinterpret_cast<char*>(column.target.octet_length) + column.length_stride * row;
    const auto length = static_cast<SQLLEN>(bytes);
    std::memcpy(at, &length, sizeof length);
}

template <std::integral T>
SqlState deliver_integer(const Value& value, const BoundColumn& column, SQLLEN row) {
    const std::int64_t wide = value.as_integer();
    if (value.type() != ValueType::integer || !std::in_range<T>(wide)) {
        return deliver_any(value, column, row);
    }
    const auto narrow = static_cast<T>(wide);
    std::memcpy(data_at(column, row), &narrow, sizeof narrow);
    set_length_at(column, row, sizeof narrow);
    return SqlState::s00000;
}

SqlState deliver_real(const Value& value, const BoundColumn& column, SQLLEN row) {
    if (value.type() != ValueType::real) return deliver_any(value, column, row);
    const double real = value.as_real();
    std::memcpy(data_at(column, row), &real, sizeof real);
    set_length_at(column, row, sizeof real);
    return SqlState::s00000;
}

SqlState deliver_text(const Value& value, const BoundColumn& column, SQLLEN row) {
    const std::string_view text = value.as_bytes();
    if (value.type() != ValueType::text ||
        text.size() >= static_cast<std::size_t>(column.target.capacity)) {
        return deliver_any(value, column, row);
    }
    char* const out = data_at(column, row);
    std::memcpy(out, text.data(), text.size());
    out[text.size()] = '\0';
    set_length_at(column, row, text.size());
    return SqlState::s00000;
}

SqlState deliver_wide_text(const Value& value, const BoundColumn& column, SQLLEN row) {
    // A unit takes at least one byte of UTF-8, so that a text of fewer bytes fits uncounted.
    const std::string_view text = value.as_bytes();
    if (value.type() != ValueType::text ||
        text.size() >= static_cast<std::size_t>(column.target.capacity) / sizeof(SQLWCHAR) ||
        column.target.capacity % SQLLEN{sizeof(SQLWCHAR)} != 0) {
        return deliver_any(value, column, row);
    }
    char* const out = data_at(column, row);
    const std::size_t bytes = utf::write_wide(text, out, text.size()).units * sizeof(SQLWCHAR);
    constexpr SQLWCHAR end = 0;
    std::memcpy(out + bytes, &end, sizeof end);
    set_length_at(column, row, bytes);
    return SqlState::s00000;
}

SqlState deliver_blob(const Value& value, const BoundColumn& column, SQLLEN row) {
    const std::string_view bytes = value.as_bytes();
    if (value.type() != ValueType::blob || bytes.empty() ||
        bytes.size() > static_cast<std::size_t>(column.target.capacity)) {
        return deliver_any(value, column, row);
    }
    std::memcpy(data_at(column, row), bytes.data(), bytes.size());
    set_length_at(column, row, bytes.size());
    return SqlState::s00000;
}

/// The way of what a column of such a C type holds most often.
DeliverBound common_way(SQLSMALLINT c_type, SqlFamily source) noexcept {
    switch (c_type) {
        case SQL_C_SBIGINT:
            return deliver_integer<SQLBIGINT>;
        case SQL_C_UBIGINT:
            return deliver_integer<SQLUBIGINT>;
        case SQL_C_LONG:
        case SQL_C_SLONG:
            return deliver_integer<SQLINTEGER>;
        case SQL_C_ULONG:
            return deliver_integer<SQLUINTEGER>;
        case SQL_C_SHORT:
        case SQL_C_SSHORT:
            return deliver_integer<SQLSMALLINT>;
        case SQL_C_USHORT:
            return deliver_integer<SQLUSMALLINT>;
        case SQL_C_DOUBLE:
            return deliver_real;
        // A date is printed in ODBC's form, whatever form it is stored in.
        case SQL_C_CHAR:
            return is_datetime(source) ? deliver_any : deliver_text;
        case SQL_C_WCHAR:
            return is_datetime(source) ? deliver_any : deliver_wide_text;
        case SQL_C_BINARY:
            return deliver_blob;
        default:
            return deliver_any;
    }
}

}  // namespace

void resolve(BoundColumn& column) noexcept {
    column.convert = resolve_to_c(*column.type, column.target.c_type);
    const bool convertible = is_convertible_to_c(column.type->concise, column.target.c_type);
    column.deliver = convertible && is_common(column.target)
                         ? common_way(column.target.c_type, sql_family(column.type->concise))
                         : deliver_any;
}

}  // namespace dqlite::odbc
