// Constants of the dqlite wire protocol, version 1.
// See https://canonical.com/dqlite/docs/reference/wire-protocol for the field's own description.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dqlite::wire {

/// The word a client writes first on a new connection; the server never answers it.
inline constexpr std::uint64_t protocol_version = 1;

/// Bytes in a word: every body is a whole number of words.
inline constexpr std::size_t word_size = 8;
inline constexpr std::size_t header_size = 8;

/// The largest body a header can announce.
inline constexpr std::size_t largest_body = std::size_t{0xffff'ffffU} * word_size;

enum class RequestType : std::uint8_t {
    leader = 0,
    client = 1,
    heartbeat = 2,
    open = 3,
    prepare = 4,
    exec = 5,
    query = 6,
    finalize = 7,
    exec_sql = 8,
    query_sql = 9,
    interrupt = 10,
    connect = 11,
    add = 12,
    assign = 13,
    remove = 14,
    dump = 15,
    cluster = 16,
    transfer = 17,
    describe = 18,
    weight = 19,
};

enum class ResponseType : std::uint8_t {
    failure = 0,
    server = 1,
    welcome = 2,
    servers = 3,
    db = 4,
    stmt = 5,
    result = 6,
    rows = 7,
    empty = 8,
    files = 9,
    metadata = 10,
};

/// The type of one value, in a parameter tuple or in a row. unix_time is sent by servers only.
enum class ValueType : std::uint8_t {
    integer = 1,
    real = 2,
    text = 3,
    blob = 4,
    null = 5,
    unix_time = 9,
    iso8601 = 10,
    boolean = 11,
};

/// A node's role in the Raft configuration.
enum class Role : std::uint64_t { voter = 0, standby = 1, spare = 2 };

/// Parameters that fit the tuple of schema 0; more need schema 1 (dqlite 1.12 and later).
inline constexpr std::size_t max_parameters_schema0 = 255;
inline constexpr std::size_t max_parameters = 32'766;

/// Why a frame could not be written or read. `ok` is 0, so it tests as false.
enum class Errc : std::uint8_t {
    ok = 0,
    incomplete,           ///< more bytes are needed
    empty_frame,          ///< a header that announces no body: no message of the protocol has none
    frame_too_large,      ///< the body is larger than the limit given
    unexpected_type,      ///< a response of another type than the request calls for
    unexpected_schema,    ///< a response schema this codec does not know
    truncated,            ///< a field runs past the end of the body
    unterminated_text,    ///< a text without its terminating NUL
    trailing_bytes,       ///< bytes behind the last field
    too_many_columns,     ///< more columns than the body or SQLite can hold
    bad_value_type,       ///< a value type outside the protocol
    bad_marker,           ///< a ROWS body that does not end in a marker
    bad_node,             ///< a node without id or without address
    bad_role,             ///< a role outside the protocol
    duplicate_node,       ///< the same node id twice in one answer
    embedded_nul,         ///< a text to be sent holds U+0000, which would cut it
    too_many_parameters,  ///< more parameters than the protocol can carry
    bad_parameter_type,   ///< a value type that cannot be sent (unix_time)
    too_many_items,       ///< more nodes or files than the limit given
    bad_file,             ///< a file of a size that is not whole words, or named twice
};

/// A short English phrase for `error`.
[[nodiscard]] std::string_view message(Errc error) noexcept;

/// Caps applied before anything is allocated. All sizes are bytes.
struct Limits {
    std::size_t max_body = std::size_t{64} << 20U;
    std::size_t max_columns = 32'767;
    std::size_t max_nodes = 10'000;
    std::size_t max_files = 100;
    std::size_t max_failure_text = std::size_t{64} << 10U;
};

}  // namespace dqlite::wire
