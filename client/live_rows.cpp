#include "client/live_rows.h"

#include <fmt/format.h>

#include "wire/rows.h"

namespace dqlite::client {

LiveRows::LiveRows(Session::Impl& session, const wire::Frame& first)
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

Result<std::optional<wire::Frame>> LiveRows::next_frame() {
    if (!std::exchange(first_given_, true)) return current_;
    if (store_) {
        auto stored = store_->next();
        if (stored && *stored) current_ = **stored;
        if (stored && !*stored && error_) return fail(*error_);
        return stored;
    }
    if (error_) return fail(*error_);
    if (session_ == nullptr || !session_->core().streaming()) return std::nullopt;
    if (auto refused = session_->check_process(); !refused) return fail(refused.error());
    const Session::Impl::Running running{*session_};
    const auto deadline = session_->deadline_after(milliseconds{0});
    if (session_->take_rows(deadline, current_)) return current_;
    auto frame = session_->drive(session_->core().next_rows(), deadline);
    if (!frame) return fail(std::move(frame.error()));
    current_ = *frame;
    return current_;
}

Result<void> LiveRows::read_out() {
    if (session_ == nullptr) return error_ ? Result<void>{fail(*error_)} : Result<void>{};
    const Options& options = session_->core().options();
    store_.emplace(options.max_buffered_bytes, options.max_spill_bytes);
    if (auto stored = store_rest(); !stored) {
        error_ = stored.error();
        // The connection outlives a full disk; what it still has to say must be taken from it.
        session_->drive(session_->core().drain(), session_->deadline_after(milliseconds{0}));
    }
    detach();
    if (auto first = store_->next(); first && *first) current_ = **first;
    tell_moved();
    return error_ ? Result<void>{fail(*error_)} : Result<void>{};
}

Result<void> LiveRows::store_rest() {
    SessionCore& core = session_->core();
    if (auto kept = keep(current_); !kept) return kept;
    while (core.streaming()) {
        auto frame = session_->drive(core.next_rows(), session_->deadline_after(milliseconds{0}));
        if (!frame) return fail(std::move(frame.error()));
        if (auto kept = keep(*frame); !kept) return kept;
    }
    return {};
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

void LiveRows::close() noexcept {
    if (session_ == nullptr) {
        store_.reset();
        return;
    }
    if (session_->core().streaming() && session_->same_process()) {
        const Session::Impl::Running running{*session_};
        session_->drive(session_->core().drain(), session_->deadline_after(milliseconds{0}));
    }
    detach();
}

Error LiveRows::reject(std::string_view why) {
    if (session_ == nullptr) return {.kind = ErrorKind::protocol, .message = std::string{why}};
    return session_->core().reject_rows(why);
}

}  // namespace dqlite::client
