// A running query's rows for Session: who needs the next frame blocks until it is there.
#pragma once

#include "client/live_rows.h"
#include "client/session_impl.h"

namespace dqlite::client {

class BlockingRows final : public LiveRows {
  public:
    BlockingRows(Session::Impl& impl, const wire::Frame& first)
        : LiveRows{impl.host(), first}, impl_{impl} {}

    [[nodiscard]] Result<std::optional<wire::Frame>> next_frame() override;
    [[nodiscard]] Result<void> read_out() override;
    void close() noexcept override;

  private:
    Session::Impl& impl_;  // as long as session() is not null
};

}  // namespace dqlite::client
