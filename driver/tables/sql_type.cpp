#include "driver/tables/sql_type.h"

#include <algorithm>
#include <array>

namespace dqlite::odbc {
namespace {

/// How a type's figures follow from its column size.
enum class Shape : unsigned char {
    narrow,  ///< size in characters, UTF-8 on the way to the application
    wide,    ///< size in characters, UTF-16 on the way
    binary,  ///< size in bytes
    exact,   ///< decimal digits, handed over as text
    fixed,   ///< display size and octet length are the type's own
    clock,   ///< the text's length is the column size
};

struct TypeFacts {
    SQLSMALLINT concise;
    std::string_view name;  ///< what one writes in CREATE TABLE
    Shape shape;
    SQLLEN display;  ///< Shape::fixed
    SQLLEN octets;   ///< Shape::fixed and Shape::clock
    SQLINTEGER radix;
    SQLSMALLINT default_c;
    std::string_view prefix;
};

// Appendix D. SQL_BIGINT's octet length is that of SQL_C_SBIGINT, its default C type here: a
// character string, as the appendix has it for data sources without 64-bit integers, it is not.
constexpr std::array type_facts{
    TypeFacts{SQL_CHAR, "CHAR", Shape::narrow, 0, 0, 0, SQL_C_CHAR, "'"},
    TypeFacts{SQL_VARCHAR, "VARCHAR", Shape::narrow, 0, 0, 0, SQL_C_CHAR, "'"},
    TypeFacts{SQL_LONGVARCHAR, "TEXT", Shape::narrow, 0, 0, 0, SQL_C_CHAR, "'"},
    TypeFacts{SQL_WCHAR, "CHAR", Shape::wide, 0, 0, 0, SQL_C_WCHAR, "'"},
    TypeFacts{SQL_WVARCHAR, "VARCHAR", Shape::wide, 0, 0, 0, SQL_C_WCHAR, "'"},
    TypeFacts{SQL_WLONGVARCHAR, "TEXT", Shape::wide, 0, 0, 0, SQL_C_WCHAR, "'"},
    TypeFacts{SQL_BINARY, "BINARY", Shape::binary, 0, 0, 0, SQL_C_BINARY, "X'"},
    TypeFacts{SQL_VARBINARY, "VARBINARY", Shape::binary, 0, 0, 0, SQL_C_BINARY, "X'"},
    TypeFacts{SQL_LONGVARBINARY, "BLOB", Shape::binary, 0, 0, 0, SQL_C_BINARY, "X'"},
    TypeFacts{SQL_DECIMAL, "DECIMAL", Shape::exact, 0, 0, 10, SQL_C_CHAR, ""},
    TypeFacts{SQL_NUMERIC, "NUMERIC", Shape::exact, 0, 0, 10, SQL_C_CHAR, ""},
    TypeFacts{SQL_BIT, "BOOLEAN", Shape::fixed, 1, 1, 0, SQL_C_BIT, ""},
    TypeFacts{SQL_TINYINT, "TINYINT", Shape::fixed, 4, 1, 10, SQL_C_STINYINT, ""},
    TypeFacts{SQL_SMALLINT, "SMALLINT", Shape::fixed, 6, 2, 10, SQL_C_SSHORT, ""},
    TypeFacts{SQL_INTEGER, "INTEGER", Shape::fixed, 11, 4, 10, SQL_C_SLONG, ""},
    TypeFacts{SQL_BIGINT, "BIGINT", Shape::fixed, 20, 8, 10, SQL_C_SBIGINT, ""},
    TypeFacts{SQL_REAL, "REAL", Shape::fixed, 14, 4, 2, SQL_C_FLOAT, ""},
    TypeFacts{SQL_FLOAT, "FLOAT", Shape::fixed, 24, 8, 2, SQL_C_DOUBLE, ""},
    TypeFacts{SQL_DOUBLE, "DOUBLE", Shape::fixed, 24, 8, 2, SQL_C_DOUBLE, ""},
    TypeFacts{SQL_TYPE_DATE, "DATE", Shape::clock, 0, 6, 0, SQL_C_TYPE_DATE, "'"},
    TypeFacts{SQL_TYPE_TIME, "TIME", Shape::clock, 0, 6, 0, SQL_C_TYPE_TIME, "'"},
    TypeFacts{SQL_TYPE_TIMESTAMP, "TIMESTAMP", Shape::clock, 0, 16, 0, SQL_C_TYPE_TIMESTAMP, "'"},
    TypeFacts{SQL_GUID, "UUID", Shape::fixed, 36, 16, 0, SQL_C_GUID, "'"},
};

const TypeFacts* find(SQLSMALLINT concise) noexcept {
    const auto* const found =
        std::ranges::find(type_facts, odbc3_type(concise), &TypeFacts::concise);
    return found == type_facts.end() ? nullptr : found;
}

/// An unknown type is treated as the widest one there is.
const TypeFacts& facts(SQLSMALLINT concise) noexcept {
    static constexpr TypeFacts unknown = type_facts[5];
    static_assert(unknown.concise == SQL_WLONGVARCHAR);
    const TypeFacts* const found = find(concise);
    return found == nullptr ? unknown : *found;
}

constexpr SQLLEN max_utf8_bytes_per_character = 4;
constexpr SQLLEN sign_and_point = 2;

}  // namespace

SQLLEN display_size(const SqlType& type) noexcept {
    const TypeFacts& fact = facts(type.concise);
    const auto size = static_cast<SQLLEN>(type.column_size);
    switch (fact.shape) {
        case Shape::binary:
            return size * 2;
        case Shape::exact:
            return size + sign_and_point;
        case Shape::fixed:
            return fact.display;
        case Shape::narrow:
        case Shape::wide:
        case Shape::clock:
            break;
    }
    return size;
}

SQLLEN octet_length(const SqlType& type) noexcept {
    const TypeFacts& fact = facts(type.concise);
    const auto size = static_cast<SQLLEN>(type.column_size);
    switch (fact.shape) {
        case Shape::narrow:
            return size * max_utf8_bytes_per_character;
        case Shape::wide:
            return size * static_cast<SQLLEN>(sizeof(SQLWCHAR));
        case Shape::binary:
            return size;
        case Shape::exact:
            return size + sign_and_point;
        case Shape::fixed:
        case Shape::clock:
            break;
    }
    return fact.octets;
}

SQLSMALLINT verbose_type(SQLSMALLINT concise) noexcept {
    if (datetime_interval_code(concise) == 0) return concise;
    const bool interval = concise >= SQL_INTERVAL_YEAR && concise <= SQL_INTERVAL_MINUTE_TO_SECOND;
    return interval ? SQL_INTERVAL : SQL_DATETIME;
}

SQLSMALLINT datetime_interval_code(SQLSMALLINT concise) noexcept {
    // Concise codes are the verbose type's base and the subcode.
    constexpr SQLSMALLINT datetime_base = SQL_TYPE_DATE - SQL_CODE_DATE;
    constexpr SQLSMALLINT interval_base = SQL_INTERVAL_YEAR - SQL_CODE_YEAR;
    const SQLSMALLINT code = odbc3_type(concise);
    if (code >= SQL_TYPE_DATE && code <= SQL_TYPE_TIMESTAMP) {
        return static_cast<SQLSMALLINT>(code - datetime_base);
    }
    if (code >= SQL_INTERVAL_YEAR && code <= SQL_INTERVAL_MINUTE_TO_SECOND) {
        return static_cast<SQLSMALLINT>(code - interval_base);
    }
    return 0;
}

std::string_view type_name(SQLSMALLINT concise) noexcept {
    return facts(concise).name;
}

SQLINTEGER num_prec_radix(SQLSMALLINT concise) noexcept {
    return facts(concise).radix;
}

bool is_unsigned(SQLSMALLINT concise) noexcept {
    return num_prec_radix(concise) == 0;
}

bool is_character(SQLSMALLINT concise) noexcept {
    const TypeFacts* const found = find(concise);
    return found != nullptr && (found->shape == Shape::narrow || found->shape == Shape::wide);
}

bool is_binary(SQLSMALLINT concise) noexcept {
    const TypeFacts* const found = find(concise);
    return found != nullptr && found->shape == Shape::binary;
}

SQLINTEGER searchable(SQLSMALLINT concise) noexcept {
    return is_binary(concise) ? SQL_PRED_BASIC : SQL_PRED_SEARCHABLE;
}

std::string_view literal_prefix(SQLSMALLINT concise) noexcept {
    return facts(concise).prefix;
}

std::string_view literal_suffix(SQLSMALLINT concise) noexcept {
    return literal_prefix(concise).empty() ? "" : "'";
}

SQLSMALLINT default_c_type(SQLSMALLINT concise) noexcept {
    return facts(concise).default_c;
}

bool is_known_sql_type(SQLSMALLINT concise) noexcept {
    return find(concise) != nullptr;
}

}  // namespace dqlite::odbc
