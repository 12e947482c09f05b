// Drives a session on the calling thread: there is no other. Included by session.cpp and
// blocking_rows.cpp only.
#pragma once

#include <asio/io_context.hpp>

#include "client/drive.h"
#include "client/session.h"
#include "client/session_host.h"

namespace dqlite::client {

class Session::Impl {
  public:
    explicit Impl(Options options) : host_{io_.get_executor(), std::move(options)} {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    template <typename T>
    [[nodiscard]] T drive(Task<T> task, Clock::time_point deadline) {
        try {
            return client::drive(io_, host_.scope(), std::move(task), deadline);
        } catch (...) {
            core().abandon();
            throw;
        }
    }

    /// SessionCore::take_rows(), which may block this thread.
    [[nodiscard]] bool take_rows(Clock::time_point deadline, wire::Frame& out) {
        const Scope::Blocking blocking{host_.scope(), deadline};
        return core().take_rows(out);
    }

    /// One call of the public interface: `make` gives the task. Rows still on their way are taken
    /// to this side first.
    template <typename T, typename Make>
    [[nodiscard]] Result<T> call(milliseconds timeout, Make make) {
        if (auto refused = host_.check_process(); !refused) return fail(std::move(refused.error()));
        const SessionHost::Running running{host_};
        if (auto refused = host_.check_cancelled(); !refused) {
            return fail(std::move(refused.error()));
        }
        if (host_.has_rows()) {
            auto released = drive(host_.release_rows(), host_.deadline_after(milliseconds{0}));
            if (!released) return fail(std::move(released.error()));
        }
        const auto deadline = host_.deadline_after(timeout);
        return drive<Result<T>>(make(deadline), deadline);
    }

    void cancel() noexcept;
    void wake() noexcept;

    [[nodiscard]] SessionHost& host() noexcept { return host_; }
    [[nodiscard]] SessionCore& core() noexcept { return host_.core(); }

  private:
    asio::io_context io_;
    SessionHost host_;
};

}  // namespace dqlite::client
