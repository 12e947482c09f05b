// SQLGetDescField and SQLSetDescField: which fields there are and who may touch them is the table
// in driver/tables/descriptor_fields.h; here is where each one lives.
#include <algorithm>
#include <limits>

#include "driver/convert/to_c.h"
#include "driver/handle/descriptor.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {
namespace {

template <typename T>
T from_pointer(SQLPOINTER value) noexcept {
    return static_cast<T>(reinterpret_cast<std::intptr_t>(value));
}

/// Precision as a descriptor has it: digits of numbers, fractional digits of seconds, else 0.
SQLSMALLINT precision_of(const SqlType& type) noexcept {
    switch (type.concise) {
        case SQL_TYPE_TIME:
        case SQL_TYPE_TIMESTAMP:
            return type.decimal_digits;
        default:
            break;
    }
    if (num_prec_radix(type.concise) == 0) return 0;
    return static_cast<SQLSMALLINT>(
        std::min<SQLULEN>(type.column_size, std::numeric_limits<SQLSMALLINT>::max()));
}

SQLSMALLINT scale_of(const SqlType& type) noexcept {
    return num_prec_radix(type.concise) == 0 ? SQLSMALLINT{0} : type.decimal_digits;
}

}  // namespace

bool column_field(const ColumnDescription& column, SQLSMALLINT field, Descriptor::FieldValue& out) {
    const auto& type = column.type;
    switch (field) {
        // Text.
        case SQL_DESC_NAME:
        case SQL_COLUMN_NAME:
        case SQL_DESC_LABEL:
            out.text = column.name;
            return true;
        case SQL_DESC_BASE_COLUMN_NAME:
            out.text = column.base_column;
            return true;
        case SQL_DESC_BASE_TABLE_NAME:
        case SQL_DESC_TABLE_NAME:
            out.text = column.base_table;
            return true;
        case SQL_DESC_SCHEMA_NAME:
            out.text = column.schema;
            return true;
        case SQL_DESC_CATALOG_NAME:
            out.text.clear();
            return true;
        case SQL_DESC_LITERAL_PREFIX:
            out.text = literal_prefix(type.concise);
            return true;
        case SQL_DESC_LITERAL_SUFFIX:
            out.text = literal_suffix(type.concise);
            return true;
        case SQL_DESC_LOCAL_TYPE_NAME:
        case SQL_DESC_TYPE_NAME:
            out.text = type_name(type.concise);
            return true;
        // Numbers.
        case SQL_DESC_AUTO_UNIQUE_VALUE:
            out.number = column.auto_increment;
            return true;
        case SQL_DESC_CASE_SENSITIVE:
            out.number = is_character(type.concise) && column.case_sensitive;
            return true;
        case SQL_DESC_CONCISE_TYPE:
            out.number = type.concise;
            return true;
        case SQL_DESC_TYPE:
            out.number = verbose_type(type.concise);
            return true;
        case SQL_DESC_DATETIME_INTERVAL_CODE:
            out.number = datetime_interval_code(type.concise);
            return true;
        case SQL_DESC_DATETIME_INTERVAL_PRECISION:
            out.number = 0;
            return true;
        case SQL_DESC_DISPLAY_SIZE:
            out.number = display_size(type);
            return true;
        case SQL_DESC_FIXED_PREC_SCALE:
            out.number = SQL_FALSE;
            return true;
        case SQL_DESC_LENGTH:
        case SQL_COLUMN_LENGTH:
            out.number = field == SQL_COLUMN_LENGTH ? octet_length(type)
                                                    : static_cast<SQLLEN>(type.column_size);
            return true;
        case SQL_DESC_OCTET_LENGTH:
            out.number = octet_length(type);
            return true;
        case SQL_DESC_PRECISION:
            out.number = precision_of(type);
            return true;
        case SQL_COLUMN_PRECISION:
            out.number = static_cast<SQLLEN>(type.column_size);
            return true;
        case SQL_DESC_SCALE:
            out.number = scale_of(type);
            return true;
        case SQL_COLUMN_SCALE:
            out.number = type.decimal_digits;
            return true;
        case SQL_DESC_NULLABLE:
        case SQL_COLUMN_NULLABLE:
            out.number = column.nullable;
            return true;
        case SQL_DESC_NUM_PREC_RADIX:
            out.number = num_prec_radix(type.concise);
            return true;
        case SQL_DESC_SEARCHABLE:
            out.number = searchable(type.concise);
            return true;
        case SQL_DESC_UNNAMED:
            out.number = column.name.empty() ? SQL_UNNAMED : SQL_NAMED;
            return true;
        case SQL_DESC_UNSIGNED:
            out.number = is_unsigned(type.concise);
            return true;
        case SQL_DESC_UPDATABLE:
            out.number = column.updatable ? SQL_ATTR_WRITE : SQL_ATTR_READONLY;
            return true;
        case SQL_DESC_ROWVER:          // SQL_FALSE: SQLite updates no column by itself
        case SQL_DESC_PARAMETER_TYPE:  // a column is no parameter
            out.number = 0;
            return true;
        default:
            return false;
    }
}

