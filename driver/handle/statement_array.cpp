// Arrays of parameters (design §2.15): one transaction, many rows a request where that keeps the
// meaning, else one request a set, pipelined; and an exact status for each set.
#include <algorithm>
#include <utility>

#include "driver/handle/data_at_execution.h"
#include "driver/handle/parameter_set.h"
#include "driver/handle/statement.h"
#include "wire/protocol.h"

namespace dqlite::odbc {
namespace {

/// Parameter sets converted and sent together: bounds memory, not meaning.
constexpr SQLULEN sets_at_once = 1024;
/// Bytes and rows of one rewritten request, and requests handed to the session together.
constexpr std::size_t request_bytes = std::size_t{1} << 20U;
constexpr std::size_t request_rows = 1000;
constexpr std::size_t requests_at_once = 32;

constexpr const char* savepoint = "SAVEPOINT dqlite_odbc_array";
constexpr const char* undo_savepoint = "ROLLBACK TO dqlite_odbc_array";
constexpr const char* release_savepoint = "RELEASE dqlite_odbc_array";

std::size_t bytes_of(const wire::Value& value) noexcept {
    return wire::word_size + value.as_bytes().size();
}

}  // namespace

struct Statement::ArrayOutcome {
    bool own = false;  ///< the array is a transaction of its own
    SQLULEN succeeded = 0;
    SQLULEN failed = 0;
    SQLLEN rows = 0;
};

client::Result<void> Statement::command(const char* sql) {
    const auto statement = client::parse_one_statement(sql);
    const auto done = connection_.session().execute(*statement);
    if (!done) return client::fail(done.error());
    return {};
}

// ------------------------------------------------------------------------------- one set a time

/// Writes down how a set went; a null `result` is one that was not sent.
void Statement::note_set(SQLULEN set, const client::Result<client::Execution>* result,
                         ArrayOutcome& outcome) {
    auto* const status = ipd_->array_status_ptr;
    const bool good = result != nullptr && result->has_value();
    if (status != nullptr) status[set] = good ? SQL_PARAM_SUCCESS : SQL_PARAM_ERROR;
    if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr += 1;
    if (good) {
        ++outcome.succeeded;
        executed(**result);
        outcome.rows += std::max<SQLLEN>(row_count_, 0);
        return;
    }
    ++outcome.failed;
    if (result == nullptr) return;  // not converted: told already
    auto record = diagnose(result->error(), ErrorContext::statement);
    record.row = static_cast<SQLLEN>(set) + 1;
    post(std::move(record));
}

/// Runs every set by itself, in groups. Stops early where the application did not ask for a status
/// per set, and where the transaction is gone.
SQLRETURN Statement::run_sets(ArrayOutcome& outcome) {
    const auto sets = apd_->array_size;
    const bool stop_at_error = ipd_->array_status_ptr == nullptr;
    for (SQLULEN from = 0; from < sets; from += sets_at_once) {
        const auto to = std::min(sets, from + sets_at_once);
        parameters_->clear();
        std::vector<std::vector<wire::Value>> values;
        std::vector<SQLULEN> numbers;
        for (auto set = from; set < to; ++set) {
            if (set_is_ignored(set)) continue;
            parameters_->values.clear();
            if (SQL_SUCCEEDED(append_set(set, *parameters_))) {
                values.push_back(parameters_->values);
                numbers.push_back(set);
                continue;
            }
            note_set(set, nullptr, outcome);
            if (stop_at_error) return SQL_ERROR;
        }
        const auto results = connection_.session().execute_each(statement_, values, call_options());
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            note_set(numbers[i], &results[i], outcome);
            if (results[i]) continue;
            const bool gone = results[i].error().outcome != client::Outcome::not_applied;
            if (gone || stop_at_error) return SQL_ERROR;
        }
    }
    return SQL_SUCCESS;
}

// --------------------------------------------------------------------------- many rows a request

