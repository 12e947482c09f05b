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
    if (number == 0) return post(SqlState::s07009, "Bookmarks are not offered");
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

void Statement::plan_delivery(SQLULEN first) {
    const SQLLEN offset = ard_->bind_offset_ptr == nullptr ? 0 : *ard_->bind_offset_ptr;
    const auto row = static_cast<SQLLEN>(first);
    const bool by_column = ard_->bind_type == SQL_BIND_BY_COLUMN;
    const auto bound = std::min(ard_->count(), ird_->count());
    deliveries_.clear();
    for (SQLSMALLINT number = 1; number <= bound; ++number) {
        const auto& record = std::as_const(*ard_).record(number);
        if (!record.is_bound()) continue;
        auto& delivery = deliveries_.emplace_back();
        const auto& type = std::as_const(*ird_).record(number).column.type;
        delivery.number = number;
        delivery.type = &type;
        const SQLSMALLINT c_type = record.concise_type == SQL_C_DEFAULT
                                       ? default_c_type(type.concise)
                                       : record.concise_type;
        delivery.convert = resolve_to_c(type, c_type);
        const auto fixed = static_cast<SQLLEN>(c_type_size(c_type));
        delivery.data_stride =
            by_column ? (fixed != 0 ? fixed : record.octet_length) : SQLLEN{ard_->bind_type};
        delivery.length_stride =
            by_column ? static_cast<SQLLEN>(sizeof(SQLLEN)) : SQLLEN{ard_->bind_type};
        auto& target = delivery.target;
        target.c_type = c_type;
        target.data = moved(record.data_ptr, offset + row * delivery.data_stride);
        target.capacity = record.octet_length;
        target.octet_length = moved(record.octet_length_ptr, offset + row * delivery.length_stride);
        target.indicator = moved(record.indicator_ptr, offset + row * delivery.length_stride);
        target.precision = record.precision;
        target.scale = record.scale;
        target.max_length = max_length_;
    }
}