// ----------------------------------------------------------------------------------------- get

bool Descriptor::get_header_field(SQLSMALLINT field, FieldValue& out) const {
    switch (field) {
        case SQL_DESC_ALLOC_TYPE:
            out.number = automatic_ ? SQL_DESC_ALLOC_AUTO : SQL_DESC_ALLOC_USER;
            return true;
        case SQL_DESC_ARRAY_SIZE:
            out.number = static_cast<SQLLEN>(array_size);
            return true;
        case SQL_DESC_ARRAY_STATUS_PTR:
            out.pointer = array_status_ptr;
            return true;
        case SQL_DESC_BIND_OFFSET_PTR:
            out.pointer = bind_offset_ptr;
            return true;
        case SQL_DESC_BIND_TYPE:
            out.number = bind_type;
            return true;
        case SQL_DESC_COUNT:
            out.number = count();
            return true;
        case SQL_DESC_ROWS_PROCESSED_PTR:
            out.pointer = rows_processed_ptr;
            return true;
        default:
            return false;
    }
}

void Descriptor::get_record_field(const DescriptorRecord& source, SQLSMALLINT field,
                                  FieldValue& out) const {
    if (role_ == DescriptorKind::ird && column_field(source.column, field, out)) return;
    switch (field) {
        case SQL_DESC_TYPE:
            out.number = source.type;
            break;
        case SQL_DESC_CONCISE_TYPE:
            out.number = source.concise_type;
            break;
        case SQL_DESC_DATETIME_INTERVAL_CODE:
            out.number = source.datetime_interval_code;
            break;
        case SQL_DESC_DATETIME_INTERVAL_PRECISION:
            out.number = source.datetime_interval_precision;
            break;
        case SQL_DESC_LENGTH:
            out.number = static_cast<SQLLEN>(source.length);
            break;
        case SQL_DESC_OCTET_LENGTH:
            out.number = source.octet_length;
            break;
        case SQL_DESC_PRECISION:
            out.number = source.precision;
            break;
        case SQL_DESC_SCALE:
            out.number = source.scale;
            break;
        case SQL_DESC_DATA_PTR:
            out.pointer = source.data_ptr;
            break;
        case SQL_DESC_INDICATOR_PTR:
            out.pointer = source.indicator_ptr;
            break;
        case SQL_DESC_OCTET_LENGTH_PTR:
            out.pointer = source.octet_length_ptr;
            break;
        case SQL_DESC_PARAMETER_TYPE:
            out.number = source.parameter_type;
            break;
        case SQL_DESC_NUM_PREC_RADIX:
            out.number = source.num_prec_radix;
            break;
        case SQL_DESC_NAME:
            out.text = source.name;
            break;
        case SQL_DESC_UNNAMED:
            out.number = source.unnamed;
            break;
        case SQL_DESC_NULLABLE:
            out.number = SQL_NULLABLE;
            break;
        case SQL_DESC_LOCAL_TYPE_NAME:
        case SQL_DESC_TYPE_NAME:
            out.text = type_name(source.concise_type);
            break;
        case SQL_DESC_CASE_SENSITIVE:
            out.number = is_character(source.concise_type);
            break;
        case SQL_DESC_FIXED_PREC_SCALE:
            out.number = SQL_FALSE;
            break;
        case SQL_DESC_UNSIGNED:
            out.number = is_unsigned(source.concise_type);
            break;
        case SQL_DESC_ROWVER:
            out.number = SQL_FALSE;
            break;
        default:
            break;
    }
}

