// Changing rows through the cursor: what SQLSetPos and SQLBulkOperations share. Rows are told apart
// by their key; several are one transaction of their own in autocommit, in which a row that fails
// does not take the others with it.
#include <algorithm>
#include <utility>

#include "driver/handle/parameter_set.h"
#include "driver/handle/row_changes.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {
namespace {

/// Rows converted and sent together: bounds memory, not meaning.
constexpr std::size_t rows_at_once = 1024;

SQLUSMALLINT status_of(SQLUSMALLINT operation) noexcept {
    switch (operation) {
        case SQL_DELETE:
            return SQL_ROW_DELETED;
        case SQL_ADD:
            return SQL_ROW_ADDED;
        default:
            return SQL_ROW_UPDATED;
    }
}

/// Whatever comes after it would not be part of the same transaction.
bool ends_transaction(const client::Error& error) noexcept {
    return error.outcome != client::Outcome::not_applied;
}

}  // namespace

// ------------------------------------------------------------------- can it be changed, and how

/// Finds out how the rows of the statement about to run can be changed, if that is asked for.
void Statement::plan_changes() {
    if (concurrency_ == SQL_CONCUR_READ_ONLY || connection_.read_only()) return keyed_.reset();
    if (keyed_ != nullptr) return;
    auto keyed = connection_.describer().keyed_query(statement_);
    if (keyed) keyed_ = std::make_shared<const KeyedQuery>(std::move(*keyed));
}

/// An updatable cursor was asked for: makes the description tell what can be updated, or posts that
/// nothing can.
SQLRETURN Statement::tell_concurrency() {
    if (concurrency_ == SQL_CONCUR_READ_ONLY || cursor_ == nullptr) return SQL_SUCCESS;
    for (std::size_t i = 0; i < description_.columns.size(); ++i) {
        description_.columns[i].updatable = keyed_ != nullptr && keyed_->columns[i].writable;
    }
    describe_result();
    if (keyed_ != nullptr) return SQL_SUCCESS;
    return post(SqlState::s01S02,
                connection_.read_only()
                    ? "The cursor is read-only: the connection is"
                    : "The cursor is read-only: only a plain SELECT over one table, without "
                      "DISTINCT, groups and parameters among its columns, can be updated");
}

SQLULEN Statement::effective_concurrency() const noexcept {
    const bool read_only = cursor_ != nullptr && cursor_->keyed() == nullptr;
    return read_only ? static_cast<SQLULEN>(SQL_CONCUR_READ_ONLY) : concurrency_;
}

SQLRETURN Statement::check_writable() {
    if (cursor_->keyed() != nullptr) return SQL_SUCCESS;
    return post(SqlState::sHY092, "The cursor is read-only");
}

// ------------------------------------------------------------------------------------ executing

SQLRETURN Statement::start_change(const Change& change) {
    if (change.operation != SQL_DELETE) {
        if (const auto r = collect_columns(change); r != SQL_SUCCESS) return r;
    }
    return run_change(change);
}

SQLRETURN Statement::run_change(const Change& change) {
    auto& session = connection_.session();
    std::vector<ChangedRow> rows;
    rows.reserve(change.targets.size());
    for (const auto& target : change.targets) {
        auto& row = rows.emplace_back();
        row.target = target;
        row.before.reset(cursor_->keyed()->columns.size() + cursor_->keyed()->key.size());
    }
    client::Statement writing;
    writing.writes = true;
    const bool own = change.many && connection_.autocommit() && !connection_.in_transaction();
    if (change.many && (own || connection_.begin_mode_for(writing))) {
        client::Call call;
        call.timeout = std::chrono::seconds{query_timeout_};
        const auto begun = session.begin(client::BeginMode::immediate, call);
        if (!begun) return tell_change(change, rows, failed(begun.error()));
    }
    ParameterValues storage;
    auto ran = run_rows_of(change, rows, storage);
    if (own) {
        const bool any =
            std::any_of(rows.begin(), rows.end(), [](const ChangedRow& row) { return row.done; });
        const bool keep = any && ran != SQL_ERROR;
        const auto ended = keep ? session.commit() : session.rollback();
        if (!ended) ran = failed(ended.error());
    }
    return tell_change(change, rows, ran);
}

/// SQL_ERROR where the transaction is gone, and what was done in it with it.
SQLRETURN Statement::run_rows_of(const Change& change, std::vector<ChangedRow>& rows,
                                 ParameterValues& storage) {
    if (change.operation == SQL_ADD) return add_rows(rows, storage);
    for (auto& row : rows) {
        if (change_row(change, row, storage) == SQL_ERROR) return SQL_ERROR;
    }
    return SQL_SUCCESS;
}

