// Node addresses: host:port or [IPv6]:port, strictly parsed and in one canonical form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "client/error.h"

namespace dqlite::client {

/// The port of a seed that names none.
inline constexpr std::uint16_t default_port = 9001;
/// The port libdqlite itself takes for a node whose address names none.
inline constexpr std::uint16_t default_node_port = 8080;

struct Address {
    std::string host;  ///< lower case; IPv6 without brackets
    std::uint16_t port = 0;

    /// "host:port" or "[v6]:port".
    [[nodiscard]] std::string text() const;
    friend bool operator==(const Address&, const Address&) = default;
    friend auto operator<=>(const Address&, const Address&) = default;
};

/// Refuses (kind invalid) what is not an address of one host: strange characters, ports outside
/// 1..65535, unspecified, multicast and reserved addresses.
[[nodiscard]] Result<Address> parse_address(std::string_view text,
                                            std::uint16_t port_if_none = default_port);

}  // namespace dqlite::client
