#include "client/spill_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

namespace dqlite::client {
namespace {

// Frames are some 4 KB: one system call takes many.
constexpr std::size_t write_size = 256 * std::size_t{1024};

Error file_error(std::string_view what) {
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

SpillFile::~SpillFile() {
    if (file_ >= 0) ::close(file_);
}

Result<void> SpillFile::append(wire::Bytes bytes) {
    if (size_ + bytes.size() > max_size_) {
        return fail({.kind = ErrorKind::limit,
                     .message = fmt::format("a result is larger than the {} bytes that may be kept "
                                            "in a temporary file",
                                            max_size_)});
    }
    if (file_ < 0) file_ = open_unnamed_file();
    if (file_ < 0) return fail(file_error("open"));
    unwritten_.insert(unwritten_.end(), bytes.begin(), bytes.end());
    size_ += bytes.size();
    return unwritten_.size() < write_size ? Result<void>{} : flush();
}

Result<void> SpillFile::flush() {
    const std::size_t written = size_ - unwritten_.size();
    std::size_t done = 0;
    while (done < unwritten_.size()) {
        const ssize_t part = ::pwrite(file_, unwritten_.data() + done, unwritten_.size() - done,
                                      static_cast<off_t>(written + done));
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return fail(file_error("write"));
        done += static_cast<std::size_t>(part);
    }
    unwritten_.clear();
    return {};
}

Result<void> SpillFile::read(std::size_t offset, std::span<std::byte> bytes) {
    if (!unwritten_.empty()) {
        if (auto flushed = flush(); !flushed) return flushed;
    }
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t part = ::pread(file_, bytes.data() + done, bytes.size() - done,
                                     static_cast<off_t>(offset + done));
        if (part < 0 && errno == EINTR) continue;
        if (part <= 0) return fail(file_error("read"));
        done += static_cast<std::size_t>(part);
    }
    return {};
}

}  // namespace dqlite::client
