// Builds frames field by field, right ones and wrong ones.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "wire/bytes.h"
#include "wire/frame.h"

namespace dqlite::wire::test {

/// Owns a body in memory of exactly its size, so that AddressSanitizer sees a read past it.
class OwnedFrame {
  public:
    OwnedFrame(std::uint8_t type, std::uint8_t schema, Bytes body)
        : memory_{std::make_unique<std::byte[]>(body.size())} {
        std::copy(body.begin(), body.end(), memory_.get());
        frame_ = {type, schema, Bytes{memory_.get(), body.size()}};
    }
    OwnedFrame(ResponseType type, Bytes body, std::uint8_t schema = 0)
        : OwnedFrame{static_cast<std::uint8_t>(type), schema, body} {}

    // NOLINTNEXTLINE(google-explicit-constructor): stands for the frame it owns.
    operator const Frame&() const noexcept { return frame_; }

  private:
    std::unique_ptr<std::byte[]> memory_;
    Frame frame_;
};

class Body {
  public:
    Body& u64(std::uint64_t v) { return Writer{bytes_}.u64(v), *this; }
    Body& u32(std::uint32_t v) { return Writer{bytes_}.u32(v), *this; }
    Body& f64(double v) { return Writer{bytes_}.f64(v), *this; }
    Body& text(std::string_view v) { return Writer{bytes_}.text(v), *this; }
    Body& blob(std::string_view v) { return Writer{bytes_}.blob(v), *this; }
    Body& raw(std::string_view v) {
        for (const char c : v) bytes_.push_back(static_cast<std::byte>(c));
        return *this;
    }

    [[nodiscard]] const Buffer& bytes() const noexcept { return bytes_; }
    [[nodiscard]] OwnedFrame frame(ResponseType type, std::uint8_t schema = 0) const {
        return {type, bytes_, schema};
    }

  private:
    Buffer bytes_;
};

/// A whole frame as bytes.
inline Buffer framed(std::uint8_t type, Bytes body, std::uint8_t schema = 0) {
    Buffer out;
    Writer writer{out};
    writer.u32(static_cast<std::uint32_t>(body.size() / word_size));
    writer.u8(type);
    writer.u8(schema);
    writer.u8(0);
    writer.u8(0);
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

inline Bytes as_bytes(std::string_view v) noexcept {
    return std::as_bytes(std::span{v});
}

inline std::string_view as_text(Bytes v) noexcept {
    return {reinterpret_cast<const char*>(v.data()), v.size()};
}

}  // namespace dqlite::wire::test
