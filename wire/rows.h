// ROWS: a cursor over one body, and a writer for bodies made on this side (result sets of the
// driver's own, scripted servers, seeds).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "wire/bytes.h"
#include "wire/frame.h"
#include "wire/protocol.h"
#include "wire/value.h"

namespace dqlite::wire {

/// Walks one ROWS body. Names and values borrow from it: no copy.
class RowsCursor {
  public:
    enum class Step : std::uint8_t {
        row,        ///< a row was read
        part,       ///< end of this body, more bodies follow
        done,       ///< end of the result
        malformed,  ///< error() tells
    };

    /// Starts over on a body: checks the frame's type and schema, reads the column names. Reuses
    /// its own memory, so a cursor kept across the bodies of a result allocates once.
    [[nodiscard]] Errc open(const Frame& frame, const Limits& limits);

    [[nodiscard]] std::size_t column_count() const noexcept { return names_.size(); }
    [[nodiscard]] std::span<const std::string_view> column_names() const noexcept { return names_; }

    /// Reads the next row into `values`, which has room for column_count() values.
    [[nodiscard]] Step next(std::span<Value> values) noexcept;
    /// Rows read since open().
    [[nodiscard]] std::size_t rows_read() const noexcept { return rows_read_; }
    [[nodiscard]] Errc error() const noexcept { return error_; }

    /// The current row as it was received; read_row() reads it again, from a copy too.
    [[nodiscard]] Bytes row_bytes() const noexcept {
        return body_.subspan(row_start_, position_ - row_start_);
    }
    /// True if nothing but the marker follows the current row.
    [[nodiscard]] bool at_end_of_body() const noexcept {
        return body_.size() - position_ == word_size;
    }

    /// True if the body's last word is the DONE marker: its rows are the last of the result.
    [[nodiscard]] bool ends_result() const noexcept;

  private:
    [[nodiscard]] Step end_of_body(std::uint64_t marker) noexcept;
    [[nodiscard]] Step fail(Errc error) noexcept;

    Bytes body_;
    std::size_t row_start_ = 0;
    std::size_t position_ = 0;
    std::vector<std::string_view> names_;
    std::size_t rows_read_ = 0;
    Errc error_ = Errc::ok;
};

/// Reads the row at the front of `bytes`, one value for each of `out`. On ok `size` is the number
/// of bytes it takes.
[[nodiscard]] Errc read_row(Bytes bytes, std::span<Value> out, std::size_t& size) noexcept;

/// Builds one ROWS body. Names and texts end at their first NUL, as they do when a server sends
/// them.
class RowsWriter {
  public:
    explicit RowsWriter(std::span<const std::string_view> names);
    /// Appends a row; `values` has one value per name.
    void row(std::span<const Value> values);
    /// Ends the body with DONE (or PART, `last` false) and returns the whole frame.
    [[nodiscard]] Buffer finish(bool last = true);

  private:
    Buffer frame_;
    std::size_t columns_;
};

}  // namespace dqlite::wire
