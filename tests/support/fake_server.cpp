#include "tests/support/fake_server.h"

#include <algorithm>
#include <array>
#include <sys/socket.h>
#include <unistd.h>

#include "client/safety.h"
#include "wire/rows.h"

namespace dqlite::test {
namespace {

// Bodies of 64 MiB are the largest a client sends.
constexpr std::uint32_t max_words = (std::uint32_t{64} << 20U) / 8;

wire::Buffer words(std::initializer_list<std::uint64_t> values) {
    wire::Buffer body;
    wire::Writer writer{body};
    for (const std::uint64_t value : values) writer.u64(value);
    return body;
}

wire::Buffer heap_guard_answer() {
    constexpr std::array<std::string_view, 1> names{"zeroblob(5000)"};
    wire::RowsWriter writer{names};
    const wire::Value value = wire::Value::integer(0);
    writer.row({&value, 1});
    return writer.finish();
}

}  // namespace

std::string FakeRequest::sql() const {
    const auto* const text = reinterpret_cast<const char*>(body.data()) + wire::word_size;
    return std::string{text};  // encode() ends every text in a NUL
}

bool FakePeer::read_exactly(void* into, std::size_t size) {
    auto* at = static_cast<char*>(into);
    while (size > 0) {
        const ssize_t part = ::recv(socket_, at, size, 0);
        if (part <= 0) return false;
        at += part;
        size -= static_cast<std::size_t>(part);
    }
    return true;
}

bool FakePeer::read_handshake() {
    std::uint64_t word = 0;
    return read_exactly(&word, sizeof(word)) && word == wire::protocol_version;
}

bool FakePeer::read_request(FakeRequest& request) {
    std::array<std::uint8_t, wire::header_size> header{};
    if (!read_exactly(header.data(), header.size())) return false;
    std::uint32_t words = 0;
    for (std::size_t i = 4; i-- > 0;) words = (words << 8U) | header[i];
    if (words == 0 || words > max_words) return false;
    request.type = header[4];
    request.schema = header[5];
    request.body.resize(std::size_t{words} * wire::word_size);
    return read_exactly(request.body.data(), request.body.size());
}

void FakePeer::send(std::string_view bytes) {
    if (!corrupt_) {
        send_all(socket_, bytes);
        return;
    }
    std::string changed{bytes};
    corrupt_(changed);
    send_all(socket_, changed);
}

void FakePeer::send(const wire::Buffer& bytes) {
    send(std::string_view{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void FakePeer::send_frame(wire::ResponseType type, const wire::Buffer& body, std::uint8_t schema) {
    wire::Buffer frame;
    wire::Writer writer{frame};
    writer.u32(static_cast<std::uint32_t>(body.size() / wire::word_size));
    writer.u8(static_cast<std::uint8_t>(type));
    writer.u8(schema);
    writer.u8(0);
    writer.u8(0);
    frame.insert(frame.end(), body.begin(), body.end());
    send(frame);
}

void FakePeer::send_failure(std::uint64_t code, std::string_view text) {
    wire::Buffer body = words({code});
    wire::Writer{body}.text(text);
    send_frame(wire::ResponseType::failure, body);
}

void FakePeer::send_result(std::uint64_t last_insert_rowid, std::uint64_t rows_affected) {
    send_frame(wire::ResponseType::result, words({last_insert_rowid, rows_affected}));
}

void FakePeer::send_leader(std::uint64_t id, std::string_view address) {
    wire::Buffer body = words({id});
    wire::Writer{body}.text(address);
    send_frame(wire::ResponseType::server, body);
}

void FakePeer::send_statement(std::uint32_t id, std::uint64_t parameters) {
    wire::Buffer body;
    wire::Writer writer{body};
    writer.u32(0);
    writer.u32(id);
    writer.u64(parameters);
    send_frame(wire::ResponseType::stmt, body);
}

void FakePeer::send_empty() {
    send_frame(wire::ResponseType::empty, words({0}));
}

bool FakePeer::answer_opening(const FakeRequest& request) {
    switch (static_cast<wire::RequestType>(request.type)) {
        case wire::RequestType::leader:
            send_leader(1, own_address_);
            return true;
        case wire::RequestType::client:
            send_frame(wire::ResponseType::welcome, words({15'000}));
            return true;
        case wire::RequestType::open:
            send_frame(wire::ResponseType::db, words({0}));
            return true;
        case wire::RequestType::cluster: {
            wire::Buffer body = words({1, 1});
            wire::Writer writer{body};
            writer.text(own_address_);
            writer.u64(0);
            send_frame(wire::ResponseType::servers, body);
            return true;
        }
        case wire::RequestType::query_sql:
            if (request.sql() != "SELECT zeroblob(5000)") return false;
            send(heap_guard_answer());
            return true;
        case wire::RequestType::exec_sql:
            if (!std::ranges::count(client::session_guard, request.sql())) return false;
            send_result(0, 0);
            return true;
        default:
            return false;
    }
}

bool FakePeer::answer_schema(const FakeRequest& request) {
    if (!request.is(wire::RequestType::query_sql)) return false;
    const std::string sql = request.sql();
    if (sql.starts_with("SELECT schema_version")) {
        constexpr std::array<std::string_view, 2> names{"schema_version", "n"};
        const std::array values{wire::Value::integer(1), wire::Value::integer(0)};
        wire::RowsWriter writer{names};
        writer.row(values);
        send(writer.finish());
        return true;
    }
    if (!sql.starts_with("SELECT 0 AS temporary")) return false;
    constexpr std::array<std::string_view, 7> names{"temporary", "v",   "type", "name",
                                                    "tbl_name",  "sql", "place"};
    send(wire::RowsWriter{names}.finish());
    return true;
}

void FakePeer::reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    // The descriptor itself is closed by the server: connecting to "nowhere" sends the reset now.
    sockaddr nowhere{};
    nowhere.sa_family = AF_UNSPEC;
    ::connect(socket_, &nowhere, sizeof(nowhere));
}

void FakePeer::close() {
    ::shutdown(socket_, SHUT_RDWR);
}

void FakePeer::stay_silent() {
    std::array<char, 4096> ignored{};
    while (::recv(socket_, ignored.data(), ignored.size(), 0) > 0) {
    }
}

FakeServer::FakeServer(Script script) : script_{std::move(script)} {
    listener_.listen();
    acceptor_ = std::thread{[this] { accept_all(); }};
}

FakeServer::~FakeServer() {
    stopping_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock{mutex_};
        for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
}

FakeServer::Script FakeServer::node(Answer answer) {
    return [answer = std::move(answer)](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) {
            if (!peer.answer_opening(request) && !answer(peer, request)) return;
        }
    };
}

void FakeServer::accept_all() {
    while (!stopping_) {
        const int socket = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        send_at_once(socket);
        ++connections_;
        const std::lock_guard lock{mutex_};
        sockets_.push_back(socket);
        threads_.emplace_back([this, socket] { serve(socket); });
    }
}

void FakeServer::serve(int socket) {
    FakePeer peer{socket, address()};
    script_(peer);
    const std::lock_guard lock{mutex_};
    std::erase(sockets_, socket);
    ::close(socket);
}

}  // namespace dqlite::test
