#include "client/async_rows.h"

namespace dqlite::client {

Result<std::optional<wire::Frame>> AsyncRowStream::Source::next_frame() {
    if (arrived_) return took(*std::exchange(arrived_, std::nullopt));
    if (auto next = next_at_once()) return std::move(*next);
    return fail({.kind = ErrorKind::invalid, .message = "the rows were not awaited"});
}

void AsyncRowStream::Source::close() noexcept {
    forget_rest();
    detach();
}

asio::awaitable<void> AsyncRowStream::Source::await_frame() {
    if (!must_ask()) co_return;
    wire::Frame frame;
    if (impl_->core().take_rows(frame)) {
        arrived_ = frame;
        co_return;
    }
    auto receiving = AsyncSession::Impl::next_frame(impl_);
    arrived_ = co_await std::move(receiving);
}

asio::awaitable<Result<void>> AsyncRowStream::Source::await_rest() {
    // The call has nothing to do but what comes before every call.
    auto nothing = [](Clock::time_point) -> Task<Result<void>> { co_return Result<void>{}; };
    auto calling = AsyncSession::Impl::call<void>(impl_, milliseconds{0}, nothing);
    if (auto called = co_await std::move(calling); !called) co_return called;
    auto taking = take_in();
    taking.start();  // nothing is left to wait for: it tells how the reading went
    co_return taking.take();
}

AsyncRowStream::AsyncRowStream(std::unique_ptr<RowStream> rows, Source& source) noexcept
    : rows_{std::move(rows)}, source_{source} {}

AsyncRowStream::~AsyncRowStream() = default;

asio::awaitable<RowStream::Step> AsyncRowStream::next() {
    while (true) {
        if (const auto step = rows_->next_here()) co_return *step;
        auto waiting = source_.await_frame();
        co_await std::move(waiting);
        (void)rows_->next_frame();  // what comes of it, the next step tells
    }
}

std::optional<RowStream::Step> AsyncRowStream::next_here() {
    return rows_->next_here();
}

std::span<const wire::Value> AsyncRowStream::row() const noexcept {
    return rows_->row();
}

asio::awaitable<Result<void>> AsyncRowStream::read_out() {
    return source_.await_rest();
}

std::span<const std::string> AsyncRowStream::column_names() const noexcept {
    return rows_->column_names();
}

const Error& AsyncRowStream::error() const noexcept {
    return rows_->error();
}

std::uint64_t AsyncRowStream::row_number() const noexcept {
    return rows_->row_number();
}

std::optional<std::uint64_t> AsyncRowStream::row_count() const noexcept {
    return rows_->row_count();
}

}  // namespace dqlite::client