SQLRETURN Descriptor::get_field(SQLSMALLINT number, SQLSMALLINT field, FieldValue& out) {
    const auto* const known = find_descriptor_field(field);
    if (known == nullptr || known->access[static_cast<int>(role_)] == FieldAccess::unused) {
        return post(SqlState::sHY091);
    }
    if (const auto r = ensure_described(); !SQL_SUCCEEDED(r)) return r;
    out = {};
    out.type = known->type;
    if (known->header) {
        get_header_field(field, out);
        return SQL_SUCCESS;
    }
    if (number < 0 || (number == 0 && role_ == DescriptorKind::ipd)) {
        return post(SqlState::s07009);
    }
    if (number > count()) return SQL_NO_DATA;
    get_record_field(record(number), field, out);
    return SQL_SUCCESS;
}

// ----------------------------------------------------------------------------------------- set

SQLRETURN Descriptor::set_header_field(SQLSMALLINT field, SQLPOINTER value) {
    switch (field) {
        case SQL_DESC_ARRAY_SIZE: {
            const auto size = from_pointer<SQLULEN>(value);
            if (size == 0) return post(SqlState::sHY024, "SQL_DESC_ARRAY_SIZE is at least 1");
            array_size = size;
            return SQL_SUCCESS;
        }
        case SQL_DESC_ARRAY_STATUS_PTR:
            array_status_ptr = static_cast<SQLUSMALLINT*>(value);
            return SQL_SUCCESS;
        case SQL_DESC_BIND_OFFSET_PTR:
            bind_offset_ptr = static_cast<SQLLEN*>(value);
            return SQL_SUCCESS;
        case SQL_DESC_BIND_TYPE:
            bind_type = from_pointer<SQLINTEGER>(value);
            return SQL_SUCCESS;
        case SQL_DESC_COUNT: {
            const auto wanted = from_pointer<SQLSMALLINT>(value);
            if (wanted < 0) return post(SqlState::s07009);
            set_count(wanted);
            return SQL_SUCCESS;
        }
        case SQL_DESC_ROWS_PROCESSED_PTR:
            rows_processed_ptr = static_cast<SQLULEN*>(value);
            return SQL_SUCCESS;
        default:
            return post(SqlState::sHY091);
    }
}

