#include "client/pool_core.h"

#include <fmt/format.h>

namespace dqlite::client {
namespace {

// An answer that takes longer is worth less than a new session.
constexpr milliseconds longest_validation{1000};

milliseconds left_until(Clock::time_point deadline) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    return std::max(left, milliseconds{1});
}

}  // namespace

Result<void> check_limits(const PoolOptions& limits) {
    if (limits.max_sessions > 0 && limits.min_sessions <= limits.max_sessions) return {};
    return fail({.kind = ErrorKind::invalid,
                 .message = "a pool needs a maximum of at least one session, and no less than its "
                            "minimum"});
}

Error pool_is_closed() {
    return {.kind = ErrorKind::invalid, .message = "the pool is closed"};
}

Error all_in_use(std::size_t sessions) {
    return {.kind = ErrorKind::timeout,
            .message = fmt::format("all {} sessions of the pool are in use", sessions)};
}

Options open_until(Options options, Clock::time_point deadline) {
    const milliseconds left = left_until(deadline);
    const bool unlimited = options.login_timeout.count() == 0;
    options.login_timeout = unlimited ? left : std::min(options.login_timeout, left);
    return options;
}

Call validate_until(Clock::time_point deadline) {
    return {.timeout = std::min(left_until(deadline), longest_validation)};
}

const Statement& validation() {
    static const Statement question = parse_one_statement("SELECT 1").value();
    return question;
}

}  // namespace dqlite::client
