#include "tests/bench/raw_connection.h"

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace dqlite::bench {
namespace {

constexpr std::size_t read_size = 64 * std::size_t{1024};
constexpr auto longest_poll = std::chrono::microseconds{100};

void must(bool ok, const char* what) {
    if (!ok) throw std::runtime_error{std::string{"raw connection: "} + what};
}

void set(int socket, int name) {
    const int on = 1;
    must(setsockopt(socket, IPPROTO_TCP, name, &on, sizeof on) == 0, "setsockopt");
}

}  // namespace

RawConnection::RawConnection(const std::string& address, std::string_view database, Wait wait)
    : wait_{wait} {
    const auto colon = address.rfind(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
    must(inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr) == 1, "address");
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
    set(socket_, TCP_NODELAY);

    wire::encode_handshake(outbox_);
    add(wire::Leader{});
    flush();
    read_answer(wire::ResponseType::server);
    add(wire::Client{});
    add(wire::Open{.name = database, .flags = 0, .vfs = {}});
    add(wire::QuerySql{.db = 0, .sql = "SELECT zeroblob(5000)", .parameters = {}});
    flush();
    set(socket_, TCP_QUICKACK);
    read_answer(wire::ResponseType::welcome);
    read_answer(wire::ResponseType::db);
    read_answer(wire::ResponseType::rows);
    read_answer(wire::ResponseType::rows);  // a row larger than a frame is followed by an empty one
}

RawConnection::~RawConnection() {
    close(socket_);
}

template <typename Request>
void RawConnection::add(const Request& request) {
    must(wire::encode(request, outbox_) == wire::Errc::ok, "encode");
}

void RawConnection::read_answers(std::size_t count, wire::ResponseType expected) {
    for (; count > 0; --count) {
        set(socket_, TCP_QUICKACK);  // the server waits for that with Nagle's algorithm on
        read_answer(expected);
    }
}

void RawConnection::flush() {
    std::span<const std::byte> rest{outbox_};
    while (!rest.empty()) {
        const auto sent = send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
        must(sent > 0, "send");
        rest = rest.subspan(static_cast<std::size_t>(sent));
    }
    outbox_.clear();
}

std::size_t RawConnection::read_some(std::span<std::byte> into) {
    if (wait_ == Wait::poll) {
        const auto end = std::chrono::steady_clock::now() + longest_poll;
        do {
            for (int i = 0; i < 8; ++i) {
                const auto got = recv(socket_, into.data(), into.size(), MSG_DONTWAIT);
                if (got > 0) return static_cast<std::size_t>(got);
                must(got < 0 && errno == EAGAIN, "recv");
            }
        } while (std::chrono::steady_clock::now() < end);
    }
    const auto got = recv(socket_, into.data(), into.size(), 0);
    must(got > 0, "recv");
    return static_cast<std::size_t>(got);
}

wire::Frame RawConnection::receive() {
    wire::Frame frame;
    while (true) {
        const auto error = framer_.next(frame);
        if (error == wire::Errc::ok) return frame;
        must(error == wire::Errc::incomplete, "frame");
        framer_.commit(read_some(framer_.prepare(read_size)));
    }
}

void RawConnection::read_answer(wire::ResponseType expected) {
    const auto frame = receive();
    if (frame.is(expected)) return;
    wire::Failure failure;
    if (wire::decode(frame, wire::Limits{}, failure) == wire::Errc::ok) {
        throw std::runtime_error{"raw connection: " + std::string{failure.message}};
    }
    throw std::runtime_error{"raw connection: an answer of another type"};
}

std::uint32_t RawConnection::prepare(std::string_view sql) {
    add(wire::Prepare{.sql = sql});
    flush();
    const auto frame = receive();
    wire::Stmt statement;
    must(wire::decode(frame, wire::Limits{}, statement) == wire::Errc::ok, "prepare");
    return statement.id;
}

void RawConnection::execute(std::string_view sql) {
    add(wire::ExecSql{.db = 0, .sql = sql, .parameters = {}});
    flush();
    read_answer(wire::ResponseType::result);
}

void RawConnection::queue(std::uint32_t statement, wire::Parameters parameters) {
    add(wire::Exec{.stmt = statement, .parameters = parameters});
}

void RawConnection::execute(std::uint32_t statement, wire::Parameters parameters) {
    queue(statement, parameters);
    flush();
    read_answer(wire::ResponseType::result);
}

void RawConnection::query(std::uint32_t statement, wire::Parameters parameters) {
    add(wire::Query{.stmt = statement, .parameters = parameters});
    flush();
    read_answer(wire::ResponseType::rows);
}

std::size_t RawConnection::drain(std::string_view sql) {
    constexpr std::uint64_t done = ~std::uint64_t{0};
    add(wire::QuerySql{.db = 0, .sql = sql, .parameters = {}});
    flush();
    std::size_t bytes = 0;
    while (true) {
        const auto frame = receive();
        must(frame.is(wire::ResponseType::rows) && frame.body.size() >= sizeof done, "rows");
        bytes += frame.body.size();
        if (std::memcmp(frame.body.data() + frame.body.size() - sizeof done, &done, sizeof done) ==
            0) {
            return bytes;
        }
    }
}

}  // namespace dqlite::bench
