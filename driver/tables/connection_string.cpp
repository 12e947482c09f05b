// key=value;key={va;l}}ue} — taken apart and put together.
#include <algorithm>

#include "driver/tables/connection_keys.h"

namespace dqlite::odbc {
namespace {

constexpr std::string_view spaces = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

/// Reads `{…}` at the front of `text` and drops it; `}}` stands for a closing brace.
std::optional<std::string> take_braced(std::string_view& text) {
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] != '}') {
            value += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '}') {
            value += '}';
            ++i;
        } else {
            text.remove_prefix(i + 1);
            return value;
        }
    }
    return std::nullopt;
}

/// Reads up to the next semicolon and drops it too.
std::string_view take_plain(std::string_view& text) {
    const std::size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trimmed(part);
}

void skip_spaces(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(spaces), text.size()));
}

std::optional<std::string> take_value(std::string_view& text) {
    skip_spaces(text);
    if (!text.starts_with('{')) return std::string{take_plain(text)};
    std::optional<std::string> value = take_braced(text);
    // Nothing but space may stand between the closing brace and the semicolon.
    if (value && !take_plain(text).empty()) return std::nullopt;
    return value;
}

bool needs_braces(std::string_view value) {
    return value.find_first_of(";{}") != std::string_view::npos || trimmed(value) != value;
}

void append_braced(std::string& out, std::string_view value) {
    out += '{';
    for (const char c : value) {
        out += c;
        if (c == '}') out += '}';
    }
    out += '}';
}

}  // namespace

std::optional<KeyValues> parse_connection_string(std::string_view text) {
    KeyValues pairs;
    while (true) {
        text.remove_prefix(
            std::min(text.find_first_not_of(" \t\r\n;"), text.size()));  // empty pieces
        if (text.empty()) return pairs;
        const std::size_t equals = text.find_first_of("=;");
        if (equals == std::string_view::npos || text[equals] == ';') return std::nullopt;
        const std::string_view key = trimmed(text.substr(0, equals));
        if (key.empty()) return std::nullopt;
        text.remove_prefix(equals + 1);
        std::optional<std::string> value = take_value(text);
        if (!value) return std::nullopt;
        pairs.emplace_back(std::string{key}, std::move(*value));
    }
}

std::string format_connection_string(const KeyValues& pairs) {
    std::string text;
    for (const auto& [key, value] : pairs) {
        text += key;
        text += '=';
        if (needs_braces(value)) {
            append_braced(text, value);
        } else {
            text += value;
        }
        text += ';';
    }
    return text;
}

}  // namespace dqlite::odbc
