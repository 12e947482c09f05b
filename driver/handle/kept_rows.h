// The rows of a forward-only rowset as they were received: SQLGetData and SQLSetPos may ask for
// any of them, and seldom do. So they are kept with one copy a frame, and read when asked for.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "wire/bytes.h"
#include "wire/value.h"

namespace dqlite::odbc {

class KeptRows {
  public:
    explicit KeptRows(std::size_t columns) : values_(columns) {}

    void clear() noexcept;
    /// Adds a row, which lies behind the one added before unless keep() was called in between.
    void add(wire::Bytes row);
    /// Copies what was added: the bytes are about to be given up.
    void keep();

    [[nodiscard]] std::size_t size() const noexcept { return starts_.size(); }
    /// `index` is 0-based; good until the next call. After keep().
    [[nodiscard]] std::span<const wire::Value> row(std::size_t index) noexcept;

  private:
    static constexpr auto none = ~std::size_t{0};

    wire::Buffer kept_;
    wire::Bytes lent_;  ///< rows that still lie where they were received, behind those in kept_
    std::vector<std::size_t> starts_;
    std::vector<wire::Value> values_;
    std::size_t read_ = none;  ///< whose values values_ has
};

}  // namespace dqlite::odbc
