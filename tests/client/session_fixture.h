// What session tests share: options for impatient sessions, and calls that fail the test where
// they fail.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "client/session.h"

namespace dqlite::client {

inline Options quick_options(std::vector<std::string> servers) {
    Options options;
    options.servers = std::move(servers);
    options.timeout = milliseconds{10'000};
    options.login_timeout = milliseconds{5'000};
    options.busy_timeout = milliseconds{2'000};
    options.failover_timeout = milliseconds{8'000};
    return options;
}

inline std::unique_ptr<Session> open_session(Options options) {
    auto session = Session::connect(std::move(options));
    if (!session) throw std::runtime_error{session.error().message};
    return std::move(*session);
}

inline std::unique_ptr<Session> open_session(const std::string& server) {
    return open_session(quick_options({server}));
}

inline Statement sql(std::string_view text) {
    auto statement = parse_one_statement(text);
    if (!statement) throw std::runtime_error{statement.error().message};
    return std::move(*statement);
}

inline Execution run(Session& session, std::string_view text, wire::Parameters parameters = {},
                     const Call& call = {}) {
    const auto result = session.execute(sql(text), parameters, call);
    EXPECT_TRUE(result) << text << ": " << result.error().message;
    return result.value_or(Execution{});
}

inline Error run_error(Session& session, std::string_view text, wire::Parameters parameters = {},
                       const Call& call = {}) {
    const auto result = session.execute(sql(text), parameters, call);
    EXPECT_FALSE(result) << text << " succeeded";
    return result ? Error{} : result.error();
}

/// The one integer a query gives.
inline std::int64_t number(Session& session, std::string_view text) {
    auto rows = session.query(sql(text));
    EXPECT_TRUE(rows) << text << ": " << rows.error().message;
    if (!rows || (*rows)->next() != RowStream::Step::row) return -1;
    return (*rows)->row()[0].as_integer();
}

}  // namespace dqlite::client
