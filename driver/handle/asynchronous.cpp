#include "driver/handle/asynchronous.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "driver/handle/connection.h"

namespace dqlite::odbc {

// -------------------------------------------------------------------------------------- Worker

namespace {

/// The workers of the process. When the process ends, or the library is unloaded, none may run on
/// over what is destroyed then.
class Workers {
  public:
    void add(Worker& worker) {
        const std::lock_guard guard{mutex_};
        workers_.push_back(&worker);
    }
    void remove(Worker& worker) noexcept {
        const std::lock_guard guard{mutex_};
        std::erase(workers_, &worker);
    }
    void stop_all() noexcept {
        const std::lock_guard guard{mutex_};
        for (auto* const worker : workers_) worker->stop();
    }

  private:
    std::mutex mutex_;
    std::vector<Worker*> workers_;
};

// Never destroyed: applications free handles from static destructors too.
Workers& workers() {
    static auto* const all = new Workers;
    return *all;
}

void stop_workers_at_exit() {
    static const struct AtExit {
        ~AtExit() { workers().stop_all(); }
    } at_exit;
}

}  // namespace

class Worker::Thread {
  public:
    Thread() : state_{std::make_shared<State>()}, thread_{[state = state_] { work(*state); }} {}
    ~Thread() {
        {
            const std::lock_guard guard{state_->mutex};
            state_->ended = true;
        }
        state_->wake.notify_all();
        // A job that held the last reference to its connection destroys it here.
        if (thread_.get_id() == std::this_thread::get_id()) {
            thread_.detach();
        } else {
            thread_.join();
        }
    }
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    void add(Job job) {
        {
            const std::lock_guard guard{state_->mutex};
            state_->jobs.push_back(std::move(job));
        }
        state_->wake.notify_one();
    }
    /// The handle whose job runs, if one does. Those behind it are dropped.
    [[nodiscard]] std::shared_ptr<Handle> clear() noexcept {
        const std::lock_guard guard{state_->mutex};
        state_->jobs.clear();
        return state_->current.lock();
    }

  private:
    struct State {
        std::mutex mutex;
        std::condition_variable wake;
        std::deque<Job> jobs;
        std::weak_ptr<Handle> current;
        bool ended = false;
    };

    static void work(State& state) {
        std::unique_lock lock{state.mutex};
        while (true) {
            state.wake.wait(lock, [&] { return state.ended || !state.jobs.empty(); });
            if (state.ended) return;
            auto job = std::move(state.jobs.front());
            state.jobs.pop_front();
            state.current = job.handle;
            lock.unlock();
            job.run(job);
            job = {};
            lock.lock();
            state.current.reset();
        }
    }

    std::shared_ptr<State> state_;
    std::thread thread_;
};

Worker::Worker(Connection& connection) noexcept : connection_{connection} {}

Worker::~Worker() {
    if (thread_ != nullptr) workers().remove(*this);
}

void Worker::add(Job job) {
    if (thread_ == nullptr) {
        stop_workers_at_exit();
        thread_ = std::make_unique<Thread>();
        workers().add(*this);
    }
    thread_->add(std::move(job));
}

void Worker::stop() noexcept {
    if (const auto running = thread_->clear()) connection_.cancel(*running);
    thread_.reset();
}

// -------------------------------------------------------------------------------- Asynchronous

void Asynchronous::set_function(SQLUSMALLINT function) noexcept {
    function_ = function;
    if (executing_here_ != nullptr) *executing_here_ += function == 0 ? -1 : 1;
}

Asynchronous::Poll Asynchronous::poll(SQLUSMALLINT function, SQLRETURN& result) {
    const std::lock_guard guard{mutex_};
    const auto executing = function_.load(std::memory_order_relaxed);
    if (executing == 0) return Poll::idle;
    if (executing != function) return Poll::refused;
    const bool done = done_.load(std::memory_order_acquire);
    // A child has no thread that would ever finish it.
    if (!done && process_ != ::getpid()) return Poll::refused;
    if (!done) {
        replace_told({});
        told_.return_code = SQL_STILL_EXECUTING;
        return Poll::executing;
    }
    result = result_;
    replace_told(std::exchange(finished_, {}));
    set_function(0);
    return Poll::finished;
}

bool Asynchronous::begin(SQLUSMALLINT function) {
    const std::lock_guard guard{mutex_};
    if (executing()) return false;
    process_ = ::getpid();
    done_ = false;
    replace_told({});
    told_.return_code = SQL_STILL_EXECUTING;
    set_function(function);
    return true;
}

void Asynchronous::abandon() noexcept {
    set_function(0);
}

void Asynchronous::finish(SQLRETURN result, Diagnostics diagnostics) noexcept {
    result_ = result;
    finished_ = std::move(diagnostics);
    done_.store(true, std::memory_order_release);
}

void Asynchronous::replace_told(Diagnostics told) noexcept {
    told_ = std::move(told);
    tells_.store(true, std::memory_order_release);
}

SQLRETURN Asynchronous::tell_error(SqlState state, std::string message) {
    Diagnostic record;
    record.state = state;
    record.message = std::move(message);
    replace_told({});
    told_.add(std::move(record));
    told_.return_code = SQL_ERROR;
    return SQL_ERROR;
}

void Asynchronous::tell(Diagnostics diagnostics) noexcept {
    const std::lock_guard guard{mutex_};
    replace_told(std::move(diagnostics));
}

SQLRETURN Asynchronous::tell(SqlState state, std::string message) {
    const std::lock_guard guard{mutex_};
    return tell_error(state, std::move(message));
}

SQLRETURN Asynchronous::refuse() {
    const std::lock_guard guard{mutex_};
    if (executing() && process_ != ::getpid()) {
        return tell_error(SqlState::sHY000,
                          "The function executes in the process this one was forked from");
    }
    return tell_error(SqlState::sHY010, "A function is still executing asynchronously");
}

void Asynchronous::clear_told() {
    const std::lock_guard guard{mutex_};
    replace_told({});
}

Diagnostics Asynchronous::take_told() {
    const std::lock_guard guard{mutex_};
    tell_no_more();
    return std::exchange(told_, {});
}

}  // namespace dqlite::odbc
