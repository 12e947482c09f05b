// GUIDs as text of 36 characters and as SQLGUID.
#pragma once

#include <optional>
#include <string_view>

#include "driver/convert/number.h"
#include "driver/odbc.h"

namespace dqlite::odbc {

/// 8-4-4-4-12 hexadecimal digits, with or without braces, or 32 digits without hyphens.
[[nodiscard]] std::optional<SQLGUID> parse_guid(std::string_view text) noexcept;
/// 16 bytes in the order of their text (RFC 4122), as applications store a UUID in a BLOB.
[[nodiscard]] std::optional<SQLGUID> guid_of_bytes(std::string_view bytes) noexcept;
void print(const SQLGUID& guid, ShortText& out) noexcept;

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}
inline constexpr std::string_view hex_digits = "0123456789ABCDEF";

}  // namespace dqlite::odbc
