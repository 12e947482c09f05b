// Bounds-checked reading and growing writing of the protocol's primitives (little endian words,
// zero-padded text, counted blobs).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "wire/protocol.h"

namespace dqlite::wire {

using Bytes = std::span<const std::byte>;
using Buffer = std::vector<std::byte>;

/// Rounds up to whole words; the caller has made sure that it cannot overflow.
[[nodiscard]] constexpr std::size_t padded(std::size_t size) noexcept {
    return (size + word_size - 1) / word_size * word_size;
}

/// Reads one body from front to back. Every read checks what remains first; after a failure the
/// reader stands where it stood.
class Reader {
  public:
    explicit Reader(Bytes body) noexcept : body_{body} {}

    [[nodiscard]] Errc u64(std::uint64_t& out) noexcept;
    [[nodiscard]] Errc u32(std::uint32_t& out) noexcept;
    [[nodiscard]] Errc f64(double& out) noexcept;
    /// Text up to its NUL; moves past the padding. The view borrows from the body.
    [[nodiscard]] Errc text(std::string_view& out) noexcept;
    /// A counted blob; its padding may hold anything (servers leak old bytes there).
    [[nodiscard]] Errc blob(std::string_view& out) noexcept;
    /// `size` bytes as they stand, without padding.
    [[nodiscard]] Errc raw(std::size_t size, Bytes& out) noexcept;

    [[nodiscard]] std::size_t remaining() const noexcept { return body_.size() - position_; }
    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    [[nodiscard]] bool at_end() const noexcept { return position_ == body_.size(); }

  private:
    Bytes body_;
    std::size_t position_ = 0;
};

/// Appends primitives to a buffer.
class Writer {
  public:
    explicit Writer(Buffer& out) noexcept : out_{out} {}

    void u64(std::uint64_t v);
    void u32(std::uint32_t v);
    void u8(std::uint8_t v);
    void f64(double v);
    /// Text, its NUL and zero padding. The caller has checked that it holds no NUL.
    void text(std::string_view v);
    void blob(std::string_view v);
    /// Zero bytes until the buffer's size past `origin` is a whole number of words.
    void pad(std::size_t origin);

    [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }

  private:
    Buffer& out_;
};

}  // namespace dqlite::wire