SQLRETURN Descriptor::set_record_field(DescriptorRecord& target, SQLSMALLINT field,
                                       SQLPOINTER value, const std::string* text) {
    // Setting anything but a deferred pointer unbinds (SQLSetDescField's page).
    const bool pointer_field = field == SQL_DESC_DATA_PTR || field == SQL_DESC_INDICATOR_PTR ||
                               field == SQL_DESC_OCTET_LENGTH_PTR;
    if (!pointer_field) target.data_ptr = nullptr;
    switch (field) {
        case SQL_DESC_CONCISE_TYPE:
            target.set_concise_type(from_pointer<SQLSMALLINT>(value));
            break;
        case SQL_DESC_TYPE: {
            const auto type = from_pointer<SQLSMALLINT>(value);
            target.type = type;
            if (type != SQL_DATETIME && type != SQL_INTERVAL) target.set_concise_type(type);
            break;
        }
        case SQL_DESC_DATETIME_INTERVAL_CODE: {
            target.datetime_interval_code = from_pointer<SQLSMALLINT>(value);
            if (target.type != SQL_DATETIME && target.type != SQL_INTERVAL) break;
            const int base = target.type == SQL_DATETIME ? 90 : 100;
            target.concise_type = static_cast<SQLSMALLINT>(base + target.datetime_interval_code);
            break;
        }
        case SQL_DESC_DATETIME_INTERVAL_PRECISION:
            target.datetime_interval_precision = from_pointer<SQLINTEGER>(value);
            break;
        case SQL_DESC_LENGTH:
            target.length = from_pointer<SQLULEN>(value);
            break;
        case SQL_DESC_OCTET_LENGTH:
            target.octet_length = from_pointer<SQLLEN>(value);
            break;
        case SQL_DESC_PRECISION:
            target.precision = from_pointer<SQLSMALLINT>(value);
            break;
        case SQL_DESC_SCALE:
            target.scale = from_pointer<SQLSMALLINT>(value);
            break;
        case SQL_DESC_NUM_PREC_RADIX:
            target.num_prec_radix = from_pointer<SQLINTEGER>(value);
            break;
        case SQL_DESC_PARAMETER_TYPE: {
            const auto direction = from_pointer<SQLSMALLINT>(value);
            if (!is_parameter_direction(direction)) return post(SqlState::sHYC00);
            target.parameter_type = direction;
            break;
        }
        case SQL_DESC_NAME:
            target.name = text == nullptr ? std::string{} : *text;
            target.unnamed = target.name.empty() ? SQL_UNNAMED : SQL_NAMED;
            break;
        case SQL_DESC_UNNAMED: {
            if (from_pointer<SQLSMALLINT>(value) != SQL_UNNAMED) return post(SqlState::sHY091);
            target.name.clear();
            target.unnamed = SQL_UNNAMED;
            break;
        }
        case SQL_DESC_INDICATOR_PTR:
            target.indicator_ptr = static_cast<SQLLEN*>(value);
            break;
        case SQL_DESC_OCTET_LENGTH_PTR:
            target.octet_length_ptr = static_cast<SQLLEN*>(value);
            break;
        case SQL_DESC_DATA_PTR:
            // Setting it asks for the consistency check; in an IPD, which points nowhere, that is
            // all it does.
            if (value != nullptr && !is_consistent(target)) return post(SqlState::sHY021);
            if (role_ != DescriptorKind::ipd) target.data_ptr = value;
            break;
        default:
            return post(SqlState::sHY091);
    }
    return SQL_SUCCESS;
}

SQLRETURN Descriptor::set_field(SQLSMALLINT number, SQLSMALLINT field, SQLPOINTER value,
                                const std::string* text) {
    const auto* const known = find_descriptor_field(field);
    if (known == nullptr) return post(SqlState::sHY091);
    const auto access = known->access[static_cast<int>(role_)];
    if (access != FieldAccess::read_write) {
        return post(role_ == DescriptorKind::ird ? SqlState::sHY016 : SqlState::sHY091);
    }
    if (known->header) return set_header_field(field, value);
    if (const auto bad = check_record_number(number, true); bad != SQL_SUCCESS) return bad;
    auto changed = number > count() ? DescriptorRecord{} : record(number);
    if (const auto r = set_record_field(changed, field, value, text); r != SQL_SUCCESS) return r;
    if (field == SQL_DESC_DATA_PTR && value == nullptr && role_ == DescriptorKind::ard) {
        if (number <= count()) {
            record(number) = std::move(changed);
            if (!record(number).is_bound()) unbind(number);
        }
        return SQL_SUCCESS;
    }
    grown_record(number) = std::move(changed);
    return SQL_SUCCESS;
}

}  // namespace dqlite::odbc
