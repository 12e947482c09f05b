// A cancelled call ends whatever the server does: it waits neither for an answer, nor
// for a new connection in place of the one it gave up, nor for a statement that does. The server
// here is one that runs a long step: it takes connections, and answers nobody.
#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/driver/live/calls.h"
#include "tests/driver/live/odbc.h"
#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;
using wire::RequestType;

/// Far below what the driver is told to wait for servers, far above a pause of this machine.
constexpr auto patience = 30s;
constexpr const char* patient_driver =
    "Timeout=100;LoginTimeout=100;FailoverTimeout=100;BusyTimeout=100";

/// A frame with one row, and the promise of more.
wire::Buffer first_rows() {
    constexpr std::array<std::string_view, 1> names{"i"};
    wire::RowsWriter writer{names};
    const auto value = wire::Value::integer(1);
    writer.row({&value, 1});
    return writer.finish(false);
}

/// Serves its first connection until a statement comes that holds the word "long".
class BusyServer {
  public:
    BusyServer()
        : server_{[this](FakePeer& peer) {
              if (taken_.exchange(true)) return peer.stay_silent();
              serve_(peer);
          }} {}

    [[nodiscard]] const std::string& address() const noexcept { return server_.address(); }
    [[nodiscard]] int connections() const noexcept { return server_.connections(); }
    [[nodiscard]] bool is_busy() {
        return busy_.get_future().wait_for(patience) == std::future_status::ready;
    }
    [[nodiscard]] bool has_connections(int count) const {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (connections() < count && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(1ms);
        }
        return connections() >= count;
    }

  private:
    bool answer(FakePeer& peer, const FakeRequest& request) {
        if (peer.answer_schema(request)) return true;
        if (request.is(RequestType::prepare)) {
            sql_ = request.sql();
            peer.send_statement(0, 0);
            return true;
        }
        if (request.is(RequestType::exec_sql) || request.is(RequestType::query_sql)) {
            sql_ = request.sql();
        }
        if (sql_.find("long") == std::string::npos) {
            peer.send_result(0, 0);
            return true;
        }
        if (sql_.find("rows") != std::string::npos) {
            peer.send(first_rows());
        }
        busy_.set_value();
        peer.stay_silent();
        return false;
    }

    std::promise<void> busy_;
    std::string sql_;
    std::atomic<bool> taken_{false};
    FakeServer::Script serve_ = FakeServer::node(
        [this](FakePeer& peer, const FakeRequest& request) { return answer(peer, request); });
    FakeServer server_;
};

std::string target(const BusyServer& server) {
    return connection_string(server.address(), patient_driver);
}

/// One way for a call to wait for the server.
struct Waits {
    const char* name;
    bool autocommit;
    const char* state;  ///< 40003: it may have happened
    SQLRETURN (*call)(const OdbcCalls& calls, SQLHSTMT statement);
};

SQLRETURN execute_prepared(const OdbcCalls& calls, SQLHSTMT statement, const char* sql) {
    if (calls.prepare(statement, chars(sql), SQL_NTS) != SQL_SUCCESS) return SQL_INVALID_HANDLE;
    return calls.execute(statement);
}

SQLRETURN query(const OdbcCalls& calls, SQLHSTMT statement) {
    return calls.exec_direct(statement, chars("SELECT 'long'"), SQL_NTS);
}

constexpr std::array ways{
    Waits{"Query", true, "HY008", query},
    Waits{"QueryOfATransaction", false, "HY008", query},
    Waits{"Write", true, "40003",
          [](const OdbcCalls& calls, SQLHSTMT statement) {
              return calls.exec_direct(statement, chars("DELETE FROM long"), SQL_NTS);
          }},
    Waits{"WriteOfATransaction", false, "HY008",
          [](const OdbcCalls& calls, SQLHSTMT statement) {
              return calls.exec_direct(statement, chars("DELETE FROM long"), SQL_NTS);
          }},
    Waits{"PreparedQuery", true, "HY008",
          [](const OdbcCalls& calls, SQLHSTMT statement) {
              return execute_prepared(calls, statement, "SELECT 'long'");
          }},
    Waits{"PreparedWrite", true, "40003",
          [](const OdbcCalls& calls, SQLHSTMT statement) {
              return execute_prepared(calls, statement, "DELETE FROM long");
          }},
};

