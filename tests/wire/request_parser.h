// Reads a request frame back into the struct it was made of: the server's half of the codec, which
// the product does not need and the tests do.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "wire/frame.h"
#include "wire/request.h"

namespace dqlite::wire::test {

using AnyRequest =
    std::variant<Leader, Client, Open, Prepare, Exec, Query, Finalize, ExecSql, QuerySql, Interrupt,
                 Add, Assign, Remove, Dump, Cluster, Transfer, Describe, Weight>;

struct ParsedRequest {
    AnyRequest request;
    /// What the request's parameters point into.
    std::vector<Value> values;
    std::uint8_t schema = 0;
};

/// Nothing if the frame is no request that encode() could have made. Texts borrow from it.
std::optional<ParsedRequest> parse_request(const Frame& frame);

}  // namespace dqlite::wire::test
