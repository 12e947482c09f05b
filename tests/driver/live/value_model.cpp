#include "tests/driver/live/value_model.h"

#include <array>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

namespace dqlite::test {
namespace {

template <typename T>
std::string bytes_of(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

Expected error(const char* state) {
    return {.state = state, .data = std::nullopt, .length = std::nullopt};
}

template <typename T>
Expected fixed(const T& value, bool cut = false) {
    return {cut ? "01S07" : "", bytes_of(value), static_cast<SQLLEN>(sizeof value)};
}

// ------------------------------------------------------------------------------------- numbers

/// A number as its whole part, and whether it has more.
struct Number {
    long double whole = 0;
    bool fraction = false;
    long double exact = 0;
    bool integer = true;  ///< by origin, not a double
};

template <typename T>
Expected whole_number(const Number& number) {
    if (number.whole < static_cast<long double>(std::numeric_limits<T>::min()) ||
        number.whole > static_cast<long double>(std::numeric_limits<T>::max())) {
        return error("22003");
    }
    return fixed(static_cast<T>(number.whole), number.fraction);
}

Expected numeric(const Number& number) {
    SQL_NUMERIC_STRUCT value{};
    const long double size = std::fabs(number.whole);
    // Past 2^53 the digits of a double are the driver's choice.
    if (size >= 0x1p53L && !number.integer) return {"*", std::nullopt, std::nullopt};
    value.precision = 38;
    value.sign = std::signbit(number.exact) ? 0 : 1;
    const auto digits = static_cast<std::uint64_t>(size);
    std::memcpy(value.val, &digits, sizeof digits);
    // The sign of a zero is nobody's.
    if (digits == 0) return {number.fraction ? "01S07" : "", std::nullopt, sizeof value};
    return fixed(value, number.fraction);
}

Expected bit(const Number& number) {
    if (number.exact < 0 || number.exact >= 2) return error("22003");
    return fixed(static_cast<unsigned char>(number.whole), number.fraction);
}

Expected number_to(const Number& number, SQLSMALLINT c_type) {
    switch (c_type) {
        case SQL_C_TINYINT:
        case SQL_C_STINYINT:
            return whole_number<SQLSCHAR>(number);
        case SQL_C_UTINYINT:
            return whole_number<SQLCHAR>(number);
        case SQL_C_SHORT:
        case SQL_C_SSHORT:
            return whole_number<SQLSMALLINT>(number);
        case SQL_C_USHORT:
            return whole_number<SQLUSMALLINT>(number);
        case SQL_C_LONG:
        case SQL_C_SLONG:
            return whole_number<SQLINTEGER>(number);
        case SQL_C_ULONG:
            return whole_number<SQLUINTEGER>(number);
        case SQL_C_SBIGINT:
            return whole_number<SQLBIGINT>(number);
        case SQL_C_UBIGINT:
            return whole_number<SQLUBIGINT>(number);
        case SQL_C_FLOAT:
            if (std::fabs(number.exact) > static_cast<long double>(FLT_MAX)) return error("22003");
            return fixed(static_cast<float>(static_cast<double>(number.exact)));
        case SQL_C_DOUBLE:
            return fixed(static_cast<double>(number.exact));
        case SQL_C_BIT:
            return bit(number);
        case SQL_C_NUMERIC:
            return numeric(number);
        default:
            return error("07006");
    }
}

// --------------------------------------------------------------------------- text and binary

/// Text or bytes that are cut where the buffer ends.
Expected cut_anywhere(const std::string& bytes, std::size_t room, std::size_t end) {
    const bool whole = bytes.size() + end <= room;
    Expected expected{whole ? "" : "01004", bytes, static_cast<SQLLEN>(bytes.size())};
    if (!whole) {
        // A bound column may stop before a character that does not fit whole.
        const std::size_t most = (room - end) / std::max<std::size_t>(end, 1);
        expected.data =
            bytes.substr(0, end == 0 ? room : most * end - std::min(most * end, std::size_t{4}));
    }
    return expected;
}

/// Text whose first `least` characters must arrive.
Expected cut_behind(const std::string& text, std::size_t least, SQLSMALLINT c_type,
                    std::size_t room) {
    const std::string bytes = c_type == SQL_C_WCHAR ? utf16(text) : text;
    const std::size_t unit = c_type == SQL_C_WCHAR ? 2 : 1;
    const std::size_t characters = room / unit;
    if (characters <= least) return error("22003");
    if (text.size() < characters) return {"", bytes, static_cast<SQLLEN>(bytes.size())};
    return {"01004", bytes.substr(0, (characters - 1) * unit), static_cast<SQLLEN>(bytes.size())};
}

Expected object(const std::string& bytes, std::size_t room) {
    if (bytes.size() > room) return error("22003");
    return {"", bytes, static_cast<SQLLEN>(bytes.size())};
}

std::string hex(const std::string& bytes) {
    std::string text;
    for (const char byte : bytes) {
        text += fmt::format("{:02X}", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    }
    return text;
}

Expected blob_to(const Sample& sample, SQLSMALLINT c_type, std::size_t room) {
    if (c_type == SQL_C_BINARY) return cut_anywhere(sample.text, room, 0);
    if (c_type == SQL_C_GUID) return {"*", std::nullopt, std::nullopt};  // 16 bytes are one
    if (c_type != SQL_C_CHAR && c_type != SQL_C_WCHAR) return error("07006");
    const std::size_t unit = c_type == SQL_C_WCHAR ? 2 : 1;
    const std::string all = c_type == SQL_C_WCHAR ? utf16(hex(sample.text)) : hex(sample.text);
    const std::size_t fits = (room / unit - 1) / 2 * 2 * unit;  // pairs of digits
    if (all.size() + unit <= room) return {"", all, static_cast<SQLLEN>(all.size())};
    return {"01004", all.substr(0, fits), static_cast<SQLLEN>(all.size())};
}

// ------------------------------------------------------------------------------ date and time

SQL_DATE_STRUCT date_of(const SQL_TIMESTAMP_STRUCT& at) {
    return {at.year, at.month, at.day};
}
SQL_TIME_STRUCT time_of(const SQL_TIMESTAMP_STRUCT& at) {
    return {at.hour, at.minute, at.second};
}

Expected date_to(const Sample& sample, SQLSMALLINT c_type, std::size_t room) {
    SQL_TIMESTAMP_STRUCT midnight = sample.at;
    midnight.hour = midnight.minute = midnight.second = 0;
    midnight.fraction = 0;
    switch (c_type) {
        case SQL_C_CHAR:
        case SQL_C_WCHAR:
            return cut_behind(sample.text, 10, c_type, room);
        case SQL_C_BINARY:
            return object(bytes_of(date_of(sample.at)), room);
        case SQL_C_TYPE_DATE:
            return fixed(date_of(sample.at));
        case SQL_C_TYPE_TIMESTAMP:
            return fixed(midnight);
        default:
            return error("07006");
    }
}

Expected time_to(const Sample& sample, SQLSMALLINT c_type, std::size_t room) {
    switch (c_type) {
        case SQL_C_CHAR:
        case SQL_C_WCHAR:
            return cut_behind(sample.text, 8, c_type, room);
        case SQL_C_BINARY:
            return object(bytes_of(time_of(sample.at)), room);
        case SQL_C_TYPE_TIME:
            return fixed(time_of(sample.at));
        case SQL_C_TYPE_TIMESTAMP:  // of today, whenever that is
            return {"", std::nullopt, sizeof(SQL_TIMESTAMP_STRUCT)};
        default:
            return error("07006");
    }
}

Expected timestamp_to(const Sample& sample, SQLSMALLINT c_type, std::size_t room) {
    switch (c_type) {
        case SQL_C_CHAR:
        case SQL_C_WCHAR:
            return cut_behind(sample.text, 19, c_type, room);
        case SQL_C_BINARY:
            return object(bytes_of(sample.at), room);
        case SQL_C_TYPE_DATE:
            return fixed(date_of(sample.at), sample.has_time());
        case SQL_C_TYPE_TIME:
            return fixed(time_of(sample.at), sample.at.fraction != 0);
        case SQL_C_TYPE_TIMESTAMP:
            return fixed(sample.at);
        default:
            return error("07006");
    }
}

// ------------------------------------------------------------------------------------- literals

Number number_of(const Sample& sample) {
    const auto whole = static_cast<long double>(sample.integer);
    // The fraction of every sample is a half.
    return {whole, sample.fraction,
            sample.fraction ? whole + (sample.integer < 0 ? -0.5L : 0.5L) : whole};
}

Expected text_to(const Sample& sample, SQLSMALLINT c_type, std::size_t room) {
    if (c_type == SQL_C_CHAR) return cut_anywhere(sample.text, room, 1);
    if (c_type == SQL_C_WCHAR) return cut_anywhere(utf16(sample.text), room, 2);
    if (c_type == SQL_C_BINARY) return cut_anywhere(sample.text, room, 0);
    if (sample.kind == SampleKind::guid && c_type == SQL_C_GUID) return fixed(sample.guid);
    const bool dates =
        c_type == SQL_C_TYPE_DATE || c_type == SQL_C_TYPE_TIME || c_type == SQL_C_TYPE_TIMESTAMP;
    if (sample.kind == SampleKind::number_text && !dates && c_type != SQL_C_GUID) {
        return number_to(number_of(sample), c_type);
    }
    if (sample.kind == SampleKind::date_text && dates && c_type != SQL_C_TYPE_TIME) {
        return date_to(sample, c_type, room);
    }
    if (sample.kind == SampleKind::timestamp_text && dates) {
        return timestamp_to(sample, c_type, room);
    }
    return error("22018");
}

std::string random_letters(Random& random, std::size_t characters) {
    constexpr std::array letters{"q", "Z", "é", "Ω", "漢", "€", "😀", "𝄞", "~"};
    std::string text;
    for (std::size_t i = 0; i < characters; ++i) text += random.pick(letters);
    return text;
}

SQL_TIMESTAMP_STRUCT random_timestamp(Random& random) {
    SQL_TIMESTAMP_STRUCT at{};
    at.year = static_cast<SQLSMALLINT>(1 + random.below(9999));
    at.month = static_cast<SQLUSMALLINT>(1 + random.below(12));
    at.day = static_cast<SQLUSMALLINT>(1 + random.below(28));
    if (random.one_in(4)) return at;
    at.hour = static_cast<SQLUSMALLINT>(random.below(24));
    at.minute = static_cast<SQLUSMALLINT>(random.below(60));
    at.second = static_cast<SQLUSMALLINT>(random.below(60));
    if (random.one_in(2)) at.fraction = static_cast<SQLUINTEGER>(1 + random.below(999'999'999));
    return at;
}

std::string literal(const SQL_TIMESTAMP_STRUCT& at) {
    std::string text = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", at.year, at.month, at.day,
                                   at.hour, at.minute, at.second);
    if (at.fraction == 0) return text;
    text += fmt::format(".{:09}", at.fraction);
    return text.substr(0, text.find_last_not_of('0') + 1);
}

double random_real(Random& random) {
    switch (random.below(3)) {
        case 0:
            return static_cast<double>(random.integer() % 4000) / 8;
        case 1:
            return static_cast<double>(random.integer());
        default:
            break;
    }
    for (;;) {
        const double value = std::bit_cast<double>(random.bits());
        if (std::isfinite(value) && value != 0) return value;
    }
}

}  // namespace

const char* Sample::declared_type() const {
    switch (kind) {
        case SampleKind::null:
        case SampleKind::integer:
            return "BIGINT";
        case SampleKind::real:
            return "DOUBLE";
        case SampleKind::blob:
            return "BLOB";
        case SampleKind::date:
            return "DATE";
        case SampleKind::time:
            return "TIME";
        case SampleKind::timestamp:
            return "TIMESTAMP";
        case SampleKind::guid:
            return "UUID";
        default:
            return "TEXT";
    }
}

bool Sample::has_time() const {
    return at.hour != 0 || at.minute != 0 || at.second != 0 || at.fraction != 0;
}

Sample random_sample(Random& random) {
    Sample sample;
    sample.kind = static_cast<SampleKind>(random.below(sample_kinds));
    sample.at = random_timestamp(random);
    switch (sample.kind) {
        case SampleKind::integer:
            sample.integer = random.integer();
            break;
        case SampleKind::real:
            sample.real = random_real(random);
            break;
        case SampleKind::text:
            sample.text = random_letters(random, random.below(30));
            break;
        case SampleKind::number_text:
            sample.integer = random.integer() / 4096;
            sample.fraction = random.one_in(2);
            sample.text = fmt::format("{}{}{}", random.one_in(3) ? " " : "", sample.integer,
                                      sample.fraction ? ".5" : "");
            break;
        case SampleKind::date:
        case SampleKind::date_text:
            sample.text = literal(sample.at).substr(0, 10);
            break;
        case SampleKind::time:
            sample.at.fraction = 0;
            sample.text = literal(sample.at).substr(11);
            break;
        case SampleKind::timestamp:
        case SampleKind::timestamp_text:
            sample.text = literal(sample.at);
            break;
        case SampleKind::blob:
            for (auto left = random.below(40); left > 0; --left) {
                sample.text += static_cast<char>(random.bits());
            }
            break;
        case SampleKind::guid: {
            SQLGUID& guid = sample.guid;
            guid.Data1 = static_cast<std::uint32_t>(random.bits());
            guid.Data2 = static_cast<std::uint16_t>(random.bits());
            guid.Data3 = static_cast<std::uint16_t>(random.bits());
            const std::uint64_t last = random.bits();
            std::memcpy(guid.Data4, &last, sizeof last);
            sample.text = fmt::format("{:08X}-{:04X}-{:04X}-", guid.Data1, guid.Data2, guid.Data3);
            for (int i = 0; i < 8; ++i) {
                sample.text += fmt::format("{}{:02X}", i == 2 ? "-" : "", guid.Data4[i]);
            }
            break;
        }
        default:
            break;
    }
    return sample;
}

Expected expected_of(const Sample& sample, SQLSMALLINT c_type, std::size_t room) {
    const bool sized = size_of_c_type(c_type) == 0;
    switch (sample.kind) {
        case SampleKind::null: {
            // A pair that does not convert fails before the value matters.
            const bool possible = sized || !number_to({}, c_type).state.starts_with("07");
            return possible ? Expected{"", std::nullopt, SQL_NULL_DATA} : error("07006");
        }
        case SampleKind::integer: {
            const std::string text = std::to_string(sample.integer);
            if (c_type == SQL_C_BINARY) return object(bytes_of(sample.integer), room);
            if (sized) return cut_behind(text, text.size(), c_type, room);
            if (c_type == SQL_C_DOUBLE) return fixed(static_cast<double>(sample.integer));
            return number_to(number_of(sample), c_type);
        }
        case SampleKind::real: {
            if (c_type == SQL_C_BINARY) return object(bytes_of(sample.real), room);
            if (sized) return {"*", std::nullopt, std::nullopt};  // its digits: see the test
            const auto exact = static_cast<long double>(sample.real);
            return number_to({std::trunc(exact), std::trunc(exact) != exact, exact, false}, c_type);
        }
        case SampleKind::blob:
            return blob_to(sample, c_type, room);
        case SampleKind::date:
            return date_to(sample, c_type, room);
        case SampleKind::time:
            return time_to(sample, c_type, room);
        case SampleKind::timestamp:
            return timestamp_to(sample, c_type, room);
        default:
            return text_to(sample, c_type, room);
    }
}

std::size_t size_of_c_type(SQLSMALLINT c_type) {
    switch (c_type) {
        case SQL_C_CHAR:
        case SQL_C_WCHAR:
        case SQL_C_BINARY:
            return 0;
        case SQL_C_TINYINT:
        case SQL_C_STINYINT:
        case SQL_C_UTINYINT:
        case SQL_C_BIT:
            return 1;
        case SQL_C_SHORT:
        case SQL_C_SSHORT:
        case SQL_C_USHORT:
            return 2;
        case SQL_C_LONG:
        case SQL_C_SLONG:
        case SQL_C_ULONG:
        case SQL_C_FLOAT:
            return 4;
        case SQL_C_SBIGINT:
        case SQL_C_UBIGINT:
        case SQL_C_DOUBLE:
            return 8;
        case SQL_C_NUMERIC:
            return sizeof(SQL_NUMERIC_STRUCT);
        case SQL_C_TYPE_DATE:
        case SQL_C_TYPE_TIME:
            return 6;
        default:
            return 16;  // SQL_C_TYPE_TIMESTAMP, SQL_C_GUID
    }
}

std::string utf16(std::string_view utf8) {
    std::u16string units;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[i]);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        auto code = static_cast<char32_t>(size == 1 ? lead : lead & (0x7FU >> size));
        for (std::size_t k = 1; k < size; ++k) {
            code = (code << 6U) | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
        }
        i += size;
        if (code < 0x10000) {
            units += static_cast<char16_t>(code);
            continue;
        }
        units += static_cast<char16_t>(0xD7C0U + (code >> 10U));
        units += static_cast<char16_t>(0xDC00U + (code & 0x3FFU));
    }
    return {reinterpret_cast<const char*>(units.data()), units.size() * 2};
}

}  // namespace dqlite::test
