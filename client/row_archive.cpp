#include "client/row_archive.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace dqlite::client {
namespace {

using wire::Value;
using wire::ValueType;

// Large enough that a file is written and read in few calls, small beside what a result may take.
constexpr std::size_t chunk_size = 64 * std::size_t{1024};

template <typename T>
void put(wire::Buffer& out, const T& value) {
    const auto* const bytes = reinterpret_cast<const std::byte*>(&value);
    out.insert(out.end(), bytes, bytes + sizeof value);
}

template <typename T>
T take(const std::byte*& from) noexcept {
    T value;
    std::memcpy(&value, from, sizeof value);
    from += sizeof value;
    return value;
}

bool has_bytes(ValueType type) noexcept {
    return type == ValueType::text || type == ValueType::iso8601 || type == ValueType::blob;
}

void encode(const Value& value, wire::Buffer& out) {
    put(out, value.type());
    if (has_bytes(value.type())) {
        const auto bytes = std::as_bytes(std::span{value.as_bytes()});
        put(out, static_cast<std::uint64_t>(bytes.size()));
        out.insert(out.end(), bytes.begin(), bytes.end());
    } else if (value.type() == ValueType::real) {
        put(out, value.as_real());
    } else if (value.holds_integer()) {
        put(out, value.as_integer());
    }
}

std::string_view take_bytes(const std::byte*& from) noexcept {
    const auto size = static_cast<std::size_t>(take<std::uint64_t>(from));
    const std::string_view bytes{reinterpret_cast<const char*>(from), size};
    from += size;
    return bytes;
}

Value decode(const std::byte*& from) noexcept {
    switch (take<ValueType>(from)) {
        case ValueType::integer:
            return Value::integer(take<std::int64_t>(from));
        case ValueType::boolean:
            return Value::raw_boolean(take<std::int64_t>(from));
        case ValueType::unix_time:
            return Value::unix_time(take<std::int64_t>(from));
        case ValueType::real:
            return Value::real(take<double>(from));
        case ValueType::text:
            return Value::text(take_bytes(from));
        case ValueType::iso8601:
            return Value::iso8601(take_bytes(from));
        case ValueType::blob:
            return Value::blob(take_bytes(from));
        case ValueType::null:
            break;
    }
    return Value::null();
}

}  // namespace

Result<void> RowArchive::append(std::span<const Value> row) {
    if (open_.size() >= chunk_size) {
        if (auto closed = close_chunk(); !closed) return closed;
    }
    open_begin_.push_back(open_.size());
    for (const Value& value : row) encode(value, open_);
    ++rows_;
    return {};
}

Result<void> RowArchive::close_chunk() {
    if (open_begin_.empty()) return {};
    Chunk chunk;
    chunk.rows = open_begin_.size();
    chunk.first = rows_ - chunk.rows;
    for (const std::uint64_t begin : open_begin_) put(open_, begin);
    chunk.size = open_.size();
    if (memory_size_ + chunk.size > max_memory_) {
        chunk.place = file_.size();
        if (auto written = file_.append(open_); !written) return written;
        open_.clear();
    } else {
        memory_size_ += chunk.size;
        chunk.memory = std::make_shared<const wire::Buffer>(open_.begin(), open_.end());
        open_.clear();
    }
    open_begin_.clear();
    chunks_.push_back(std::move(chunk));
    return {};
}

Result<RowArchive::Held> RowArchive::load(std::size_t chunk) {
    const Chunk& wanted = chunks_[chunk];
    if (wanted.memory != nullptr) return wanted.memory;
    if (loaded_ == chunk + 1) return loaded_bytes_;
    wire::Buffer bytes(wanted.size);
    if (auto read = file_.read(wanted.place, bytes); !read) return fail(std::move(read.error()));
    loaded_bytes_ = std::make_shared<const wire::Buffer>(std::move(bytes));
    loaded_ = chunk + 1;
    return loaded_bytes_;
}

Result<RowArchive::Held> RowArchive::read(std::uint64_t number, std::vector<Value>& values) {
    if (chunks_.empty() || number >= chunks_.back().first + chunks_.back().rows) {
        if (auto closed = close_chunk(); !closed) return fail(std::move(closed.error()));
    }
    const auto after = std::upper_bound(
        chunks_.begin(), chunks_.end(), number,
        [](std::uint64_t wanted, const Chunk& chunk) { return wanted < chunk.first; });
    const auto& chunk = *std::prev(after);
    auto held = load(static_cast<std::size_t>(std::prev(after) - chunks_.begin()));
    if (!held) return held;
    const std::byte* const bytes = (*held)->data();
    const auto index = static_cast<std::size_t>(number - chunk.first);
    const std::byte* begin = bytes + chunk.size - (chunk.rows - index) * sizeof(std::uint64_t);
    const std::byte* from = bytes + take<std::uint64_t>(begin);
    for (std::size_t i = 0; i < columns_; ++i) values.push_back(decode(from));
    return held;
}

}  // namespace dqlite::client
