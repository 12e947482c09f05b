#include "driver/convert/text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include <utf8.h>

#include "driver/convert/utf.h"

namespace dqlite::odbc {
namespace utf {
namespace {

void widen_ascii(const char* from, std::size_t size, char* to) noexcept {
    std::size_t i = 0;
    std::array<SQLWCHAR, block> units;
    for (; i + block <= size; i += block) {
        for (std::size_t j = 0; j < block; ++j) units[j] = static_cast<unsigned char>(from[i + j]);
        std::memcpy(to + i * sizeof(SQLWCHAR), units.data(), sizeof units);
    }
    for (; i < size; ++i) {
        const SQLWCHAR unit = static_cast<unsigned char>(from[i]);
        std::memcpy(to + i * sizeof unit, &unit, sizeof unit);
    }
}

void append_narrowed(const SQLWCHAR* ascii, std::size_t size, std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + size);
    char* const to = out.data() + before;
    std::size_t i = 0;
    for (; i + block <= size; i += block) {
        for (std::size_t j = 0; j < block; ++j) to[i + j] = static_cast<char>(ascii[i + j]);
    }
    for (; i < size; ++i) to[i] = static_cast<char>(ascii[i]);
}

}  // namespace

std::size_t wide_length(std::string_view utf8) noexcept {
    const char* at = utf8.data();
    const char* const end = at + utf8.size();
    std::size_t length = 0;
    while (at != end) {
        const std::size_t ascii = ascii_prefix(at, static_cast<std::size_t>(end - at));
        at += ascii;
        length += ascii;
        while (at != end && static_cast<unsigned char>(*at) >= 0x80) length += units(next(at, end));
    }
    return length;
}

Written write_wide(std::string_view utf8, char* out, std::size_t capacity) noexcept {
    const char* at = utf8.data();
    const char* const end = at + utf8.size();
    std::size_t written = 0;
    while (at != end && written < capacity) {
        const std::size_t room = std::min(static_cast<std::size_t>(end - at), capacity - written);
        const std::size_t ascii = ascii_prefix(at, room);
        char* const to = out + written * sizeof(SQLWCHAR);
        widen_ascii(at, ascii, to);
        at += ascii;
        written += ascii;
        while (at != end && written < capacity && static_cast<unsigned char>(*at) >= 0x80) {
            const char* behind = at;
            const char32_t code = next(behind, end);
            if (units(code) > capacity - written) {
                return {static_cast<std::size_t>(at - utf8.data()), written};
            }
            written += put(code, out + written * sizeof(SQLWCHAR)) / sizeof(SQLWCHAR);
            at = behind;
        }
    }
    return {static_cast<std::size_t>(at - utf8.data()), written};
}

}  // namespace utf

namespace {

std::size_t terminated_length(const SQLCHAR* text) noexcept {
    return std::strlen(reinterpret_cast<const char*>(text));
}

std::size_t terminated_length(const SQLWCHAR* text) noexcept {
    std::size_t length = 0;
    while (text[length] != 0) ++length;
    return length;
}

std::string to_utf8(const SQLCHAR* text, std::size_t length) {
    return {reinterpret_cast<const char*>(text), length};
}

std::string to_utf8(const SQLWCHAR* text, std::size_t length) {
    std::string out;
    append_utf8({text, length}, out);
    return out;
}

template <typename Char>
TextIn read(const Char* text, SQLINTEGER length) {
    if (text == nullptr) return {};
    if (length < 0 && length != SQL_NTS) return {std::nullopt, SqlState::sHY090};
    std::size_t size =
        length == SQL_NTS ? terminated_length(text) : static_cast<std::size_t>(length);
    // Qt counts its terminator as a character of the text.
    while (size > 0 && text[size - 1] == 0) --size;
    return {to_utf8(text, size), SqlState::s00000};
}

template <typename Length>
void set_length(Length* out, std::size_t length) noexcept {
    if (out == nullptr) return;
    // A SQLSMALLINT cannot tell more; that is better than a wrapped, negative length.
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<Length>::max());
    *out = static_cast<Length>(std::min(length, most));
}

}  // namespace

