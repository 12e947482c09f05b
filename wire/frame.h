// Frames: an 8-byte header and a body of whole words. The framer is the one receive buffer of a
// connection: bytes go in as they arrive, whole frames come out as views of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "wire/bytes.h"
#include "wire/protocol.h"

namespace dqlite::wire {

struct Header {
    std::uint32_t words = 0;
    std::uint8_t type = 0;
    std::uint8_t schema = 0;
};

/// A whole frame that lies in somebody else's buffer.
struct Frame {
    std::uint8_t type = 0;
    std::uint8_t schema = 0;
    Bytes body;

    [[nodiscard]] bool is(ResponseType t) const noexcept {
        return type == static_cast<std::uint8_t>(t);
    }
};

/// Reads the header at the front of `bytes`, whatever it announces.
[[nodiscard]] Errc parse_header(Bytes bytes, Header& out) noexcept;

/// Parses one frame at the front of `bytes`. On ok `size` is the number of bytes it takes, header
/// included; on incomplete it is the number of bytes needed to tell more (8, or the whole frame).
[[nodiscard]] Errc parse_frame(Bytes bytes, const Limits& limits, Frame& out,
                               std::size_t& size) noexcept;

/// Incremental framer over one growing buffer.
///
///     span = framer.prepare(hint);  n = read(span);  framer.commit(n);
///     while (framer.next(frame) == Errc::ok) use(frame);
///
/// A frame's view is good until the next call of prepare(). Memory never exceeds
/// limits.max_body + the largest prepare(); room for an announced body is made as bytes arrive
/// (the buffer at most doubles), so a lying header cannot make it allocate.
class Framer {
  public:
    explicit Framer(const Limits& limits = {});

    /// Room for at least `at_least` bytes. Moves what is unread to the front, which ends views.
    [[nodiscard]] std::span<std::byte> prepare(std::size_t at_least = std::size_t{64} * 1024);
    void commit(std::size_t size) noexcept;

    /// Takes the next whole frame. `incomplete` asks for more bytes; any other error is final:
    /// the stream is out of step.
    [[nodiscard]] Errc next(Frame& out) noexcept;

    /// Bytes received and not yet taken as frames.
    [[nodiscard]] std::size_t buffered() const noexcept { return end_ - begin_; }
    /// The same as a view, for a body that is too large to be taken as a frame; take() takes bytes
    /// from its front.
    [[nodiscard]] Bytes unread() const noexcept { return {buffer_.get() + begin_, buffered()}; }
    void take(std::size_t size) noexcept { begin_ += size < buffered() ? size : buffered(); }
    void clear() noexcept;
    /// Gives back the memory that a large frame left, if nothing is buffered; ends views. Worth
    /// calling between two answers.
    void trim();

  private:
    void grow(std::size_t size);

    Limits limits_;
    // Not a vector: that would write zeros over the room for each read, and with that have the
    // system find pages for it, most of which no answer ever reaches.
    std::unique_ptr<std::byte[]> buffer_;
    std::size_t size_ = 0;  // of the buffer
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace dqlite::wire
