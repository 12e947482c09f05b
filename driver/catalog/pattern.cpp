#include "driver/catalog/pattern.h"

#include <algorithm>

namespace dqlite::odbc::catalog {

namespace {

constexpr char escape = '\\';

constexpr bool is_special(char c) {
    return c == '%' || c == '_' || c == escape;
}

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trim_right(std::string_view text) {
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::string_view trim(std::string_view text) {
    text = trim_right(text);
    return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

}  // namespace

bool matches_everything(std::string_view pattern) noexcept {
    return !pattern.empty() && pattern.find_first_not_of('%') == std::string_view::npos;
}

std::string to_like(std::string_view pattern) {
    std::string like;
    like.reserve(pattern.size() + 8);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c != escape) {
            like += lower(c);
            continue;
        }
        like += escape;
        const bool escapes = i + 1 < pattern.size() && is_special(pattern[i + 1]);
        like += escapes ? pattern[++i] : escape;
    }
    return like;
}

bool matches(std::string_view name, std::string_view pattern) {
    const std::string like = to_like(pattern);
    std::size_t at = 0;        // in the pattern
    std::size_t position = 0;  // in the name
    // Behind the last %, and how much of the name it has taken: where to go back to.
    std::size_t behind_any = std::string::npos;
    std::size_t taken = 0;
    while (position < name.size()) {
        if (at < like.size() && like[at] == '%') {
            behind_any = ++at;
            taken = position;
            continue;
        }
        const bool escaped = at < like.size() && like[at] == escape;
        const std::size_t letter = escaped ? at + 1 : at;
        const bool same = letter < like.size() && ((like[letter] == '_' && !escaped) ||
                                                   like[letter] == lower(name[position]));
        if (same) {
            at = letter + 1;
            ++position;
        } else if (behind_any != std::string::npos) {
            at = behind_any;
            position = ++taken;
        } else {
            return false;
        }
    }
    return like.find_first_not_of('%', at) == std::string::npos;
}

std::string to_name(std::string_view identifier) {
    const std::string_view trimmed = trim(identifier);
    if (trimmed.size() < 2 || trimmed.front() != '"' || trimmed.back() != '"')
        return std::string{trim_right(identifier)};
    std::string name;
    const std::string_view inner = trimmed.substr(1, trimmed.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        name += inner[i];
        if (inner[i] == '"' && i + 1 < inner.size() && inner[i + 1] == '"') ++i;
    }
    return name;
}

}  // namespace dqlite::odbc::catalog
