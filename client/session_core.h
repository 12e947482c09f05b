// What a session does, as coroutines that know neither threads nor deadlines: whoever drives them
// interrupts their scope. Session drives them on the calling thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <asio/any_io_executor.hpp>

#include "client/change_counters.h"
#include "client/commit_proof.h"
#include "client/connection.h"
#include "client/discovery.h"
#include "client/error.h"
#include "client/options.h"
#include "client/outcome.h"
#include "client/retry.h"
#include "client/safety.h"
#include "client/savepoints.h"
#include "client/session.h"
#include "client/statement.h"
#include "client/statement_cache.h"
#include "client/task.h"
#include "wire/frame.h"

namespace dqlite::client {

class SessionCore {
  public:
    SessionCore(asio::any_io_executor executor, Scope& scope, Options options);

    /// Checks the options and reads the files they name; no network.
    [[nodiscard]] Result<void> configure();
    [[nodiscard]] Task<Result<void>> connect(Clock::time_point deadline);

    [[nodiscard]] Task<Result<Execution>> execute(const Statement& statement,
                                                  wire::Parameters parameters, const Call& call);
    /// The first frame of the result. Until it ends, next_rows() or drain() must be called before
    /// anything else.
    [[nodiscard]] Task<Result<wire::Frame>> query(const Statement& statement,
                                                  wire::Parameters parameters, const Call& call);
    using Sets = std::span<const std::vector<wire::Value>>;
    [[nodiscard]] Task<std::vector<Result<Execution>>> execute_each(const Statement& statement,
                                                                    Sets sets, const Call& call);

    [[nodiscard]] Task<Result<Execution>> execute_all(const Statement& statement,
                                                      const Session::NextSet& next,
                                                      const Call& call);

    [[nodiscard]] Task<Result<void>> begin(BeginMode mode);
    [[nodiscard]] Task<Result<void>> commit();
    [[nodiscard]] Task<Result<void>> rollback();
    [[nodiscard]] Task<Result<ServerTraits>> traits();

    /// Whether the statement, in autocommit mode, is to be a transaction of its own whose outcome
    /// can be proved. Then: admit_alone(), begin_alone(), the statement, commit().
    [[nodiscard]] bool writes_alone(const Statement& statement, const Call& call) const noexcept;
    [[nodiscard]] Task<Result<void>> admit_alone(const Statement& statement,
                                                 std::size_t parameters);
    [[nodiscard]] Task<Result<void>> begin_alone();
    /// The last COMMIT has an unknown outcome that can be proved.
    [[nodiscard]] bool commit_in_doubt() const noexcept { return proof_.in_doubt(); }
    [[nodiscard]] Task<CommitProof::Verdict> prove_commit(Clock::time_point until);
    void count_retry() noexcept { ++statistics_.retries; }
    /// A column's name as the application's own text makes it.
    [[nodiscard]] std::string original_name(std::string name) const {
        return sent_disguised_ ? counters_.original_name(std::move(name)) : name;
    }

    /// Rows of a running query: true while there are more frames to come.
    [[nodiscard]] bool streaming() const noexcept { return streaming_; }
    [[nodiscard]] Task<Result<wire::Frame>> next_rows();
    /// The same without a coroutine. False if that takes more than to receive a frame of rows:
    /// then next_rows() goes on from there.
    [[nodiscard]] bool take_rows(wire::Frame& out);
    /// Ends the running query: reads on where that is cheap or the connection must be kept, else
    /// gives the connection up.
    [[nodiscard]] Task<void> drain();
    /// Gives the connection up because of a result that is not one.
    [[nodiscard]] Error reject_rows(std::string_view why);

