#include "driver/tables/key_documents.h"

#include <fmt/format.h>

#include "driver/tables/connection_keys.h"

namespace dqlite::odbc {
namespace {

std::string_view unit(KeyKind kind) {
    switch (kind) {
        case KeyKind::seconds:
            return " s";
        case KeyKind::microseconds:
            return " µs";
        default:
            return "";
    }
}

/// "`a`, `b` or `c`" of "a|b|c".
std::string words(std::string_view choices) {
    std::string text;
    while (true) {
        const std::size_t bar = choices.find('|');
        text += fmt::format("`{}`", choices.substr(0, bar));
        if (bar == std::string_view::npos) return text;
        choices.remove_prefix(bar + 1);
        text += choices.find('|') == std::string_view::npos ? " or " : ", ";
    }
}

std::string names(const ConnectionKey& key) {
    if (key.alias.empty()) return fmt::format("`{}`", key.name);
    return fmt::format("`{}` (or `{}`)", key.name, key.alias);
}

std::string meaning(const ConnectionKey& key) {
    if (key.choices.empty()) return std::string{key.help};
    return fmt::format("{}. {}", words(key.choices), key.help);
}

/// Text for roff: what stands between backticks in bold, and nothing taken for a request.
std::string manual_text(std::string_view text) {
    std::string out;
    bool bold = false;
    for (const char c : text) {
        if (c == '`') {
            bold = !bold;
            out += bold ? "\\fB" : "\\fR";
        } else if (c == '-') {
            out += "\\-";
        } else if (c == '\\') {
            out += "\\e";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

std::string render_key_table() {
    std::string text = "| Key | Default | Meaning |\n|---|---|---|\n";
    for (const ConnectionKey& key : connection_keys()) {
        text += fmt::format("| {} | {}{} | {} |\n", names(key), key.default_value, unit(key.kind),
                            meaning(key));
    }
    return text;
}

std::string render_key_comments() {
    std::string text;
    for (const ConnectionKey& key : connection_keys()) {
        text += fmt::format("; {}\n;   {} ={}{}\n", key.help, key.name,
                            key.default_value.empty() ? "" : " ", key.default_value);
    }
    return text;
}

std::string render_key_manual() {
    std::string text;
    for (const ConnectionKey& key : connection_keys()) {
        text += fmt::format(".TP\n{}", manual_text(names(key)));
        if (!key.default_value.empty()) {
            text += fmt::format(" [{}{}]", key.default_value, unit(key.kind));
        }
        text += fmt::format("\n{}\n", manual_text(meaning(key)));
    }
    return text;
}

}  // namespace dqlite::odbc
