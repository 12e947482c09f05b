// The recorded exchanges of tests/wire/captures.
#pragma once

#include <string>
#include <vector>

#include "wire/bytes.h"
#include "wire/frame.h"

namespace dqlite::wire::test {

struct Exchange {
    std::string name;
    Buffer request;
    Buffer response;
    bool failed = false;
};

struct Capture {
    std::string server;
    std::vector<Exchange> exchanges;

    /// Throws if there is none of that name.
    [[nodiscard]] const Exchange& at(const std::string& name) const;
};

/// One per server build.
const std::vector<Capture>& captures();

/// Splits whole frames; throws if the bytes are anything else.
std::vector<Frame> split(Bytes bytes);

}  // namespace dqlite::wire::test
