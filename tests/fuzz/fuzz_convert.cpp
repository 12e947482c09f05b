// Conversions both ways. The first eight bytes choose value, types and buffer, the rest is the
// value's bytes. Buffers are exact heap blocks, so that the sanitizer sees any byte outside; text
// and binary read in pieces must give what one large buffer gives.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "driver/convert/from_c.h"
#include "driver/convert/text.h"
#include "driver/convert/to_c.h"

namespace {

using namespace dqlite::odbc;
using dqlite::wire::Value;

void require(bool condition) {
    if (!condition) std::abort();
}

constexpr std::array<SQLSMALLINT, 22> sql_types{SQL_WLONGVARCHAR,
                                                SQL_VARCHAR,
                                                SQL_BIGINT,
                                                SQL_INTEGER,
                                                SQL_SMALLINT,
                                                SQL_TINYINT,
                                                SQL_DECIMAL,
                                                SQL_NUMERIC,
                                                SQL_DOUBLE,
                                                SQL_REAL,
                                                SQL_BIT,
                                                SQL_VARBINARY,
                                                SQL_BINARY,
                                                SQL_LONGVARBINARY,
                                                SQL_GUID,
                                                SQL_TYPE_DATE,
                                                SQL_TYPE_TIME,
                                                SQL_TYPE_TIMESTAMP,
                                                SQL_INTERVAL_DAY,
                                                SQL_INTERVAL_DAY_TO_SECOND,
                                                SQL_INTERVAL_YEAR_TO_MONTH,
                                                SQL_INTERVAL_SECOND};

constexpr std::array<SQLSMALLINT, 24> c_types{SQL_C_CHAR,
                                              SQL_C_WCHAR,
                                              SQL_C_BINARY,
                                              SQL_C_STINYINT,
                                              SQL_C_UTINYINT,
                                              SQL_C_SSHORT,
                                              SQL_C_USHORT,
                                              SQL_C_SLONG,
                                              SQL_C_ULONG,
                                              SQL_C_SBIGINT,
                                              SQL_C_UBIGINT,
                                              SQL_C_FLOAT,
                                              SQL_C_DOUBLE,
                                              SQL_C_BIT,
                                              SQL_C_NUMERIC,
                                              SQL_C_TYPE_DATE,
                                              SQL_C_TYPE_TIME,
                                              SQL_C_TYPE_TIMESTAMP,
                                              SQL_C_GUID,
                                              SQL_C_DEFAULT,
                                              SQL_C_INTERVAL_DAY,
                                              SQL_C_INTERVAL_DAY_TO_SECOND,
                                              SQL_C_INTERVAL_YEAR_TO_MONTH,
                                              SQL_C_INTERVAL_SECOND};

struct Choice {
    std::uint8_t kind, sql_type, c_type, capacity, precision, scale, max_length, length;
};

Value make_value(std::uint8_t kind, std::string_view bytes) {
    std::int64_t integer = 0;
    double real = 0;
    std::copy_n(bytes.data(), std::min(bytes.size(), sizeof integer),
                reinterpret_cast<char*>(&integer));
    std::memcpy(&real, &integer, sizeof real);
    switch (kind % 8) {
        case 0:
            return Value::null();
        case 1:
            return Value::integer(integer);
        case 2:
            return Value::real(real);
        case 3:
            return Value::text(bytes);
        case 4:
            return Value::blob(bytes);
        case 5:
            return Value::iso8601(bytes);
        case 6:
            return Value::unix_time(integer);
        default:
            return Value::raw_boolean(integer);
    }
}

/// Whether the buffer, zeroed before it was given away, holds nothing from `first` on.
template <typename Unit>
bool all_zero(const std::vector<Unit>& buffer, std::size_t first) {
    return std::all_of(buffer.begin() + static_cast<std::ptrdiff_t>(first), buffer.end(),
                       [](Unit unit) { return unit == 0; });
}

/// All of a text or binary value, by pieces of one size. False: an error stopped it.
template <typename Unit>
bool collect(const Value& value, const SqlType& type, SQLSMALLINT c_type, std::size_t room,
             std::basic_string<Unit>& all) {
    PartialRead partial;
    const std::size_t terminator = c_type == SQL_C_BINARY ? 0 : 1;
    for (;;) {
        std::vector<Unit> buffer(room);
        SQLLEN length = 0;
        const CTarget target{
            c_type, buffer.data(), static_cast<SQLLEN>(room * sizeof(Unit)), &length, &length, 0, 0,
            0};
        const Conversion piece = to_c(value, type, target, &partial);
        if (is_error(piece.state)) return false;
        require(!piece.no_data);
        if (length == SQL_NULL_DATA) return true;
        const std::size_t units = static_cast<std::size_t>(length) / sizeof(Unit);
        std::size_t given = units;
        if (piece.state == SqlState::s01004) {
            // A cut text ends at its terminator, which stands less than a character before the end.
            given = room - terminator;
            require(units >= given);
            while (terminator == 1 && given > 0 && all_zero(buffer, given - 1)) --given;
        }
        require(given <= room);
        all.append(buffer.data(), given);
        if (piece.state == SqlState::s00000) return true;
    }
}

void check_pieces(const Value& value, const SqlType& type, std::size_t room) {
    constexpr std::size_t large = 4096;
    std::string whole;
    std::string pieces;
    const bool has_nul =
        value.holds_text() && value.as_bytes().find('\0') != std::string_view::npos;
    if (!has_nul && collect<char>(value, type, SQL_C_CHAR, large, whole) &&
        collect<char>(value, type, SQL_C_CHAR, room + 5, pieces)) {
        require(whole == pieces);
    }
    std::basic_string<SQLWCHAR> wide_whole;
    std::basic_string<SQLWCHAR> wide_pieces;
    if (!has_nul && collect<SQLWCHAR>(value, type, SQL_C_WCHAR, large, wide_whole) &&
        collect<SQLWCHAR>(value, type, SQL_C_WCHAR, room + 3, wide_pieces)) {
        require(wide_whole == wide_pieces);
    }
    whole.clear();
    pieces.clear();
    if (collect<char>(value, type, SQL_C_BINARY, large, whole) &&
        collect<char>(value, type, SQL_C_BINARY, room + 1, pieces)) {
        require(whole == pieces);
    }
}

void check_to_c(const Choice& choice, const Value& value, const SqlType& type, SQLSMALLINT c_type) {
    const std::size_t size =
        c_type_size(c_type == SQL_C_DEFAULT ? default_c_type(type.concise) : c_type);
    const std::size_t room = size != 0 ? size : choice.capacity;
    std::vector<char> buffer(room);
    SQLLEN length = -99;
    const CTarget target{c_type,
                         buffer.data(),
                         static_cast<SQLLEN>(room),
                         &length,
                         &length,
                         static_cast<SQLSMALLINT>(choice.precision),
                         static_cast<SQLSMALLINT>(static_cast<std::int8_t>(choice.scale)),
                         choice.max_length};
    const Conversion result = to_c(value, type, target);
    require(!result.no_data);
    require(is_error(result.state) || length >= 0 || length == SQL_NULL_DATA);
}

void check_from_c(const Choice& choice, std::string_view bytes, SQLSMALLINT sql_type,
                  SQLSMALLINT c_type) {
    const SQLSMALLINT resolved = c_type == SQL_C_DEFAULT ? default_c_type(sql_type) : c_type;
    const std::size_t size = c_type_size(resolved);
    std::vector<char> data(bytes.begin(), bytes.end());
    if (size != 0) data.resize(size);
    CSource source;
    source.c_type = c_type;
    source.sql_type = sql_type;
    source.column_size = choice.max_length;
    source.decimal_digits = static_cast<SQLSMALLINT>(choice.length % 40);
    source.data = data.data();
    source.length = static_cast<SQLLEN>(data.size());
    source.precision = static_cast<SQLSMALLINT>(choice.precision);
    source.scale = static_cast<SQLSMALLINT>(static_cast<std::int8_t>(choice.scale));
    Value value;
    std::string storage;
    const SqlState state = from_c(source, value, storage);
    if (is_error(state)) return;
    // Text on its way to a server is UTF-8 and holds no U+0000.
    if (value.holds_text()) {
        require(is_valid_utf8(value.as_bytes()));
        require(value.as_bytes().find('\0') == std::string_view::npos);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Choice choice;
    if (size < sizeof choice) return 0;
    std::memcpy(&choice, data, sizeof choice);
    // A heap copy of exactly the rest, so that reading behind it is seen.
    const std::vector<char> rest(data + sizeof choice, data + size);
    const std::string_view bytes{rest.data(), rest.size()};

    SqlType type;
    type.concise = sql_types[choice.sql_type % sql_types.size()];
    type.decimal_digits = static_cast<SQLSMALLINT>(choice.length % 50);
    const SQLSMALLINT c_type = c_types[choice.c_type % c_types.size()];
    const Value value = make_value(choice.kind, bytes);
    check_to_c(choice, value, type, c_type);
    if (bytes.size() < 1024) check_pieces(value, type, choice.capacity);
    check_from_c(choice, bytes, type.concise, c_type);
    return 0;
}
