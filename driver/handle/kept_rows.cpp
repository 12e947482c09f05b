#include "driver/handle/kept_rows.h"

#include "wire/rows.h"

namespace dqlite::odbc {

void KeptRows::clear() noexcept {
    kept_.clear();
    lent_ = {};
    starts_.clear();
    read_ = none;
}

void KeptRows::add(wire::Bytes row) {
    starts_.push_back(kept_.size() + lent_.size());
    lent_ = lent_.empty() ? row : wire::Bytes{lent_.data(), lent_.size() + row.size()};
}

void KeptRows::keep() {
    kept_.insert(kept_.end(), lent_.begin(), lent_.end());
    lent_ = {};
}

std::span<const wire::Value> KeptRows::row(std::size_t index) noexcept {
    if (read_ != index) {
        std::size_t size = 0;
        // It was read before, so it can be read.
        (void)wire::read_row(wire::Bytes{kept_}.subspan(starts_[index]), values_, size);
        read_ = index;
    }
    return values_;
}

}  // namespace dqlite::odbc
