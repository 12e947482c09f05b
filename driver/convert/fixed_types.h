// The C types of a fixed length: numbers, dates and times, GUIDs, intervals.
#pragma once

#include <cstddef>

#include "driver/convert/to_c.h"

namespace dqlite::odbc {

struct FixedType {
    SQLSMALLINT c_type;
    std::size_t size;
    ToC convert;
};

/// Null for character and binary C types, intervals and what is no C type.
[[nodiscard]] const FixedType* find_fixed_type(SQLSMALLINT c_type) noexcept;

/// Into any of the 13 interval types: the target's own C type says which.
[[nodiscard]] Conversion to_interval(const wire::Value& value, const SqlType& type,
                                     const CTarget& target, PartialRead* partial);

}  // namespace dqlite::odbc
