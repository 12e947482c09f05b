// Code points in and out of UTF-8 and SQLWCHAR, without exceptions: ill-formed input reads as
// U+FFFD, so that no byte a server or an application sends can stop a conversion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "driver/odbc.h"

namespace dqlite::odbc::utf {

inline constexpr char32_t replacement = 0xFFFD;
inline constexpr bool wide_is_utf16 = sizeof(SQLWCHAR) == 2;

[[nodiscard]] constexpr bool is_surrogate(char32_t c) noexcept {
    return c >= 0xD800 && c <= 0xDFFF;
}
[[nodiscard]] constexpr bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Bytes of the longest ASCII prefix.
[[nodiscard]] inline std::size_t ascii_prefix(const char* text, std::size_t size) noexcept {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    std::size_t i = 0;
    for (; i + sizeof(std::uint64_t) <= size; i += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text + i, sizeof word);
        if ((word & high_bits) != 0) break;
    }
    while (i < size && static_cast<unsigned char>(text[i]) < 0x80) ++i;
    return i;
}

/// Loops over blocks of a known size become vector instructions at -O2 already.
inline constexpr std::size_t block = 16;

/// Units of the longest ASCII prefix.
[[nodiscard]] inline std::size_t ascii_prefix(const SQLWCHAR* text, std::size_t size) noexcept {
    using Unit = std::make_unsigned_t<SQLWCHAR>;  // iODBC's is a signed wchar_t
    std::size_t i = 0;
    for (; i + block <= size; i += block) {
        Unit all = 0;
        for (std::size_t j = 0; j < block; ++j) {
            all = static_cast<Unit>(all | static_cast<Unit>(text[i + j]));
        }
        if (all >= 0x80) break;
    }
    while (i < size && static_cast<Unit>(text[i]) < 0x80) ++i;
    return i;
}

/// The code point at `at`, which moves behind it. Ill-formed bytes count as one U+FFFD for each
/// maximal subpart, as the Unicode Standard recommends. `at` must be before `end`.
[[nodiscard]] inline char32_t next(const char*& at, const char* end) noexcept {
    const auto lead = static_cast<unsigned char>(*at++);
    if (lead < 0x80) return lead;
    if (lead < 0xC2 || lead > 0xF4) return replacement;
    const int trailing = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    // The second byte is what tells overlong forms, surrogates and values past U+10FFFF.
    unsigned low = 0x80;
    unsigned high = 0xBF;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    char32_t code = lead & (0x3FU >> static_cast<unsigned>(trailing));
    for (int i = 0; i < trailing; ++i) {
        if (at == end) return replacement;
        const auto byte = static_cast<unsigned char>(*at);
        if (byte < low || byte > high) return replacement;
        low = 0x80;
        high = 0xBF;
        code = (code << 6U) | (byte & 0x3FU);
        ++at;
    }
    return code;
}

/// SQLWCHAR units of a code point.
[[nodiscard]] constexpr std::size_t units(char32_t code) noexcept {
    return wide_is_utf16 && code >= 0x10000 ? 2 : 1;
}

/// Writes a code point to `out`, which may be unaligned, and gives the bytes written.
inline std::size_t put(char32_t code, char* out) noexcept {
    if (units(code) == 1) {
        const auto unit = static_cast<SQLWCHAR>(code);
        std::memcpy(out, &unit, sizeof unit);
        return sizeof unit;
    }
    const char32_t rest = code - 0x10000;
    const SQLWCHAR pair[2] = {static_cast<SQLWCHAR>(0xD800U + (rest >> 10U)),
                              static_cast<SQLWCHAR>(0xDC00U + (rest & 0x3FFU))};
    std::memcpy(out, pair, sizeof pair);
    return sizeof pair;
}

/// The code point at `at`, which moves behind it; an unpaired surrogate or a value past U+10FFFF
/// is U+FFFD. `at` must be before `end`.
[[nodiscard]] inline char32_t next(const SQLWCHAR*& at, const SQLWCHAR* end) noexcept {
    const auto code = static_cast<char32_t>(*at++);
    if (!is_surrogate(code)) return code <= 0x10FFFF ? code : replacement;
    if (!wide_is_utf16 || code >= 0xDC00 || at == end) return replacement;
    const auto low = static_cast<char32_t>(*at);
    if (low < 0xDC00 || low > 0xDFFF) return replacement;
    ++at;
    return 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
}

/// SQLWCHAR units a UTF-8 text becomes.
[[nodiscard]] std::size_t wide_length(std::string_view utf8) noexcept;

/// What of a text was written where.
struct Written {
    std::size_t source = 0;  ///< bytes of UTF-8 taken
    std::size_t units = 0;   ///< SQLWCHAR units written
};
/// Writes as many whole characters as fit into `capacity` units. `out` may be unaligned.
[[nodiscard]] Written write_wide(std::string_view utf8, char* out, std::size_t capacity) noexcept;

/// The longest prefix of at most `size` bytes that ends between characters.
[[nodiscard]] inline std::size_t whole_characters(std::string_view utf8,
                                                  std::size_t size) noexcept {
    if (size >= utf8.size()) return utf8.size();
    std::size_t end = size;
    // A character has at most three continuation bytes; more of them are no character at all.
    for (int i = 0; i < 3 && end > 0 && is_continuation(utf8[end]); ++i) --end;
    return is_continuation(utf8[end]) ? size : end;
}

}  // namespace dqlite::odbc::utf
