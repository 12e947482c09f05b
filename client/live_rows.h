// The rows of a running query: in the connection's receive buffer as they arrive, and, once the
// connection is needed for something else, in a row store.
#pragma once

#include <optional>

#include "client/row_source.h"
#include "client/row_store.h"
#include "client/session_host.h"

namespace dqlite::client {

/// Whoever drives the session adds what waits for the server.
class LiveRows : public RowSource {
  public:
    LiveRows(SessionHost& session, const wire::Frame& first);
    ~LiveRows() override { detach(); }

    [[nodiscard]] const wire::Frame& current() const noexcept override { return current_; }
    [[nodiscard]] std::optional<std::uint64_t> rows_read_out() const noexcept override;
    [[nodiscard]] Error reject(std::string_view why) override;
    [[nodiscard]] std::uint64_t max_rows() const noexcept override { return max_rows_; }
    [[nodiscard]] const wire::Limits& limits() const noexcept override { return limits_; }

    /// Reads all that remains into the row store.
    [[nodiscard]] Task<Result<void>> take_in();
    /// The session goes away: what is not on this side yet is lost.
    void orphan() noexcept;

  protected:
    using Next = Result<std::optional<wire::Frame>>;
    /// The next frame where nobody needs to wait for it; nothing: the session is to be asked.
    [[nodiscard]] std::optional<Next> next_at_once();
    [[nodiscard]] bool must_ask() const noexcept;
    /// What the session gave.
    [[nodiscard]] Next took(Result<wire::Frame> frame);
    /// Null once the connection's buffer holds nothing of this stream.
    [[nodiscard]] SessionHost* session() const noexcept { return session_; }
    void detach() noexcept;
    void forget_rest() noexcept { store_.reset(); }

  private:
    [[nodiscard]] Task<Result<void>> store_rest();
    [[nodiscard]] Result<void> keep(const wire::Frame& frame);

    SessionHost* session_;
    wire::Frame current_;
    wire::Limits limits_;
    std::uint64_t max_rows_;
    std::optional<RowStore> store_;
    std::optional<Error> error_;
    std::uint64_t stored_rows_ = 0;
    bool first_given_ = false;
};

}  // namespace dqlite::client