    [[nodiscard]] TransactionState transaction() const noexcept { return transaction_; }
    [[nodiscard]] bool has_own_state() const noexcept {
        return made_session_state_ || session_state_lost_ || transaction_lost_unsaid_;
    }
    void tell_again(const Error& error) noexcept {
        if (error.kind == ErrorKind::transaction_lost) transaction_lost_unsaid_ = true;
        if (error.kind == ErrorKind::session_lost) session_state_lost_ = true;
    }
    /// After an exception (no memory) nobody knows which requests are queued or unanswered: the
    /// connection must not be used again. An open transaction is told as lost by the next call.
    void abandon() noexcept;
    [[nodiscard]] bool alive() const noexcept {
        return connection_ != nullptr && connection_->is_open();
    }
    [[nodiscard]] const std::string& leader_address() const noexcept { return leader_address_; }
    [[nodiscard]] Options& options() noexcept { return options_; }
    [[nodiscard]] const Options& options() const noexcept { return options_; }
    [[nodiscard]] const SessionStatistics& statistics() const noexcept { return statistics_; }
    [[nodiscard]] std::size_t prepared_statements() const noexcept { return statements_.size(); }
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
    [[nodiscard]] const wire::Limits& limits() const noexcept { return limits_; }

  private:
    // session_connect.cpp
    [[nodiscard]] Task<Result<void>> establish(Clock::time_point deadline, bool patient);
    [[nodiscard]] Task<Result<void>> open_database(Connection& connection);
    [[nodiscard]] Result<void> queue_open(Connection& connection);
    [[nodiscard]] Task<Result<void>> read_open(Connection& connection);
    [[nodiscard]] Task<Result<void>> heap_guard(Connection& connection);
    [[nodiscard]] Task<Result<void>> ensure_connected(Clock::time_point deadline);
    [[nodiscard]] Task<Result<ServerTraits>> probe(Connection& connection, std::uint32_t next_id);
    [[nodiscard]] Task<Result<void>> finalize(Connection& connection, std::uint32_t id);
    void drop_connection() noexcept;
    void note_broken_connection() noexcept;

    // session_statement.cpp
    struct Retries;
    /// What comes before a statement: a connection, the leave to send it, and its BEGIN, where
    /// that is not written `ahead` of it. Most often nothing: then it takes no coroutine.
    [[nodiscard]] auto admit(const Statement& statement, std::size_t parameters, const Call& call,
                             bool ahead, Retries& retries) {
        return promptly<Result<void>>(
            [=, this, &statement, &call] {
                return admit_at_once(statement, parameters, call, ahead);
            },
            [=, this, &statement, &call, &retries] {
                return admit_later(statement, parameters, call, ahead, retries);
            });
    }
    [[nodiscard]] std::optional<Result<void>> admit_at_once(const Statement& statement,
                                                            std::size_t parameters,
                                                            const Call& call, bool ahead);
    [[nodiscard]] Task<Result<void>> admit_later(const Statement& statement, std::size_t parameters,
                                                 const Call& call, bool ahead, Retries& retries);
    [[nodiscard]] bool is_ready(const Statement& statement, const Call& call) noexcept;
    [[nodiscard]] Task<Result<void>> make_ready(const Statement& statement, const Call& call,
                                                Retries& retries);
    [[nodiscard]] bool needs_traits(const Statement& statement,
                                    std::size_t parameters) const noexcept;
    [[nodiscard]] Task<Result<void>> admit_statement(const Statement& statement,
                                                     std::size_t parameters);
    [[nodiscard]] static Error wrong_parameter_count(const Statement& statement, std::size_t given);
    [[nodiscard]] Result<void> check_admission(const Statement& statement,
                                               std::size_t parameters) const;
    [[nodiscard]] Result<void> check_session_state(const Statement& statement);
    [[nodiscard]] bool begins_before(const Statement& statement, const Call& call,
                                     bool ahead) const noexcept;
    [[nodiscard]] Task<Result<void>> begin_before(const Statement& statement, const Call& call);
    [[nodiscard]] bool begins_with(const Statement& statement, const Call& call) const noexcept;
    [[nodiscard]] Place place_of(const Statement& statement) const noexcept;
    [[nodiscard]] Task<bool> try_again(const Error& error, Remedy remedy, Retries& retries);
    [[nodiscard]] Task<std::optional<Error>> after_failure(Place place, Error error,
                                                           Retries& retries);
    [[nodiscard]] Task<Result<Execution>> execute_end(const Statement& statement);
    [[nodiscard]] Task<Result<Execution>> execute_patiently(const Statement& statement,
                                                            wire::Parameters parameters,
                                                            const Call& call);
    struct Settled {
        Error error;
        Remedy remedy = Remedy::none;
    };
    [[nodiscard]] Task<Settled> settle(Place place, Error error);
    [[nodiscard]] Task<Settled> settle_failure(Place place, Error error);
    [[nodiscard]] Settled settle_loss(Place place, Error error);
    void note_success(const Statement& statement);

