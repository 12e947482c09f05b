#include "tests/conformance/checks/field_table.h"

namespace conformance {
namespace {

using enum FieldShape;
constexpr auto none = FieldUse::none;
constexpr auto read = FieldUse::read;
constexpr auto both = FieldUse::both;

#define HEADER(id, shape, ...)  \
    FieldRow {                  \
        id, #id, true, shape, { \
            __VA_ARGS__         \
        }                       \
    }
#define RECORD(id, shape, ...)   \
    FieldRow {                   \
        id, #id, false, shape, { \
            __VA_ARGS__          \
        }                        \
    }

constexpr std::array rows{
    //                              ARD   APD   IRD   IPD
    HEADER(SQL_DESC_ALLOC_TYPE, i16, read, read, read, read),
    HEADER(SQL_DESC_ARRAY_SIZE, length, both, both, none, none),
    HEADER(SQL_DESC_ARRAY_STATUS_PTR, pointer, both, both, both, both),
    HEADER(SQL_DESC_BIND_OFFSET_PTR, pointer, both, both, none, none),
    HEADER(SQL_DESC_BIND_TYPE, u32, both, both, none, none),
    HEADER(SQL_DESC_COUNT, i16, both, both, read, both),
    HEADER(SQL_DESC_ROWS_PROCESSED_PTR, pointer, none, none, both, both),

    RECORD(SQL_DESC_AUTO_UNIQUE_VALUE, i32, none, none, read, none),
    RECORD(SQL_DESC_BASE_COLUMN_NAME, words, none, none, read, none),
    RECORD(SQL_DESC_BASE_TABLE_NAME, words, none, none, read, none),
    RECORD(SQL_DESC_CASE_SENSITIVE, i32, none, none, read, read),
    RECORD(SQL_DESC_CATALOG_NAME, words, none, none, read, none),
    RECORD(SQL_DESC_CONCISE_TYPE, i16, both, both, read, both),
    RECORD(SQL_DESC_DATA_PTR, pointer, both, both, none, none),
    RECORD(SQL_DESC_DATETIME_INTERVAL_CODE, i16, both, both, read, both),
    RECORD(SQL_DESC_DATETIME_INTERVAL_PRECISION, i32, both, both, read, both),
    RECORD(SQL_DESC_DISPLAY_SIZE, length, none, none, read, none),
    RECORD(SQL_DESC_FIXED_PREC_SCALE, i16, none, none, read, read),
    RECORD(SQL_DESC_INDICATOR_PTR, pointer, both, both, none, none),
    RECORD(SQL_DESC_LABEL, words, none, none, read, none),
    RECORD(SQL_DESC_LENGTH, length, both, both, read, both),
    RECORD(SQL_DESC_LITERAL_PREFIX, words, none, none, read, none),
    RECORD(SQL_DESC_LITERAL_SUFFIX, words, none, none, read, none),
    RECORD(SQL_DESC_LOCAL_TYPE_NAME, words, none, none, read, read),
    RECORD(SQL_DESC_NAME, words, none, none, read, both),
    RECORD(SQL_DESC_NULLABLE, i16, none, none, read, read),
    RECORD(SQL_DESC_NUM_PREC_RADIX, i32, both, both, read, both),
    RECORD(SQL_DESC_OCTET_LENGTH, length, both, both, read, both),
    RECORD(SQL_DESC_OCTET_LENGTH_PTR, pointer, both, both, none, none),
    RECORD(SQL_DESC_PARAMETER_TYPE, i16, none, none, none, both),
    RECORD(SQL_DESC_PRECISION, i16, both, both, read, both),
    RECORD(SQL_DESC_ROWVER, i16, none, none, read, read),
    RECORD(SQL_DESC_SCALE, i16, both, both, read, both),
    RECORD(SQL_DESC_SCHEMA_NAME, words, none, none, read, none),
    RECORD(SQL_DESC_SEARCHABLE, i16, none, none, read, none),
    RECORD(SQL_DESC_TABLE_NAME, words, none, none, read, none),
    RECORD(SQL_DESC_TYPE, i16, both, both, read, both),
    RECORD(SQL_DESC_TYPE_NAME, words, none, none, read, read),
    RECORD(SQL_DESC_UNNAMED, i16, none, none, read, both),
    RECORD(SQL_DESC_UNSIGNED, i16, none, none, read, read),
    RECORD(SQL_DESC_UPDATABLE, i16, none, none, read, none),
};

#undef HEADER
#undef RECORD

}  // namespace

std::span<const FieldRow> field_rows() noexcept {
    return rows;
}

}  // namespace conformance