class Cancelled : public ::testing::TestWithParam<std::tuple<bool, Waits>> {
  protected:
    [[nodiscard]] static const OdbcCalls& calls() {
        return std::get<bool>(GetParam()) ? through_driver_manager() : on_the_driver();
    }
};
std::string name_of(const ::testing::TestParamInfo<Cancelled::ParamType>& test) {
    const bool manager = std::get<bool>(test.param);
    return std::string{std::get<Waits>(test.param).name} + (manager ? "" : "OnTheDriver");
}
INSTANTIATE_TEST_SUITE_P(Calls, Cancelled,
                         ::testing::Combine(::testing::Bool(), ::testing::ValuesIn(ways)), name_of);

TEST_P(Cancelled, EndsWithoutTheServer) {
    const Waits& waits = std::get<Waits>(GetParam());
    BusyServer server;
    const RawHandle environment{calls(), SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const Connected connection{calls(), environment.get(), target(server)};
    if (!waits.autocommit) {
        calls().set_connect_attr(connection.get(), SQL_ATTR_AUTOCOMMIT,
                                 reinterpret_cast<SQLPOINTER>(SQL_AUTOCOMMIT_OFF), 0);
    }
    const RawHandle statement{calls(), SQL_HANDLE_STMT, connection.get()};
    auto call =
        std::async(std::launch::async, [&] { return waits.call(calls(), statement.get()); });
    EXPECT_TRUE(server.is_busy());
    EXPECT_EQ(calls().cancel(statement.get()), SQL_SUCCESS);
    ASSERT_EQ(call.wait_for(patience), std::future_status::ready);
    EXPECT_EQ(call.get(), SQL_ERROR);
    EXPECT_EQ(first_state(calls(), SQL_HANDLE_STMT, statement.get()), waits.state);
    EXPECT_EQ(server.connections(), 1) << "the next call is soon enough to connect again";
}

// Nobody sees from outside that a fetch has begun to wait: an early cancel finds nothing to end.
TEST(CancelledOnTheDriver, FetchEndsWithoutTheServer) {
    const OdbcCalls& calls = on_the_driver();
    BusyServer server;
    const RawHandle environment{calls, SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const Connected connection{calls, environment.get(), target(server)};
    const RawHandle statement{calls, SQL_HANDLE_STMT, connection.get()};
    ASSERT_EQ(calls.exec_direct(statement.get(), chars("SELECT 'long rows' AS i"), SQL_NTS),
              SQL_SUCCESS);
    ASSERT_EQ(calls.fetch(statement.get()), SQL_SUCCESS);
    auto call = std::async(std::launch::async, [&] { return calls.fetch(statement.get()); });
    const auto until = std::chrono::steady_clock::now() + patience;
    while (call.wait_for(10ms) != std::future_status::ready &&
           std::chrono::steady_clock::now() < until) {
        EXPECT_EQ(calls.cancel(statement.get()), SQL_SUCCESS);
    }
    EXPECT_EQ(call.get(), SQL_ERROR);
    EXPECT_EQ(first_state(calls, SQL_HANDLE_STMT, statement.get()), "HY008");
    EXPECT_EQ(server.connections(), 1);
}

// The connection is lost with the call; another statement that had to wait for its turn connects
// again, and has to wait for the server. A driver manager reads the records before it returns.
TEST(CancelledOnTheDriver, IsToldWhileAnotherStatementWaits) {
    const OdbcCalls& calls = on_the_driver();
    BusyServer server;
    const RawHandle environment{calls, SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const Connected connection{calls, environment.get(), target(server)};
    const RawHandle first{calls, SQL_HANDLE_STMT, connection.get()};
    const RawHandle second{calls, SQL_HANDLE_STMT, connection.get()};
    auto call = std::async(std::launch::async, [&] { return query(calls, first.get()); });
    EXPECT_TRUE(server.is_busy());
    EXPECT_EQ(calls.cancel(first.get()), SQL_SUCCESS);
    ASSERT_EQ(call.wait_for(patience), std::future_status::ready);
    auto other = std::async(std::launch::async, [&] { return query(calls, second.get()); });
    EXPECT_TRUE(server.has_connections(2));

    auto telling = std::async(std::launch::async,
                              [&] { return first_state(calls, SQL_HANDLE_STMT, first.get()); });
    EXPECT_EQ(telling.wait_for(patience), std::future_status::ready)
        << "reading why a call ended waits for another one's server";
    EXPECT_EQ(calls.cancel(second.get()), SQL_SUCCESS);
    EXPECT_EQ(telling.get(), "HY008");
    EXPECT_EQ(other.get(), SQL_ERROR);
    EXPECT_EQ(first_state(calls, SQL_HANDLE_STMT, second.get()), "HY008");
}

}  // namespace
}  // namespace dqlite::test
