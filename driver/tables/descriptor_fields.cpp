#include "driver/tables/descriptor_fields.h"

#include <algorithm>
#include <array>

namespace dqlite::odbc {
namespace {

constexpr auto none = FieldAccess::unused;
constexpr auto get = FieldAccess::read;
constexpr auto both = FieldAccess::read_write;

constexpr bool in_header = true;
constexpr bool in_record = false;

/// Access in the order ARD, APD, IRD, IPD.
#define DQLITE_FIELD(id, place, type, ...)             \
    DescriptorField {                                  \
        id, place, FieldType::type, {__VA_ARGS__}, #id \
    }

// SQLSetDescField's page. SQL_DESC_DATA_PTR may be set in an IPD to ask for a consistency check;
// the fields an IPD only has where the driver fills it by itself are not there to be set.
constexpr std::array fields{
    DQLITE_FIELD(SQL_DESC_ALLOC_TYPE, in_header, i16, get, get, get, get),
    DQLITE_FIELD(SQL_DESC_ARRAY_SIZE, in_header, ulen, both, both, none, none),
    DQLITE_FIELD(SQL_DESC_ARRAY_STATUS_PTR, in_header, pointer, both, both, both, both),
    DQLITE_FIELD(SQL_DESC_BIND_OFFSET_PTR, in_header, pointer, both, both, none, none),
    DQLITE_FIELD(SQL_DESC_BIND_TYPE, in_header, u32, both, both, none, none),
    DQLITE_FIELD(SQL_DESC_COUNT, in_header, i16, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_ROWS_PROCESSED_PTR, in_header, pointer, none, none, both, both),

    DQLITE_FIELD(SQL_DESC_AUTO_UNIQUE_VALUE, in_record, i32, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_BASE_COLUMN_NAME, in_record, text, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_BASE_TABLE_NAME, in_record, text, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_CASE_SENSITIVE, in_record, i32, none, none, get, get),
    DQLITE_FIELD(SQL_DESC_CATALOG_NAME, in_record, text, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_CONCISE_TYPE, in_record, i16, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_DATA_PTR, in_record, pointer, both, both, none, both),
    DQLITE_FIELD(SQL_DESC_DATETIME_INTERVAL_CODE, in_record, i16, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_DATETIME_INTERVAL_PRECISION, in_record, i32, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_DISPLAY_SIZE, in_record, len, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_FIXED_PREC_SCALE, in_record, i16, none, none, get, get),
    DQLITE_FIELD(SQL_DESC_INDICATOR_PTR, in_record, pointer, both, both, none, none),
    DQLITE_FIELD(SQL_DESC_LABEL, in_record, text, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_LENGTH, in_record, ulen, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_LITERAL_PREFIX, in_record, text, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_LITERAL_SUFFIX, in_record, text, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_LOCAL_TYPE_NAME, in_record, text, none, none, get, get),
    DQLITE_FIELD(SQL_DESC_NAME, in_record, text, none, none, get, both),
    DQLITE_FIELD(SQL_DESC_NULLABLE, in_record, i16, none, none, get, get),
    DQLITE_FIELD(SQL_DESC_NUM_PREC_RADIX, in_record, i32, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_OCTET_LENGTH, in_record, len, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_OCTET_LENGTH_PTR, in_record, pointer, both, both, none, none),
    DQLITE_FIELD(SQL_DESC_PARAMETER_TYPE, in_record, i16, none, none, none, both),
    DQLITE_FIELD(SQL_DESC_PRECISION, in_record, i16, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_ROWVER, in_record, i16, none, none, get, get),
    DQLITE_FIELD(SQL_DESC_SCALE, in_record, i16, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_SCHEMA_NAME, in_record, text, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_SEARCHABLE, in_record, i16, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_TABLE_NAME, in_record, text, none, none, get, none),
    DQLITE_FIELD(SQL_DESC_TYPE, in_record, i16, both, both, get, both),
    DQLITE_FIELD(SQL_DESC_TYPE_NAME, in_record, text, none, none, get, get),
    DQLITE_FIELD(SQL_DESC_UNNAMED, in_record, i16, none, none, get, both),
    DQLITE_FIELD(SQL_DESC_UNSIGNED, in_record, i16, none, none, get, get),
    DQLITE_FIELD(SQL_DESC_UPDATABLE, in_record, i16, none, none, get, none),
};

#undef DQLITE_FIELD

}  // namespace

std::span<const DescriptorField> descriptor_fields() noexcept {
    return fields;
}

const DescriptorField* find_descriptor_field(SQLSMALLINT id) noexcept {
    const auto* const found = std::ranges::find(fields, id, &DescriptorField::id);
    return found == fields.end() ? nullptr : found;
}

}  // namespace dqlite::odbc