    struct Preparation {
        bool needed = false;
        StatementCache::Slot slot;
    };
    [[nodiscard]] Result<Preparation> queue_prepare(const Statement& statement);
    [[nodiscard]] bool must_prepare_alone(const Statement& statement);
    [[nodiscard]] Task<Result<void>> prepare_alone(const Statement& statement);
    [[nodiscard]] Task<Result<void>> read_prepare(const Statement& statement,
                                                  const Preparation& preparation);
    [[nodiscard]] Task<Result<Execution>> run_execute(const Statement& statement,
                                                      wire::Parameters parameters, bool prepared);
    [[nodiscard]] Task<Result<Execution>> execute_behind_token(const Statement& statement,
                                                               wire::Parameters parameters,
                                                               bool prepared);
    [[nodiscard]] Task<Result<Execution>> send_execute(const Statement& statement,
                                                       wire::Parameters parameters, bool prepared);
    [[nodiscard]] Task<Result<Execution>> prepare_and_execute(const Statement& statement,
                                                              wire::Parameters parameters);
    [[nodiscard]] Result<Preparation> queue_execute(const Statement& statement,
                                                    wire::Parameters parameters, bool prepared);
    [[nodiscard]] Task<Result<wire::Frame>> run_query(const Statement& statement,
                                                      wire::Parameters parameters, bool prepared,
                                                      std::string_view begin_ahead);
    [[nodiscard]] Task<Result<wire::Frame>> query_behind_token(const Statement& statement,
                                                               wire::Parameters parameters,
                                                               bool prepared,
                                                               std::string_view begin_ahead);
    [[nodiscard]] Task<Result<wire::Frame>> send_query(const Statement& statement,
                                                       wire::Parameters parameters, bool prepared,
                                                       std::string_view begin_ahead);
    [[nodiscard]] Result<Preparation> queue_query(const Statement& statement,
                                                  wire::Parameters parameters, bool prepared,
                                                  std::string_view begin_ahead);
    [[nodiscard]] Task<Result<wire::Frame>> query_behind_others(const Statement& statement,
                                                                wire::Parameters parameters,
                                                                bool prepared,
                                                                std::string_view begin_ahead);
    [[nodiscard]] Task<Result<wire::Frame>> read_query(const Statement& statement,
                                                       const Preparation& preparation,
                                                       bool begin_ahead);
    [[nodiscard]] Result<wire::Frame> took_rows(const wire::Frame& frame);

    // session_batch.cpp
    // The answers of all that is under way fit into the smallest socket buffer, so that neither
    // side waits for the other to read; the requests are held in memory once.
    static constexpr std::size_t answers_under_way = 64 * std::size_t{1024} / 128;
    static constexpr std::size_t bytes_under_way = 256 * std::size_t{1024};
    /// What comes before the first request of a pipeline.
    [[nodiscard]] Task<Result<void>> start_pipelining(const Statement& statement, bool prepared);

    struct Batch;
    [[nodiscard]] Task<void> run_window(Batch& batch);
    [[nodiscard]] Task<void> run_alone(Batch& batch, std::size_t set);
    void queue_window(Batch& batch);
    [[nodiscard]] Result<void> queue_set(Batch& batch, wire::Parameters parameters);
    void take_failure(Batch& batch, std::size_t set, Error error);
    [[nodiscard]] Task<void> settle_window(Batch& batch);
    [[nodiscard]] bool must_run_alone(const Statement& statement) const noexcept;
    [[nodiscard]] Result<void> check_pipelining();

