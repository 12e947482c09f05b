#include "driver/handle/cursor.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace dqlite::odbc {

// ------------------------------------------------------------------------------------ RowBlock

std::string_view RowBlock::keep(std::string_view bytes) {
    if (bytes.empty()) return "";
    if (block_size_ - block_used_ < bytes.size()) {
        constexpr auto smallest = std::size_t{64} * 1024;
        constexpr auto largest = std::size_t{4} * 1024 * 1024;
        block_size_ = std::max(bytes.size(), std::clamp(block_size_ * 2, smallest, largest));
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(block_size_));
        block_used_ = 0;
    }
    char* const at = blocks_.back().get() + block_used_;
    std::memcpy(at, bytes.data(), bytes.size());
    block_used_ += bytes.size();
    return {at, bytes.size()};
}

void RowBlock::append(std::span<const wire::Value> row) {
    for (const auto& value : row) {
        switch (value.type()) {
            case wire::ValueType::text:
                values_.push_back(wire::Value::text(keep(value.as_bytes())));
                break;
            case wire::ValueType::iso8601:
                values_.push_back(wire::Value::iso8601(keep(value.as_bytes())));
                break;
            case wire::ValueType::blob:
                values_.push_back(wire::Value::blob(keep(value.as_bytes())));
                break;
            default:
                values_.push_back(value);
        }
    }
}

// -------------------------------------------------------------------------------------- scroll

namespace {

ScrollTarget absolute(SQLLEN row, std::uint64_t last, SQLULEN size) noexcept {
    if (row == 0) return {0, false};
    if (row > 0) {
        const auto wanted = static_cast<std::uint64_t>(row);
        return {wanted <= last ? wanted : last + 1, false};
    }
    const auto back = static_cast<std::uint64_t>(-(row + 1)) + 1;  // |row|, also for the minimum
    if (back <= last) return {last - back + 1, false};
    return back > size ? ScrollTarget{0, false} : ScrollTarget{1, true};
}

ScrollTarget relative(SQLLEN rows, std::uint64_t start, std::uint64_t last, SQLULEN size) noexcept {
    const bool before = start == 0;
    const bool after = start > last;
    if ((before && rows > 0) || (after && rows < 0)) return absolute(rows, last, size);
    if (before) return {0, false};
    if (after) return {last + 1, false};
    if (rows >= 0) {
        const auto ahead = static_cast<std::uint64_t>(rows);
        return {ahead <= last - start ? start + ahead : last + 1, false};
    }
    const auto back = static_cast<std::uint64_t>(-(rows + 1)) + 1;
    if (back < start) return {start - back, false};
    if (start == 1 || back > size) return {0, false};
    return {1, true};
}

ScrollTarget prior(std::uint64_t start, std::uint64_t last, SQLULEN size) noexcept {
    if (start <= 1) return {0, false};
    if (start > last) {
        return last < size ? ScrollTarget{1, last != 0} : ScrollTarget{last - size + 1, false};
    }
    if (start <= size) return {1, true};
    return {start - size, false};
}

}  // namespace

ScrollTarget scroll(SQLSMALLINT orientation, SQLLEN offset, std::uint64_t start, std::uint64_t last,
                    SQLULEN previous_size, SQLULEN size) noexcept {
    switch (orientation) {
        case SQL_FETCH_FIRST:
            return {1, false};
        case SQL_FETCH_LAST:
            return {last > size ? last - size + 1 : 1, false};
        case SQL_FETCH_PRIOR:
            return prior(start, last, size);
        case SQL_FETCH_ABSOLUTE:
            return absolute(offset, last, size);
        case SQL_FETCH_RELATIVE:
            return relative(offset, start, last, size);
        default:  // SQL_FETCH_NEXT
            if (start == 0) return {1, false};
            if (start > last) return {last + 1, false};
            return {previous_size <= last - start ? start + previous_size : last + 1, false};
    }
}

// -------------------------------------------------------------------------------------- Cursor

Cursor::Cursor(std::unique_ptr<client::RowStream> stream, bool scrollable, SQLULEN max_rows,
               const std::atomic<bool>& cancelled)
    : stream_{std::move(stream)},
      scrollable_{scrollable},
      max_rows_{max_rows == 0 ? std::numeric_limits<std::uint64_t>::max() : max_rows},
      cancelled_{cancelled},
      block_{stream_->column_count()},
      kept_{stream_->column_count()} {}

/// The session notices a cancellation while it waits. Rows that are here already are read without
/// it, so between them it is looked for here.
bool Cursor::stopped() noexcept {
    if (!cancelled_.load(std::memory_order_relaxed)) return false;
    kept_.keep();
    stream_->close();
    error_ = {};
    error_.kind = client::ErrorKind::cancelled;
    return true;
}

std::optional<client::Error> Cursor::materialise() {
    while (block_.size() < max_rows_) {
        if (stopped()) return error_;
        switch (stream_->next()) {
            case client::RowStream::Step::row:
                block_.append(stream_->row());
                break;
            case client::RowStream::Step::end:
                return std::nullopt;
            case client::RowStream::Step::failed:
                return stream_->error();
        }
    }
    stream_->close();
    return std::nullopt;
}

std::optional<std::uint64_t> Cursor::row_count() const noexcept {
    if (scrollable_) return block_.size();
    if (const auto known = stream_->row_count()) return std::min(*known, max_rows_);
    return std::nullopt;
}

std::span<const wire::Value> Cursor::row(SQLULEN index) noexcept {
    if (from_stream_) return stream_->row();
    return scrollable_ ? block_.row(position_ - 1 + index) : kept_.row(index);
}

void Cursor::begin_forward(SQLULEN size) noexcept {
    asked_size_ = size;
    rowset_size_ = 0;
    failed_ = false;
    from_stream_ = size == 1;
    kept_.clear();
    position_ = rows_read_ + 1;
}

bool Cursor::read_forward() {
    if (rowset_size_ == asked_size_ || rows_read_ >= max_rows_) return false;
    if (stopped()) {
        failed_ = true;
        return false;
    }
    const auto step = stream_->next();
    if (step != client::RowStream::Step::row) {
        // The rows before a failure are delivered; the next fetch meets it again.
        failed_ = step == client::RowStream::Step::failed && rowset_size_ == 0;
        if (failed_) error_ = stream_->error();
        return false;
    }
    if (!from_stream_) {
        kept_.add(stream_->row_bytes());
        if (stream_->row_ends_frame()) kept_.keep();
    }
    ++rowset_size_;
    ++rows_read_;
    return true;
}

Cursor::Move Cursor::end_forward() {
    kept_.keep();
    if (failed_) return Move::failed;
    if (rowset_size_ != 0) return Move::ok;
    after_end_ = true;
    position_ = 0;
    return Move::no_data;
}

Cursor::Move Cursor::fetch_static(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size) {
    const auto last = block_.size();
    const auto start = after_end_ ? last + 1 : position_;
    const auto target = scroll(orientation, offset, start, last, asked_size_, size);
    asked_size_ = size;
    after_end_ = target.start > last;
    if (target.start == 0 || after_end_) {
        position_ = 0;
        rowset_size_ = 0;
        return Move::no_data;
    }
    position_ = target.start;
    rowset_size_ = std::min<std::uint64_t>(size, last - position_ + 1);
    return target.clipped ? Move::clipped_at_start : Move::ok;
}

}  // namespace dqlite::odbc
