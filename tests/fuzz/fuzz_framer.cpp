// The framer, fed in pieces that the input itself chooses: what comes out must be the frames that
// parse_frame() finds in the whole, whatever the pieces.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "wire/frame.h"

namespace {

using namespace dqlite::wire;

constexpr Limits limits{.max_body = 1 << 20};

void require(bool condition) {
    if (!condition) std::abort();
}

struct Seen {
    std::uint8_t type;
    std::uint8_t schema;
    Buffer body;
    bool operator==(const Seen&) const = default;
};

Seen seen(const Frame& frame) {
    return {frame.type, frame.schema, {frame.body.begin(), frame.body.end()}};
}

Errc frames_of(Bytes bytes, std::vector<Seen>& out) {
    Frame frame;
    std::size_t size = 0;
    auto error = parse_frame(bytes, limits, frame, size);
    for (; error == Errc::ok; error = parse_frame(bytes, limits, frame, size)) {
        out.push_back(seen(frame));
        bytes = bytes.subspan(size);
    }
    return error;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t piece = std::size_t{1} + data[0];
    const Bytes stream = std::as_bytes(std::span{data, size}).subspan(1);

    std::vector<Seen> expected;
    const auto expected_error = frames_of(stream, expected);

    Framer framer{limits};
    std::vector<Seen> got;
    auto error = Errc::incomplete;
    for (std::size_t at = 0; at < stream.size() && error == Errc::incomplete;) {
        const auto take = std::min(piece, stream.size() - at);
        const auto room = framer.prepare(take);
        require(room.size() >= take);
        std::memcpy(room.data(), stream.data() + at, take);
        framer.commit(take);
        at += take;
        Frame frame;
        while ((error = framer.next(frame)) == Errc::ok) got.push_back(seen(frame));
    }
    require(error == expected_error);
    require(got == expected);
    return 0;
}
