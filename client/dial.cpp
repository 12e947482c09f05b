#include "client/dial.h"

#include <algorithm>
#include <chrono>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/stream.hpp>
#include <fmt/format.h>

#include "client/process.h"
#include "client/wait.h"

namespace dqlite::client {
namespace {

using asio::ip::tcp;

// A dead peer is noticed within a minute on an idle connection, within 30 s on one with data
// under way.
constexpr int keepalive_idle_seconds = 30;
constexpr int keepalive_interval_seconds = 10;
constexpr int keepalive_probes = 3;
constexpr unsigned user_timeout_ms = 30'000;
// How long one system call blocks at most; what is left of a shorter time is waited for in poll().
constexpr std::chrono::milliseconds longest_block{200};

bool set_option(int socket, int level, int name, int value) noexcept {
    return ::setsockopt(socket, level, name, &value, sizeof(value)) == 0;
}

bool peer_has_ended(int socket) noexcept {
    char byte = 0;
    const ssize_t size = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size == 0 || (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

timeval to_timeval(std::chrono::microseconds time) noexcept {
    return {.tv_sec = static_cast<time_t>(time.count() / 1'000'000),
            .tv_usec = static_cast<suseconds_t>(time.count() % 1'000'000)};
}

/// What recv() or send() gave.
Transfer transferred(ssize_t size) noexcept {
    if (size > 0) return {{}, static_cast<std::size_t>(size)};
    if (size == 0) return {asio::error::eof, 0};
    return {{errno, asio::error::get_system_category()}, 0};
}

/// Waits until the socket is ready. False past the deadline.
bool wait_for(int socket, short event, Scope::Time::time_point deadline) noexcept {
    using std::chrono::milliseconds;
    int timeout = -1;
    if (deadline != Scope::Time::time_point::max()) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - Scope::Time::now()).count();
        if (left <= 0) return false;
        timeout = static_cast<int>(std::min<milliseconds::rep>(left, 1'000'000));
    }
    pollfd waiting{.fd = socket, .events = event, .revents = 0};
    (void)::poll(&waiting, 1, timeout);  // whatever it says, the caller tries and comes back
    return true;
}

/// A socket that no program started meanwhile inherits, as it does from Asio's own open(): it would
/// keep the connection after us, and what the server has locked for it.
asio::error_code open_close_on_exec(tcp::socket& socket, const tcp& protocol) {
    const int handle = ::socket(protocol.family(), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    if (handle < 0) return {errno, asio::error::get_system_category()};
    asio::error_code error;
    socket.assign(protocol, handle, error);
    if (error) ::close(handle);
    return error;
}

/// Ends the connection, even if a child has the socket since fork(); in the child, which is not the
/// process that dialled, only the child's part of it. An error means that it has ended already.
void end_connection(tcp::socket::lowest_layer_type& socket, pid_t dialled_by) noexcept {
    asio::error_code ignored;
    if (dialled_by == this_process()) socket.shutdown(tcp::socket::shutdown_both, ignored);
    socket.close(ignored);
}

asio::error_code configure(tcp::socket& socket) {
    asio::error_code error;
    socket.set_option(tcp::no_delay{true}, error);
    if (error) return error;
    const int handle = socket.native_handle();
    const bool set =
        set_option(handle, SOL_SOCKET, SO_KEEPALIVE, 1) &&
        set_option(handle, IPPROTO_TCP, TCP_KEEPIDLE, keepalive_idle_seconds) &&
        set_option(handle, IPPROTO_TCP, TCP_KEEPINTVL, keepalive_interval_seconds) &&
        set_option(handle, IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes) &&
        set_option(handle, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(user_timeout_ms));
    return set ? asio::error_code{} : asio::error_code{errno, asio::error::get_system_category()};
}

class PlainStream final : public Stream {
  public:
    explicit PlainStream(tcp::socket socket) : socket_{std::move(socket)} {
        const timeval block = to_timeval(longest_block);
        can_block_ = ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &block,
                                  sizeof(block)) == 0;
    }
    ~PlainStream() override { end_connection(socket_, process_); }
    PlainStream(const PlainStream&) = delete;
    PlainStream& operator=(const PlainStream&) = delete;

    bool tries() const noexcept override { return true; }
    Transfer try_read(std::span<std::byte> into) noexcept override {
        return transferred(::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT));
    }
    Transfer try_write(std::span<const std::byte> from) noexcept override {
        return transferred(
            ::send(socket_.native_handle(), from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    }
    Transfer block_to_read(std::span<std::byte> into, Scope& scope,
                           Scope::Time::time_point deadline) override {
        return blocking(scope, [&] {
            const bool blocks = make_blocking();
            while (true) {
                const bool one_call = blocks && deadline - Scope::Time::now() > longest_block;
                if (!one_call && !wait_for(socket_.native_handle(), POLLIN, deadline)) break;
                const Transfer moved =
                    transferred(::recv(socket_.native_handle(), into.data(), into.size(),
                                       one_call ? 0 : MSG_DONTWAIT));
                if (!is_transient(moved.error)) return moved;
            }
            return Transfer{asio::error::timed_out, 0};
        });
    }
    Transfer block_to_write(std::span<const std::byte> from, Scope& scope,
                            Scope::Time::time_point deadline) override {
        return blocking(scope, [&] {
            while (wait_for(socket_.native_handle(), POLLOUT, deadline)) {
                const Transfer moved = try_write(from);
                if (!is_transient(moved.error)) return moved;
            }
            return Transfer{asio::error::timed_out, 0};
        });
    }
    Task<Transfer> read(std::span<std::byte> into) override {
        blocks_ = false;
        auto reading = operation<std::size_t>([this, into](auto handler) {
            socket_.async_read_some(asio::buffer(into.data(), into.size()), std::move(handler));
        });
        const auto done = co_await reading;
        co_return Transfer{done.error, done.result};
    }
    Task<Transfer> write(std::span<const std::byte> from) override {
        blocks_ = false;
        auto writing = operation<std::size_t>([this, from](auto handler) {
            socket_.async_write_some(asio::buffer(from.data(), from.size()), std::move(handler));
        });
        const auto done = co_await writing;
        co_return Transfer{done.error, done.result};
    }
    bool ended() noexcept override {
        return !socket_.is_open() || peer_has_ended(socket_.native_handle());
    }
    void acknowledge_quickly() noexcept override {
        // A hint: without it the answer is only later.
        (void)set_option(socket_.native_handle(), IPPROTO_TCP, TCP_QUICKACK, 1);
    }
    void close() noexcept override { end_connection(socket_, process_); }

  private:
    /// `move`, which a cancellation may end.
    template <typename Move>
    Transfer blocking(Scope& scope, Move&& move) {
        constexpr auto aborted = asio::error::operation_aborted;
        if (!scope.block(socket_.native_handle())) return {aborted, 0};
        const Transfer moved = move();
        return scope.unblock() ? moved : Transfer{aborted, 0};
    }

    /// A receive that blocks is one system call where poll() and a receive are two. Asio makes the
    /// socket non-blocking again whenever it waits for it, as while connecting.
    [[nodiscard]] bool make_blocking() noexcept {
        if (blocks_ || !can_block_) return blocks_;
        asio::error_code error;
        socket_.non_blocking(false, error);
        return blocks_ = !error;
    }

    const pid_t process_ = this_process();
    tcp::socket socket_;
    bool can_block_ = false;  // no longer than longest_block
    bool blocks_ = false;     // a receive without flags blocks
};

class TlsStream final : public Stream {
  public:
    TlsStream(tcp::socket socket, std::shared_ptr<asio::ssl::context> context)
        : context_{std::move(context)}, stream_{std::move(socket), *context_} {}
    ~TlsStream() override { end_connection(stream_.lowest_layer(), process_); }
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    [[nodiscard]] asio::ssl::stream<tcp::socket>& native() noexcept { return stream_; }

    // OpenSSL may have to read in order to write: moving bytes at once is left to the waiting
    // calls, which do so too where they can.
    bool tries() const noexcept override { return false; }
    Transfer try_read(std::span<std::byte>) noexcept override {
        return {asio::error::would_block, 0};
    }
    Transfer try_write(std::span<const std::byte>) noexcept override {
        return {asio::error::would_block, 0};
    }
    Transfer block_to_read(std::span<std::byte>, Scope&, Scope::Time::time_point) override {
        return {asio::error::would_block, 0};
    }
    Transfer block_to_write(std::span<const std::byte>, Scope&, Scope::Time::time_point) override {
        return {asio::error::would_block, 0};
    }
    Task<Transfer> read(std::span<std::byte> into) override {
        auto reading = operation<std::size_t>([this, into](auto handler) {
            stream_.async_read_some(asio::buffer(into.data(), into.size()), std::move(handler));
        });
        auto done = co_await reading;
        if (done.error == asio::ssl::error::stream_truncated) done.error = asio::error::eof;
        co_return Transfer{done.error, done.result};
    }
    Task<Transfer> write(std::span<const std::byte> from) override {
        auto writing = operation<std::size_t>([this, from](auto handler) {
            stream_.async_write_some(asio::buffer(from.data(), from.size()), std::move(handler));
        });
        const auto done = co_await writing;
        co_return Transfer{done.error, done.result};
    }
    bool ended() noexcept override {
        if (!stream_.lowest_layer().is_open() ||
            peer_has_ended(stream_.lowest_layer().native_handle())) {
            return true;
        }
        // What lies there may be the peer's goodbye, or a ticket for sessions to come.
        std::byte unasked{};
        asio::error_code error;
        stream_.read_some(asio::buffer(&unasked, 1), error);
        return error != asio::error::would_block && error != asio::error::try_again;
    }
    void acknowledge_quickly() noexcept override {
        (void)set_option(stream_.lowest_layer().native_handle(), IPPROTO_TCP, TCP_QUICKACK, 1);
    }
    void close() noexcept override { end_connection(stream_.lowest_layer(), process_); }

  private:
    const pid_t process_ = this_process();
    std::shared_ptr<asio::ssl::context> context_;
    asio::ssl::stream<tcp::socket> stream_;
};

class ResolverWaiter final : public Waiter {
  public:
    explicit ResolverWaiter(tcp::resolver& resolver) noexcept : resolver_{resolver} {}
    void interrupt() noexcept override { resolver_.cancel(); }

  private:
    tcp::resolver& resolver_;
};

class SocketWaiter final : public Waiter {
  public:
    explicit SocketWaiter(tcp::socket& socket) noexcept : socket_{socket} {}
    void interrupt() noexcept override {
        asio::error_code ignored;
        socket_.close(ignored);
    }

  private:
    tcp::socket& socket_;
};

Task<Result<std::vector<tcp::endpoint>>> resolve(const Dialling& dialling, const Address& address,
                                                 Scope& scope) {
    asio::error_code not_numeric;
    const auto ip = asio::ip::make_address(address.host, not_numeric);
    if (!not_numeric) co_return std::vector<tcp::endpoint>{tcp::endpoint{ip, address.port}};

    tcp::resolver resolver{dialling.executor};
    ResolverWaiter waiter{resolver};
    const Scope::Stay stay{scope, waiter};
    const std::string port = std::to_string(address.port);
    auto resolving = operation<tcp::resolver::results_type>([&](auto handler) {
        resolver.async_resolve(address.host, port, tcp::resolver::numeric_service,
                               std::move(handler));
    });
    const auto found = co_await resolving;
    if (found.error) {
        co_return fail(link_error(found.error, scope, ErrorKind::unreachable,
                                  "the name cannot be resolved", address.text()));
    }
    std::vector<tcp::endpoint> endpoints;
    for (const auto& entry : found.result) endpoints.push_back(entry.endpoint());
    co_return endpoints;
}

Task<Result<tcp::socket>> connect(const Dialling& dialling, const Address& address,
                                  const std::vector<tcp::endpoint>& endpoints, Scope& scope) {
    asio::error_code error = asio::error::host_not_found;
    for (const tcp::endpoint& endpoint : endpoints) {
        if (scope.reason()) break;
        tcp::socket socket{dialling.executor};
        error = open_close_on_exec(socket, endpoint.protocol());
        if (error) continue;
        SocketWaiter waiter{socket};
        const Scope::Stay stay{scope, waiter};
        auto connecting = operation<std::size_t>(
            [&](auto handler) { socket.async_connect(endpoint, std::move(handler)); });
        const auto done = co_await connecting;
        error = done.error;
        if (!error) error = configure(socket);
        if (!error) co_return std::move(socket);
    }
    co_return fail(
        link_error(error, scope, ErrorKind::unreachable, "cannot connect", address.text()));
}

/// Whom the certificate must name: checked by OpenSSL with the rest, so that it tells why not.
/// False if the name is none.
bool expect_name(SSL* ssl, const std::string& name) {
    asio::error_code not_numeric;
    (void)asio::ip::make_address(name, not_numeric);
    if (!not_numeric) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
    }
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // SNI carries names only; SSL_set_tlsext_host_name is a macro with an old-style cast.
    std::string sni = name;
    return SSL_set1_host(ssl, name.c_str()) == 1 &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni.data()) == 1;
}

Error handshake_error(const asio::error_code& error, SSL* ssl, const Scope& scope,
                      const Address& address, const std::string& name) {
    const long verified = SSL_get_verify_result(ssl);
    if (verified != X509_V_OK && !scope.reason()) {
        return {.kind = ErrorKind::tls,
                .message = fmt::format("the server's certificate is not accepted for \"{}\": {}",
                                       name, X509_verify_cert_error_string(verified)),
                .address = address.text()};
    }
    const bool not_tls = error == asio::ssl::error::stream_truncated || error == asio::error::eof ||
                         error == asio::error::connection_reset ||
                         error.message().find("wrong version number") != std::string::npos;
    return link_error(error, scope, ErrorKind::tls,
                      not_tls ? "the TLS handshake was cut off: the server may not speak TLS, or "
                                "refuses the client's certificate"
                              : "the TLS handshake failed",
                      address.text());
}

Task<Result<std::unique_ptr<Stream>>> secure(const Dialling& dialling, const Address& address,
                                             tcp::socket socket, Scope& scope) {
    asio::error_code error;
    socket.non_blocking(true, error);
    if (error) {
        co_return fail(
            link_error(error, scope, ErrorKind::unreachable, "cannot connect", address.text()));
    }
    auto stream = std::make_unique<TlsStream>(std::move(socket), dialling.tls);
    const std::string& name =
        dialling.tls_server_name.empty() ? address.host : dialling.tls_server_name;
    SSL* const ssl = stream->native().native_handle();
    if (!expect_name(ssl, name)) {
        co_return fail({.kind = ErrorKind::tls,
                        .message = fmt::format("\"{}\" cannot be the name in a certificate", name),
                        .address = address.text()});
    }
    const Scope::Stay stay{scope, *stream};
    auto shaking = operation<std::size_t>([&](auto handler) {
        stream->native().async_handshake(asio::ssl::stream_base::client, std::move(handler));
    });
    const auto done = co_await shaking;
    if (done.error) co_return fail(handshake_error(done.error, ssl, scope, address, name));
    co_return std::unique_ptr<Stream>{std::move(stream)};
}

}  // namespace

Error link_error(const asio::error_code& error, const Scope& scope, ErrorKind kind,
                 std::string_view what, std::string address) {
    Error result{.kind = kind, .address = std::move(address)};
    if (const auto reason = scope.reason()) {
        result.kind = *reason;
        const std::string_view ended =
            *reason == ErrorKind::timeout ? "timed out" : "was cancelled";
        result.message = fmt::format("{}: the call {}", what, ended);
    } else {
        result.message = fmt::format("{}: {}", what, error.message());
    }
    return result;
}

Task<Result<std::unique_ptr<Stream>>> dial(const Dialling& dialling, const Address& address,
                                           Scope& scope) {
    auto endpoints = co_await resolve(dialling, address, scope);
    if (!endpoints) co_return fail(std::move(endpoints.error()));
    auto socket = co_await connect(dialling, address, *endpoints, scope);
    if (!socket) co_return fail(std::move(socket.error()));
    if (dialling.tls == nullptr) {
        std::unique_ptr<Stream> plain = std::make_unique<PlainStream>(std::move(*socket));
        co_return plain;
    }
    auto securing = secure(dialling, address, std::move(*socket), scope);
    co_return co_await securing;
}

}  // namespace dqlite::client