TextIn read_text(const SQLCHAR* text, SQLINTEGER length) {
    return read(text, length);
}
TextIn read_text(const SQLWCHAR* text, SQLINTEGER length) {
    return read(text, length);
}

template <typename Length>
SqlState write_text(std::string_view text, SQLCHAR* buffer, SQLLEN capacity, Length* length_out,
                    LengthUnit /*bytes and characters are the same*/) {
    if (capacity < 0) return SqlState::sHY090;
    set_length(length_out, text.size());
    if (buffer == nullptr) return SqlState::s00000;
    const auto room = static_cast<std::size_t>(capacity);
    if (room == 0) return SqlState::s01004;
    const std::size_t size = utf::whole_characters(text, std::min(text.size(), room - 1));
    if (size != 0) std::memcpy(buffer, text.data(), size);
    buffer[size] = 0;
    return size == text.size() ? SqlState::s00000 : SqlState::s01004;
}

template <typename Length>
SqlState write_text(std::string_view text, SQLWCHAR* buffer, SQLLEN capacity, Length* length_out,
                    LengthUnit unit) {
    const std::size_t scale = unit == LengthUnit::bytes ? sizeof(SQLWCHAR) : 1;
    if (capacity < 0 || static_cast<std::size_t>(capacity) % scale != 0) return SqlState::sHY090;
    if (length_out != nullptr) set_length(length_out, utf::wide_length(text) * scale);
    if (buffer == nullptr) return SqlState::s00000;
    const std::size_t room = static_cast<std::size_t>(capacity) / scale;
    if (room == 0) return SqlState::s01004;
    const utf::Written written = utf::write_wide(text, reinterpret_cast<char*>(buffer), room - 1);
    buffer[written.units] = 0;
    return written.source == text.size() ? SqlState::s00000 : SqlState::s01004;
}

template SqlState write_text(std::string_view, SQLCHAR*, SQLLEN, SQLSMALLINT*, LengthUnit);
template SqlState write_text(std::string_view, SQLCHAR*, SQLLEN, SQLINTEGER*, LengthUnit);
template SqlState write_text(std::string_view, SQLCHAR*, SQLLEN, SQLLEN*, LengthUnit);
template SqlState write_text(std::string_view, SQLWCHAR*, SQLLEN, SQLSMALLINT*, LengthUnit);
template SqlState write_text(std::string_view, SQLWCHAR*, SQLLEN, SQLINTEGER*, LengthUnit);
template SqlState write_text(std::string_view, SQLWCHAR*, SQLLEN, SQLLEN*, LengthUnit);

void append_wide(std::string_view utf8, std::basic_string<SQLWCHAR>& out) {
    const std::size_t before = out.size();
    const std::size_t length = utf::wide_length(utf8);
    out.resize(before + length);
    (void)utf::write_wide(utf8, reinterpret_cast<char*>(out.data() + before), length);
}

void append_utf8(std::basic_string_view<SQLWCHAR> wide, std::string& out) {
    out.reserve(out.size() + wide.size());
    const SQLWCHAR* at = wide.data();
    const SQLWCHAR* const end = at + wide.size();
    while (at != end) {
        const std::size_t ascii = utf::ascii_prefix(at, static_cast<std::size_t>(end - at));
        utf::append_narrowed(at, ascii, out);
        at += ascii;
        while (at != end && static_cast<char32_t>(*at) >= 0x80) {
            utf8::unchecked::append(utf::next(at, end), std::back_inserter(out));
        }
    }
}

bool is_valid_utf8(std::string_view text) noexcept {
    text.remove_prefix(utf::ascii_prefix(text.data(), text.size()));
    return utf8::is_valid(text.begin(), text.end());
}

}  // namespace dqlite::odbc
