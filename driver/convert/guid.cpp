#include "driver/convert/guid.h"

#include <algorithm>
#include <array>

namespace dqlite::odbc {
namespace {

using Bytes = std::array<unsigned char, 16>;

constexpr bool hyphen_follows(std::size_t byte) noexcept {
    return byte == 3 || byte == 5 || byte == 7 || byte == 9;
}

SQLGUID assemble(const Bytes& b) noexcept {
    SQLGUID guid{};
    guid.Data1 = (static_cast<std::uint32_t>(b[0]) << 24U) |
                 (static_cast<std::uint32_t>(b[1]) << 16U) |
                 (static_cast<std::uint32_t>(b[2]) << 8U) | b[3];
    guid.Data2 = static_cast<std::uint16_t>((b[4] << 8) | b[5]);
    guid.Data3 = static_cast<std::uint16_t>((b[6] << 8) | b[7]);
    std::copy(b.begin() + 8, b.end(), std::begin(guid.Data4));
    return guid;
}

Bytes take_apart(const SQLGUID& guid) noexcept {
    Bytes b{};
    for (unsigned i = 0; i < 4; ++i) {
        b[i] = static_cast<unsigned char>(static_cast<std::uint32_t>(guid.Data1) >> (24U - 8U * i));
    }
    for (unsigned i = 0; i < 2; ++i) {
        b[4 + i] = static_cast<unsigned char>(static_cast<unsigned>(guid.Data2) >> (8U - 8U * i));
        b[6 + i] = static_cast<unsigned char>(static_cast<unsigned>(guid.Data3) >> (8U - 8U * i));
    }
    std::copy(std::begin(guid.Data4), std::end(guid.Data4), b.begin() + 8);
    return b;
}

}  // namespace

std::optional<SQLGUID> parse_guid(std::string_view text) noexcept {
    text = trim_blanks(text);
    if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
    const bool hyphens = text.size() == 36;
    if (!hyphens && text.size() != 32) return std::nullopt;
    Bytes bytes{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = hex_digit(text[at++]);
        const int low = hex_digit(text[at++]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes[i] = static_cast<unsigned char>(high * 16 + low);
        if (hyphens && hyphen_follows(i) && text[at++] != '-') return std::nullopt;
    }
    return assemble(bytes);
}

std::optional<SQLGUID> guid_of_bytes(std::string_view bytes) noexcept {
    Bytes b{};
    if (bytes.size() != b.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), b.begin());
    return assemble(b);
}

void print(const SQLGUID& guid, ShortText& out) noexcept {
    const Bytes bytes = take_apart(guid);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out.append(hex_digits[bytes[i] >> 4U]);
        out.append(hex_digits[bytes[i] & 0x0FU]);
        if (hyphen_follows(i)) out.append('-');
    }
}

}  // namespace dqlite::odbc