SQLRETURN Statement::note_execution(ChangedRow& row,
                                    const client::Result<client::Execution>& execution) {
    if (!execution) {
        row.result = bad_row(execution.error(), row.target.buffer);
        return ends_transaction(execution.error()) ? SQLRETURN{SQL_ERROR} : SQLRETURN{SQL_SUCCESS};
    }
    row.done = execution->rows_affected == 1;
    if (row.done) return SQL_SUCCESS;
    row.result = bad_row(SqlState::s01001,
                         "No row was changed: it is gone, it has changed since it was read, or a "
                         "trigger ignores the change",
                         row.target.buffer);
    return SQL_SUCCESS;
}

/// Updates or deletes one row.
SQLRETURN Statement::change_row(const Change& change, ChangedRow& row, ParameterValues& storage) {
    const auto& keyed = *cursor_->keyed();
    const auto [buffer, number] = row.target;
    if (number == 0) {
        row.result = bad_row(SqlState::sHY111, std::string{entry(SqlState::sHY111).text}, buffer);
        return SQL_SUCCESS;
    }
    if (cursor_->deleted(number)) {
        row.result = bad_row(SqlState::sHY109, "The row has been deleted", buffer);
        return SQL_SUCCESS;
    }
    if (!cursor_->scrollable()) {
        row.before.append(cursor_->row(buffer));
    } else if (const auto read = cursor_->read(number, row.before); !read) {
        row.result = bad_row(read.error(), buffer);
        return SQL_SUCCESS;
    }
    const auto before = row.before.row(0);
    RowChange made;
    if (change.operation == SQL_UPDATE) {
        row.result = convert_columns(buffer, row.set, storage);
        if (!SQL_SUCCEEDED(row.result)) return SQL_SUCCESS;
        if (row.set.empty()) {
            row.result =
                bad_row(SqlState::s21S02, std::string{entry(SqlState::s21S02).text}, buffer);
            return SQL_SUCCESS;
        }
        made = update_row(keyed, row.set, before);
    } else {
        made = delete_row(keyed, before);
    }
    row.key = new_key(keyed, row.set, before);
    client::Call call;
    call.begin = connection_.begin_mode_for(made.statement);
    call.timeout = std::chrono::seconds{query_timeout_};
    return note_execution(row, connection_.session().execute(made.statement, made.values, call));
}

/// Adds rows. Those in sequence that store the same columns are sent together, without waiting for
/// the answer in between.
SQLRETURN Statement::add_rows(std::vector<ChangedRow>& rows, ParameterValues& storage) {
    const auto& keyed = *cursor_->keyed();
    auto& session = connection_.session();
    std::vector<ChangedRow*> waiting;
    std::vector<std::vector<wire::Value>> values;
    client::Statement statement;
    const auto note = [&](ChangedRow& row, const client::Result<client::Execution>& execution) {
        const auto noted = note_execution(row, execution);
        if (!row.done) return noted;
        connection_.note_last_insert_rowid(execution->last_insert_rowid);
        if (keyed.by_rowid) {
            row.key = {wire::Value::integer(execution->last_insert_rowid)};
        } else {
            row.key = new_key(keyed, row.set, {});
        }
        return noted;
    };
    const auto send = [&]() -> SQLRETURN {
        client::Call call;
        call.timeout = std::chrono::seconds{query_timeout_};
        SQLRETURN result = SQL_SUCCESS;
        if (rows.size() == 1 && !waiting.empty()) {
            call.begin = connection_.begin_mode_for(statement);
            result = note(*waiting[0], session.execute(statement, values[0], call));
        } else if (!waiting.empty()) {
            const auto results = session.execute_each(statement, values, call);
            for (std::size_t i = 0; i < results.size(); ++i) {
                result = worse(result, note(*waiting[i], results[i]));
            }
        }
        waiting.clear();
        values.clear();
        return result;
    };
    for (auto& row : rows) {
        row.result = convert_columns(row.target.buffer, row.set, storage);
        if (!SQL_SUCCEEDED(row.result)) continue;
        auto made = insert_row(keyed, row.set);
        if (made.statement.sql != statement.sql || waiting.size() == rows_at_once) {
            if (send() == SQL_ERROR) return SQL_ERROR;
            statement = std::move(made.statement);
        }
        waiting.push_back(&row);
        values.push_back(std::move(made.values));
    }
    return send();
}

// ------------------------------------------------------------------------------------- afterwards

