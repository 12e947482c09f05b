// The log: each event once, at its level, and nothing in it that must not be there.
#include "client/log.h"

#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>

#include "tests/client/session_fixture.h"
#include "tests/support/fake_server.h"
#include "tests/support/lies.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using spdlog::level::level_enum;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;

/// Keeps what is logged.
class Kept final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    /// The messages of a level that hold a text.
    [[nodiscard]] std::vector<std::string> with(level_enum level, std::string_view part) {
        const std::lock_guard lock{mutex_};
        std::vector<std::string> found;
        for (const auto& [its_level, text] : entries_) {
            if (its_level == level && text.find(part) != std::string::npos) found.push_back(text);
        }
        return found;
    }
    [[nodiscard]] std::string all() {
        const std::lock_guard lock{mutex_};
        std::string text;
        for (const auto& entry : entries_) text += entry.second + "\n";
        return text;
    }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        entries_.emplace_back(message.level,
                              std::string{message.payload.data(), message.payload.size()});
    }
    void flush_() override {}

  private:
    std::vector<std::pair<level_enum, std::string>> entries_;
};

class Logged : public testing::Test {
  protected:
    void SetUp() override {
        auto logger = std::make_shared<spdlog::logger>("test", kept_);
        logger->set_level(spdlog::level::trace);
        set_log(std::move(logger));
    }
    void TearDown() override { set_log(nullptr); }
    void expect_once(level_enum level, std::string_view part) const {
        EXPECT_EQ(kept_->with(level, part).size(), 1U) << part << " in:\n" << kept_->all();
    }
    void expect_none(std::string_view part) const {
        EXPECT_EQ(kept_->all().find(part), std::string::npos) << part << " in:\n" << kept_->all();
    }

    std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

TEST_F(Logged, AConnect) {
    const FakeServer server{FakeServer::node(test::answer_honestly)};
    Options options = quick_options({server.address()});
    options.database = "shop\x1b[31m";
    const auto session = open_session(options);
    expect_once(spdlog::level::info, fmt::format("opened on the leader {}", server.address()));
    expect_none("\x1b");
}

TEST_F(Logged, ARedirect) {
    const FakeServer leader{FakeServer::node(test::answer_honestly)};
    const FakeServer follower{[&](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) peer.send_leader(2, leader.address());
    }};
    const auto session = open_session(follower.address());
    expect_once(spdlog::level::debug,
                fmt::format("{} names {} the leader", follower.address(), leader.address()));
    expect_once(spdlog::level::info, fmt::format("opened on the leader {}", leader.address()));
}

TEST_F(Logged, ALossAFailoverAndARetry) {
    std::atomic<int> queries{0};
    const FakeServer server{FakeServer::node([&](FakePeer& peer, const FakeRequest& request) {
        if (request.is(wire::RequestType::query_sql) && queries++ == 0) return false;
        return test::answer_honestly(peer, request);
    })};
    const auto session = open_session(server.address());
    EXPECT_EQ(number(*session, "SELECT number FROM t"), 7);
    expect_once(spdlog::level::warn, fmt::format("connection to {} lost", server.address()));
    expect_once(spdlog::level::debug, "trying again after");
    expect_once(spdlog::level::info,
                fmt::format("the session moved from {0} to {0} in", server.address()));
}

TEST_F(Logged, ASlowRequest) {
    const FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest& request) {
        if (request.is(wire::RequestType::query_sql)) std::this_thread::sleep_for(600ms);
        return test::answer_honestly(peer, request);
    })};
    Options options = quick_options({server.address()});
    options.slow_request = 500ms;
    const auto slow = fmt::format("slow: {} answered after", server.address());
    const auto session = open_session(options);
    run(*session, "INSERT INTO t VALUES (1)");
    expect_none(slow);
    EXPECT_EQ(number(*session, "SELECT number FROM t"), 7);
    expect_once(spdlog::level::warn, slow);
    options.slow_request = 0ms;
    EXPECT_EQ(number(*open_session(options), "SELECT number FROM t"), 7);
    expect_once(spdlog::level::warn, slow);
}

TEST_F(Logged, NoStatementNoValueAndNothingHarmfulOfAPeer) {
    std::atomic<int> asked{0};
    const FakeServer server{FakeServer::node([&](FakePeer& peer, const FakeRequest& request) {
        if (request.is(wire::RequestType::exec_sql) && asked++ == 0) {
            peer.send_failure(5,
                              "database is locked\x1b[2J\n\xe2\x80\xae"
                              "2026 [error] forged");
            return true;
        }
        return test::answer_honestly(peer, request);
    })};
    const auto session = open_session(server.address());
    const std::vector value{wire::Value::text("a secret value")};
    run(*session, "INSERT INTO accounts VALUES (?)", value);
    expect_once(spdlog::level::debug, "trying again after: database is locked");
    for (const char* never : {"accounts", "secret", "\x1b", "\n2026", "\xe2\x80\xae"}) {
        for (const level_enum level :
             {spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err}) {
            EXPECT_TRUE(kept_->with(level, never).empty()) << kept_->all();
        }
    }
}

TEST_F(Logged, NothingWhileItIsOff) {
    set_log(nullptr);
    const FakeServer server{FakeServer::node(test::answer_honestly)};
    const auto session = open_session(server.address());
    EXPECT_EQ(kept_->all(), "");
}

}  // namespace
}  // namespace dqlite::client