    // session_pipeline.cpp
    struct Pipeline;
    [[nodiscard]] Task<Result<void>> write_set(Pipeline& pipeline, wire::Parameters parameters);
    [[nodiscard]] Result<void> queue_set(Pipeline& pipeline, wire::Parameters parameters);
    [[nodiscard]] Task<Result<void>> come_to_answers(Pipeline& pipeline);
    [[nodiscard]] Task<Result<void>> read_oldest(Pipeline& pipeline);
    [[nodiscard]] Task<Result<void>> finish_pipeline(Pipeline& pipeline);

    // session_transaction.cpp
    [[nodiscard]] Task<Result<wire::Result>> command(std::string_view sql);
    [[nodiscard]] Task<Result<void>> end_transaction(std::string_view sql, bool commit);
    [[nodiscard]] Task<Result<void>> failed_end(Error error, bool commit, bool retried);
    [[nodiscard]] Task<bool> confirm_rollback();
    enum class Verified : std::uint8_t { open, lost, broken };
    [[nodiscard]] Task<Verified> verify_transaction();
    [[nodiscard]] Task<Error> after_failure_in_transaction(Error error);
    [[nodiscard]] Result<void> take_lost_notice();

    // session_proof.cpp
    [[nodiscard]] bool proves() const noexcept {
        return options_.commit_proof && !options_.read_only;
    }
    [[nodiscard]] bool begins_transaction(const Statement& statement,
                                          const Call& call) const noexcept;
    [[nodiscard]] bool begins_around(const Statement& statement) const noexcept;
    [[nodiscard]] bool ends_around(const Statement& statement) const noexcept;
    [[nodiscard]] Task<void> roll_back_around();
    [[nodiscard]] Task<Result<void>> ensure_proof_row(Clock::time_point until);
    [[nodiscard]] Task<Result<void>> make_proof_row(Clock::time_point until);
    [[nodiscard]] bool needs_token(const Statement& statement) const noexcept;
    [[nodiscard]] Task<Result<void>> write_token();
    [[nodiscard]] Task<Result<CommitProof::Verdict>> look_for_proof(Clock::time_point until);
    [[nodiscard]] Task<Result<std::uint64_t>> write_hidden(std::string_view sql);
    [[nodiscard]] Task<Result<std::uint64_t>> write_aside(std::string_view sql);
    [[nodiscard]] Task<Result<std::vector<wire::Value>>> read_integers();
    [[nodiscard]] Task<bool> repeat_aside(const Error& error, Backoff& backoff,
                                          Clock::time_point until);
    [[nodiscard]] const Statement& disguised(const Statement& statement);

    asio::any_io_executor executor_;
    Scope& scope_;
    Options options_;
    wire::Limits limits_;
    SessionStatistics statistics_;
    std::optional<Discovery> discovery_;
    std::unique_ptr<Connection> connection_;
    std::uint32_t database_ = 0;
    StatementCache statements_;
    std::string leader_address_;
    ServerTraits traits_;
    TransactionState transaction_ = TransactionState::none;
    std::uint64_t generation_ = 0;
    Place streaming_place_ = Place::read;
    std::optional<Result<wire::Frame>> received_;  ///< by take_rows(), for next_rows()
    bool streaming_ = false;
    bool transaction_lost_unsaid_ = false;  // lost with nobody to tell: the next call is told
    bool made_session_state_ = false;
    bool session_state_lost_ = false;
    bool wrote_ = false;  // last_insert_rowid() and the like mean something
    bool row_state_lost_ = false;
    CommitProof proof_;
    Savepoints savepoints_;
    ChangeCounters counters_;
    Statement disguise_;  // what was sent in place of the last statement that had to be disguised
    bool sent_disguised_ = false;
};

}  // namespace dqlite::client
