// The wrapper of the functions that may wait for a server: they can be cancelled, and run
// asynchronously where the application wants it.
//
// Such a function has three parts. `begin` reads the application's arguments into a callable that
// owns them; the callable does the work, at once or later on another thread; `finish` tells its
// result through pointers, in the call that returns it: what the first call of several pointed to
// may be gone by then (driver managers convert text in buffers of their own).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "driver/api/call.h"
#include "driver/handle/asynchronous.h"
#include "driver/handle/connection.h"

namespace dqlite::odbc::api {

/// Reads text arguments; what is wrong with the first bad one waits until the handle may be used.
class Arguments {
  public:
    /// Absent for a null pointer. HY090 for a bad length.
    template <typename Char>
    [[nodiscard]] std::optional<std::string> text(const Char* text, SQLINTEGER length) {
        auto in = read_text(text, length);
        note(in.state);
        return std::move(in.text);
    }
    /// HY009 for a null pointer.
    template <typename Char>
    [[nodiscard]] std::string required(const Char* text, SQLINTEGER length) {
        auto in = this->text(text, length);
        if (!in) note(SqlState::sHY009);
        return std::move(in).value_or(std::string{});
    }
    [[nodiscard]] SqlState state() const noexcept { return state_; }

  private:
    void note(SqlState state) noexcept {
        if (state_ == SqlState::s00000) state_ = state;
    }
    SqlState state_ = SqlState::s00000;
};

/// `finish` of functions that tell nothing but their return code.
struct Nothing {
    template <typename T>
    SQLRETURN operator()(T&, SQLRETURN result) const noexcept {
        return result;
    }
};

/// The work of one call, on whichever thread: the connection's lock is held, and the handle's
/// cancellable call has begun.
template <typename T, typename Work>
SQLRETURN do_work(T& handle, SqlState arguments, Work& work) {
    if (arguments != SqlState::s00000) return handle.post(arguments);
    if (handle.cancellable().cancelled()) {
        if constexpr (requires { handle.cancel_need_data(); }) handle.cancel_need_data();
        return handle.post(SqlState::sHY008);
    }
    const Connection::Waiting waiting{handle.connection(), handle};
    return work(handle);
}

/// Completes the records for those who read them without the connection's lock.
template <typename T>
void name_server(T& handle) {
    if (handle.diagnostics().empty()) return;
    handle.diagnostics().server_name = handle.connection().server_name();
}

/// What the worker runs.
template <typename T, typename Work>
void run_job(SQLUSMALLINT function, SqlState arguments, Work& work, Worker::Job& job) {
    auto& handle = static_cast<T&>(*job.handle);
    auto& asynchronous = handle.asynchronous();
    std::unique_lock lock{handle.lock()};
    const auto result = run(function, handle, [&](T&) {
        const auto worked = do_work(handle, arguments, work);
        name_server(handle);
        return worked;
    });
    handle.cancellable().end();
    if (handle.retired()) return asynchronous.abandon();
    auto diagnostics = std::exchange(handle.diagnostics(), {});
    lock.unlock();
    // While the function executes nobody frees the handle: the registry holds it.
    job.handle.reset();
    asynchronous.finish(result, std::move(diagnostics));
}

template <typename T, typename Begin>
SQLRETURN start(SQLUSMALLINT function, const std::shared_ptr<Handle>& found, Begin& begin) {
    auto& handle = static_cast<T&>(*found);
    auto& asynchronous = handle.asynchronous();
    Arguments arguments;
    auto work = begin(arguments);
    if (handle.disturbs(function) || !asynchronous.begin(function)) return asynchronous.refuse();
    handle.cancellable().begin();
    try {
        handle.connection().worker().add(
            {found, [function, state = arguments.state(), work = std::move(work)](
                        Worker::Job& job) mutable { run_job<T>(function, state, work, job); }});
    } catch (...) {
        handle.cancellable().end();
        asynchronous.abandon();
        throw;
    }
    return SQL_STILL_EXECUTING;
}

/// The function's result goes on in the handle itself: its records, and what `finish` tells.
template <typename T, typename Finish>
SQLRETURN finish_with(T& handle, SQLRETURN result, Finish& finish) {
    const std::lock_guard guard{handle.lock()};
    if (handle.retired()) return SQL_INVALID_HANDLE;
    handle.diagnostics() = handle.asynchronous().take_told();
    result = finish(handle, result);
    handle.diagnostics().return_code = result;
    return result;
}

/// A call of a handle that is set to asynchronous execution: starts the function, or polls it.
template <typename T, typename Begin, typename Finish>
SQLRETURN call_asynchronously(SQLUSMALLINT function, const std::shared_ptr<Handle>& found,
                              Begin& begin, Finish& finish) noexcept {
    auto& handle = static_cast<T&>(*found);
    auto& asynchronous = handle.asynchronous();
    try {
        SQLRETURN result = SQL_ERROR;
        switch (asynchronous.poll(function, result)) {
            case Asynchronous::Poll::executing:
                return SQL_STILL_EXECUTING;
            case Asynchronous::Poll::refused:
                return asynchronous.refuse();
            case Asynchronous::Poll::finished:
                if constexpr (std::is_same_v<Finish, Nothing>) return result;
                return finish_with(handle, result, finish);
            case Asynchronous::Poll::idle:
                break;
        }
        return start<T>(function, found, begin);
    } catch (const std::exception& error) {  // no memory, or no thread
        try {
            return asynchronous.tell(SqlState::sHY000, error.what());
        } catch (...) {
            return SQL_ERROR;
        }
    }
}

/// Runs the function; see above for its parts.
template <typename T, typename Begin, typename Finish = Nothing>
SQLRETURN call_waiting(SQLUSMALLINT function, SQLHANDLE raw, Begin begin,
                       Finish finish = {}) noexcept {
    const auto found = registry::find(raw, T::handle_kind);
    if (found == nullptr) return SQL_INVALID_HANDLE;
    auto& handle = static_cast<T&>(*found);
    if (handle.runs_asynchronously(function)) {
        return call_asynchronously<T>(function, found, begin, finish);
    }
    if (SQLRETURN refused = SQL_ERROR; is_refused(handle, function, refused)) return refused;
    const std::lock_guard guard{handle.lock()};
    bool worked = false;
    const auto result = run(function, handle, [&](T&) {
        const client::Cancellable::Running running{handle.cancellable()};
        Arguments arguments;
        auto work = begin(arguments);
        const auto finished = finish(handle, do_work(handle, arguments.state(), work));
        name_server(handle);
        worked = true;
        return finished;
    });
    // Why a call ended is read at once: without the lock, under which another statement may be
    // waiting for a server by then.
    if (worked && !handle.diagnostics().empty()) {
        handle.asynchronous().tell(std::exchange(handle.diagnostics(), {}));
    }
    return result;
}

}  // namespace dqlite::odbc::api
