// Bookmarks: column 0. A bookmark is the number of its row in the cursor, so it is good as long as
// the cursor is open, for deleted rows too.
#include <cstdint>
#include <cstring>
#include <utility>

#include "driver/handle/bound_row.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {
namespace {

constexpr SQLLEN bookmark_size = sizeof(std::uint64_t);

/// Variable-length bookmarks are bytes; ODBC 2 applications have numbers instead.
SqlType bookmark_type(SQLULEN use) noexcept {
    constexpr SQLULEN digits = 10;
    if (use == SQL_UB_VARIABLE) return {SQL_BINARY, static_cast<SQLULEN>(bookmark_size), 0};
    return {SQL_INTEGER, digits, 0};
}

SQLSMALLINT bookmark_c_type(SQLULEN use) noexcept {
    return use == SQL_UB_VARIABLE ? SQLSMALLINT{SQL_C_VARBOOKMARK} : SQLSMALLINT{SQL_C_BOOKMARK};
}

std::string_view bytes_of(const std::uint64_t& number) noexcept {
    return {reinterpret_cast<const char*>(&number), sizeof number};
}

}  // namespace

void Statement::describe_result() {
    ird_->describe(description_.columns);
    if (!uses_bookmarks() || description_.columns.empty()) return;
    auto& record = ird_->record(0);
    record.column.type = bookmark_type(use_bookmarks_);
    record.column.nullable = SQL_NO_NULLS;
    record.column.case_sensitive = false;
    record.set_concise_type(record.column.type.concise);
    record.length = record.column.type.column_size;
    record.octet_length = octet_length(record.column.type);
}

SqlState Statement::check_bookmark_binding() const {
    const auto& bound = std::as_const(*ard_).record(0);
    if (!bound.is_bound()) return SqlState::s00000;
    if (!uses_bookmarks()) return SqlState::s07009;
    if (bound.concise_type != SQL_C_DEFAULT &&
        bound.concise_type != bookmark_c_type(use_bookmarks_)) {
        return SqlState::s07006;
    }
    const bool too_short = use_bookmarks_ == SQL_UB_VARIABLE && bound.octet_length < bookmark_size;
    return too_short ? SqlState::sHY090 : SqlState::s00000;
}

void Statement::put_bookmark(std::uint64_t number, SQLULEN row) {
    const auto& bound = std::as_const(*ard_).record(0);
    if (!uses_bookmarks() || !bound.is_bound()) return;
    const auto at = bound_row(*ard_, bound, bookmark_c_type(use_bookmarks_), row);
    if (at.data != nullptr) std::memcpy(at.data, &number, sizeof number);
    if (at.octet_length != nullptr) *at.octet_length = bookmark_size;
}

void Statement::put_bookmarks() {
    if (!uses_bookmarks() || !retrieve_data_) return;
    for (SQLULEN row = 0; row < cursor_->rowset_size(); ++row) {
        put_bookmark(cursor_->row_number(row), row);
    }
}

/// SQLGetData of column 0.
SQLRETURN Statement::get_bookmark(CTarget& target) {
    const auto wanted = bookmark_c_type(use_bookmarks_);
    if (target.c_type == SQL_C_DEFAULT) target.c_type = wanted;
    if (target.c_type != wanted) return post(SqlState::s07006);
    const std::uint64_t number = cursor_->row_number(current_row_);
    const auto value = use_bookmarks_ == SQL_UB_VARIABLE
                           ? wire::Value::blob(bytes_of(number))
                           : wire::Value::integer(static_cast<std::int64_t>(number));
    target.max_length = 0;
    const auto [state, no_data] = to_c(value, bookmark_type(use_bookmarks_), target, &partial_);
    return no_data ? SQLRETURN{SQL_NO_DATA} : post(state);
}

/// False for what is no bookmark of this cursor (HY111). `length` as its indicator has it.
bool Statement::is_bookmark(const void* bookmark, SQLLEN length, std::uint64_t& number) const {
    if (bookmark == nullptr || (length >= 0 && length < bookmark_size)) return false;
    std::memcpy(&number, bookmark, sizeof number);
    return cursor_->has_row(number);
}

/// The row that the bookmark bound for a row names; 0 for none.
std::uint64_t Statement::bound_bookmark(SQLULEN row) const {
    const auto& bound = std::as_const(*ard_).record(0);
    const auto at = bound_row(*ard_, bound, bookmark_c_type(use_bookmarks_), row);
    const auto length = at.octet_length == nullptr ? SQLLEN{bookmark_size} : *at.octet_length;
    std::uint64_t number = 0;
    return is_bookmark(at.data, length, number) ? number : 0;
}

/// Makes of SQL_FETCH_BOOKMARK's offset the number of the row to fetch, 0 before the first.
SQLRETURN Statement::fetch_bookmark_row(SQLLEN& offset) {
    if (!uses_bookmarks() || !cursor_->scrollable()) return post(SqlState::sHY106);
    std::uint64_t number = 0;
    // SQLExtendedFetch has the bookmark in the place of the offset.
    const auto given = static_cast<std::uint64_t>(offset);
    const void* const bookmark = extended_fetch_used_ ? &given : fetch_bookmark_ptr_;
    if (!is_bookmark(bookmark, bookmark_size, number)) return post(SqlState::sHY111);
    const auto row = static_cast<SQLLEN>(number);
    if (extended_fetch_used_) {
        offset = row;
    } else if (offset < 0) {
        offset = offset > -row ? row + offset : 0;
    } else {
        const auto last = static_cast<SQLLEN>(*cursor_->row_count());
        offset = offset <= last - row ? row + offset : last + 1;
    }
    return SQL_SUCCESS;
}

}  // namespace dqlite::odbc
