#include "driver/handle/logging.h"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <map>
#include <mutex>

#include <fmt/format.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "client/log.h"

namespace dqlite::odbc {
namespace {

spdlog::sink_ptr make_sink(const std::string& file) {
    if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    spdlog::file_event_handlers handlers;
    // Programs that the application starts have no use for it.
    handlers.after_open = [](const auto&, std::FILE* opened) {
        ::fcntl(::fileno(opened), F_SETFD, FD_CLOEXEC);
    };
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file, false, handlers);
}

/// Where the log goes, by file; the empty name is standard error.
struct Log {
    std::mutex mutex;
    std::map<std::string, spdlog::sink_ptr> sinks;
    spdlog::level::level_enum level = spdlog::level::off;
};

Log& process_log() {
    static auto* const log = new Log;  // as long-lived as the client's logger
    return *log;
}

}  // namespace

std::string start_log(const ConnectionSettings& settings) {
    const auto level = spdlog::level::from_str(settings.log_level);
    if (level == spdlog::level::off) return {};
    auto& log = process_log();
    const std::lock_guard guard{log.mutex};
    const bool known = log.sinks.contains(settings.log_file);
    if (known && level >= log.level) return {};
    try {
        if (!known) log.sinks.emplace(settings.log_file, make_sink(settings.log_file));
    } catch (const spdlog::spdlog_ex& error) {
        return fmt::format("LogFile: {}", error.what());
    }
    log.level = std::min(log.level, level);
    auto logger = std::make_shared<spdlog::logger>("dqlite-odbc");
    for (const auto& [file, sink] : log.sinks) logger->sinks().push_back(sink);
    logger->set_level(log.level);
    logger->flush_on(log.level);
    client::set_log(std::move(logger));
    return {};
}

}  // namespace dqlite::odbc
