// A cursor over one result: forward-only over the stream itself, or static over a copy of it that
// scrolls. Both keep the current rowset for SQLGetData and SQLSetPos, and what the application
// itself changed through them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "client/cancel.h"
#include "client/row_archive.h"
#include "client/rows.h"
#include "driver/describe/keyed_query.h"
#include "driver/handle/kept_rows.h"
#include "driver/odbc.h"
#include "wire/value.h"

namespace dqlite::odbc {

/// Rows that own their bytes: 0-based, random access.
class RowBlock {
  public:
    explicit RowBlock(std::size_t columns = 0) : columns_{columns} {}
    void reset(std::size_t columns);
    void append(std::span<const wire::Value> row);
    /// Another row in place of one that is there.
    void replace(std::uint64_t index, std::span<const wire::Value> row);
    /// Appends a row of an archive, borrowing its bytes.
    [[nodiscard]] client::Result<void> append(client::RowArchive& archive, std::uint64_t number);
    [[nodiscard]] std::uint64_t size() const noexcept {
        return columns_ == 0 ? 0 : values_.size() / columns_;
    }
    [[nodiscard]] std::span<const wire::Value> row(std::uint64_t index) const noexcept {
        return std::span{values_}.subspan(static_cast<std::size_t>(index) * columns_, columns_);
    }

  private:
    [[nodiscard]] std::string_view keep(std::string_view bytes);
    [[nodiscard]] wire::Value kept(const wire::Value& value);

    std::size_t columns_;
    std::vector<wire::Value> values_;
    // Blocks of bytes the values borrow from; they never move.
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t block_used_ = 0;
    std::size_t block_size_ = 0;
    std::vector<client::RowArchive::Held> held_;  ///< what rows of an archive borrow from
};

class Cursor {
  public:
    struct Options {
        bool scrollable = false;
        SQLULEN max_rows = 0;                     ///< 0: all
        client::RowArchive::Limits copy;          ///< of a scrollable cursor's copy
        std::shared_ptr<const KeyedQuery> keyed;  ///< how its rows are changed; null: read-only
    };
    /// `call` is what an application cancels while the cursor reads; it outlives the cursor.
    Cursor(std::unique_ptr<client::RowStream> stream, Options options,
           const client::Cancellable& call);

    /// Reads the whole stream of a scrollable cursor into its static copy.
    [[nodiscard]] std::optional<client::Error> materialise();
    [[nodiscard]] bool scrollable() const noexcept { return options_.scrollable; }
    /// Null for a read-only cursor. Its rows have the key's columns behind those of the result.
    [[nodiscard]] const KeyedQuery* keyed() const noexcept { return options_.keyed.get(); }
    /// Rows of the result, if known.
    [[nodiscard]] std::optional<std::uint64_t> row_count() const noexcept;

    enum class Move : unsigned char { ok, clipped_at_start, no_data, failed };
    /// Moves to the next rowset of up to `size` rows and calls `deliver(index, values)` for each of
    /// them, as it is read. Forward-only cursors know SQL_FETCH_NEXT. `clipped_at_start` is 01S06.
    /// After `failed`, error() tells.
    template <typename Deliver>
    [[nodiscard]] Move fetch(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size,
                             Deliver&& deliver) {
        picked_.clear();
        position_lost_ = false;
        if (scrollable()) {
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
    /// The same of any row of the rowset.
    [[nodiscard]] std::uint64_t row_number(SQLULEN index) const noexcept {
        return picked_.empty() ? position_ + index : picked_[index];
    }

    // Rows by their number, as bookmarks name them: scrollable cursors only.
    [[nodiscard]] bool has_row(std::uint64_t number) const noexcept {
        return scrollable() && number >= 1 && number <= rows_;
    }
    /// Makes these rows, which are there, the rowset. The position is then undefined: SQLSetPos
    /// has nothing to work on before the next fetch().
    [[nodiscard]] Move pick(std::vector<std::uint64_t> numbers);
    void lose_position() noexcept { position_lost_ = true; }
    [[nodiscard]] bool position_lost() const noexcept { return position_lost_; }
    /// Appends one row to `block`.
    [[nodiscard]] client::Result<void> read(std::uint64_t number, RowBlock& block);

    // What the application changed through this cursor. A forward-only cursor remembers it until
    // the next fetch.
    [[nodiscard]] bool deleted(std::uint64_t number) const noexcept {
        return !deleted_.empty() && deleted_.contains(number);
    }
    [[nodiscard]] bool changed() const noexcept { return !deleted_.empty() || !unread_.empty(); }
    /// It was added, and so far nothing but its key is known.
    [[nodiscard]] bool unread(std::uint64_t number) const noexcept {
        return !unread_.empty() && unread_.contains(number);
    }
    void note_deleted(std::uint64_t number) { deleted_.insert(number); }
    /// The row as it is now.
    [[nodiscard]] client::Result<void> note_row(std::uint64_t number,
                                                std::span<const wire::Value> row);
    /// A row whose key alone is known, behind all others. Gives its number; 0 where added rows
    /// cannot be seen (forward-only).
    [[nodiscard]] client::Result<std::uint64_t> note_added(std::span<const wire::Value> key);

    [[nodiscard]] client::RowStream* stream() noexcept { return stream_.get(); }

  private:
    [[nodiscard]] bool stopped() noexcept;
    void begin_forward(SQLULEN size);
    [[nodiscard]] bool read_forward();
    [[nodiscard]] Move end_forward();
    [[nodiscard]] Move fetch_static(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size);
    [[nodiscard]] Move load_rowset();

    std::unique_ptr<client::RowStream> stream_;
    Options options_;
    std::uint64_t max_rows_;
    const client::Cancellable& call_;
    client::Error error_;
    client::RowArchive copy_;   ///< the whole result (static)
    std::uint64_t rows_ = 0;    ///< of the static result, those added later too
    RowBlock block_;            ///< the rowset of a static cursor, and of one whose rows can change
    KeptRows kept_;             ///< a forward-only rowset of more than a row
    bool from_stream_ = false;  ///< the rowset is the stream's current row
    bool failed_ = false;       ///< the rowset under way ends with error_
    std::uint64_t position_ = 0;
    bool after_end_ = false;
    SQLULEN rowset_size_ = 0;
    SQLULEN asked_size_ = 1;  ///< rowset size of the last fetch
    std::uint64_t rows_read_ = 0;

    std::vector<std::uint64_t> picked_;  ///< numbers of the rowset's rows, where not in sequence
    bool position_lost_ = false;
    std::unordered_set<std::uint64_t> deleted_;
    std::unordered_set<std::uint64_t> unread_;
    /// Where in the copy a row lies (0-based) that is not at its number: changed or added.
    std::unordered_map<std::uint64_t, std::uint64_t> moved_;
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
