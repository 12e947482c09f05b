// Asynchronous execution by polling (SQL_ATTR_ASYNC_ENABLE, SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE).
//
// A thread of the connection's own runs what a synchronous call would run itself, under the same
// lock; the application's thread polls. While a function executes, neither polling it, nor
// cancelling it, nor reading diagnostics of its handle, nor being told HY010 waits for that lock.
// The thread is started with the first such call: who never asks for asynchronous execution pays
// a glance at an atomic a call.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <sys/types.h>

#include "driver/diag/diagnostics.h"
#include "driver/odbc.h"

namespace dqlite::odbc {

class Connection;
class Handle;

/// Runs jobs one after the other on a thread of its own.
class Worker {
  public:
    explicit Worker(Connection& connection) noexcept;
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    struct Job {
        std::shared_ptr<Handle> handle;  ///< whose function it is
        std::function<void(Job&)> run;
    };
    void add(Job job);
    /// Cancels the job that runs and waits for its end; those behind it do not run.
    void stop() noexcept;

  private:
    class Thread;
    Connection& connection_;
    std::unique_ptr<Thread> thread_;
};

/// The asynchronous side of one connection or statement.
class Asynchronous {
  public:
    /// `executing_here` counts those that execute at the moment, if given.
    explicit Asynchronous(std::atomic<int>* executing_here = nullptr) noexcept
        : executing_here_{executing_here} {}
    [[nodiscard]] bool enabled() const noexcept { return enabled_.load(std::memory_order_relaxed); }
    void enable(bool on) noexcept { enabled_ = on; }

    /// A function has returned SQL_STILL_EXECUTING and nothing else since.
    [[nodiscard]] bool executing() const noexcept {
        return function_.load(std::memory_order_relaxed) != 0;
    }
    enum class Poll : unsigned char {
        idle,       ///< nothing executes
        executing,  ///< SQL_STILL_EXECUTING
        finished,   ///< `result` is what the function returns
        refused,    ///< another function executes, HY010; or this is a child after fork
    };
    [[nodiscard]] Poll poll(SQLUSMALLINT function, SQLRETURN& result);
    /// The function begins to execute; false if another one does (HY010).
    [[nodiscard]] bool begin(SQLUSMALLINT function);
    /// It will not execute: the thread could not be had, or its handle was freed before.
    void abandon() noexcept;
    /// It has executed. Nothing may touch the handle afterwards on behalf of the function: the
    /// application may free it now.
    void finish(SQLRETURN result, Diagnostics diagnostics) noexcept;

    // What the application is to read as the handle's records while it must not wait for the
    // connection's lock: after SQL_STILL_EXECUTING, after a function that finished or was refused
    // without the lock, and of a synchronous one that may have waited for a server: once it has
    // returned, another statement may wait under the lock.
    [[nodiscard]] bool tells() const noexcept { return tells_.load(std::memory_order_acquire); }
    /// The handle's own records count again.
    void tell_no_more() noexcept { tells_.store(false, std::memory_order_release); }
    void tell(Diagnostics diagnostics) noexcept;
    SQLRETURN tell(SqlState state, std::string message);
    SQLRETURN refuse();
    void clear_told();
    template <typename Read>
    auto read_told(Read read) {
        const std::lock_guard guard{mutex_};
        return read(std::as_const(told_));
    }
    /// The records of the function that finished, for those who go on in its handle.
    [[nodiscard]] Diagnostics take_told();

  private:
    void set_function(SQLUSMALLINT function) noexcept;
    // With mutex_ held.
    void replace_told(Diagnostics told) noexcept;
    SQLRETURN tell_error(SqlState state, std::string message);

    std::atomic<int>* const executing_here_;
    std::atomic<bool> enabled_{false};
    std::atomic<SQLUSMALLINT> function_{0};
    std::atomic<bool> done_{false};  ///< guards the two after it
    SQLRETURN result_ = SQL_SUCCESS;
    Diagnostics finished_;
    std::mutex mutex_;  ///< the application's threads among themselves
    std::atomic<bool> tells_{false};
    Diagnostics told_;
    pid_t process_ = 0;  ///< that has the thread
};

}  // namespace dqlite::odbc
