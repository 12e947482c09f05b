#include "client/connection.h"

#include <algorithm>
#include <utility>

#include <asio/error.hpp>
#include <asio/ssl/error.hpp>
#include <fmt/format.h>

#include "client/dial.h"
#include "client/log.h"
#include "client/text.h"

namespace dqlite::client {
namespace {

constexpr std::size_t read_size = 64 * std::size_t{1024};
// A connection used within this time is taken to be alive still.
constexpr std::chrono::milliseconds fresh{10};
// The outbox keeps its memory between requests, but not that of a huge one.
constexpr std::size_t outbox_kept = 1024 * std::size_t{1024};

wire::Limits limits_of(const Options& options) {
    wire::Limits limits;
    limits.max_body = options.max_message_size;
    return limits;
}

}  // namespace

Error encode_error(wire::Errc error, std::size_t max_message_size) {
    switch (error) {
        case wire::Errc::embedded_nul:
            return {.kind = ErrorKind::invalid,
                    .message = "a text holds U+0000, where the protocol would cut it"};
        case wire::Errc::frame_too_large:
            return {.kind = ErrorKind::refused,
                    .message = fmt::format("the request is larger than the {} bytes allowed",
                                           max_message_size)};
        case wire::Errc::too_many_parameters:
            return {.kind = ErrorKind::refused,
                    .message = fmt::format("more than {} parameters cannot be sent",
                                           wire::max_parameters)};
        default:
            return {.kind = ErrorKind::invalid,
                    .message = fmt::format("the request cannot be sent: {}", wire::message(error))};
    }
}

Connection::Connection(std::unique_ptr<Stream> stream, std::string address, const Options& options,
                       Scope& scope, SessionStatistics& statistics)
    : stream_{std::move(stream)},
      address_{std::move(address)},
      limits_{limits_of(options)},
      slow_request_{options.slow_request},
      scope_{&scope},
      statistics_{&statistics},
      spinner_{stream_->tries() ? options.spin : std::chrono::microseconds{0}},
      framer_{limits_},
      last_used_{Clock::now()} {}

void Connection::adopt(Scope& scope, SessionStatistics& statistics) noexcept {
    scope_ = &scope;
    statistics_ = &statistics;
}

void Connection::discard_queue() noexcept {
    outbox_.clear();
    queued_ = 0;
}

std::optional<Result<void>> Connection::flush_at_once() {
    statistics_->requests += std::exchange(queued_, 0);
    sent_ = false;
    written_ = 0;
    return write_at_once();
}

std::optional<Result<void>> Connection::write_at_once() {
    while (written_ < outbox_.size()) {
        if (!open_) return fail(lost(asio::error::not_connected, "the request was not sent"));
        const auto rest = std::span<const std::byte>{outbox_}.subspan(written_);
        Transfer moved = stream_->try_write(rest);
        if (is_transient(moved.error)) {
            if (scope_->reason()) {
                return fail(lost(asio::error::operation_aborted, "the request was not sent"));
            }
            sent_ = true;  // TLS and the system may hold a part of it back
            if (const auto deadline = scope_->blocks_until()) {
                moved = stream_->block_to_write(rest, *scope_, *deadline);
                note_timeout(moved);
            }
        }
        if (is_transient(moved.error)) return std::nullopt;
        if (auto went = wrote(moved); !went) return went;
    }
    outbox_.clear();
    if (outbox_.capacity() > outbox_kept) outbox_.shrink_to_fit();
    awaiting_ = true;
    if (log().should_log(spdlog::level::warn)) asked_at_ = Clock::now();
    return Result<void>{};
}

Task<Result<void>> Connection::write_later() {
    while (true) {
        Transfer moved;
        {
            const Scope::Stay stay{*scope_, *stream_};
            auto writing = stream_->write(std::span<const std::byte>{outbox_}.subspan(written_));
            moved = co_await writing;
        }
        if (auto went = wrote(moved); !went) co_return went;
        if (auto written = write_at_once()) co_return std::move(*written);
    }
}

Result<void> Connection::wrote(const Transfer& transfer) {
    if (transfer.error) return fail(lost(transfer.error, "the request could not be sent"));
    sent_ = true;
    statistics_->bytes_sent += transfer.size;
    written_ += transfer.size;
    return {};
}

Task<Result<wire::Frame>> Connection::receive_later() {
    while (true) {
        auto filling = fill_later();
        const auto filled = co_await filling;
        if (!filled) co_return fail(filled.error());
        if (auto received = receive_at_once()) co_return std::move(*received);
    }
}

std::optional<Result<wire::Frame>> Connection::receive_at_once() {
    wire::Frame frame;
    while (true) {
        const wire::Errc error = framer_.next(frame);
        if (error == wire::Errc::ok) return frame;
        if (error != wire::Errc::incomplete) return fail(broken(wire::message(error)));
        auto filled = fill_at_once();
        if (!filled) return std::nullopt;
        if (!*filled) return fail(std::move(filled->error()));
    }
}

Task<Result<wire::Header>> Connection::receive_header() {
    wire::Header header;
    while (wire::parse_header(framer_.unread(), header) != wire::Errc::ok) {
        auto filling = fill();
        const auto filled = co_await filling;
        if (!filled) co_return fail(filled.error());
    }
    co_return header;
}

Task<Result<wire::Bytes>> Connection::receive_bytes(std::size_t at_least, std::size_t at_most) {
    while (framer_.buffered() < at_least) {
        auto filling = fill();
        const auto filled = co_await filling;
        if (!filled) co_return fail(filled.error());
    }
    const wire::Bytes bytes = framer_.unread().first(std::min(framer_.buffered(), at_most));
    framer_.take(bytes.size());
    co_return bytes;
}

Task<Result<void>> Connection::fill() {
    if (auto filled = fill_at_once()) co_return std::move(*filled);
    auto filling = fill_later();
    co_return co_await filling;
}

Task<Result<void>> Connection::fill_later() {
    const std::span<std::byte> room = framer_.prepare(read_size);
    const Scope::Stay stay{*scope_, *stream_};
    const Transfer moved = co_await stream_->read(room);
    co_return took(room, moved);
}

std::optional<Result<void>> Connection::fill_at_once() {
    if (!open_) return fail(lost(asio::error::not_connected, "no answer"));
    if (scope_->reason()) {
        return fail(lost(asio::error::operation_aborted, "waiting for the answer"));
    }
    if (awaiting_) {
        ++statistics_->round_trips;
        awaiting_ = false;
    }
    if (small_answers_) stream_->acknowledge_quickly();
    const std::span<std::byte> room = framer_.prepare(read_size);
    Transfer moved{asio::error::would_block, 0};
    const bool at_once = spinner_.spin([&] {
        moved = stream_->try_read(room);
        return !is_transient(moved.error);
    });
    const auto deadline = scope_->blocks_until();
    if (!at_once && deadline) {
        moved = stream_->block_to_read(room, *scope_, *deadline);
        note_timeout(moved);
    }
    if (is_transient(moved.error)) return std::nullopt;
    return took(room, moved);
}

void Connection::note_timeout(const Transfer& transfer) noexcept {
    if (transfer.error == asio::error::timed_out) scope_->interrupt(ErrorKind::timeout);
}

Result<void> Connection::took(std::span<const std::byte> room, const Transfer& transfer) {
    if (transfer.error) return fail(lost(transfer.error, "waiting for the answer"));
    if (!heard_) {
        heard_ = true;
        const std::string_view foreign = foreign_protocol(room.first(transfer.size));
        if (!foreign.empty()) return fail(broken(foreign));
    }
    framer_.commit(transfer.size);
    statistics_->bytes_received += transfer.size;
    last_used_ = Clock::now();
    if (asked_at_) log_if_slow(last_used_ - *std::exchange(asked_at_, std::nullopt));
    return {};
}

void Connection::log_if_slow(Clock::duration took) const {
    using std::chrono::duration_cast;
    if (slow_request_.count() == 0 || took < slow_request_) return;
    log().warn("slow: {} answered after {} ms", address_,
               duration_cast<milliseconds>(took).count());
}

// Whoever dials a port of another kind should read that, not of lengths out of bounds.
std::string_view Connection::foreign_protocol(std::span<const std::byte> bytes) {
    const std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    if (text.starts_with("\x15\x03") || text.starts_with("\x16\x03")) {
        return "it speaks TLS, and TLS is off here";
    }
    if (text.starts_with("HTTP/")) return "it speaks HTTP";
    return {};
}

Error Connection::lost(const asio::error_code& error, std::string_view what) {
    close();
    // Since TLS 1.3 a server looks at the client's certificate after the client's handshake.
    if (!heard_ && error.category() == asio::error::get_ssl_category()) {
        return link_error(error, *scope_, ErrorKind::tls,
                          "the server refuses the client's certificate, or asks for one", address_);
    }
    if (error == asio::error::eof) {
        Error ended = link_error(error, *scope_, ErrorKind::lost, what, address_);
        if (ended.kind == ErrorKind::lost) {
            ended.message = fmt::format("{}: the server closed the connection", what);
        }
        return ended;
    }
    return link_error(error, *scope_, ErrorKind::lost, what, address_);
}

Error Connection::read_failure(const wire::Frame& frame) {
    wire::Failure failure;
    if (const auto error = wire::decode(frame, limits_, failure); error != wire::Errc::ok) {
        return broken(wire::message(error));
    }
    return {.kind = ErrorKind::server,
            .code = failure.code,
            .message = failure.message.empty()
                           ? fmt::format("the server refuses with code {}", failure.code)
                           : safe_text(failure.message),
            .address = address_};
}

Error Connection::broken(std::string_view what) {
    close();
    return {.kind = ErrorKind::protocol,
            .message = fmt::format("the peer does not keep to the dqlite protocol: {}", what),
            .address = address_};
}

bool Connection::stale() noexcept {
    if (!open_) return true;
    if (framer_.buffered() > 0) return true;
    if (Clock::now() - last_used_ < fresh) return false;
    return stream_->ended();
}

void Connection::close() noexcept {
    open_ = false;
    stream_->close();
}

}  // namespace dqlite::client
