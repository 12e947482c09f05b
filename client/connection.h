// One socket that speaks the protocol: requests are queued, written together, and answered in
// order. What an answer means is the caller's business.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "client/error.h"
#include "client/scope.h"
#include "client/session.h"
#include "client/spin.h"
#include "client/stream.h"
#include "client/task.h"
#include "wire/frame.h"
#include "wire/request.h"
#include "wire/response.h"

namespace dqlite::client {

/// The error of a request that cannot be encoded; nothing was sent.
[[nodiscard]] Error encode_error(wire::Errc error, std::size_t max_message_size);

class Connection {
  public:
    /// `scope` is what interrupts its waits; `statistics` outlives it.
    Connection(std::unique_ptr<Stream> stream, std::string address, const Options& options,
               Scope& scope, SessionStatistics& statistics);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Hands the connection over to another owner's scope and counters.
    void adopt(Scope& scope, SessionStatistics& statistics) noexcept;

    void queue_handshake() { wire::encode_handshake(outbox_); }
    /// Encodes behind what is queued already. On an error nothing was added.
    template <typename Request>
    [[nodiscard]] Result<void> queue(const Request& request) {
        if (const auto error = wire::encode(request, outbox_, limits_.max_body);
            error != wire::Errc::ok) {
            return fail(encode_error(error, limits_.max_body));
        }
        ++queued_;
        return {};
    }
    /// Forgets what is queued and not yet sent.
    void discard_queue() noexcept;
    [[nodiscard]] std::size_t queued_bytes() const noexcept { return outbox_.size(); }

    /// Writes all that is queued. Like the others that are awaited here, it takes a task only where
    /// it must be suspended.
    [[nodiscard]] auto flush() {
        return promptly<Result<void>>([this] { return flush_at_once(); },
                                      [this] { return write_later(); });
    }
    /// Whether any byte of the last flush() may have left this machine.
    [[nodiscard]] bool sent() const noexcept { return sent_; }

    /// The next frame; its bytes are good until the next call.
    [[nodiscard]] auto receive() {
        return promptly<Result<wire::Frame>>([this] { return receive_at_once(); },
                                             [this] { return receive_later(); });
    }

    /// The same for plain code; nothing where it would have to be suspended.
    [[nodiscard]] std::optional<Result<wire::Frame>> receive_at_once();

    /// For an answer of any size, instead of receive(): the header of the next frame, which stays
    /// where it is,
    [[nodiscard]] Task<Result<wire::Header>> receive_header();
    /// and bytes as they arrive; they are good until the next call.
    [[nodiscard]] Task<Result<wire::Bytes>> receive_bytes(std::size_t at_least,
                                                          std::size_t at_most);

    /// An answer of type Response; a FAILURE becomes the error, kind server, with its code. Views
    /// in it are good until the next receive.
    template <typename Response>
    [[nodiscard]] auto answer() {
        return promptly<Result<Response>>(
            [this]() -> std::optional<Result<Response>> {
                if (auto frame = receive_at_once()) return read_answer<Response>(std::move(*frame));
                return std::nullopt;
            },
            [this] { return answer_later<Response>(); });
    }

    /// Decodes a frame; one that is not what was asked for closes the connection.
    template <typename Response>
    [[nodiscard]] Result<Response> read_answer(const wire::Frame& frame) {
        if (frame.is(wire::ResponseType::failure)) return fail(read_failure(frame));
        Response response;
        if (const auto error = wire::decode(frame, limits_, response); error != wire::Errc::ok) {
            return fail(broken(wire::message(error)));
        }
        return response;
    }
    [[nodiscard]] Error read_failure(const wire::Frame& frame);

    /// Closes the connection because of what the peer sent, and gives the error that says so.
    [[nodiscard]] Error broken(std::string_view what);

    /// Several small answers are expected one behind the other: they are acknowledged at once,
    /// as the server waits for that with Nagle's algorithm on.
    void expect_small_answers(bool expected) noexcept { small_answers_ = expected; }

    /// True if the peer has gone away, or sent what nobody asked for, while nothing was under way.
    [[nodiscard]] bool stale() noexcept;
    [[nodiscard]] bool is_open() const noexcept { return open_; }
    void close() noexcept;

    [[nodiscard]] const std::string& address() const noexcept { return address_; }
    [[nodiscard]] const wire::Limits& limits() const noexcept { return limits_; }
    [[nodiscard]] Scope& scope() const noexcept { return *scope_; }

  private:
    // …_at_once() gives nothing where it takes a wait that must not block the thread: …_later()
    // goes on from there.
    [[nodiscard]] std::optional<Result<void>> flush_at_once();
    [[nodiscard]] std::optional<Result<void>> write_at_once();
    [[nodiscard]] Task<Result<void>> write_later();
    [[nodiscard]] Result<void> wrote(const Transfer& transfer);
    [[nodiscard]] Task<Result<wire::Frame>> receive_later();
    template <typename Response>
    [[nodiscard]] Result<Response> read_answer(Result<wire::Frame> frame) {
        if (!frame) return fail(std::move(frame.error()));
        return read_answer<Response>(*frame);
    }
    template <typename Response>
    [[nodiscard]] Task<Result<Response>> answer_later() {
        auto receiving = receive_later();
        auto frame = co_await receiving;
        co_return read_answer<Response>(std::move(frame));
    }
    [[nodiscard]] Task<Result<void>> fill();
    [[nodiscard]] std::optional<Result<void>> fill_at_once();
    [[nodiscard]] Task<Result<void>> fill_later();
    void note_timeout(const Transfer& transfer) noexcept;
    void log_if_slow(Clock::duration took) const;
    [[nodiscard]] Result<void> took(std::span<const std::byte> room, const Transfer& transfer);
    [[nodiscard]] Error lost(const asio::error_code& error, std::string_view what);
    [[nodiscard]] static std::string_view foreign_protocol(std::span<const std::byte> bytes);

    std::unique_ptr<Stream> stream_;
    std::string address_;
    wire::Limits limits_;
    milliseconds slow_request_;
    Scope* scope_;
    SessionStatistics* statistics_;
    Spinner spinner_;
    wire::Framer framer_;
    wire::Buffer outbox_;
    std::size_t written_ = 0;  // bytes of the outbox, while it is flushed
    std::size_t queued_ = 0;
    Clock::time_point last_used_;
    std::optional<Clock::time_point> asked_at_;  // only while slow requests are logged
    bool open_ = true;
    bool sent_ = false;
    bool awaiting_ = false;  // a flush has not been followed by a read yet
    bool small_answers_ = false;
    bool heard_ = false;
};

}  // namespace dqlite::client
