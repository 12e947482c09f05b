#include "wire/bytes.h"

#include <bit>
#include <cstring>

#include "wire/words.h"

namespace dqlite::wire {

Errc Reader::u64(std::uint64_t& out) noexcept {
    if (remaining() < sizeof out) return Errc::truncated;
    out = load<std::uint64_t>(body_.data() + position_);
    position_ += sizeof out;
    return Errc::ok;
}

Errc Reader::u32(std::uint32_t& out) noexcept {
    if (remaining() < sizeof out) return Errc::truncated;
    out = load<std::uint32_t>(body_.data() + position_);
    position_ += sizeof out;
    return Errc::ok;
}

Errc Reader::f64(double& out) noexcept {
    std::uint64_t bits = 0;
    if (const auto error = u64(bits); error != Errc::ok) return error;
    out = std::bit_cast<double>(bits);
    return Errc::ok;
}

Errc Reader::text(std::string_view& out) noexcept {
    if (at_end()) return Errc::truncated;
    const auto* begin = reinterpret_cast<const char*>(body_.data() + position_);
    const auto* nul = static_cast<const char*>(std::memchr(begin, 0, remaining()));
    if (nul == nullptr) return Errc::unterminated_text;
    const auto size = static_cast<std::size_t>(nul - begin);
    const auto taken = padded(size + 1);
    if (taken > remaining()) return Errc::truncated;
    out = {begin, size};
    position_ += taken;
    return Errc::ok;
}

Errc Reader::blob(std::string_view& out) noexcept {
    const auto start = position_;
    std::uint64_t size = 0;
    if (const auto error = u64(size); error != Errc::ok) return error;
    // The size alone comes first: rounding up 2^64-1 would overflow to 0.
    if (size > remaining() || padded(size) > remaining()) {
        position_ = start;
        return Errc::truncated;
    }
    out = {reinterpret_cast<const char*>(body_.data() + position_), size};
    position_ += padded(size);
    return Errc::ok;
}

Errc Reader::raw(std::size_t size, Bytes& out) noexcept {
    if (size > remaining()) return Errc::truncated;
    out = body_.subspan(position_, size);
    position_ += size;
    return Errc::ok;
}

namespace {

/// Appends `size` zero bytes and returns where they start. vector::resize grows geometrically.
std::byte* extend(Buffer& out, std::size_t size) {
    const auto old = out.size();
    out.resize(old + size);
    return out.data() + old;
}

}  // namespace

void Writer::u64(std::uint64_t v) {
    store(extend(out_, sizeof v), v);
}

void Writer::u32(std::uint32_t v) {
    store(extend(out_, sizeof v), v);
}

void Writer::u8(std::uint8_t v) {
    out_.push_back(std::byte{v});
}

void Writer::f64(double v) {
    u64(std::bit_cast<std::uint64_t>(v));
}

void Writer::text(std::string_view v) {
    auto* to = extend(out_, padded(v.size() + 1));
    if (!v.empty()) std::memcpy(to, v.data(), v.size());
}

void Writer::blob(std::string_view v) {
    u64(v.size());
    auto* to = extend(out_, padded(v.size()));
    if (!v.empty()) std::memcpy(to, v.data(), v.size());
}

void Writer::pad(std::size_t origin) {
    out_.resize(origin + padded(out_.size() - origin));
}

}  // namespace dqlite::wire
