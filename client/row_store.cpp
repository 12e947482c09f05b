#include "client/row_store.h"

#include <utility>

namespace dqlite::client {

Result<void> RowStore::append(const wire::Frame& frame) {
    const std::size_t size = frame.body.size();
    // Once in the file, always in the file: the order of reading stays that of writing.
    if (file_.used() || memory_size_ + size > max_memory_) {
        if (auto appended = file_.append(frame.body); !appended) return appended;
        places_.push_back({{}, size, frame.type, frame.schema});
        return {};
    }
    places_.push_back(
        {wire::Buffer(frame.body.begin(), frame.body.end()), size, frame.type, frame.schema});
    memory_size_ += size;
    return {};
}

Result<std::optional<wire::Frame>> RowStore::next() {
    if (places_.empty()) return std::nullopt;
    Place place = std::move(places_.front());
    places_.pop_front();
    if (!place.memory.empty()) {
        current_ = std::move(place.memory);
        memory_size_ -= place.size;
    } else {
        current_.resize(place.size);
        if (auto read = file_.read(file_position_, current_); !read) {
            return fail(std::move(read.error()));
        }
        file_position_ += place.size;
    }
    return wire::Frame{place.type, place.schema, wire::Bytes{current_}};
}

}  // namespace dqlite::client
