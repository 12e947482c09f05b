#include "driver/handle/cursor.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace dqlite::odbc {

// ------------------------------------------------------------------------------------ RowBlock

void RowBlock::reset(std::size_t columns) {
    columns_ = columns;
    values_.clear();
    // One block is kept: a forward-only cursor fills it again with every rowset.
    if (blocks_.size() > 1) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
    block_used_ = 0;
    held_.clear();
}

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

wire::Value RowBlock::kept(const wire::Value& value) {
    switch (value.type()) {
        case wire::ValueType::text:
            return wire::Value::text(keep(value.as_bytes()));
        case wire::ValueType::iso8601:
            return wire::Value::iso8601(keep(value.as_bytes()));
        case wire::ValueType::blob:
            return wire::Value::blob(keep(value.as_bytes()));
        default:
            return value;
    }
}

void RowBlock::append(std::span<const wire::Value> row) {
    for (const auto& value : row) values_.push_back(kept(value));
}

void RowBlock::replace(std::uint64_t index, std::span<const wire::Value> row) {
    const auto first = static_cast<std::size_t>(index) * columns_;
    for (std::size_t i = 0; i < columns_; ++i) values_[first + i] = kept(row[i]);
}

client::Result<void> RowBlock::append(client::RowArchive& archive, std::uint64_t number) {
    auto held = archive.read(number, values_);
    if (!held) return client::fail(std::move(held.error()));
    if (held_.empty() || held_.back() != *held) held_.push_back(std::move(*held));
    return {};
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

Cursor::Cursor(std::unique_ptr<client::RowStream> stream, Options options,
               const client::Cancellable& call)
    : stream_{std::move(stream)},
      options_{std::move(options)},
      max_rows_{options_.max_rows == 0 ? std::numeric_limits<std::uint64_t>::max()
                                       : options_.max_rows},
      call_{call},
      copy_{stream_->column_count(), options_.copy},
      block_{stream_->column_count()},
      kept_{stream_->column_count()} {}

/// The session notices a cancellation while it waits. Rows that are here already are read without
/// it, so between them it is looked for here.
bool Cursor::stopped() noexcept {
    if (!call_.cancelled()) return false;
    kept_.keep();
    stream_->close();
    error_ = {};
    error_.kind = client::ErrorKind::cancelled;
    return true;
}

std::optional<client::Error> Cursor::materialise() {
    for (; rows_ < max_rows_; ++rows_) {
        if (stopped()) return error_;
        const auto step = stream_->next();
        if (step == client::RowStream::Step::failed) return stream_->error();
        if (step == client::RowStream::Step::end) return std::nullopt;
        if (auto kept = copy_.append(stream_->row()); !kept) {
            stream_->close();
            return std::move(kept.error());
        }
    }
    stream_->close();
    return std::nullopt;
}

std::optional<std::uint64_t> Cursor::row_count() const noexcept {
    if (scrollable()) return rows_;
    if (const auto known = stream_->row_count()) return std::min(*known, max_rows_);
    return std::nullopt;
}

std::span<const wire::Value> Cursor::row(SQLULEN index) noexcept {
    if (from_stream_) return stream_->row();
    return scrollable() || keyed() != nullptr ? block_.row(index) : kept_.row(index);
}

void Cursor::begin_forward(SQLULEN size) {
    asked_size_ = size;
    rowset_size_ = 0;
    failed_ = false;
    deleted_.clear();
    // A row that can be changed is a copy: the stream's own cannot be changed with it.
    from_stream_ = size == 1 && keyed() == nullptr;
    if (keyed() != nullptr) block_.reset(stream_->column_count());
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
        // The rows before a failure are delivered; the next fetch meets it again. A cancellation
        // is told by the fetch it ends.
        failed_ = step == client::RowStream::Step::failed &&
                  (rowset_size_ == 0 || stream_->error().kind == client::ErrorKind::cancelled);
        if (failed_) error_ = stream_->error();
        return false;
    }
    if (keyed() != nullptr) {
        block_.append(stream_->row());
    } else if (!from_stream_) {
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
    const auto start = after_end_ ? rows_ + 1 : position_;
    // A rowset ends with its last row: what was added behind it comes next.
    const auto previous = rowset_size_ == 0 ? asked_size_ : std::min(asked_size_, rowset_size_);
    const auto target = scroll(orientation, offset, start, rows_, previous, size);
    asked_size_ = size;
    after_end_ = target.start > rows_;
    if (target.start == 0 || after_end_) {
        position_ = 0;
        rowset_size_ = 0;
        return Move::no_data;
    }
    position_ = target.start;
    rowset_size_ = std::min<std::uint64_t>(size, rows_ - position_ + 1);
    const auto loaded = load_rowset();
    return loaded == Move::ok && target.clipped ? Move::clipped_at_start : loaded;
}

Cursor::Move Cursor::load_rowset() {
    block_.reset(stream_->column_count());
    for (SQLULEN index = 0; index < rowset_size_; ++index) {
        if (auto loaded = read(row_number(index), block_); !loaded) {
            error_ = std::move(loaded.error());
            rowset_size_ = 0;
            return Move::failed;
        }
    }
    return Move::ok;
}

}  // namespace dqlite::odbc