SQLRETURN Statement::bad_row(SqlState state, std::string message, SQLULEN row, SQLINTEGER column) {
    Diagnostic record;
    record.state = state;
    record.message = std::move(message);
    record.row = static_cast<SQLLEN>(row) + 1;
    if (column != 0) record.column = column;
    return post(std::move(record));
}

SQLRETURN Statement::bad_row(const client::Error& error, SQLULEN row) {
    auto record = diagnose(error, ErrorContext::statement);
    record.row = static_cast<SQLLEN>(row) + 1;
    return post(std::move(record));
}

SQLUSMALLINT* Statement::row_statuses() const noexcept {
    return extended_fetch_used_ ? extended_row_status_ : ird_->array_status_ptr;
}

/// Writes down how each row went, and lets the cursor see it.
SQLRETURN Statement::tell_change(const Change& change, std::vector<ChangedRow>& rows,
                                 SQLRETURN ran) {
    auto* const status = row_statuses();
    SQLULEN done = 0;
    SQLULEN failed_rows = 0;
    SQLRETURN result = SQL_SUCCESS;
    for (auto& row : rows) {
        if (ran == SQL_ERROR) row.done = false;
        if (row.done) {
            row.result = worse(row.result, show_change(change, row));
            ++done;
        } else if (!SQL_SUCCEEDED(row.result)) {
            ++failed_rows;
        }
        result = worse(result, row.result);
        if (status == nullptr) continue;
        auto& told = status[row.target.buffer];
        const bool gone = row.target.number != 0 && cursor_->deleted(row.target.number);
        told = row.done || gone ? status_of(gone ? SQLUSMALLINT{SQL_DELETE} : change.operation)
                                : SQLUSMALLINT{SQL_ROW_ERROR};
    }
    row_count_ = static_cast<SQLLEN>(done);
    diagnostics().row_count = row_count_;
    if (change.bulk) {
        if (ird_->rows_processed_ptr != nullptr) *ird_->rows_processed_ptr = done;
        cursor_->lose_position();
    }
    if (ran == SQL_ERROR) return SQL_ERROR;
    if (failed_rows == 0) return result;
    return failed_rows == rows.size() || !change.many ? SQLRETURN{SQL_ERROR}
                                                      : SQLRETURN{SQL_SUCCESS_WITH_INFO};
}

/// Lets the cursor see one change that is done.
SQLRETURN Statement::show_change(const Change& change, ChangedRow& row) {
    if (change.operation == SQL_DELETE) {
        cursor_->note_deleted(row.target.number);
        return SQL_SUCCESS;
    }
    client::Result<void> shown;
    if (change.operation == SQL_UPDATE) {
        shown = read_again(row.target.number, row.key);
    } else if (!row.key.empty()) {
        const auto number = cursor_->note_added(row.key);
        if (number && *number != 0) put_bookmark(*number, row.target.buffer);
        if (!number) shown = client::fail(number.error());
    }
    if (shown) return SQL_SUCCESS;
    if (ends_transaction(shown.error())) return bad_row(shown.error(), row.target.buffer);
    return bad_row(SqlState::s01000,
                   "The row is changed, and could not be read again: " + shown.error().message,
                   row.target.buffer);
}

/// Reads a row as the table has it now; one that is gone is deleted for the cursor, too.
client::Result<void> Statement::read_again(std::uint64_t number, std::span<const wire::Value> key) {
    client::Call call;
    call.begin = connection_.begin_mode_for(cursor_->keyed()->row);
    call.timeout = std::chrono::seconds{query_timeout_};
    auto rows = connection_.session().query(cursor_->keyed()->row, key, call);
    if (!rows) return client::fail(std::move(rows.error()));
    switch ((*rows)->next()) {
        case client::RowStream::Step::failed:
            return client::fail((*rows)->error());
        case client::RowStream::Step::end:
            cursor_->note_deleted(number);
            return {};
        case client::RowStream::Step::row:
            break;
    }
    return cursor_->note_row(number, (*rows)->row());
}

/// Of rows that were added nothing but their key is known until they are fetched.
Statement::RowState Statement::read_if_added(SQLULEN index) {
    const auto number = cursor_->row_number(index);
    if (cursor_->unread(number)) {
        const auto key = key_of(*cursor_->keyed(), cursor_->row(index));
        if (const auto read = read_again(number, key); !read) {
            bad_row(read.error(), index);
            return RowState::failed;
        }
    }
    return cursor_->deleted(number) ? RowState::deleted : RowState::there;
}

}  // namespace dqlite::odbc
