// The coroutine form of a session: the same calls as Session's, as awaitables of standalone Asio.
//
// A session belongs to the executor of the coroutine that connected it, an io_context run by one
// thread or a strand, and is used by one coroutine at a time: a second call while one runs is an
// error. Any number of sessions share the executor. What a call refers to (statement, parameters)
// must live until it is awaited.
//
// A cancellation (asio::cancellation_signal, awaitable_operators) ends a call as its deadline does:
// with an error as the result, kind cancelled, and most often without the connection, which the
// next call makes anew.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <asio/awaitable.hpp>

#include "client/session.h"

namespace dqlite::client {

class AsyncRowStream;

class AsyncSession {
  public:
    /// Finds the leader and opens the database, within options.login_timeout.
    [[nodiscard]] static asio::awaitable<Result<std::unique_ptr<AsyncSession>>> connect(
        Options options);
    /// Ends a call that runs.
    ~AsyncSession();
    AsyncSession(const AsyncSession&) = delete;
    AsyncSession& operator=(const AsyncSession&) = delete;

    // As Session's.
    [[nodiscard]] asio::awaitable<Result<Execution>> execute(const Statement& statement,
                                                             wire::Parameters parameters = {},
                                                             Call call = {});
    [[nodiscard]] asio::awaitable<Result<std::unique_ptr<AsyncRowStream>>> query(
        const Statement& statement, wire::Parameters parameters = {}, Call call = {});
    [[nodiscard]] asio::awaitable<std::vector<Result<Execution>>> execute_each(
        const Statement& statement, std::span<const std::vector<wire::Value>> sets, Call call = {});

    [[nodiscard]] asio::awaitable<Result<void>> begin(BeginMode mode, Call call = {});
    [[nodiscard]] asio::awaitable<Result<void>> commit(Call call = {});
    [[nodiscard]] asio::awaitable<Result<void>> rollback(Call call = {});
    [[nodiscard]] TransactionState transaction() const noexcept;

    [[nodiscard]] asio::awaitable<Result<ServerTraits>> traits();

    /// Ends the call that runs, or nothing.
    void cancel() noexcept;

    /// A call runs.
    [[nodiscard]] bool busy() const noexcept;
    [[nodiscard]] bool has_own_state() const noexcept;
    void tell_again(const Error& error) noexcept;
    [[nodiscard]] bool alive() const noexcept;
    [[nodiscard]] const std::string& leader_address() const noexcept;
    [[nodiscard]] const Options& options() const noexcept;
    [[nodiscard]] SessionStatistics statistics() const noexcept;
    [[nodiscard]] std::uint64_t generation() const noexcept;

    class Impl;  ///< for client/ itself

  private:
    explicit AsyncSession(std::shared_ptr<Impl> impl) noexcept;
    std::shared_ptr<Impl> impl_;  // a call that runs keeps it
};

/// A result as a stream. It need not be read to its end: the session's next call sees to the rest.
class AsyncRowStream {
  public:
    using Step = RowStream::Step;

    ~AsyncRowStream();
    AsyncRowStream(const AsyncRowStream&) = delete;
    AsyncRowStream& operator=(const AsyncRowStream&) = delete;

    /// Moves to the next row. Its values are good until the next call on this stream or on its
    /// session.
    [[nodiscard]] asio::awaitable<Step> next();
    /// The same without awaiting, for tight loops: nothing where next() has to be awaited.
    [[nodiscard]] std::optional<Step> next_here();
    [[nodiscard]] std::span<const wire::Value> row() const noexcept;

    /// Reads all that remains into memory, past a cap into a temporary file.
    [[nodiscard]] asio::awaitable<Result<void>> read_out();

    [[nodiscard]] std::span<const std::string> column_names() const noexcept;
    /// After Step::failed.
    [[nodiscard]] const Error& error() const noexcept;
    [[nodiscard]] std::uint64_t row_number() const noexcept;
    [[nodiscard]] std::optional<std::uint64_t> row_count() const noexcept;

  private:
    friend class AsyncSession;
    class Source;
    AsyncRowStream(std::unique_ptr<RowStream> rows, Source& source) noexcept;

    std::unique_ptr<RowStream> rows_;
    Source& source_;  // part of rows_
};

}  // namespace dqlite::client
