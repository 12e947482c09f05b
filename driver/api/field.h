// Writing a descriptor field out in the width it has.
#pragma once

#include "driver/api/call.h"
#include "driver/handle/descriptor.h"

namespace dqlite::odbc::api {

/// `length` gets the field's size in bytes.
template <typename Char>
SQLRETURN write_field(Handle& handle, const Descriptor::FieldValue& value, SQLPOINTER out,
                      SQLINTEGER capacity, SQLINTEGER* length) {
    if (value.type == FieldType::text) {
        return write(handle, value.text, static_cast<Char*>(out), capacity, length,
                     LengthUnit::bytes);
    }
    const auto put = [&](auto typed) {
        if (length != nullptr) *length = static_cast<SQLINTEGER>(sizeof typed);
        if (out != nullptr) *static_cast<decltype(typed)*>(out) = typed;
    };
    switch (value.type) {
        case FieldType::i16:
            put(static_cast<SQLSMALLINT>(value.number));
            break;
        case FieldType::u16:
            put(static_cast<SQLUSMALLINT>(value.number));
            break;
        case FieldType::i32:
            put(static_cast<SQLINTEGER>(value.number));
            break;
        case FieldType::u32:
            put(static_cast<SQLUINTEGER>(value.number));
            break;
        case FieldType::len:
            put(static_cast<SQLLEN>(value.number));
            break;
        case FieldType::ulen:
            put(static_cast<SQLULEN>(value.number));
            break;
        default:
            put(value.pointer);
    }
    return SQL_SUCCESS;
}

}  // namespace dqlite::odbc::api
