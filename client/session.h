// An opened database on the leader: the one door the driver and synchronous C++ programs use.
// The calling thread does all the work: no thread and no lock inside. A session is used by one
// thread at a time; only cancel() may be called from another.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client/cancel.h"
#include "client/error.h"
#include "client/options.h"
#include "client/rows.h"
#include "client/safety.h"
#include "client/statement.h"
#include "wire/request.h"

namespace dqlite::client {

using Clock = std::chrono::steady_clock;

/// The answer to a statement without rows.
struct Execution {
    std::int64_t last_insert_rowid = 0;
    std::uint64_t rows_affected = 0;
};

/// How one statement is to be run.
struct Call {
    bool prepared = false;             ///< by statement id, prepared once and cached
    std::optional<BeginMode> begin{};  ///< open a transaction first if none is open
    milliseconds timeout{0};           ///< of this call; 0: the session's Options::timeout
};

enum class TransactionState : std::uint8_t {
    none,
    open,
    maybe_open,  ///< the application's own SAVEPOINTs: asked again before it matters
};

/// Counters of a session, for diagnostics and tests that count round trips.
struct SessionStatistics {
    std::uint64_t round_trips = 0;  ///< times the session waited for an answer
    std::uint64_t requests = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
    std::uint64_t retries = 0;
    std::uint64_t reconnects = 0;
    /// With Options::commit_proof: commits whose answer was lost, and what became of them.
    std::uint64_t commits_in_doubt = 0;
    std::uint64_t proved_committed = 0;
    std::uint64_t proved_not_committed = 0;
    std::uint64_t left_unknown = 0;
    /// The server holds so many for the session, at most Options::statement_cache. Its ids are
    /// checked against this count with every PREPARE.
    std::uint64_t prepared_statements = 0;
};

class Session {
  public:
    /// Finds the leader, opens the database, sends the heap guard: two round trips when the
    /// leader is a seed. Everything within options.login_timeout.
    [[nodiscard]] static Result<std::unique_ptr<Session>> connect(Options options);
    /// The same in two steps, for those who want to cancel the second: make() checks the options
    /// and reads the files they name, open() does what needs the network.
    [[nodiscard]] static Result<std::unique_ptr<Session>> make(Options options);
    [[nodiscard]] Result<void> open();
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Runs a statement without rows. BUSY is retried within busy_timeout; what was surely not
    /// applied is retried on a new leader within failover_timeout.
    [[nodiscard]] Result<Execution> execute(const Statement& statement,
                                            wire::Parameters parameters = {}, const Call& = {});
    /// Runs a statement with rows; the first frame is read. A statement that also writes
    /// (RETURNING) is read out before this returns.
    [[nodiscard]] Result<std::unique_ptr<RowStream>> query(const Statement& statement,
                                                           wire::Parameters parameters = {},
                                                           const Call& = {});
    /// Runs one statement without rows once per parameter set, pipelined, inside the transaction
    /// that must be open. One result per set, in order; stops sending at a lost connection.
    [[nodiscard]] std::vector<Result<Execution>> execute_each(
        const Statement& statement, std::span<const std::vector<wire::Value>> sets,
        const Call& = {});

    /// Gives the next parameter set, good until the call after it; nothing: there are no more.
    using NextSet = std::function<std::optional<wire::Parameters>()>;
    /// The same for sets that are made as they are sent: each while the server works at those
    /// before it. One result for all: rows changed in sum and the last rowid, or the first failure.
    /// Sets that were on their way behind it have run as well, in the transaction or after its end.
    [[nodiscard]] Result<Execution> execute_all(const Statement& statement, const NextSet& next,
                                                const Call& = {});

    /// Transactions. commit() and rollback() with none open send nothing and succeed.
    [[nodiscard]] Result<void> begin(BeginMode mode, const Call& = {});
    [[nodiscard]] Result<void> commit(const Call& = {});
    [[nodiscard]] Result<void> rollback(const Call& = {});
    [[nodiscard]] TransactionState transaction() const noexcept;

    /// The server's class and SQLite version, probed at first need.
    [[nodiscard]] Result<ServerTraits> traits();

    /// Ends the call that is running in another thread, or nothing. Thread safe, never waits.
    void cancel() noexcept;
    /// From now on the cancellation of `call` ends every call here, also one that is only made
    /// then; nothing of it is sent. A rollback is sent all the same. Null: nobody's does.
    void watch(const Cancellable* call) noexcept;
    /// What is watched was cancelled: ends the wait. Thread safe, never waits.
    void wake() noexcept;

    /// Something in it belongs to whoever used it so far: temporary objects, PRAGMA settings, a
    /// loss not yet told. It is not fit for another user.
    [[nodiscard]] bool has_own_state() const noexcept;
    /// The error went to a call whose failure may be overlooked. If it told of a lost transaction
    /// or lost session state, the next statement or commit tells it again; a rollback settles it.
    void tell_again(const Error& error) noexcept;
    /// False once the connection is known to be broken; no round trip.
    [[nodiscard]] bool alive() const noexcept;
    [[nodiscard]] const std::string& leader_address() const noexcept;
    [[nodiscard]] const Options& options() const noexcept;
    [[nodiscard]] SessionStatistics statistics() const noexcept;
    void set_busy_timeout(milliseconds timeout) noexcept;
    [[nodiscard]] milliseconds busy_timeout() const noexcept;
    void set_timeout(milliseconds timeout) noexcept;
    /// Grows by one with each reconnect: what was learnt of an older one is void.
    [[nodiscard]] std::uint64_t generation() const noexcept;

    class Impl;  ///< what drives it; for client/ itself

  private:
    explicit Session(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace dqlite::client
