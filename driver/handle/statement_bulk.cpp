// SQLBulkOperations: adding rows from the bound buffers, and rows named by their bookmarks.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "driver/handle/row_changes.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {

SQLRETURN Statement::bulk_operations(SQLUSMALLINT operation) {
    if (!executed_) return post(SqlState::sHY010);
    if (cursor_ == nullptr) return post(SqlState::s24000);
    if (operation < SQL_ADD || operation > SQL_FETCH_BY_BOOKMARK) return post(SqlState::sHY092);
    if (extended_fetch_used_) return post(SqlState::sHY010);
    const bool adds = operation == SQL_ADD;
    if (operation != SQL_FETCH_BY_BOOKMARK) {
        if (const auto r = check_writable(); r != SQL_SUCCESS) return r;
    }
    if (!adds && (!uses_bookmarks() || !std::as_const(*ard_).record(0).is_bound())) {
        return post(SqlState::sHY092, "Column 0 is to be bound to bookmarks");
    }
    if (!adds && !cursor_->scrollable()) {
        return post(SqlState::sHYC00, "A forward-only cursor cannot go to a bookmark");
    }
    if (const auto bad = check_bookmark_binding(); bad != SqlState::s00000) return post(bad);
    if (operation != SQL_DELETE_BY_BOOKMARK) {
        if (const auto r = check_columns(); r != SQL_SUCCESS) return r;
    }
    if (operation == SQL_FETCH_BY_BOOKMARK) return fetch_by_bookmark();
    Change change;
    change.operation = adds                                  ? SQLUSMALLINT{SQL_ADD}
                       : operation == SQL_UPDATE_BY_BOOKMARK ? SQLUSMALLINT{SQL_UPDATE}
                                                             : SQLUSMALLINT{SQL_DELETE};
    change.bulk = true;
    change.many = ard_->array_size > 1;
    for (SQLULEN row = 0; row < ard_->array_size; ++row) {
        change.targets.push_back({row, adds ? 0 : bound_bookmark(row)});
    }
    return start_change(change);
}

SQLRETURN Statement::fetch_by_bookmark() {
    auto* const status = ird_->array_status_ptr;
    std::vector<std::uint64_t> numbers(ard_->array_size);
    for (SQLULEN row = 0; row < numbers.size(); ++row) {
        numbers[row] = bound_bookmark(row);
        if (numbers[row] != 0) continue;
        if (status != nullptr) status[row] = SQL_ROW_ERROR;
        return bad_row(SqlState::sHY111, std::string{entry(SqlState::sHY111).text}, row);
    }
    const auto count = numbers.size();
    partial_.reset();
    partial_column_ = 0;
    current_row_ = 0;
    if (cursor_->pick(std::move(numbers)) == Cursor::Move::failed) return failed(cursor_->error());
    const auto result = deliver_rowset(status);
    row_count_ = static_cast<SQLLEN>(count);
    diagnostics().row_count = row_count_;
    if (ird_->rows_processed_ptr != nullptr) *ird_->rows_processed_ptr = count;
    return result;
}

}  // namespace dqlite::odbc
