// Where the frames of a row stream come from.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "client/error.h"
#include "wire/frame.h"

namespace dqlite::client {

class RowSource {
  public:
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;
    virtual ~RowSource() = default;

    /// The next ROWS frame, good until the next call; nothing at the end of the result.
    [[nodiscard]] virtual Result<std::optional<wire::Frame>> next_frame() = 0;
    /// The frame next_frame() gave last.
    [[nodiscard]] virtual const wire::Frame& current() const noexcept = 0;
    /// Takes all that remains to this side. Moves the current frame: tells the listener.
    [[nodiscard]] virtual Result<void> read_out() { return {}; }
    /// After a complete read_out(): the rows of the current frame and all behind it.
    [[nodiscard]] virtual std::optional<std::uint64_t> rows_read_out() const noexcept {
        return std::nullopt;
    }
    virtual void close() noexcept {}
    /// The bytes are no rows: gives up what they came from.
    [[nodiscard]] virtual Error reject(std::string_view why) = 0;
    /// The error past so many rows; 0: none.
    [[nodiscard]] virtual std::uint64_t max_rows() const noexcept { return 0; }
    [[nodiscard]] virtual const wire::Limits& limits() const noexcept = 0;

    /// Told when the bytes of the current frame lie elsewhere.
    void listen(std::function<void()> moved) { moved_ = std::move(moved); }

  protected:
    void tell_moved() const {
        if (moved_) moved_();
    }

  private:
    std::function<void()> moved_;
};

}  // namespace dqlite::client
