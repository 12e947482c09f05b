#include "driver/tables/connection_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "client/sql_lexer.h"
#include "client/text.h"

namespace dqlite::odbc {
namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The pieces between commas; nothing if one is empty.
std::optional<std::vector<std::string_view>> split(std::string_view text) {
    std::vector<std::string_view> pieces;
    while (true) {
        const std::size_t comma = text.find(',');
        const std::string_view piece = trimmed(text.substr(0, comma));
        if (piece.empty()) return std::nullopt;
        pieces.push_back(piece);
        if (comma == std::string_view::npos) return pieces;
        text.remove_prefix(comma + 1);
    }
}

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

constexpr std::string_view scheme = "dqlite://";

bool is_url(std::string_view text) {
    return same_letters(text.substr(0, scheme.size()), scheme);
}

/// %XX as the byte it stands for; a % that no two hexadecimal digits follow stands for itself.
std::string url_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        const char* const digits = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            decoded += static_cast<char>(byte);
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

bool is_plausible_host(std::string_view text) {
    return text.find_first_of(" \t/?#@=\"'") == std::string_view::npos;
}

}  // namespace

bool same_letters(std::string_view a, std::string_view b) noexcept {
    return client::same_word(a, b);
}

std::string printable(std::string_view text) {
    constexpr std::size_t longest = 128;
    std::string safe = client::safe_text(text, longest);
    std::ranges::replace_if(
        safe, [](char c) { return c == '\n' || c == '\t'; }, '?');
    return safe;
}

std::optional<bool> parse_boolean(std::string_view text) {
    static constexpr std::array words{Choice<bool>{"0", false},     Choice<bool>{"1", true},
                                      Choice<bool>{"false", false}, Choice<bool>{"true", true},
                                      Choice<bool>{"no", false},    Choice<bool>{"yes", true},
                                      Choice<bool>{"off", false},   Choice<bool>{"on", true}};
    bool value = false;
    if (!choose<bool>(words, text, value)) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> parse_count(std::string_view text, std::uint64_t smallest,
                                         std::uint64_t largest) {
    const auto number = parse_whole<std::uint64_t>(text);
    if (!number || *number < smallest || *number > largest) return std::nullopt;
    return number;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text, std::uint64_t smallest,
                                         std::uint64_t largest) {
    static constexpr std::array units{Choice<unsigned>{"K", 10}, Choice<unsigned>{"M", 20},
                                      Choice<unsigned>{"G", 30}};
    unsigned shift = 0;
    if (!text.empty() && choose<unsigned>(units, text.substr(text.size() - 1), shift)) {
        text = text.substr(0, text.size() - 1);
    }
    const auto number = parse_count(text, 0, UINT64_MAX >> shift);
    if (!number) return std::nullopt;
    const std::uint64_t bytes = *number << shift;
    if (bytes < smallest || bytes > largest) return std::nullopt;
    return bytes;
}

std::optional<std::chrono::milliseconds> parse_seconds(std::string_view text) {
    constexpr double ten_years = 10.0 * 366 * 24 * 3600;
    // from_chars takes signs, exponents, "inf" and "nan"; a time has none of them.
    if (text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    const auto seconds = parse_whole<double>(text);
    if (!seconds || *seconds > ten_years) return std::nullopt;
    return std::chrono::milliseconds{std::llround(std::ceil(*seconds * 1000 - 1e-6))};
}

std::optional<ServerList> parse_servers(std::string_view text) {
    ServerList list;
    if (is_url(text)) {
        text.remove_prefix(scheme.size());
        const std::size_t slash = std::min(text.find('/'), text.size());
        list.database = text.substr(std::min(slash + 1, text.size()));
        text = text.substr(0, slash);
        if (!is_plausible_host(list.database)) return std::nullopt;
    }
    const auto pieces = split(text);
    if (!pieces || !std::ranges::all_of(*pieces, is_plausible_host)) return std::nullopt;
    list.servers.assign(pieces->begin(), pieces->end());
    return list;
}

std::vector<std::pair<std::string, std::string>> take_url_options(std::string& text) {
    std::vector<std::pair<std::string, std::string>> options;
    const std::size_t mark = text.find('?');
    if (!is_url(text) || mark == std::string::npos) return options;
    const std::string query = text.substr(mark + 1);
    text.resize(mark);
    for (std::string_view rest = query; !rest.empty();) {
        const std::string_view option = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(option.size() + 1, rest.size()));
        if (option.empty()) continue;
        const std::size_t equals = std::min(option.find('='), option.size());
        options.emplace_back(url_decoded(option.substr(0, equals)),
                             url_decoded(option.substr(std::min(equals + 1, option.size()))));
    }
    return options;
}

std::optional<AddressPairs> parse_address_map(std::string_view text) {
    const auto pieces = split(text);
    if (!pieces) return std::nullopt;
    AddressPairs pairs;
    for (const std::string_view piece : *pieces) {
        const std::size_t equals = std::min(piece.find('='), piece.size());
        const std::string_view told = trimmed(piece.substr(0, equals));
        const std::string_view dialled = trimmed(piece.substr(std::min(equals + 1, piece.size())));
        if (told.empty() || dialled.empty() || !is_plausible_host(told) ||
            !is_plausible_host(dialled)) {
            return std::nullopt;
        }
        pairs.emplace_back(told, dialled);
    }
    return pairs;
}

}  // namespace dqlite::odbc
