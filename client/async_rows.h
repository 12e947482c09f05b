// A running query's rows for AsyncSession: what the next frame is awaited for is the stream's
// affair, here it has arrived.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "client/async_session_impl.h"
#include "client/live_rows.h"

namespace dqlite::client {

class AsyncRowStream::Source final : public LiveRows {
  public:
    Source(std::shared_ptr<AsyncSession::Impl> impl, const wire::Frame& first)
        : LiveRows{impl->host(), first}, impl_{std::move(impl)} {}

    [[nodiscard]] Result<std::optional<wire::Frame>> next_frame() override;
    /// The session's next call takes what is still to come.
    void close() noexcept override;

    /// Gets the frame that next_frame() is to give, if it has to be asked for.
    [[nodiscard]] asio::awaitable<void> await_frame();
    [[nodiscard]] asio::awaitable<Result<void>> await_rest();

  private:
    std::shared_ptr<AsyncSession::Impl> impl_;
    std::optional<Result<wire::Frame>> arrived_;
};

}  // namespace dqlite::client
