// Every decoder of a response. The first byte of the input selects one, the second is the schema,
// the rest is the body. What a decoder accepts must lie within the body.
#include <cstdint>
#include <cstdlib>
#include <functional>

#include "wire/response.h"

namespace {

using namespace dqlite::wire;

constexpr Limits limits;

void require(bool condition) {
    if (!condition) std::abort();
}

void require_inside(const Frame& frame, const void* data, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    const std::less_equal<> in_order;
    require(in_order(frame.body.data(), first) &&
            in_order(first + size, frame.body.data() + frame.body.size()));
}

void check(const Frame& frame, const Failure& r) {
    require_inside(frame, r.message.data(), r.message.size());
    require(r.message.size() <= limits.max_failure_text);
    require(r.message.find('\0') == r.message.npos);
}

void check(const Frame& frame, const Server& r) {
    require_inside(frame, r.address.data(), r.address.size());
    require((r.id == 0) == r.address.empty());
}

void check(const Frame& frame, const Servers& r) {
    require(r.nodes.size() <= limits.max_nodes);
    for (const auto& node : r.nodes) {
        require_inside(frame, node.address.data(), node.address.size());
        require(node.id != 0 && !node.address.empty());
    }
}

void check(const Frame& frame, const Files& r) {
    require(r.files.size() <= limits.max_files);
    for (const auto& file : r.files) {
        require_inside(frame, file.name.data(), file.name.size());
        require_inside(frame, file.content.data(), file.content.size());
    }
}

/// Answers of words alone have nothing that could lie outside.
template <class Response>
void check(const Frame& /*frame*/, const Response& /*r*/) {}

template <class Response, class... Extra>
void run(ResponseType type, Frame frame, Extra... extra) {
    frame.type = static_cast<std::uint8_t>(type);
    Response out;
    if (decode(frame, limits, out, extra...) == Errc::ok) check(frame, out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const Frame frame{0, data[1], std::as_bytes(std::span{data, size}).subspan(2)};
    switch (data[0] % 12) {
        case 0:
            run<Failure>(ResponseType::failure, frame);
            break;
        case 1:
            run<Server>(ResponseType::server, frame);
            break;
        case 2:
            run<Welcome>(ResponseType::welcome, frame);
            break;
        case 3:
            run<Servers>(ResponseType::servers, frame, std::uint64_t{1});
            break;
        case 4:
            run<Db>(ResponseType::db, frame);
            break;
        case 5:
            run<Stmt>(ResponseType::stmt, frame);
            break;
        case 6:
            run<Result>(ResponseType::result, frame);
            break;
        case 7:
            run<Servers>(ResponseType::servers, frame, std::uint64_t{0});
            break;
        case 8:
            run<Empty>(ResponseType::empty, frame);
            break;
        case 9:
            run<Files>(ResponseType::files, frame);
            break;
        case 10:
            run<Metadata>(ResponseType::metadata, frame);
            break;
        default: {
            // Any type with any decoder: it must be refused, not read.
            Empty out;
            Frame other = frame;
            other.type = static_cast<std::uint8_t>(ResponseType::rows);
            require(decode(other, limits, out) == Errc::unexpected_type);
        }
    }
    return 0;
}
