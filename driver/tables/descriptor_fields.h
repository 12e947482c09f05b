// Descriptor fields: type, which descriptors have them, who may read and write them, defaults
// (SQLSetDescField's page).
#pragma once

#include <span>

#include "driver/odbc.h"

namespace dqlite::odbc {

enum class DescriptorKind : unsigned char { ard, apd, ird, ipd };
enum class FieldType : unsigned char { i16, u16, i32, u32, len, ulen, pointer, text };
enum class FieldAccess : unsigned char { unused, read, read_write };

struct DescriptorField {
    SQLSMALLINT id = 0;
    bool header = false;
    FieldType type = FieldType::i16;
    FieldAccess access[4] = {};  ///< by DescriptorKind
    const char* name = "";
};
[[nodiscard]] std::span<const DescriptorField> descriptor_fields() noexcept;
/// Null if nobody knows it (HY091).
[[nodiscard]] const DescriptorField* find_descriptor_field(SQLSMALLINT id) noexcept;

}  // namespace dqlite::odbc
