// Fetching: rowsets into bound columns, and SQLGetData in parts.
#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "driver/convert/to_c.h"
#include "driver/handle/pointers.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {
namespace {

SQLUSMALLINT row_status_of(SQLRETURN result) noexcept {
    if (result == SQL_SUCCESS) return SQL_ROW_SUCCESS;
    return SQL_SUCCEEDED(result) ? SQL_ROW_SUCCESS_WITH_INFO : SQL_ROW_ERROR;
}

}  // namespace

SQLRETURN Statement::bind_column(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                                 SQLLEN buffer_length, SQLLEN* indicator) {
    if (number == 0 && !uses_bookmarks()) return post(SqlState::s07009);
    if (number > Descriptor::max_count) return post(SqlState::s07009);
    const auto record_number = static_cast<SQLSMALLINT>(number);
    if (data == nullptr && indicator == nullptr) {
        ard_->unbind(record_number);
        return SQL_SUCCESS;
    }
    if (c_type != SQL_C_DEFAULT && !is_known_c_type(c_type)) return post(SqlState::sHY003);
    if (buffer_length < 0) return post(SqlState::sHY090);
    auto& record = ard_->grown_record(record_number);
    record.set_concise_type(c_type);
    record.octet_length = buffer_length;
    record.data_ptr = data;
    record.octet_length_ptr = indicator;
    record.indicator_ptr = indicator;
    return SQL_SUCCESS;
}

void Statement::plan_delivery() {
    const Binding binding{.ard = ard_->version(),
                          .ird = ird_->version(),
                          .offset = ard_->bind_offset_ptr == nullptr ? 0 : *ard_->bind_offset_ptr,
                          .bind_type = ard_->bind_type,
                          .max_length = max_length_};
    if (binding == bound_as_) return;
    bound_as_ = binding;
    bound_columns_.clear();
    const bool by_column = binding.bind_type == SQL_BIND_BY_COLUMN;
    const auto bound = std::min(ard_->count(), ird_->count());
    for (SQLSMALLINT number = 1; number <= bound; ++number) {
        const auto& record = std::as_const(*ard_).record(number);
        if (!record.is_bound()) continue;
        auto& column = bound_columns_.emplace_back();
        column.number = number;
        column.type = &std::as_const(*ird_).record(number).column.type;
        auto& target = column.target;
        target.c_type = record.concise_type == SQL_C_DEFAULT ? default_c_type(column.type->concise)
                                                             : record.concise_type;
        const auto fixed = static_cast<SQLLEN>(c_type_size(target.c_type));
        column.data_stride =
            by_column ? (fixed != 0 ? fixed : record.octet_length) : SQLLEN{binding.bind_type};
        column.length_stride =
            by_column ? static_cast<SQLLEN>(sizeof(SQLLEN)) : SQLLEN{binding.bind_type};
        target.data = moved(record.data_ptr, binding.offset);
        target.capacity = record.octet_length;
        target.octet_length = moved(record.octet_length_ptr, binding.offset);
        target.indicator = moved(record.indicator_ptr, binding.offset);
        target.precision = record.precision;
        target.scale = record.scale;
        target.max_length = binding.max_length;
        resolve(column);
    }
}

SQLRETURN Statement::post_conversion(SqlState state, SQLSMALLINT number, SQLULEN index) {
    const auto& column = std::as_const(*ird_).record(number).column;
    // A fraction in a column that was told as whole numbers, after earlier rows: few applications
    // look at a warning, and this one never asked to cut anything.
    const bool told_as_whole = column.inferred && column.type.concise == SQL_BIGINT;
    if (state == SqlState::s01S07 && told_as_whole) state = SqlState::s22003;
    Diagnostic record;
    record.state = state;
    const auto first = cursor_->position();
    record.row = first == 0 ? SQL_ROW_NUMBER_UNKNOWN : static_cast<SQLLEN>(index) + 1;
    record.column = number;
    record.message = fmt::format("{} (row {}, column {} \"{}\")", entry(state).text, first + index,
                                 number, column.name);
    return post(std::move(record));
}

