// Operations on the row under the cursor: SQLSetPos, and UPDATE and DELETE … WHERE CURRENT OF.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/sql_lexer.h"
#include "driver/handle/row_changes.h"
#include "driver/handle/statement.h"
#include "driver/tables/connection_values.h"

namespace dqlite::odbc {

// ------------------------------------------------------------------------------------- SQLSetPos

SQLRETURN Statement::set_position(SQLSETPOSIROW row, SQLUSMALLINT operation,
                                  SQLUSMALLINT lock_type) {
    if (cursor_ == nullptr) return post(SqlState::s24000);
    if (operation > SQL_ADD || lock_type > SQL_LOCK_UNLOCK) return post(SqlState::sHY092);
    if (lock_type != SQL_LOCK_NO_CHANGE) {
        return post(SqlState::sHYC00, "Rows cannot be locked one by one");
    }
    if (cursor_->position_lost()) {
        return post(SqlState::sHY109, "SQLBulkOperations left the cursor without a position");
    }
    const bool adds = operation == SQL_ADD;
    const auto buffers = extended_fetch_used_ ? extended_rowset_size_ : ard_->array_size;
    const auto rows = adds ? buffers : cursor_->rowset_size();
    if (rows == 0) return post(SqlState::s24000);
    if (row > rows) return post(SqlState::sHY107);
    if (row == 0 && operation == SQL_POSITION) return post(SqlState::sHY109);
    const bool changes = operation != SQL_POSITION && operation != SQL_REFRESH;
    if (changes) {
        if (const auto r = check_writable(); r != SQL_SUCCESS) return r;
    }
    if (operation != SQL_POSITION && operation != SQL_DELETE) {
        if (const auto r = check_columns(); r != SQL_SUCCESS) return r;
    }
    partial_.reset();
    partial_column_ = 0;
    if (row != 0 && !adds) current_row_ = row - 1;
    const SQLULEN first = row == 0 ? 0 : row - 1;
    const SQLULEN count = row == 0 ? rows : 1;
    if (operation == SQL_POSITION) return SQL_SUCCESS;
    if (operation == SQL_REFRESH) return refresh_rows(first, count);
    return start_change(change_of_rowset(operation, first, count));
}

/// The rows the application does not want to be ignored.
Statement::Change Statement::change_of_rowset(SQLUSMALLINT operation, SQLULEN first,
                                              SQLULEN count) const {
    Change change;
    change.operation = operation;
    change.many = count > 1;
    const auto* const wanted = ard_->array_status_ptr;
    for (auto index = first; index < first + count; ++index) {
        // The array is for operations on the whole rowset.
        if (count > 1 && wanted != nullptr && wanted[index] == SQL_ROW_IGNORE) continue;
        change.targets.push_back({index, operation == SQL_ADD ? 0 : cursor_->row_number(index)});
    }
    return change;
}

/// Delivers rows again. Those of an updatable cursor are read again before, so that a change can be
/// tried anew; those of a read-only one stay as they were read.
SQLRETURN Statement::refresh_rows(SQLULEN first, SQLULEN count) {
    auto* const status = row_statuses();
    SQLULEN bad = 0;
    SQLRETURN result = SQL_SUCCESS;
    plan_delivery();
    for (auto index = first; index < first + count; ++index) {
        const auto number = cursor_->row_number(index);
        if (cursor_->keyed() != nullptr && !cursor_->deleted(number)) {
            const auto key = key_of(*cursor_->keyed(), cursor_->row(index));
            if (const auto read = read_again(number, key); !read) return failed(read.error());
        }
        if (cursor_->deleted(number)) {
            if (status != nullptr) status[index] = SQL_ROW_DELETED;
            if (count > 1) continue;
            return bad_row(SqlState::sHY109, "The row has been deleted", index);
        }
        const auto row =
            retrieve_data_ ? deliver_row(index, cursor_->row(index)) : SQLRETURN{SQL_SUCCESS};
        if (status != nullptr) {
            status[index] = row == SQL_SUCCESS   ? SQLUSMALLINT{SQL_ROW_SUCCESS}
                            : SQL_SUCCEEDED(row) ? SQLUSMALLINT{SQL_ROW_SUCCESS_WITH_INFO}
                                                 : SQLUSMALLINT{SQL_ROW_ERROR};
        }
        if (!SQL_SUCCEEDED(row)) ++bad;
        result = worse(result, row);
    }
    put_bookmarks();
    return bad == 0 || bad == count ? result : SQLRETURN{SQL_SUCCESS_WITH_INFO};
}

// -------------------------------------------------------------------------- WHERE CURRENT OF

Statement* Statement::owner_of_cursor(std::string_view name) const {
    for (const auto& statement : connection_.statements()) {
        if (statement->has_cursor_name(name) && statement->cursor_is_open()) {
            return statement.get();
        }
    }
    return nullptr;
}

SQLRETURN Statement::check_current_of() {
    if (!current_of_ || owner_of_cursor(current_of_->cursor) != nullptr) return SQL_SUCCESS;
    return post(SqlState::s34000,
                fmt::format("There is no open cursor \"{}\"", printable(current_of_->cursor)));
}

SQLRETURN Statement::run_positioned(wire::Parameters parameters) {
    if (const auto r = check_current_of(); r != SQL_SUCCESS) return r;
    auto& owner = *owner_of_cursor(current_of_->cursor);
    auto& cursor = *owner.cursor_;
    const auto* const keyed = cursor.keyed();
    if (keyed == nullptr) return post(SqlState::s42000, "The cursor is read-only");
    const bool same_schema =
        current_of_->schema.empty() || client::same_word(current_of_->schema, keyed->schema_name);
    if (!same_schema || !client::same_word(current_of_->table, keyed->table_name)) {
        return post(SqlState::s42000, "The cursor is over another table");
    }
    if (cursor.rowset_size() == 0 || cursor.position_lost()) {
        return post(SqlState::s24000, "The cursor is not on a row");
    }
    const auto index = owner.current_row_;
    const auto number = cursor.row_number(index);
    if (cursor.deleted(number)) {
        return post(SqlState::s24000, "The row under the cursor has been deleted");
    }
    const auto row = cursor.row(index);
    const auto change = at_row(*keyed, statement_, current_of_->text, parameters, row);
    const auto execution =
        connection_.session().execute(change.statement, change.values, call_options());
    if (!execution) return failed(execution.error());
    executed(*execution);
    if (execution->rows_affected != 1) {
        return post(SqlState::s01001,
                    "No row was changed: it is gone, it has changed since it was read, or a "
                    "trigger ignores the change");
    }
    if (statement_.verb == client::Verb::delete_) {
        cursor.note_deleted(number);
        return SQL_SUCCESS;
    }
    const auto shown = owner.read_again(number, key_of(*keyed, row));
    if (shown) return SQL_SUCCESS;
    if (shown.error().outcome != client::Outcome::not_applied) return failed(shown.error());
    return post(SqlState::s01000,
                "The row is changed, and could not be read again: " + shown.error().message);
}

}  // namespace dqlite::odbc
