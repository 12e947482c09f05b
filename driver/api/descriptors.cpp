// Descriptor fields and records.
#include <utility>

#include "driver/api/call.h"
#include "driver/api/field.h"
#include "driver/handle/connection.h"
#include "driver/handle/descriptor.h"

using namespace dqlite::odbc;
using api::call;

namespace {

template <typename Char>
SQLRETURN get_field(SQLHDESC handle, SQLSMALLINT number, SQLSMALLINT field, SQLPOINTER out,
                    SQLINTEGER capacity, SQLINTEGER* length) {
    return call<Descriptor>(SQL_API_SQLGETDESCFIELD, handle, [&](Descriptor& descriptor) {
        Descriptor::FieldValue value;
        const auto r = descriptor.get_field(number, field, value);
        if (r != SQL_SUCCESS) return r;
        return api::write_field<Char>(descriptor, value, out, capacity, length);
    });
}

template <typename Char>
SQLRETURN set_field(SQLHDESC handle, SQLSMALLINT number, SQLSMALLINT field, SQLPOINTER value,
                    SQLINTEGER length) {
    return call<Descriptor>(SQL_API_SQLSETDESCFIELD, handle, [&](Descriptor& descriptor) {
        const auto* const known = find_descriptor_field(field);
        if (known == nullptr || known->type != FieldType::text) {
            return descriptor.set_field(number, field, value, nullptr);
        }
        const auto units =
            length == SQL_NTS ? length : length / static_cast<SQLINTEGER>(sizeof(Char));
        std::optional<std::string> text;
        if (!api::read(descriptor, static_cast<const Char*>(value), units, text)) {
            return SQLRETURN{SQL_ERROR};
        }
        return descriptor.set_field(number, field, value, text ? &*text : nullptr);
    });
}

/// One field of a record as a number, left alone where the descriptor has no such field.
template <typename Number>
void get_number(Descriptor& descriptor, SQLSMALLINT number, SQLSMALLINT field, Number* out) {
    if (out == nullptr) return;
    const auto* const known = find_descriptor_field(field);
    if (known->access[static_cast<int>(descriptor.role())] == FieldAccess::unused) return;
    Descriptor::FieldValue value;
    if (descriptor.get_field(number, field, value) == SQL_SUCCESS) {
        *out = static_cast<Number>(value.number);
    }
}

template <typename Char>
SQLRETURN get_record(SQLHDESC handle, SQLSMALLINT number, Char* name, SQLSMALLINT capacity,
                     SQLSMALLINT* name_length, SQLSMALLINT* type, SQLSMALLINT* subtype,
                     SQLLEN* length, SQLSMALLINT* precision, SQLSMALLINT* scale,
                     SQLSMALLINT* nullable) {
    return call<Descriptor>(SQL_API_SQLGETDESCREC, handle, [&](Descriptor& descriptor) {
        Descriptor::FieldValue value;
        const auto found = descriptor.get_field(number, SQL_DESC_TYPE, value);
        if (found != SQL_SUCCESS) return found;
        if (type != nullptr) *type = static_cast<SQLSMALLINT>(value.number);
        get_number(descriptor, number, SQL_DESC_DATETIME_INTERVAL_CODE, subtype);
        get_number(descriptor, number, SQL_DESC_OCTET_LENGTH, length);
        get_number(descriptor, number, SQL_DESC_PRECISION, precision);
        get_number(descriptor, number, SQL_DESC_SCALE, scale);
        get_number(descriptor, number, SQL_DESC_NULLABLE, nullable);
        Descriptor::FieldValue named;
        const auto* const known = find_descriptor_field(SQL_DESC_NAME);
        if (known->access[static_cast<int>(descriptor.role())] != FieldAccess::unused) {
            if (const auto r = descriptor.get_field(number, SQL_DESC_NAME, named);
                r != SQL_SUCCESS) {
                return r;
            }
        }
        return api::write(descriptor, named.text, name, capacity, name_length,
                          LengthUnit::characters);
    });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLGetDescField(SQLHDESC handle, SQLSMALLINT number, SQLSMALLINT field,
                                  SQLPOINTER out, SQLINTEGER capacity, SQLINTEGER* length) {
    return get_field<SQLCHAR>(handle, number, field, out, capacity, length);
}

SQLRETURN SQL_API SQLGetDescFieldW(SQLHDESC handle, SQLSMALLINT number, SQLSMALLINT field,
                                   SQLPOINTER out, SQLINTEGER capacity, SQLINTEGER* length) {
    return get_field<SQLWCHAR>(handle, number, field, out, capacity, length);
}

SQLRETURN SQL_API SQLSetDescField(SQLHDESC handle, SQLSMALLINT number, SQLSMALLINT field,
                                  SQLPOINTER value, SQLINTEGER length) {
    return set_field<SQLCHAR>(handle, number, field, value, length);
}

SQLRETURN SQL_API SQLSetDescFieldW(SQLHDESC handle, SQLSMALLINT number, SQLSMALLINT field,
                                   SQLPOINTER value, SQLINTEGER length) {
    return set_field<SQLWCHAR>(handle, number, field, value, length);
}

SQLRETURN SQL_API SQLGetDescRec(SQLHDESC handle, SQLSMALLINT number, SQLCHAR* name,
                                SQLSMALLINT capacity, SQLSMALLINT* name_length, SQLSMALLINT* type,
                                SQLSMALLINT* subtype, SQLLEN* length, SQLSMALLINT* precision,
                                SQLSMALLINT* scale, SQLSMALLINT* nullable) {
    return get_record(handle, number, name, capacity, name_length, type, subtype, length, precision,
                      scale, nullable);
}

SQLRETURN SQL_API SQLGetDescRecW(SQLHDESC handle, SQLSMALLINT number, SQLWCHAR* name,
                                 SQLSMALLINT capacity, SQLSMALLINT* name_length, SQLSMALLINT* type,
                                 SQLSMALLINT* subtype, SQLLEN* length, SQLSMALLINT* precision,
                                 SQLSMALLINT* scale, SQLSMALLINT* nullable) {
    return get_record(handle, number, name, capacity, name_length, type, subtype, length, precision,
                      scale, nullable);
}

SQLRETURN SQL_API SQLSetDescRec(SQLHDESC handle, SQLSMALLINT number, SQLSMALLINT type,
                                SQLSMALLINT subtype, SQLLEN length, SQLSMALLINT precision,
                                SQLSMALLINT scale, SQLPOINTER data, SQLLEN* octet_length,
                                SQLLEN* indicator) {
    return call<Descriptor>(SQL_API_SQLSETDESCREC, handle, [&](Descriptor& descriptor) {
        return descriptor.set_record(number, type, subtype, length, precision, scale, data,
                                     octet_length, indicator);
    });
}

SQLRETURN SQL_API SQLCopyDesc(SQLHDESC source, SQLHDESC target) {
    // Descriptors of two connections have two locks: never both at once, another thread may copy
    // the other way.
    Descriptor::Contents contents;
    const auto read = call<Descriptor>(SQL_API_SQLCOPYDESC, source, [&](Descriptor& descriptor) {
        contents = descriptor.contents();
        return SQLRETURN{SQL_SUCCESS};
    });
    if (read != SQL_SUCCESS) return read;
    return call<Descriptor>(SQL_API_SQLCOPYDESC, target, [&](Descriptor& descriptor) {
        return descriptor.assign(std::move(contents));
    });
}

}  // extern "C"