std::optional<MultiRowInsert> Statement::rewritable() const {
    if (apd_->array_size < 2) return std::nullopt;
    auto insert = multi_row_insert(statement_);
    auto& describer = connection_.describer();
    if (insert && !describer.knows_rows_are_independent(insert->table, insert->replaces)) {
        return std::nullopt;
    }
    return insert;
}

std::size_t Statement::rows_a_request(const MultiRowInsert& insert) {
    const auto traits = connection_.session().traits();
    const bool many = traits && traits->has_parameters_schema1();
    const auto parameters = many ? wire::max_parameters : wire::max_parameters_schema0;
    return std::min<std::size_t>(request_rows, parameters / insert.parameters);
}

/// Requests of a rewritten array on their way to the session.
class Statement::ArraySender {
  public:
    ArraySender(Statement& statement, const MultiRowInsert& insert, std::size_t rows,
                ArrayOutcome& outcome)
        : statement_{statement},
          insert_{insert},
          whole_{insert.statement(rows)},
          rows_{rows},
          outcome_{outcome},
          call_{statement.call_options()} {
        call_.begin.reset();
    }

    /// Takes a set. False if it or anything sent with it failed.
    [[nodiscard]] bool add(SQLULEN set) {
        auto& values = pending_.values;
        const auto before = values.size();
        if (statement_.append_set(set, pending_) != SQL_SUCCESS) return false;
        for (auto i = before; i < values.size(); ++i) bytes_ += bytes_of(values[i]);
        if (++waiting_ < rows_) return bytes_ < request_bytes || send_rest();
        requests_.push_back(std::move(values));
        values = {};
        values.reserve(rows_ * insert_.parameters);
        waiting_ = 0;
        return (requests_.size() < requests_at_once && bytes_ < request_bytes) || send_whole();
    }
    [[nodiscard]] bool finish() { return send_rest(); }

  private:
    bool took(const client::Result<client::Execution>& result) {
        if (!result) return false;
        outcome_.rows += static_cast<SQLLEN>(result->rows_affected);
        statement_.connection_.note_last_insert_rowid(result->last_insert_rowid);
        return true;
    }
    bool send_whole() {
        if (requests_.empty()) return true;
        const auto results =
            statement_.connection_.session().execute_each(whole_, requests_, call_);
        requests_.clear();
        if (waiting_ == 0) pending_.clear();  // nothing borrows from its slots any more
        bytes_ = 0;
        return std::all_of(results.begin(), results.end(),
                           [this](const auto& result) { return took(result); });
    }
    /// Everything, the rows of an unfinished request last and by a statement of their own.
    bool send_rest() {
        if (!send_whole()) return false;
        if (waiting_ == 0) return true;
        auto direct = call_;
        direct.prepared = false;  // this number of rows will hardly come again
        const auto statement = insert_.statement(std::exchange(waiting_, 0));
        const auto result =
            statement_.connection_.session().execute(statement, pending_.values, direct);
        pending_.clear();
        bytes_ = 0;
        return took(result);
    }

    Statement& statement_;
    const MultiRowInsert& insert_;
    client::Statement whole_;
    std::size_t rows_;
    ArrayOutcome& outcome_;
    client::Call call_;
    ParameterValues pending_;  // of the request being filled, and the bytes of those waiting
    std::vector<std::vector<wire::Value>> requests_;
    std::size_t waiting_ = 0;  // rows in pending_
    std::size_t bytes_ = 0;
};

/// False if anything failed: what was sent is to be undone, and the sets run one by one, so that
/// each gets its own status.
bool Statement::run_multi_row(const MultiRowInsert& insert, ArrayOutcome& outcome) {
    const auto rows = rows_a_request(insert);
    if (rows < 2) return false;
    ArraySender sender{*this, insert, rows, outcome};
    for (SQLULEN set = 0; set < apd_->array_size; ++set) {
        if (set_is_ignored(set)) continue;
        if (!sender.add(set)) return false;
        ++outcome.succeeded;
    }
    if (!sender.finish()) return false;
    executed_ = true;
    for (SQLULEN set = 0; set < apd_->array_size && ipd_->array_status_ptr != nullptr; ++set) {
        if (!set_is_ignored(set)) ipd_->array_status_ptr[set] = SQL_PARAM_SUCCESS;
    }
    if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr = outcome.succeeded;
    return true;
}

