// A whole result for scrolling: rows go in one after the other and are read in any order. Past a
// cap they lie in a temporary file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "client/error.h"
#include "client/spill_file.h"
#include "wire/value.h"

namespace dqlite::client {

class RowArchive {
  public:
    struct Limits {
        std::size_t memory = 0;
        std::size_t file = 0;
    };
    RowArchive(std::size_t columns, Limits limits) noexcept
        : columns_{columns}, max_memory_{limits.memory}, file_{limits.file} {}

    [[nodiscard]] std::uint64_t size() const noexcept { return rows_; }
    [[nodiscard]] std::size_t bytes_in_memory() const noexcept { return memory_size_; }
    [[nodiscard]] std::size_t bytes_on_disk() const noexcept { return file_.size(); }

    /// Copies the row. Kind limit where both caps are reached or the disk is full.
    [[nodiscard]] Result<void> append(std::span<const wire::Value> row);

    /// What read values borrow from: they are good as long as it is held, whatever the archive
    /// does.
    using Held = std::shared_ptr<const wire::Buffer>;
    /// Appends the values of row `number` (0-based, there) to `values`.
    [[nodiscard]] Result<Held> read(std::uint64_t number, std::vector<wire::Value>& values);

  private:
    /// Rows that are kept, written and read together: their bytes, then where each begins.
    struct Chunk {
        std::uint64_t first = 0;
        std::size_t rows = 0;
        std::size_t size = 0;
        std::size_t place = 0;  ///< in the file
        Held memory;            ///< null: in the file
    };
    [[nodiscard]] Result<void> close_chunk();
    [[nodiscard]] Result<Held> load(std::size_t chunk);

    std::size_t columns_;
    std::size_t max_memory_;
    SpillFile file_;
    std::uint64_t rows_ = 0;
    std::size_t memory_size_ = 0;
    std::vector<Chunk> chunks_;
    wire::Buffer open_;                      // the rows that are in no chunk yet
    std::vector<std::uint64_t> open_begin_;  // and where each begins
    std::size_t loaded_ = 0;                 // the chunk read last, plus one; scrolling comes again
    Held loaded_bytes_;
};

}  // namespace dqlite::client
