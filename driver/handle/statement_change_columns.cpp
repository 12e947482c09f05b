// What a change through the cursor writes: the values that the application's bound columns hold, or
// are put for them at execution.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "driver/convert/from_c.h"
#include "driver/handle/bound_row.h"
#include "driver/handle/data_at_execution.h"
#include "driver/handle/parameter_set.h"
#include "driver/handle/row_changes.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {
namespace {

/// A column that is there twice is written once, from its first buffer.
bool is_written(const Descriptor& bound, const KeyedQuery& keyed, SQLSMALLINT number) {
    const auto column = static_cast<std::size_t>(number) - 1;
    return bound.record(number).is_bound() && keyed.columns[column].writable &&
           keyed.is_first(column);
}

}  // namespace

SQLRETURN Statement::check_columns() {
    for (SQLSMALLINT number = ard_->count(); number > ird_->count(); --number) {
        if (!std::as_const(*ard_).record(number).is_bound()) continue;
        return post(SqlState::s07009,
                    fmt::format("Column {} is bound and the result has {}", number, ird_->count()));
    }
    return SQL_SUCCESS;
}

/// Where a bound column's value is; `ignored` for one that is not to be stored.
CSource Statement::column_source(SQLSMALLINT number, SQLULEN row, bool& ignored) const {
    const auto& bound = std::as_const(*ard_).record(number);
    const auto& type = std::as_const(*ird_).record(number).column.type;
    CSource source;
    source.c_type =
        bound.concise_type == SQL_C_DEFAULT ? default_c_type(type.concise) : bound.concise_type;
    source.sql_type = type.concise;
    source.column_size = type.column_size;
    source.decimal_digits = type.decimal_digits;
    source.precision = bound.precision;
    source.scale = bound.scale;
    const auto at = bound_row(*ard_, bound, source.c_type, row);
    source.data = at.data;
    if (at.octet_length != nullptr) source.length = *at.octet_length;
    const bool null = at.indicator != nullptr && *at.indicator == SQL_NULL_DATA;
    if (null) source.length = SQL_NULL_DATA;
    ignored = source.length == SQL_COLUMN_IGNORE ||
              (at.indicator != nullptr && *at.indicator == SQL_COLUMN_IGNORE);
    return source;
}

/// The values of a row's buffers for the columns that are bound, writable and not ignored.
SQLRETURN Statement::convert_columns(SQLULEN row, std::vector<ColumnValue>& set,
                                     ParameterValues& storage) {
    const auto& keyed = *cursor_->keyed();
    SQLRETURN result = SQL_SUCCESS;
    for (SQLSMALLINT number = 1; number <= std::min(ard_->count(), ird_->count()); ++number) {
        const auto column = static_cast<std::size_t>(number) - 1;
        if (!is_written(*ard_, keyed, number)) continue;
        bool ignored = false;
        auto source = column_source(number, row, ignored);
        if (ignored) continue;
        const auto* const given =
            data_at_execution_ == nullptr ? nullptr : data_at_execution_->find(row, number);
        if (source.length == SQL_NULL_DATA || (given != nullptr && given->is_null)) {
            set.push_back({column, wire::Value::null()});
            continue;
        }
        if (given != nullptr) {
            source.data = given->data.data();
            source.length = static_cast<SQLLEN>(given->data.size());
        }
        const auto bad = [&](SqlState state) {
            return bad_row(state, fmt::format("Column {}: {}", number, entry(state).text), row,
                           number);
        };
        if (source.data == nullptr && source.length != 0) return bad(SqlState::sHY090);
        wire::Value value;
        auto& slot = storage.slot();
        const auto state = from_c(source, value, slot);
        if (is_error(state)) return bad(state);
        if (!slot.empty()) storage.keep_slot();
        if (state != SqlState::s00000) result = worse(result, bad(state));
        set.push_back({column, value});
    }
    return result;
}

/// Columns whose data the application will put; SQL_NEED_DATA where there are some.
SQLRETURN Statement::collect_columns(const Change& change) {
    auto waiting = std::make_unique<DataAtExecution>();
    const auto& keyed = *cursor_->keyed();
    for (const auto& target : change.targets) {
        for (SQLSMALLINT number = 1; number <= std::min(ard_->count(), ird_->count()); ++number) {
            if (!is_written(*ard_, keyed, number)) continue;
            bool ignored = false;
            const auto source = column_source(number, target.buffer, ignored);
            if (ignored || !is_data_at_execution(source.length)) continue;
            DataAtExecution::Item item;
            item.set = target.buffer;
            item.number = number;
            item.c_type = source.c_type;
            item.token = const_cast<SQLPOINTER>(source.data);
            item.character = c_type_size(source.c_type) == 0;
            waiting->items.push_back(std::move(item));
        }
    }
    if (waiting->items.empty()) return SQL_SUCCESS;
    waiting->resume = [this, change] { return run_change(change); };
    data_at_execution_ = std::move(waiting);
    return SQL_NEED_DATA;
}

}  // namespace dqlite::odbc
