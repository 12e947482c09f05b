#include "client/log.h"

#include <atomic>
#include <mutex>
#include <vector>

#include <spdlog/sinks/null_sink.h>

namespace dqlite::client {
namespace {

std::shared_ptr<spdlog::logger> silence() {
    auto logger =
        std::make_shared<spdlog::logger>("dqlite", std::make_shared<spdlog::sinks::null_sink_mt>());
    logger->set_level(spdlog::level::off);
    return logger;
}

/// Every logger there was, alive to the end: other threads may be writing to an older one.
class Loggers {
  public:
    Loggers() { set(silence()); }
    void set(std::shared_ptr<spdlog::logger> logger) {
        const std::lock_guard guard{mutex_};
        all_.push_back(std::move(logger));
        current_.store(all_.back().get(), std::memory_order_release);
    }
    [[nodiscard]] spdlog::logger& current() const noexcept {
        return *current_.load(std::memory_order_acquire);
    }

  private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<spdlog::logger>> all_;
    std::atomic<spdlog::logger*> current_{nullptr};
};

Loggers& loggers() {
    // Never destroyed: applications close connections from static destructors too.
    static auto* const all = new Loggers;
    return *all;
}

}  // namespace

spdlog::logger& log() noexcept {
    return loggers().current();
}

void set_log(std::shared_ptr<spdlog::logger> logger) {
    loggers().set(logger == nullptr ? silence() : std::move(logger));
}

}  // namespace dqlite::client
