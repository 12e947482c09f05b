// Frames kept aside: in memory first, past a cap in a temporary file that has no name. Written
// once, then read once from the front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "client/error.h"
#include "client/spill_file.h"
#include "wire/bytes.h"
#include "wire/frame.h"

namespace dqlite::client {

class RowStore {
  public:
    RowStore(std::size_t max_memory, std::size_t max_file) noexcept
        : max_memory_{max_memory}, file_{max_file} {}

    /// Copies the frame. Kind limit where the caps are reached or the disk is full.
    [[nodiscard]] Result<void> append(const wire::Frame& frame);
    /// The next frame, good until the next call; nothing at the end.
    [[nodiscard]] Result<std::optional<wire::Frame>> next();

    [[nodiscard]] std::size_t bytes_in_memory() const noexcept { return memory_size_; }
    [[nodiscard]] std::size_t bytes_on_disk() const noexcept { return file_.size(); }

  private:
    struct Place {
        wire::Buffer memory;  ///< empty: in the file
        std::size_t size = 0;
        std::uint8_t type = 0;
        std::uint8_t schema = 0;
    };

    std::size_t max_memory_;
    std::size_t memory_size_ = 0;
    SpillFile file_;
    std::size_t file_position_ = 0;
    std::deque<Place> places_;
    wire::Buffer current_;
};

}  // namespace dqlite::client
