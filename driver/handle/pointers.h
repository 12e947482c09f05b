// The two things ODBC does with pointers: it carries numbers in them, and moves them by offsets and
// strides.
#pragma once

#include <cstdint>

#include "driver/odbc.h"

namespace dqlite::odbc {

/// The number an attribute's value pointer carries.
[[nodiscard]] inline SQLULEN number_of(SQLPOINTER value) noexcept {
    return reinterpret_cast<std::uintptr_t>(value);
}

/// `pointer`, `bytes` further on; a null pointer stays one. Through a number, as the offset may
/// lead out of what `pointer` points into.
template <typename T>
[[nodiscard]] T* moved(T* pointer, SQLLEN bytes) noexcept {
    if (pointer == nullptr) return nullptr;
    const auto address = reinterpret_cast<std::intptr_t>(pointer) + bytes;
    return reinterpret_cast<T*>(address);  // NOLINT(performance-no-int-to-ptr)
}

}  // namespace dqlite::odbc
