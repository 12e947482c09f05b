#include "wire/rows.h"

#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include "wire/words.h"
#include "wire/write_value.h"

namespace dqlite::wire {
namespace {

constexpr std::uint64_t done_marker = 0xffff'ffff'ffff'ffffU;
constexpr std::uint64_t part_marker = 0xeeee'eeee'eeee'eeeeU;

constexpr std::size_t bits_per_type = 4;
constexpr std::size_t types_per_word = 16;

constexpr std::size_t header_words(std::size_t columns) noexcept {
    return (columns + types_per_word - 1) / types_per_word;
}

/// Finds the end of a text that starts a word: returns the word behind it, or nullptr if it has no
/// NUL before `end`. Texts are short as a rule, and their words are needed anyway, so the first
/// ones are looked at here; the rest of a long one is memchr's.
inline const std::byte* scan_text(const std::byte* from, const std::byte* end,
                                  std::string_view& out) noexcept {
    constexpr std::ptrdiff_t inline_size = 6 * word_size;
    const auto* text = reinterpret_cast<const char*>(from);
    const auto* p = from;
    const auto* near_end = end - from > inline_size ? from + inline_size : end;
    for (; p != near_end; p += word_size) {
        if (const auto zeros = zero_bytes(load<std::uint64_t>(p)); zeros != 0) {
            out = {text, static_cast<std::size_t>(p - from) + first_zero(zeros)};
            return p + word_size;
        }
    }
    const auto* nul = p == end ? nullptr : std::memchr(p, 0, static_cast<std::size_t>(end - p));
    if (nul == nullptr) return nullptr;
    const auto size = static_cast<std::size_t>(static_cast<const std::byte*>(nul) - from);
    out = {text, size};
    return from + padded(size + 1);
}

}  // namespace

Errc RowsCursor::open(const Frame& frame, const Limits& limits) {
    body_ = {};
    row_start_ = position_ = 0;
    names_.clear();
    rows_read_ = 0;
    const auto fail = [this](Errc error) { return error_ = error; };

    if (!frame.is(ResponseType::rows)) return fail(Errc::unexpected_type);
    if (frame.schema != 0) return fail(Errc::unexpected_schema);
    // All that follows steps by whole words and relies on this.
    if (frame.body.size() % word_size != 0) return fail(Errc::truncated);
    Reader reader{frame.body};
    std::uint64_t columns = 0;
    if (const auto error = reader.u64(columns); error != Errc::ok) return fail(error);
    if (columns > limits.max_columns || columns > reader.remaining() / word_size) {
        return fail(Errc::too_many_columns);
    }
    names_.reserve(static_cast<std::size_t>(columns));
    while (names_.size() < columns) {
        std::string_view name;
        if (const auto error = reader.text(name); error != Errc::ok) {
            names_.clear();
            return fail(error);
        }
        names_.push_back(name);
    }
    body_ = frame.body;
    position_ = reader.position();
    return fail(Errc::ok);
}

bool RowsCursor::ends_result() const noexcept {
    return body_.size() >= word_size &&
           load<std::uint64_t>(body_.data() + body_.size() - word_size) == done_marker;
}

RowsCursor::Step RowsCursor::end_of_body(std::uint64_t marker) noexcept {
    if (body_.size() - position_ != word_size) return fail(Errc::trailing_bytes);
    return marker == done_marker ? Step::done : Step::part;
}

RowsCursor::Step RowsCursor::fail(Errc error) noexcept {
    error_ = error;
    return Step::malformed;
}

RowsCursor::Step RowsCursor::next(std::span<Value> values) noexcept {
    assert(values.size() >= names_.size());
    if (error_ != Errc::ok) return Step::malformed;
    const Bytes rest = body_.subspan(position_);
    if (rest.empty()) return fail(Errc::bad_marker);
    const auto word = load<std::uint64_t>(rest.data());
    // No marker can be a row's header: neither nibble is a type.
    if (word == done_marker || word == part_marker) return end_of_body(word);
    // A row without columns takes no bytes: only the marker may stand here.
    if (names_.empty()) return fail(Errc::bad_marker);
    std::size_t size = 0;
    if (const auto error = read_row(rest, values.first(names_.size()), size); error != Errc::ok) {
        return fail(error);
    }
    row_start_ = position_;
    position_ += size;
    ++rows_read_;
    return Step::row;
}

// The hottest loop of the project: every value of every result passes here. It works on local
// pointers, steps by whole words (which every field is padded to), and compares with `end` once
// for each value.
Errc read_row(Bytes bytes, std::span<Value> out, std::size_t& size) noexcept {
    const std::byte* const begin = bytes.data();
    const std::byte* const end = begin + bytes.size();
    const std::byte* types = begin;
    const auto types_size = header_words(out.size()) * word_size;
    if (bytes.size() < types_size) return Errc::truncated;

    const std::byte* p = types + types_size;
    std::uint64_t word = 0;
    for (std::size_t column = 0; column < out.size(); ++column, word >>= bits_per_type) {
        if (column % types_per_word == 0) {
            word = load<std::uint64_t>(types);
            types += word_size;
        }
        if (p == end) return Errc::truncated;
        const auto type = static_cast<ValueType>(word & 0xfU);
        switch (type) {
            case ValueType::integer:
                out[column] = Value::integer(static_cast<std::int64_t>(load<std::uint64_t>(p)));
                p += word_size;
                break;
            case ValueType::real:
                out[column] = Value::real(std::bit_cast<double>(load<std::uint64_t>(p)));
                p += word_size;
                break;
            case ValueType::text:
            case ValueType::iso8601: {
                std::string_view text;
                p = scan_text(p, end, text);
                if (p == nullptr) return Errc::unterminated_text;
                out[column] = type == ValueType::text ? Value::text(text) : Value::iso8601(text);
                break;
            }
            case ValueType::blob: {
                const auto length = load<std::uint64_t>(p);
                p += word_size;
                // What is left is whole words: a size within it stays within it when rounded up.
                if (length > static_cast<std::size_t>(end - p)) return Errc::truncated;
                out[column] = Value::blob({reinterpret_cast<const char*>(p), length});
                p += padded(length);
                break;
            }
            case ValueType::null:
                out[column] = Value::null();
                p += word_size;
                break;
            case ValueType::unix_time:
                out[column] = Value::unix_time(static_cast<std::int64_t>(load<std::uint64_t>(p)));
                p += word_size;
                break;
            case ValueType::boolean:
                out[column] = Value::raw_boolean(static_cast<std::int64_t>(load<std::uint64_t>(p)));
                p += word_size;
                break;
            default:
                return Errc::bad_value_type;
        }
    }
    size = static_cast<std::size_t>(p - begin);
    return Errc::ok;
}

namespace {

/// As a server does: the protocol's text ends at its first NUL.
std::string_view up_to_nul(std::string_view v) noexcept {
    return v.substr(0, v.find('\0'));
}

}  // namespace

RowsWriter::RowsWriter(std::span<const std::string_view> names) : columns_{names.size()} {
    Writer writer{frame_};
    // The header's place; finish() knows what goes there.
    writer.u64(0);
    writer.u64(names.size());
    for (const auto name : names) writer.text(up_to_nul(name));
}

void RowsWriter::row(std::span<const Value> values) {
    assert(values.size() == columns_);
    Writer writer{frame_};
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < columns_; ++i) {
        word |= static_cast<std::uint64_t>(values[i].type())
                << (i % types_per_word * bits_per_type);
        if ((i + 1) % types_per_word == 0 || i + 1 == columns_) {
            writer.u64(word);
            word = 0;
        }
    }
    for (const auto& v : values) {
        if (v.holds_text()) {
            writer.text(up_to_nul(v.as_bytes()));
        } else {
            write_value(writer, v);
        }
    }
}

Buffer RowsWriter::finish(bool last) {
    Writer{frame_}.u64(last ? done_marker : part_marker);
    const auto words = (frame_.size() - header_size) / word_size;
    store(frame_.data(), static_cast<std::uint32_t>(words));
    store(frame_.data() + 4, static_cast<std::uint8_t>(ResponseType::rows));
    return std::move(frame_);
}

}  // namespace dqlite::wire