// Called for every row: all that does not change from row to row is in the plan.
SQLRETURN Statement::deliver_row(SQLULEN index, std::span<const wire::Value> row) {
    SQLRETURN result = SQL_SUCCESS;
    for (const auto& column : bound_columns_) {
        const auto& value = row[static_cast<std::size_t>(column.number) - 1];
        const auto state = column.deliver(value, column, static_cast<SQLLEN>(index));
        if (state == SqlState::s00000) continue;
        result = worse(result, post_conversion(state, column.number, index));
    }
    return result;
}

/// Delivers the rows of a rowset one after the other, and says what became of all of them.
class Statement::RowsetDelivery {
  public:
    RowsetDelivery(Statement& statement, SQLUSMALLINT* row_status)
        : statement_{statement}, row_status_{row_status} {
        if (statement.retrieve_data_) statement.plan_delivery();
    }
    void operator()(SQLULEN index, std::span<const wire::Value> row) {
        if (statement_.cursor_->changed()) {
            const auto state = statement_.read_if_added(index);
            if (state == RowState::failed) note(index, SQL_ERROR);
            if (state == RowState::deleted && row_status_ != nullptr) {
                row_status_[index] = SQL_ROW_DELETED;
            }
            if (state != RowState::there) return;
        }
        note(index, statement_.retrieve_data_ ? statement_.deliver_row(index, row)
                                              : SQLRETURN{SQL_SUCCESS});
    }
    void note(SQLULEN index, SQLRETURN result) {
        if (row_status_ != nullptr) row_status_[index] = row_status_of(result);
        if (result == SQL_SUCCESS) return;
        if (!SQL_SUCCEEDED(result)) ++bad_;
        result_ = worse(result_, result);
    }
    /// Of a rowset with room for `size` rows, of which there are `rows`.
    SQLRETURN finish(SQLULEN rows, SQLULEN size) {
        if (row_status_ != nullptr && rows < size) {
            std::fill(row_status_ + rows, row_status_ + size, SQLUSMALLINT{SQL_ROW_NOROW});
        }
        if (bad_ == 0 || bad_ == rows) return result_;
        // Some rows are good: the rowset is delivered, with the bad ones told.
        statement_.post(SqlState::s01S01);
        return SQL_SUCCESS_WITH_INFO;
    }

  private:
    Statement& statement_;
    SQLUSMALLINT* row_status_;
    SQLULEN bad_ = 0;
    SQLRETURN result_ = SQL_SUCCESS;
};

SQLRETURN Statement::fetch_rowset(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size,
                                  SQLULEN* fetched, SQLUSMALLINT* row_status) {
    if (!executed_) return post(SqlState::sHY010);
    if (cursor_ == nullptr) return post(SqlState::s24000);
    const bool by_bookmark = orientation == SQL_FETCH_BOOKMARK;
    if (!by_bookmark && (orientation < SQL_FETCH_NEXT || orientation > SQL_FETCH_RELATIVE)) {
        return post(SqlState::sHY106);
    }
    if (orientation != SQL_FETCH_NEXT && !cursor_->scrollable()) {
        return post(SqlState::sHY106,
                    "The cursor is forward-only: set SQL_ATTR_CURSOR_TYPE to "
                    "SQL_CURSOR_STATIC before executing");
    }
    if (const auto bad = check_bookmark_binding(); bad != SqlState::s00000) return post(bad);
    if (by_bookmark) {
        if (const auto r = fetch_bookmark_row(offset); r != SQL_SUCCESS) return r;
        orientation = SQL_FETCH_ABSOLUTE;
    }
    partial_.reset();
    partial_column_ = 0;
    current_row_ = 0;
    RowsetDelivery delivery{*this, row_status};
    const auto move = cursor_->fetch(orientation, offset, size, delivery);
    if (fetched != nullptr) *fetched = cursor_->rowset_size();
    switch (move) {
        case Cursor::Move::failed:
            if (row_status != nullptr) std::fill_n(row_status, size, SQLUSMALLINT{SQL_ROW_ERROR});
            return failed(cursor_->error());
        case Cursor::Move::no_data:
            if (row_status != nullptr) std::fill_n(row_status, size, SQLUSMALLINT{SQL_ROW_NOROW});
            return SQL_NO_DATA;
        case Cursor::Move::clipped_at_start:
            put_bookmarks();
            return worse(delivery.finish(cursor_->rowset_size(), size), post(SqlState::s01S06));
        case Cursor::Move::ok:
            break;
    }
    put_bookmarks();
    return delivery.finish(cursor_->rowset_size(), size);
}

