#include "client/live_rows.h"

#include <fmt/format.h>

#include "wire/rows.h"

namespace dqlite::client {

LiveRows::LiveRows(SessionHost& session, const wire::Frame& first)
    : session_{&session},
      current_{first},
      limits_{session.core().limits()},
      max_rows_{session.core().options().max_total_rows} {
    session.live() = this;
}

void LiveRows::detach() noexcept {
    if (session_ == nullptr) return;
    session_->live() = nullptr;
    session_ = nullptr;
}

void LiveRows::orphan() noexcept {
    if (session_->core().streaming()) {
        error_ = Error{.kind = ErrorKind::lost, .message = "the session was closed"};
    }
    current_ = {};
    detach();
}

bool LiveRows::must_ask() const noexcept {
    return first_given_ && !store_ && !error_ && session_ != nullptr &&
           session_->core().streaming();
}

std::optional<LiveRows::Next> LiveRows::next_at_once() {
    if (!std::exchange(first_given_, true)) return current_;
    if (store_) {
        auto stored = store_->next();
        if (stored && *stored) current_ = **stored;
        if (stored && !*stored && error_) return fail(*error_);
        return stored;
    }
    if (error_) return fail(*error_);
    if (!must_ask()) return Next{std::nullopt};
    if (auto refused = session_->check_process(); !refused) return fail(refused.error());
    return std::nullopt;
}

LiveRows::Next LiveRows::took(Result<wire::Frame> frame) {
    if (!frame) return fail(std::move(frame.error()));
    current_ = *frame;
    return current_;
}

Task<Result<void>> LiveRows::take_in() {
    if (session_ != nullptr) {
        SessionCore& core = session_->core();
        store_.emplace(core.options().max_buffered_bytes, core.options().max_spill_bytes);
        auto storing = store_rest();
        if (auto stored = co_await storing; !stored) {
            error_ = stored.error();
            // The connection outlives a full disk; what it still has to say must be taken from it.
            session_->scope().set_deadline(session_->deadline_after(milliseconds{0}));
            auto draining = core.drain();
            co_await draining;
        }
        detach();
        if (auto first = store_->next(); first && *first) current_ = **first;
        tell_moved();
    }
    if (error_) co_return fail(*error_);
    co_return Result<void>{};
}

// Each frame has a time of its own: nobody knows how many there will be.
Task<Result<void>> LiveRows::store_rest() {
    SessionCore& core = session_->core();
    if (auto kept = keep(current_); !kept) co_return kept;
    while (core.streaming()) {
        session_->scope().set_deadline(session_->deadline_after(milliseconds{0}));
        auto reading = core.next_rows();
        auto frame = co_await reading;
        if (!frame) co_return fail(std::move(frame.error()));
        if (auto kept = keep(*frame); !kept) co_return kept;
    }
    co_return Result<void>{};
}

Result<void> LiveRows::keep(const wire::Frame& frame) {
    wire::RowsCursor cursor;
    if (const auto error = cursor.open(frame, limits_); error != wire::Errc::ok) {
        return fail(reject(wire::message(error)));
    }
    std::vector<wire::Value> values(cursor.column_count());
    auto step = cursor.next(values);
    while (step == wire::RowsCursor::Step::row) step = cursor.next(values);
    if (step == wire::RowsCursor::Step::malformed) {
        return fail(reject(wire::message(cursor.error())));
    }
    if (step == wire::RowsCursor::Step::part && cursor.rows_read() == 0) {
        return fail(reject("a part of a result without rows"));
    }
    stored_rows_ += cursor.rows_read();
    if (max_rows_ != 0 && stored_rows_ > max_rows_) {
        return fail(
            {.kind = ErrorKind::limit,
             .message = fmt::format("the result has more than the {} rows allowed", max_rows_)});
    }
    return store_->append(frame);
}

std::optional<std::uint64_t> LiveRows::rows_read_out() const noexcept {
    if (!store_ || error_) return std::nullopt;
    return stored_rows_;
}

Error LiveRows::reject(std::string_view why) {
    if (session_ == nullptr) return {.kind = ErrorKind::protocol, .message = std::string{why}};
    return session_->core().reject_rows(why);
}

}  // namespace dqlite::client
