#include "client/log.h"

#include <spdlog/sinks/null_sink.h>

namespace dqlite::client {
namespace {

std::shared_ptr<spdlog::logger> silence() {
    auto logger =
        std::make_shared<spdlog::logger>("dqlite", std::make_shared<spdlog::sinks::null_sink_mt>());
    logger->set_level(spdlog::level::off);
    return logger;
}

std::shared_ptr<spdlog::logger>& current() {
    static std::shared_ptr<spdlog::logger> logger = silence();
    return logger;
}

}  // namespace

spdlog::logger& log() noexcept {
    return *current();
}

void set_log(std::shared_ptr<spdlog::logger> logger) {
    current() = logger == nullptr ? silence() : std::move(logger);
}

}  // namespace dqlite::client
