// SQLGetTypeInfo.
#include <algorithm>
#include <array>
#include <vector>

#include "driver/catalog/arguments.h"
#include "driver/catalog/catalog.h"
#include "driver/catalog/shape.h"
#include "driver/catalog/type_facts.h"

namespace dqlite::odbc {

namespace {

using namespace catalog;
using wire::Value;

constexpr std::array shape{
    name_column("TYPE_NAME", not_null),
    smallint_column("DATA_TYPE", not_null),
    integer_column("COLUMN_SIZE"),
    name_column("LITERAL_PREFIX"),
    name_column("LITERAL_SUFFIX"),
    name_column("CREATE_PARAMS"),
    smallint_column("NULLABLE", not_null),
    smallint_column("CASE_SENSITIVE", not_null),
    smallint_column("SEARCHABLE", not_null),
    smallint_column("UNSIGNED_ATTRIBUTE"),
    smallint_column("FIXED_PREC_SCALE", not_null),
    smallint_column("AUTO_UNIQUE_VALUE"),
    name_column("LOCAL_TYPE_NAME"),
    smallint_column("MINIMUM_SCALE"),
    smallint_column("MAXIMUM_SCALE"),
    smallint_column("SQL_DATA_TYPE", not_null),
    smallint_column("SQL_DATETIME_SUB"),
    integer_column("NUM_PREC_RADIX"),
    smallint_column("INTERVAL_PRECISION"),
};

// SQLite's limit on a text or blob, in bytes (SQLITE_MAX_LENGTH).
constexpr SQLULEN max_length = 1'000'000'000;

enum class Size : unsigned char { fixed, declared, any };

struct OfferedType {
    SQLSMALLINT concise;
    SQLULEN size;             ///< for Size::fixed
    Size kind = Size::fixed;  ///< declared: up to MaxVarcharSize; any: as long as SQLite allows
    const char* create_params = nullptr;
    int min_scale = -1;  ///< -1: not applicable
    int max_scale = -1;
};

constexpr std::array offered{
    OfferedType{SQL_GUID, 36},
    OfferedType{SQL_WLONGVARCHAR, 0, Size::any},
    OfferedType{SQL_WVARCHAR, 0, Size::declared, "max length"},
    OfferedType{SQL_WCHAR, 0, Size::declared, "length"},
    OfferedType{SQL_BIT, 1, Size::fixed, nullptr, 0, 0},
    OfferedType{SQL_TINYINT, 3, Size::fixed, nullptr, 0, 0},
    OfferedType{SQL_BIGINT, 19, Size::fixed, nullptr, 0, 0},
    OfferedType{SQL_LONGVARBINARY, 0, Size::any},
    OfferedType{SQL_VARBINARY, 0, Size::declared, "max length"},
    OfferedType{SQL_BINARY, 0, Size::declared, "length"},
    OfferedType{SQL_LONGVARCHAR, 0, Size::any},
    OfferedType{SQL_CHAR, 0, Size::declared, "length"},
    OfferedType{SQL_NUMERIC, 38, Size::fixed, "precision,scale", 0, 38},
    OfferedType{SQL_DECIMAL, 38, Size::fixed, "precision,scale", 0, 38},
    OfferedType{SQL_INTEGER, 10, Size::fixed, nullptr, 0, 0},
    OfferedType{SQL_SMALLINT, 5, Size::fixed, nullptr, 0, 0},
    OfferedType{SQL_FLOAT, 53},
    OfferedType{SQL_REAL, 24},
    OfferedType{SQL_DOUBLE, 53},
    OfferedType{SQL_VARCHAR, 0, Size::declared, "max length"},
    OfferedType{SQL_TYPE_DATE, 10},
    OfferedType{SQL_TYPE_TIME, 18, Size::fixed, nullptr, 0, 9},
    OfferedType{SQL_TYPE_TIMESTAMP, 29, Size::fixed, nullptr, 0, 9},
};

/// Types of ODBC that are not offered: an empty set, where others are HY004.
bool is_odbc_type(SQLSMALLINT type) {
    return type >= SQL_INTERVAL_YEAR && type <= SQL_INTERVAL_MINUTE_TO_SECOND;
}

Value text_or_null(std::string_view text) {
    return text.empty() ? Value::null() : Value::text(text);
}

Value flag(bool value) {
    return Value::integer(value ? SQL_TRUE : SQL_FALSE);
}

Value scale(int value) {
    return value < 0 ? Value::null() : Value::integer(value);
}

SQLULEN size_of(const OfferedType& type, const TypeOptions& options) {
    if (type.kind == Size::fixed) return type.size;
    const bool limited = type.kind == Size::declared && options.max_varchar_size != 0;
    return limited ? options.max_varchar_size : max_length;
}

std::vector<Value> row_of(const OfferedType& type, const CatalogOptions& options) {
    TypeFacts facts;
    facts.type.concise = type.concise;
    facts.type.column_size = size_of(type, options.types);
    const bool numeric = odbc::num_prec_radix(type.concise) != 0;
    const Value name = Value::text(type_name(type.concise));
    return {
        name,
        facts.data_type(options.odbc2),
        facts.column_size(),
        text_or_null(literal_prefix(type.concise)),
        text_or_null(literal_suffix(type.concise)),
        type.create_params ? Value::text(type.create_params) : Value::null(),
        Value::integer(SQL_NULLABLE),
        flag(is_character(type.concise)),
        Value::integer(searchable(type.concise)),
        numeric ? flag(is_unsigned(type.concise)) : Value::null(),
        flag(false),
        numeric ? flag(false) : Value::null(),
        name,
        scale(type.min_scale),
        scale(type.max_scale),
        facts.sql_data_type(),
        facts.datetime_sub(),
        facts.num_prec_radix(),
        Value::null(),
    };
}

}  // namespace

CatalogQuery type_info(SQLSMALLINT data_type, const CatalogOptions& options) {
    CatalogQuery query;
    query.columns = describe(shape, options.types);
    // The driver manager may leave the 2.x numbers of dates in an ODBC 3 call.
    const SQLSMALLINT wanted = odbc3_type(data_type);
    std::vector<std::vector<Value>> rows;
    for (const OfferedType& type : offered) {
        if (data_type == SQL_ALL_TYPES || type.concise == wanted)
            rows.push_back(row_of(type, options));
    }
    if (rows.empty() && !is_odbc_type(data_type)) {
        refuse(query, SqlState::sHY004, "DataType is not an SQL data type");
        return query;
    }
    // ODBC 2 numbers dates between DOUBLE and VARCHAR.
    std::ranges::stable_sort(rows, {},
                             [](const std::vector<Value>& row) { return row[1].as_integer(); });
    query.finish = fixed_rows(shape, std::move(rows));
    return query;
}

}  // namespace dqlite::odbc
