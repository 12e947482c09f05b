// Every descriptor field as SQLSetDescField's page has it: in which of the four descriptors it can
// be read and written.
#pragma once

#include <array>
#include <span>

#include "driver/odbc.h"

namespace conformance {

enum class FieldShape : unsigned char { i16, i32, u32, length, pointer, words };
enum class FieldUse : unsigned char { none, read, both };

/// The order of FieldRow::use.
enum class DescriptorKind : unsigned char { ard, apd, ird, ipd };

struct FieldRow {
    SQLSMALLINT id;
    const char* name;
    bool header;
    FieldShape shape;
    std::array<FieldUse, 4> use;
};

[[nodiscard]] std::span<const FieldRow> field_rows() noexcept;

}  // namespace conformance
