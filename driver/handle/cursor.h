// A cursor over one result: forward-only over the stream itself, or static over a copy of it that
// scrolls. Both keep the current rowset for SQLGetData and SQLSetPos.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "client/rows.h"
#include "driver/handle/kept_rows.h"
#include "driver/odbc.h"
#include "wire/value.h"

namespace dqlite::odbc {

/// Rows that own their bytes: 0-based, random access.
class RowBlock {
  public:
    explicit RowBlock(std::size_t columns = 0) : columns_{columns} {}
    void append(std::span<const wire::Value> row);
    [[nodiscard]] std::uint64_t size() const noexcept {
        return columns_ == 0 ? 0 : values_.size() / columns_;
    }
    [[nodiscard]] std::span<const wire::Value> row(std::uint64_t index) const noexcept {
        return std::span{values_}.subspan(static_cast<std::size_t>(index) * columns_, columns_);
    }

  private:
    [[nodiscard]] std::string_view keep(std::string_view bytes);

    std::size_t columns_;
    std::vector<wire::Value> values_;
    // Blocks of bytes the values borrow from; they never move.
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t block_used_ = 0;
    std::size_t block_size_ = 0;
};

class Cursor {
  public:
    /// `cancelled` turns true when the application cancels the call that is reading, and outlives
    /// the cursor.
    Cursor(std::unique_ptr<client::RowStream> stream, bool scrollable, SQLULEN max_rows,
           const std::atomic<bool>& cancelled);

    /// Reads the whole stream of a scrollable cursor into its static copy.
    [[nodiscard]] std::optional<client::Error> materialise();
    [[nodiscard]] bool scrollable() const noexcept { return scrollable_; }
    /// Rows of the result, if known.
    [[nodiscard]] std::optional<std::uint64_t> row_count() const noexcept;

    enum class Move : unsigned char { ok, clipped_at_start, no_data, failed };
    /// Moves to the next rowset of up to `size` rows and calls `deliver(index, values)` for each of
    /// them, as it is read. Forward-only cursors know SQL_FETCH_NEXT. `clipped_at_start` is 01S06.
    /// After `failed`, error() tells.
    template <typename Deliver>
    [[nodiscard]] Move fetch(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size,
                             Deliver&& deliver) {
        if (scrollable_) {
            const Move move = fetch_static(orientation, offset, size);
            for (SQLULEN index = 0; index < rowset_size_; ++index) deliver(index, row(index));
            return move;
        }
        begin_forward(size);
        while (read_forward()) deliver(rowset_size_ - 1, stream_->row());
        return end_forward();
    }
    [[nodiscard]] const client::Error& error() const noexcept { return error_; }

    /// Rows of the current rowset.
    [[nodiscard]] SQLULEN rowset_size() const noexcept { return rowset_size_; }
    /// `index` is 0-based within the rowset.
    [[nodiscard]] std::span<const wire::Value> row(SQLULEN index) noexcept;
    /// 1-based number of the rowset's first row in the result; 0: before the start or unknown.
    [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

    [[nodiscard]] client::RowStream* stream() noexcept { return stream_.get(); }

  private:
    [[nodiscard]] bool stopped() noexcept;
    void begin_forward(SQLULEN size) noexcept;
    [[nodiscard]] bool read_forward();
    [[nodiscard]] Move end_forward();
    [[nodiscard]] Move fetch_static(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size);

    std::unique_ptr<client::RowStream> stream_;
    bool scrollable_;
    std::uint64_t max_rows_;
    const std::atomic<bool>& cancelled_;
    client::Error error_;
    RowBlock block_;            ///< the whole result of a static cursor
    KeptRows kept_;             ///< a forward-only rowset of more than a row
    bool from_stream_ = false;  ///< the rowset is the stream's current row
    bool failed_ = false;       ///< the rowset under way ends with error_
    std::uint64_t position_ = 0;
    bool after_end_ = false;
    SQLULEN rowset_size_ = 0;
    SQLULEN asked_size_ = 1;  ///< rowset size of the last fetch
    std::uint64_t rows_read_ = 0;
};

/// Where a scroll leads in a result of `last` rows (SQLFetchScroll's page, "Cursor Positioning
/// Rules"). `start` is the current rowset's first row, 0 before the start, last + 1 after the end.
struct ScrollTarget {
    std::uint64_t start = 0;  ///< 0: before the start; last + 1: after the end
    bool clipped = false;     ///< moved up to row 1: 01S06
};
[[nodiscard]] ScrollTarget scroll(SQLSMALLINT orientation, SQLLEN offset, std::uint64_t start,
                                  std::uint64_t last, SQLULEN previous_size, SQLULEN size) noexcept;

}  // namespace dqlite::odbc
