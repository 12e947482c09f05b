#include "client/address.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <asio/ip/address.hpp>
#include <fmt/format.h>

#include "client/text.h"

namespace dqlite::client {
namespace {

constexpr std::size_t max_address_length = 256;
constexpr std::size_t max_host_length = 253;
constexpr std::size_t max_label_length = 63;

tl::unexpected<Error> bad(std::string_view text, std::string_view why) {
    return fail({.kind = ErrorKind::invalid,
                 .message = fmt::format("\"{}\" is not an address: {}",
                                        safe_text(text, max_address_length), why)});
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

std::string lower_case(std::string_view text) {
    std::string lower{text};
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

// One label of a name as RFC 1123 has it; '_' is let pass, as container networks use it.
bool is_label(std::string_view label) {
    if (label.empty() || label.size() > max_label_length) return false;
    if (label.front() == '-' || label.back() == '-') return false;
    return std::all_of(label.begin(), label.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > max_host_length) return false;
    while (true) {
        const std::size_t dot = host.find('.');
        if (!is_label(host.substr(0, dot))) return false;
        if (dot == std::string_view::npos) break;
        host.remove_prefix(dot + 1);
    }
    // A last label of digits only is an IPv4 address that did not parse ("1.2.3", "1.2.3.400").
    return !std::all_of(host.begin(), host.end(), is_digit);
}

std::optional<std::string_view> reason_against(const asio::ip::address& address) {
    if (address.is_unspecified()) return "it is the unspecified address";
    if (address.is_multicast()) return "it is a multicast address";
    if (address.is_v4() && address.to_v4().to_uint() >= 0xF0000000U) return "it is reserved";
    return std::nullopt;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stop != end || port == 0) return std::nullopt;
    return port;
}

struct Parts {
    std::string_view host;
    std::optional<std::string_view> port;
    bool bracketed = false;
};

std::optional<Parts> split(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        const std::string_view rest = text.substr(close + 1);
        Parts parts{text.substr(1, close - 1), std::nullopt, true};
        if (rest.starts_with(':')) {
            parts.port = rest.substr(1);
        } else if (!rest.empty()) {
            return std::nullopt;
        }
        return parts;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return Parts{text, std::nullopt, false};
    // More than one colon: IPv6 without brackets, whose last group could be a port as well.
    if (text.find(':', colon + 1) != std::string_view::npos) return std::nullopt;
    return Parts{text.substr(0, colon), text.substr(colon + 1), false};
}

}  // namespace

std::string Address::text() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                               : fmt::format("[{}]:{}", host, port);
}

Result<Address> parse_address(std::string_view text, std::uint16_t port_if_none) {
    if (text.size() > max_address_length) return bad(text, "it is too long");
    const auto parts = split(text);
    if (!parts) return bad(text, "an IPv6 address stands in brackets, [::1]:9001");

    Address address{lower_case(parts->host), port_if_none};
    if (parts->port) {
        const auto port = parse_port(*parts->port);
        if (!port) return bad(text, "the port is not a number from 1 to 65535");
        address.port = *port;
    }

    asio::error_code error;
    asio::ip::address ip = asio::ip::make_address(address.host, error);
    if (!error) {
        if (ip.is_v6() != parts->bracketed)
            return bad(text, "only an IPv6 address stands in brackets");
        if (ip.is_v6() && ip.to_v6().is_v4_mapped()) {
            ip = asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6());
        }
        if (const auto why = reason_against(ip)) return bad(text, *why);
        address.host = ip.to_string();
        return address;
    }
    if (parts->bracketed) return bad(text, "it is not an IPv6 address");
    if (address.host.ends_with('.')) address.host.pop_back();
    if (!is_host_name(address.host)) return bad(text, "the host is not a name");
    return address;
}

}  // namespace dqlite::client
