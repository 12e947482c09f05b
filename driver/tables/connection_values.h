// Reading the values of connection keys. Strict: what is not understood whole is refused.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dqlite::odbc {

/// ASCII letters compare without case.
[[nodiscard]] bool same_letters(std::string_view a, std::string_view b) noexcept;

/// `text` for a message: control characters as '?', long ones cut.
[[nodiscard]] std::string printable(std::string_view text);

/// 0, 1, true, false, yes, no, on, off.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text,
                                                       std::uint64_t smallest,
                                                       std::uint64_t largest);
/// A count with K, M or G behind it (powers of 1024).
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text,
                                                       std::uint64_t smallest,
                                                       std::uint64_t largest);
/// "5", "0.25": at most ten years; what is below a millisecond, but not 0, is one.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_seconds(std::string_view text);

struct ServerList {
    std::vector<std::string> servers;
    std::string database;  ///< of the URL form, or empty
};
/// host[:port],… or dqlite://host[:port],…[/database]
[[nodiscard]] std::optional<ServerList> parse_servers(std::string_view text);

/// The options of a server list in URL form, `…?Key=value&Key=value` with %XX for any byte; they
/// are cut from `text`. Nothing if there are none.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> take_url_options(std::string& text);

/// told=dialled,…
using AddressPairs = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::optional<AddressPairs> parse_address_map(std::string_view text);

/// Stores a value that could be read.
template <typename Value, typename Target>
[[nodiscard]] bool assign(std::optional<Value> value, Target& target) {
    if (value) target = static_cast<Target>(std::move(*value));
    return value.has_value();
}

template <typename Value>
struct Choice {
    std::string_view word;
    Value value;
};

template <typename Value, typename Target>
[[nodiscard]] bool choose(std::span<const Choice<Value>> choices, std::string_view word,
                          Target& target) {
    for (const Choice<Value>& choice : choices) {
        if (!same_letters(choice.word, word)) continue;
        target = choice.value;
        return true;
    }
    return false;
}

}  // namespace dqlite::odbc
