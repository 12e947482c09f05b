// A scripted server: plain sockets, one thread a connection, no mercy. It answers like a node,
// or breaks the protocol in whatever way a test wants.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/sockets.h"
#include "wire/bytes.h"
#include "wire/protocol.h"

namespace dqlite::test {

/// One request as it came.
struct FakeRequest {
    std::uint8_t type = 0;
    std::uint8_t schema = 0;
    wire::Buffer body;

    [[nodiscard]] bool is(wire::RequestType t) const {
        return type == static_cast<std::uint8_t>(t);
    }
    /// The SQL text of EXEC_SQL, QUERY_SQL and PREPARE.
    [[nodiscard]] std::string sql() const;
};

/// The server's end of one connection. After the peer has gone everything is a no-op, and
/// read_request() returns false.
class FakePeer {
  public:
    FakePeer(int socket, std::string own_address) noexcept
        : socket_{socket}, own_address_{std::move(own_address)} {}

    /// Reads the word that opens a connection.
    bool read_handshake();
    bool read_request(FakeRequest& request);

    void send(const wire::Buffer& bytes);
    void send(std::string_view bytes);
    void send_frame(wire::ResponseType type, const wire::Buffer& body, std::uint8_t schema = 0);
    void send_failure(std::uint64_t code, std::string_view text);
    void send_result(std::uint64_t last_insert_rowid, std::uint64_t rows_affected);
    void send_leader(std::uint64_t id, std::string_view address);
    void send_statement(std::uint32_t id, std::uint64_t parameters);
    void send_empty();
    /// Answers what every session begins with: LEADER (naming itself), CLIENT, OPEN, the heap
    /// guard, CLUSTER and the session guard. False for any other request.
    bool answer_opening(const FakeRequest& request);
    /// Answers what a driver asks in order to describe statements: the schema is empty. False for
    /// any other request.
    bool answer_schema(const FakeRequest& request);

    /// Changes what is sent from now on, one answer at a time: for servers that lie in one place.
    void corrupt(std::function<void(std::string&)> change) { corrupt_ = std::move(change); }

    /// Closes with a reset instead of an orderly end.
    void reset();
    void close();
    /// Says nothing until the peer goes away.
    void stay_silent();
    [[nodiscard]] const std::string& own_address() const noexcept { return own_address_; }

  private:
    bool read_exactly(void* into, std::size_t size);

    int socket_;
    std::string own_address_;
    std::function<void(std::string&)> corrupt_;
};

class FakeServer {
  public:
    /// Called in a thread of its own for each connection, which ends when it returns.
    using Script = std::function<void(FakePeer&)>;
    explicit FakeServer(Script script);
    ~FakeServer();
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    /// Reads requests until the peer goes, answers the opening ones itself, and gives all others
    /// to `answer`; that ends the connection by returning false.
    using Answer = std::function<bool(FakePeer&, const FakeRequest&)>;
    [[nodiscard]] static Script node(Answer answer);

    /// "127.0.0.1:port"
    [[nodiscard]] const std::string& address() const noexcept { return listener_.address(); }
    [[nodiscard]] int connections() const noexcept { return connections_; }

  private:
    void accept_all();
    void serve(int socket);

    Script script_;
    BoundSocket listener_;
    std::atomic<int> connections_{0};
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::vector<int> sockets_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace dqlite::test