SQLRETURN Statement::deliver_rowset(SQLUSMALLINT* row_status) {
    const auto rows = cursor_->rowset_size();
    RowsetDelivery delivery{*this, row_status};
    for (SQLULEN index = 0; index < rows; ++index) delivery(index, cursor_->row(index));
    put_bookmarks();
    return delivery.finish(rows, rows);
}

SQLRETURN Statement::fetch(SQLSMALLINT orientation, SQLLEN offset) {
    if (extended_fetch_used_) return post(SqlState::sHY010);
    fetch_used_ = true;
    return fetch_rowset(orientation, offset, ard_->array_size, ird_->rows_processed_ptr,
                        ird_->array_status_ptr);
}

SQLRETURN Statement::extended_fetch(SQLUSMALLINT orientation, SQLLEN offset, SQLULEN* row_count,
                                    SQLUSMALLINT* row_status) {
    if (fetch_used_) return post(SqlState::sHY010);
    extended_fetch_used_ = true;
    extended_row_status_ = row_status;
    return fetch_rowset(static_cast<SQLSMALLINT>(orientation), offset, extended_rowset_size_,
                        row_count, row_status);
}

// ----------------------------------------------------------------------------------- SQLGetData

ToC Statement::resolved(SQLSMALLINT number, const SqlType& type, SQLSMALLINT c_type) {
    if (resolved_for_ != ird_->version()) {
        resolved_for_ = ird_->version();
        resolved_.assign(static_cast<std::size_t>(ird_->count()) + 1, {});
    }
    auto& known = resolved_[static_cast<std::size_t>(number)];
    if (known.convert == nullptr || known.c_type != c_type) {
        known = {c_type, resolve_to_c(type, c_type)};
    }
    return known.convert;
}

SQLRETURN Statement::get_data(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                              SQLLEN capacity, SQLLEN* indicator) {
    if (cursor_ == nullptr || cursor_->rowset_size() == 0) return post(SqlState::s24000);
    const bool there = number == 0 ? uses_bookmarks() : number <= ird_->count();
    if (!there) return post(SqlState::s07009);
    if (capacity < 0) return post(SqlState::sHY090);
    if (cursor_->deleted(cursor_->row_number(current_row_))) {
        return post(SqlState::sHY109, "The row has been deleted");
    }
    const auto column = static_cast<SQLSMALLINT>(number);
    CTarget target;
    target.c_type = c_type;
    if (c_type == SQL_ARD_TYPE) {
        if (column > ard_->count()) return post(SqlState::s07009);
        const auto& record = std::as_const(*ard_).record(column);
        target.c_type = record.concise_type;
        target.precision = record.precision;
        target.scale = record.scale;
    } else if (c_type != SQL_C_DEFAULT && !is_known_c_type(c_type)) {
        return post(SqlState::sHY003);
    }
    if (column != partial_column_) {
        partial_.reset();
        partial_column_ = column;
    }
    target.data = data;
    target.capacity = capacity;
    target.octet_length = indicator;
    target.indicator = indicator;
    target.max_length = max_length_;
    if (number == 0) return get_bookmark(target);
    const auto& value = cursor_->row(current_row_)[number - 1U];
    const auto& described = std::as_const(*ird_).record(column).column;
    if (target.c_type == SQL_C_DEFAULT) target.c_type = default_c_type(described.type.concise);
    const auto convert = resolved(column, described.type, target.c_type);
    const auto [state, no_data] = convert(value, described.type, target, &partial_);
    if (no_data) return SQL_NO_DATA;
    if (state == SqlState::s00000) return SQL_SUCCESS;
    return post_conversion(state, column, current_row_);
}

}  // namespace dqlite::odbc
