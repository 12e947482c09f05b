// One struct per response, and decode() that reads it from a frame. Texts borrow from the frame.
// ROWS has a cursor of its own: wire/rows.h.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "wire/bytes.h"
#include "wire/frame.h"
#include "wire/protocol.h"

namespace dqlite::wire {

/// code may be 0 ("empty statement"). The text is the server's, unchecked UTF-8, cut at
/// limits.max_failure_text. Where rows stand in front of the failure (a statement that failed
/// while stepping), they are skipped: the body is decoded from its end.
struct Failure {
    std::uint64_t code = 0;
    std::string_view message;
};
/// The leader as this node knows it; id 0 and no address: none.
struct Server {
    std::uint64_t id = 0;
    std::string_view address;
};
struct Welcome {
    std::uint64_t heartbeat_timeout_ms = 0;
};
struct Node {
    std::uint64_t id = 0;
    std::string_view address;
    Role role = Role::voter;
};
struct Servers {
    std::vector<Node> nodes;
};
struct Db {
    std::uint32_t id = 0;
};
struct Stmt {
    std::uint32_t db = 0;
    std::uint32_t id = 0;
    std::uint64_t parameters = 0;
    bool has_tail = false;   ///< the response was of schema 1
    std::uint64_t tail = 0;  ///< byte offset of the text behind the first statement
};
struct Result {
    std::int64_t last_insert_rowid = 0;
    std::uint64_t rows_affected = 0;
};
struct Empty {};
struct File {
    std::string_view name;
    Bytes content;
};
struct Files {
    std::vector<File> files;
};
struct Metadata {
    std::uint64_t failure_domain = 0;
    std::uint64_t weight = 0;
};

[[nodiscard]] Errc decode(const Frame&, const Limits&, Failure& out);
[[nodiscard]] Errc decode(const Frame&, const Limits&, Server& out);
[[nodiscard]] Errc decode(const Frame&, const Limits&, Welcome& out);
/// `format` is the one the request asked for: 1 has roles.
[[nodiscard]] Errc decode(const Frame&, const Limits&, Servers& out, std::uint64_t format = 1);
[[nodiscard]] Errc decode(const Frame&, const Limits&, Db& out);
[[nodiscard]] Errc decode(const Frame&, const Limits&, Stmt& out);
[[nodiscard]] Errc decode(const Frame&, const Limits&, Result& out);
[[nodiscard]] Errc decode(const Frame&, const Limits&, Empty& out);
[[nodiscard]] Errc decode(const Frame&, const Limits&, Files& out);
[[nodiscard]] Errc decode(const Frame&, const Limits&, Metadata& out);

}  // namespace dqlite::wire
