#include "wire/frame.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "wire/words.h"

namespace dqlite::wire {
namespace {

/// What trim() leaves: two reads of the usual size, so that a partial frame does not make the next
/// read shorter.
constexpr std::size_t kept_size = 128 * std::size_t{1024};

}  // namespace

Errc parse_header(Bytes bytes, Header& out) noexcept {
    if (bytes.size() < header_size) return Errc::incomplete;
    out.words = load<std::uint32_t>(bytes.data());
    out.type = load<std::uint8_t>(bytes.data() + 4);
    out.schema = load<std::uint8_t>(bytes.data() + 5);
    return Errc::ok;
}

Errc parse_frame(Bytes bytes, const Limits& limits, Frame& out, std::size_t& size) noexcept {
    size = header_size;
    Header header;
    if (const auto error = parse_header(bytes, header); error != Errc::ok) return error;
    const std::uint64_t body_size = header.words * std::uint64_t{word_size};
    if (body_size == 0) return Errc::empty_frame;
    if (body_size > limits.max_body) return Errc::frame_too_large;
    size += static_cast<std::size_t>(body_size);
    if (bytes.size() < size) return Errc::incomplete;
    out.type = header.type;
    out.schema = header.schema;
    out.body = bytes.subspan(header_size, size - header_size);
    return Errc::ok;
}

Framer::Framer(const Limits& limits) : limits_{limits} {
    // So that "no limit" cannot overflow the sums below.
    limits_.max_body = std::min(limits_.max_body, largest_body);
}

std::span<std::byte> Framer::prepare(std::size_t at_least) {
    if (begin_ == end_) begin_ = end_ = 0;
    if (size_ - end_ < at_least && begin_ > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, buffered());
        end_ = buffered();
        begin_ = 0;
    }
    if (size_ - end_ < at_least) {
        // Doubling keeps copies linear for a large frame; what the header announces plays no part.
        const auto needed = end_ + at_least;
        const auto ceiling = limits_.max_body + header_size + at_least;
        grow(std::max(needed, std::min(2 * size_, ceiling)));
    }
    return {buffer_.get() + end_, size_ - end_};
}

// What is unread lies at the front.
void Framer::grow(std::size_t size) {
    auto larger = std::make_unique_for_overwrite<std::byte[]>(size);
    std::copy_n(buffer_.get(), end_, larger.get());
    buffer_ = std::move(larger);
    size_ = size;
}

void Framer::commit(std::size_t size) noexcept {
    end_ += std::min(size, size_ - end_);
}

Errc Framer::next(Frame& out) noexcept {
    std::size_t size = 0;
    const auto error = parse_frame(unread(), limits_, out, size);
    if (error == Errc::ok) begin_ += size;
    return error;
}

void Framer::clear() noexcept {
    begin_ = end_ = 0;
}

void Framer::trim() {
    if (buffered() > 0 || size_ <= kept_size) return;
    clear();
    buffer_.reset();
    size_ = 0;
}

}  // namespace dqlite::wire
