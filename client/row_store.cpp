#include "client/row_store.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <unistd.h>

#include <fmt/format.h>

namespace dqlite::client {
namespace {

// Frames are some 4 KB: one system call takes many.
constexpr std::size_t write_size = 256 * std::size_t{1024};

Error store_error(std::string_view what) {
    const int code = errno;
    return {.kind = ErrorKind::limit,
            .message = fmt::format("a result cannot be kept in a temporary file: {}: {}", what,
                                   std::strerror(code))};
}

int open_unnamed_file() {
    std::error_code error;
    std::filesystem::path folder = std::filesystem::temp_directory_path(error);
    if (error) folder = "/tmp";
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) return file;
    // Not every file system can make a file without a name.
    std::string name = (folder / "dqlite-rows-XXXXXX").string();
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0) ::unlink(name.c_str());
    return named;
}

}  // namespace

RowStore::~RowStore() {
    if (file_ >= 0) ::close(file_);
}

Result<void> RowStore::append(const wire::Frame& frame) {
    const std::size_t size = frame.body.size();
    // Once in the file, always in the file: the order of reading stays that of writing.
    if (file_ >= 0 || memory_size_ + size > max_memory_) {
        if (auto appended = append_to_file(frame); !appended) return appended;
        places_.push_back({{}, size, frame.type, frame.schema});
        return {};
    }
    places_.push_back(
        {wire::Buffer(frame.body.begin(), frame.body.end()), size, frame.type, frame.schema});
    memory_size_ += size;
    return {};
}

Result<void> RowStore::append_to_file(const wire::Frame& frame) {
    if (file_size_ + frame.body.size() > max_file_) {
        return fail({.kind = ErrorKind::limit,
                     .message = fmt::format("a result is larger than the {} bytes that may be kept "
                                            "in a temporary file",
                                            max_file_)});
    }
    if (file_ < 0) file_ = open_unnamed_file();
    if (file_ < 0) return fail(store_error("open"));
    unwritten_.insert(unwritten_.end(), frame.body.begin(), frame.body.end());
    file_size_ += frame.body.size();
    return unwritten_.size() < write_size ? Result<void>{} : flush();
}

Result<void> RowStore::flush() {
    std::size_t done = 0;
    while (done < unwritten_.size()) {
        const ssize_t part = ::write(file_, unwritten_.data() + done, unwritten_.size() - done);
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return fail(store_error("write"));
        done += static_cast<std::size_t>(part);
    }
    unwritten_.clear();
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
        if (!unwritten_.empty()) {
            if (auto flushed = flush(); !flushed) return fail(std::move(flushed.error()));
        }
        current_.resize(place.size);
        std::size_t done = 0;
        while (done < place.size) {
            const ssize_t part = ::pread(file_, current_.data() + done, place.size - done,
                                         static_cast<off_t>(file_position_ + done));
            if (part < 0 && errno == EINTR) continue;
            if (part <= 0) return fail(store_error("read"));
            done += static_cast<std::size_t>(part);
        }
        file_position_ += place.size;
    }
    return wire::Frame{place.type, place.schema, wire::Bytes{current_}};
}

}  // namespace dqlite::client
