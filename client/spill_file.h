// A temporary file that has no name and ends with its object: where results go that are too large
// for memory.
#pragma once

#include <cstddef>
#include <span>

#include "client/error.h"
#include "wire/bytes.h"

namespace dqlite::client {

class SpillFile {
  public:
    explicit SpillFile(std::size_t max_size) noexcept : max_size_{max_size} {}
    ~SpillFile();
    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;

    [[nodiscard]] bool used() const noexcept { return size_ != 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Puts bytes behind the others. Kind limit where the cap is reached or the disk is full.
    [[nodiscard]] Result<void> append(wire::Bytes bytes);
    /// Fills `bytes` from `offset`; what append() took is there, written or not.
    [[nodiscard]] Result<void> read(std::size_t offset, std::span<std::byte> bytes);

  private:
    [[nodiscard]] Result<void> flush();

    std::size_t max_size_;
    std::size_t size_ = 0;
    wire::Buffer unwritten_;
    int file_ = -1;
};

}  // namespace dqlite::client
