// The rows of a running query: in the connection's receive buffer as they arrive, and, once the
// connection is needed for something else, in a row store.
#pragma once

#include <optional>

#include "client/row_source.h"
#include "client/row_store.h"
#include "client/session_impl.h"

namespace dqlite::client {

class LiveRows final : public RowSource {
  public:
    LiveRows(Session::Impl& session, const wire::Frame& first);
    ~LiveRows() override { detach(); }

    [[nodiscard]] Result<std::optional<wire::Frame>> next_frame() override;
    [[nodiscard]] const wire::Frame& current() const noexcept override { return current_; }
    [[nodiscard]] Result<void> read_out() override;
    [[nodiscard]] std::optional<std::uint64_t> rows_read_out() const noexcept override;
    void close() noexcept override;
    [[nodiscard]] Error reject(std::string_view why) override;
    [[nodiscard]] std::uint64_t max_rows() const noexcept override { return max_rows_; }
    [[nodiscard]] const wire::Limits& limits() const noexcept override { return limits_; }

    /// The session goes away: what is not on this side yet is lost.
    void orphan() noexcept;

  private:
    [[nodiscard]] Result<void> store_rest();
    [[nodiscard]] Result<void> keep(const wire::Frame& frame);
    void detach() noexcept;

    Session::Impl* session_;  // null once the connection's buffer holds nothing of this stream
    wire::Frame current_;
    wire::Limits limits_;
    std::uint64_t max_rows_;
    std::optional<RowStore> store_;
    std::optional<Error> error_;
    std::uint64_t stored_rows_ = 0;
    bool first_given_ = false;
};

}  // namespace dqlite::client