SQLRETURN Statement::post_conversion(SqlState state, SQLSMALLINT number, SQLULEN index) {
    const auto& column = ird_->record(number).column;
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
SQLRETURN Statement::deliver_row(SQLULEN index) {
    const auto row = cursor_->row(index);
    SQLRETURN result = SQL_SUCCESS;
    for (auto& [number, type, convert, target, data_stride, length_stride] : deliveries_) {
        const auto state =
            convert(row[static_cast<std::size_t>(number) - 1], *type, target, nullptr).state;
        target.data = moved(target.data, data_stride);
        target.octet_length = moved(target.octet_length, length_stride);
        target.indicator = moved(target.indicator, length_stride);
        if (state == SqlState::s00000) continue;
        result = worse(result, post_conversion(state, number, index));
    }
    return result;
}

SQLRETURN Statement::deliver_rowset(SQLULEN size, SQLUSMALLINT* row_status) {
    const auto rows = cursor_->rowset_size();
    SQLULEN bad = 0;
    SQLRETURN result = SQL_SUCCESS;
    deliveries_.clear();
    if (retrieve_data_) plan_delivery(0);
    for (SQLULEN index = 0; index < rows; ++index) {
        const SQLRETURN row = deliver_row(index);
        if (row_status != nullptr) row_status[index] = row_status_of(row);
        if (!SQL_SUCCEEDED(row)) ++bad;
        result = worse(result, row);
    }
    if (row_status != nullptr && rows < size) {
        std::fill(row_status + rows, row_status + size, SQLUSMALLINT{SQL_ROW_NOROW});
    }
    if (bad == 0 || bad == rows) return result;
    // Some rows are good: the rowset is delivered, with the bad ones told.
    post(SqlState::s01S01);
    return SQL_SUCCESS_WITH_INFO;
}

SQLRETURN Statement::fetch_rowset(SQLSMALLINT orientation, SQLLEN offset, SQLULEN size,
                                  SQLULEN* fetched, SQLUSMALLINT* row_status) {
    if (!executed_) return post(SqlState::sHY010);
    if (cursor_ == nullptr) return post(SqlState::s24000);
    if (orientation == SQL_FETCH_BOOKMARK) return post(SqlState::sHYC00);
    if (orientation < SQL_FETCH_NEXT || orientation > SQL_FETCH_RELATIVE) {
        return post(SqlState::sHY106);
    }
    if (orientation != SQL_FETCH_NEXT && !cursor_->scrollable()) {
        return post(SqlState::sHY106,
                    "The cursor is forward-only: set SQL_ATTR_CURSOR_TYPE to "
                    "SQL_CURSOR_STATIC before executing");
    }
    const Connection::Running running{connection_, *this};
    partial_.reset();
    partial_column_ = 0;
    current_row_ = 0;
    const auto move = cursor_->fetch(orientation, offset, size);
    if (fetched != nullptr) *fetched = cursor_->rowset_size();
    switch (move) {
        case Cursor::Move::failed:
            if (row_status != nullptr) std::fill_n(row_status, size, SQLUSMALLINT{SQL_ROW_ERROR});
            return failed(cursor_->error());
        case Cursor::Move::no_data:
            if (row_status != nullptr) std::fill_n(row_status, size, SQLUSMALLINT{SQL_ROW_NOROW});
            return SQL_NO_DATA;
        case Cursor::Move::clipped_at_start:
            return worse(deliver_rowset(size, row_status), post(SqlState::s01S06));
        case Cursor::Move::ok:
            break;
    }
    return deliver_rowset(size, row_status);
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
    return fetch_rowset(static_cast<SQLSMALLINT>(orientation), offset, extended_rowset_size_,
                        row_count, row_status);
}

SQLRETURN Statement::set_position(SQLSETPOSIROW row, SQLUSMALLINT operation,
                                  SQLUSMALLINT lock_type) {
    if (cursor_ == nullptr) return post(SqlState::s24000);
    if (operation > SQL_ADD) return post(SqlState::sHY092);
    if (lock_type > SQL_LOCK_UNLOCK) return post(SqlState::sHY092);
    if (operation != SQL_POSITION && operation != SQL_REFRESH) {
        return post(SqlState::sHYC00, "The result is read-only");
    }
    if (lock_type != SQL_LOCK_NO_CHANGE) return post(SqlState::sHYC00);
    const auto rows = cursor_->rowset_size();
    if (rows == 0) return post(SqlState::s24000);
    if (row > rows || (row == 0 && operation == SQL_POSITION)) return post(SqlState::sHY107);
    partial_.reset();
    partial_column_ = 0;
    if (row != 0) current_row_ = row - 1;
    if (operation == SQL_POSITION) return SQL_SUCCESS;
    // The cursor is static: refreshing delivers the rows as they were read.
    if (row != 0) {
        plan_delivery(row - 1);
        return deliver_row(row - 1);
    }
    return deliver_rowset(rows, ird_->array_status_ptr);
}

// ----------------------------------------------------------------------------------- SQLGetData

SQLRETURN Statement::get_data(SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                              SQLLEN capacity, SQLLEN* indicator) {
    if (cursor_ == nullptr || cursor_->rowset_size() == 0) return post(SqlState::s24000);
    if (number == 0 || number > static_cast<SQLUSMALLINT>(ird_->count())) {
        return post(SqlState::s07009);
    }
    if (capacity < 0) return post(SqlState::sHY090);
    const auto column = static_cast<SQLSMALLINT>(number);
    CTarget target;
    target.c_type = c_type;
    if (c_type == SQL_ARD_TYPE) {
        if (column > ard_->count()) return post(SqlState::s07009);
        const auto& record = ard_->record(column);
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
    const auto& value = cursor_->row(current_row_)[number - 1U];
    const auto& described = ird_->record(column).column;
    const auto [state, no_data] = to_c(value, described.type, target, &partial_);
    if (no_data) return SQL_NO_DATA;
    if (state == SqlState::s00000) return SQL_SUCCESS;
    return post_conversion(state, column, current_row_);
}

}  // namespace dqlite::odbc