// ------------------------------------------------------------------------------ the whole array

/// Undoes what a rewritten array has sent, so that it can run again one by one.
client::Result<void> Statement::restart_array(bool own) {
    auto& session = connection_.session();
    if (own) {
        if (auto undone = session.rollback(); !undone) return undone;
        return session.begin(client::BeginMode::immediate);
    }
    if (!connection_.in_transaction()) {
        return client::fail({.kind = client::ErrorKind::transaction_lost,
                             .message = "the transaction was lost while an array of parameters ran",
                             .outcome = client::Outcome::rolled_back});
    }
    if (auto undone = command(undo_savepoint); !undone) return undone;
    return command(release_savepoint);
}

SQLRETURN Statement::run_array_in_transaction(ArrayOutcome& outcome) {
    if (const auto insert = rewritable()) {
        if (!outcome.own) {
            if (const auto set = command(savepoint); !set) return failed(set.error());
        }
        if (run_multi_row(*insert, outcome)) {
            if (outcome.own) return SQL_SUCCESS;
            const auto released = command(release_savepoint);
            return released ? SQLRETURN{SQL_SUCCESS} : failed(released.error());
        }
        diagnostics().clear();
        const bool own = outcome.own;
        outcome = {};
        outcome.own = own;
        if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr = 0;
        if (const auto undone = restart_array(own); !undone) return failed(undone.error());
    }
    return run_sets(outcome);
}

SQLRETURN Statement::run_array() {
    if (statement_.returns_rows) {
        return post(SqlState::sHYC00,
                    "A statement with rows cannot be run with an array of parameters");
    }
    if (current_of_) {
        return post(SqlState::sHYC00,
                    "A positioned statement cannot be run with an array of parameters");
    }
    auto* const status = ipd_->array_status_ptr;
    const auto mark_all = [&](SQLUSMALLINT value) {
        if (status != nullptr) std::fill_n(status, apd_->array_size, value);
    };
    mark_all(SQL_PARAM_UNUSED);
    if (ipd_->rows_processed_ptr != nullptr) *ipd_->rows_processed_ptr = 0;
    auto& session = connection_.session();
    if (!connection_.describer().current()) {
        if (const auto error = refresh_mirror()) return failed(*error);
    }
    // In autocommit the array is one transaction of its own: one commit, and all or nothing.
    ArrayOutcome outcome;
    outcome.own = connection_.autocommit() && !connection_.in_transaction();
    if (outcome.own || connection_.begin_mode_for(statement_)) {
        const auto begun = session.begin(client::BeginMode::immediate, call_options());
        if (!begun) return failed(begun.error());
    }
    const auto ran = run_array_in_transaction(outcome);
    executed_ = true;
    bool committed = true;
    if (outcome.own) {
        const bool keep = SQL_SUCCEEDED(ran) && outcome.succeeded != 0;
        const auto ended = keep ? session.commit() : session.rollback();
        committed = keep && ended;
        if (!ended) failed(ended.error());
        if (!committed) outcome.rows = 0;
        if (keep && !ended) mark_all(SQL_PARAM_ERROR);
    }
    row_count_ = outcome.rows;
    diagnostics().row_count = outcome.rows;
    if (!SQL_SUCCEEDED(ran) || !committed) return SQL_ERROR;
    if (outcome.failed == 0) return result_of_count(outcome.rows);
    return outcome.succeeded == 0 ? SQL_ERROR : SQL_SUCCESS_WITH_INFO;
}

}  // namespace dqlite::odbc
