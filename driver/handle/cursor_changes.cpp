// Rows of a cursor by their number, and what the application changed through it.
#include <algorithm>
#include <utility>

#include "driver/handle/cursor.h"

namespace dqlite::odbc {

client::Result<void> Cursor::read(std::uint64_t number, RowBlock& block) {
    if (!moved_.empty()) {
        if (const auto found = moved_.find(number); found != moved_.end()) {
            return block.append(copy_, found->second);
        }
    }
    return block.append(copy_, number - 1);
}

Cursor::Move Cursor::pick(std::vector<std::uint64_t> numbers) {
    picked_ = std::move(numbers);
    position_lost_ = true;
    rowset_size_ = picked_.size();
    return load_rowset();
}

client::Result<void> Cursor::note_row(std::uint64_t number, std::span<const wire::Value> row) {
    for (SQLULEN index = 0; index < rowset_size_; ++index) {
        if (row_number(index) == number) block_.replace(index, row);
    }
    if (!scrollable()) return {};
    unread_.erase(number);
    moved_[number] = copy_.size();
    return copy_.append(row);
}

client::Result<std::uint64_t> Cursor::note_added(std::span<const wire::Value> key) {
    if (!scrollable()) return 0;
    std::vector<wire::Value> row(stream_->column_count());
    std::copy(key.begin(), key.end(), row.end() - static_cast<std::ptrdiff_t>(key.size()));
    const auto number = ++rows_;
    moved_[number] = copy_.size();
    unread_.insert(number);
    if (auto kept = copy_.append(row); !kept) return client::fail(std::move(kept.error()));
    return number;
}

}  // namespace dqlite::odbc
