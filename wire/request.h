// One struct per request, and encode() that appends its whole frame to a buffer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/bytes.h"
#include "wire/protocol.h"
#include "wire/value.h"

namespace dqlite::wire {

using Parameters = std::span<const Value>;

struct Leader {};
struct Client {
    std::uint64_t id = 0;
};
struct Open {
    std::string_view name;
    std::uint64_t flags = 0;
    std::string_view vfs;
};
struct Prepare {
    std::uint64_t db = 0;
    std::string_view sql;
    std::uint8_t schema = 0;
};
struct Exec {
    std::uint32_t db = 0;
    std::uint32_t stmt = 0;
    Parameters parameters;
};
struct Query {
    std::uint32_t db = 0;
    std::uint32_t stmt = 0;
    Parameters parameters;
};
struct Finalize {
    std::uint32_t db = 0;
    std::uint32_t stmt = 0;
};
struct ExecSql {
    std::uint64_t db = 0;
    std::string_view sql;
    Parameters parameters;
};
struct QuerySql {
    std::uint64_t db = 0;
    std::string_view sql;
    Parameters parameters;
};
struct Interrupt {
    std::uint64_t db = 0;
};
struct Add {
    std::uint64_t id = 0;
    std::string_view address;
};
struct Assign {
    std::uint64_t id = 0;
    Role role = Role::voter;
};
struct Remove {
    std::uint64_t id = 0;
};
struct Dump {
    std::string_view name;
};
struct Cluster {
    std::uint64_t format = 1;
};
struct Transfer {
    std::uint64_t id = 0;
};
struct Describe {
    std::uint64_t format = 0;
};
struct Weight {
    std::uint64_t weight = 0;
};

/// Appends the request's frame to `out`. The parameter tuple's schema is 0 for up to 255
/// parameters, else 1; no tuple at all is written for no parameters. On an error `out` is as it
/// was. `max_body` is in bytes.
[[nodiscard]] Errc encode(const Leader&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Client&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Open&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Prepare&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Exec&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Query&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Finalize&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const ExecSql&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const QuerySql&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Interrupt&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Add&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Assign&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Remove&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Dump&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Cluster&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Transfer&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Describe&, Buffer& out, std::size_t max_body = Limits{}.max_body);
[[nodiscard]] Errc encode(const Weight&, Buffer& out, std::size_t max_body = Limits{}.max_body);

/// The word that opens a connection.
void encode_handshake(Buffer& out);

}  // namespace dqlite::wire
