// A result as a stream: frames in, rows out, one receive buffer. When the connection is needed
// for something else the rest is read out into a row store (memory, past a cap an unlinked
// temporary file), and the stream goes on from there.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/error.h"
#include "wire/rows.h"
#include "wire/value.h"

namespace dqlite::client {

class RowSource;  // where frames come from: a connection, a row store, memory

class RowStream {
  public:
    explicit RowStream(std::unique_ptr<RowSource> source);
    ~RowStream();
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;

    /// A result set made on this side: one whole ROWS frame (wire::RowsWriter).
    [[nodiscard]] static std::unique_ptr<RowStream> from_frame(wire::Buffer frame);

    [[nodiscard]] std::size_t column_count() const noexcept { return names_.size(); }
    [[nodiscard]] std::span<const std::string> column_names() const noexcept { return names_; }

    /// Where the statement sent was not the one given: gives the columns their names.
    template <typename Rename>
    void rename(Rename rename) {
        for (std::string& name : names_) name = rename(std::move(name));
    }

    enum class Step : std::uint8_t { row, end, failed };
    /// Moves to the next row. The row's values are good until the next call on this stream or
    /// (while it is not read out) the next request on its session.
    [[nodiscard]] Step next();
    /// The same without waiting: nothing where the row is still to come from the server.
    [[nodiscard]] std::optional<Step> next_here();
    [[nodiscard]] std::span<const wire::Value> row() const noexcept { return values_; }
    /// The current row as it was received (wire::read_row), as long as row() is good,
    [[nodiscard]] wire::Bytes row_bytes() const noexcept { return cursor_.row_bytes(); }
    /// and whether it is the last one before these bytes are given up.
    [[nodiscard]] bool row_ends_frame() const noexcept { return cursor_.at_end_of_body(); }
    /// True if the stream failed, also already at its first frame.
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    /// After Step::failed.
    [[nodiscard]] const Error& error() const noexcept { return error_; }
    /// 1-based number of the current row; 0 before the first.
    [[nodiscard]] std::uint64_t row_number() const noexcept { return row_number_; }

    /// The number of rows, where it is known without reading on: the first frame was the last,
    /// or the stream was read out.
    [[nodiscard]] std::optional<std::uint64_t> row_count() const noexcept;

    /// Visits the rows of the first frame without moving, for typing: before the first next().
    void peek_first_frame(const std::function<void(std::span<const wire::Value>)>& visit) const;

    /// Reads all that remains into the row store: afterwards the session is free.
    [[nodiscard]] Result<void> read_out();
    /// Ends the stream early: drains up to a byte bound, else gives the connection up.
    void close() noexcept;

  private:
    friend class AsyncRowStream;  // waits for a frame before it lets this one take it

    [[nodiscard]] bool next_frame();
    [[nodiscard]] Step count_row();
    [[nodiscard]] std::optional<Step> end_of_frame(wire::RowsCursor::Step read);
    Step give_up(Error error);
    void reopen_moved_frame();

    std::unique_ptr<RowSource> source_;
    wire::RowsCursor cursor_;
    std::vector<std::string> names_;
    std::vector<wire::Value> values_;
    Error error_;
    std::uint64_t row_number_ = 0;
    std::optional<std::uint64_t> total_rows_;
    std::size_t frames_ = 0;
    bool ended_ = false;
    bool failed_ = false;
    bool closed_ = false;
};

}  // namespace dqlite::client
