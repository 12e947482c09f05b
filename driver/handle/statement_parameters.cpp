// Parameters: binding, conversion of a parameter set, data-at-execution.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "driver/convert/from_c.h"
#include "driver/convert/to_c.h"
#include "driver/handle/data_at_execution.h"
#include "driver/handle/parameter_set.h"
#include "driver/handle/pointers.h"
#include "driver/handle/statement.h"

namespace dqlite::odbc {
// ------------------------------------------------------------------------------------- binding

SQLRETURN Statement::check_bind_parameter(SQLUSMALLINT number, SQLSMALLINT direction,
                                          SQLSMALLINT c_type, SQLSMALLINT sql_type,
                                          SQLLEN buffer_length) {
    if (number == 0 || number > Descriptor::max_count) return post(SqlState::s07009);
    if (direction == SQL_PARAM_OUTPUT_STREAM || direction == SQL_PARAM_INPUT_OUTPUT_STREAM) {
        return post(SqlState::sHYC00, "Output parameters come whole, not as a stream");
    }
    if (!is_parameter_direction(direction)) return post(SqlState::sHY105);
    if (c_type != SQL_C_DEFAULT && !is_known_c_type(c_type)) return post(SqlState::sHY003);
    if (!is_known_sql_type(sql_type)) return post(SqlState::sHY004);
    if (buffer_length < 0) return post(SqlState::sHY090);
    if (c_type != SQL_C_DEFAULT && !is_convertible_from_c(c_type, sql_type)) {
        return post(SqlState::s07006);
    }
    return SQL_SUCCESS;
}

SQLRETURN Statement::bind_parameter(SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type,
                                    SQLSMALLINT sql_type, SQLULEN column_size,
                                    SQLSMALLINT decimal_digits, SQLPOINTER data,
                                    SQLLEN buffer_length, SQLLEN* indicator) {
    // SQLSetParam of ODBC 1, as driver managers map it: a buffer of unknown size is read, and
    // never written to.
    if (buffer_length == SQL_SETPARAM_VALUE_MAX) {
        buffer_length = 0;
        if (direction == SQL_PARAM_INPUT_OUTPUT) direction = SQL_PARAM_INPUT;
    }
    if (const auto bad = check_bind_parameter(number, direction, c_type, sql_type, buffer_length);
        bad != SQL_SUCCESS) {
        return bad;
    }
    const bool is_decimal = sql_type == SQL_DECIMAL || sql_type == SQL_NUMERIC;
    // Applications that do not know a size bind 0.
    if (is_decimal && column_size != 0 && decimal_digits > static_cast<SQLLEN>(column_size)) {
        return post(SqlState::sHY104, "More digits behind the point than digits in all");
    }
    if (data == nullptr && indicator == nullptr && direction != SQL_PARAM_OUTPUT) {
        return post(SqlState::sHY009);
    }

    auto& application = apd_->grown_record(static_cast<SQLSMALLINT>(number));
    application.set_concise_type(c_type == SQL_C_DEFAULT ? default_c_type(sql_type) : c_type);
    application.octet_length = buffer_length;
    application.data_ptr = data;
    application.octet_length_ptr = indicator;
    application.indicator_ptr = indicator;

    auto& implementation = ipd_->grown_record(static_cast<SQLSMALLINT>(number));
    implementation.set_concise_type(sql_type);
    implementation.parameter_type = direction;
    implementation.length = column_size;
    implementation.precision = static_cast<SQLSMALLINT>(std::min<SQLULEN>(column_size, INT16_MAX));
    implementation.scale = decimal_digits;
    return SQL_SUCCESS;
}

std::uint32_t Statement::parameters_wanted() const noexcept {
    if (batch_.empty()) return statement_.parameters;
    return std::accumulate(
        batch_.begin(), batch_.end(), std::uint32_t{0},
        [](std::uint32_t sum, const auto& statement) { return sum + statement.parameters; });
}

SQLRETURN Statement::plan_parameters() {
    const ParameterBinding binding{.apd = apd_->version(),
                                   .ipd = ipd_->version(),
                                   .bind_type = apd_->bind_type,
                                   .wanted = parameters_wanted(),
                                   .procedure = calls_procedure()};
    if (binding == parameters_bound_as_) return SQL_SUCCESS;
    parameters_bound_as_ = {};
    bound_parameters_.clear();
    const auto bound = apd_->count();
    if (static_cast<std::uint32_t>(bound) < binding.wanted) {
        return post(SqlState::s07002,
                    fmt::format("The statement has {} parameter{} and {} {} bound", binding.wanted,
                                binding.wanted == 1 ? "" : "s", bound, bound == 1 ? "is" : "are"));
    }
    for (std::uint32_t i = 1; i <= binding.wanted; ++i) {
        const auto number = static_cast<SQLSMALLINT>(i);
        if (const auto r = check_parameter(number); r != SQL_SUCCESS) return r;
        bound_parameters_.push_back(bound_parameter(number));
    }
    parameters_bound_as_ = binding;
    return SQL_SUCCESS;
}

SQLRETURN Statement::check_parameter(SQLSMALLINT number) {
    if (is_output_only(number)) {
        // Only procedures give something back; without a buffer it is let go.
        if (calls_procedure()) return SQL_SUCCESS;
        return post(SqlState::sHY105,
                    fmt::format("Parameter {} is bound for output, and the statement calls no "
                                "procedure",
                                number));
    }
    if (std::as_const(*apd_).record(number).is_bound()) return SQL_SUCCESS;
    return post(SqlState::s07002, fmt::format("Parameter {} is not bound", number));
}

BoundParameter Statement::bound_parameter(SQLSMALLINT number) const {
    const auto& record = std::as_const(*apd_).record(number);
    CSource source;
    source.c_type = record.concise_type;
    source.precision = record.precision;
    source.scale = record.scale;
    // A parameter described by nobody (an APD filled field by field) goes as its C type says.
    if (number <= ipd_->count() &&
        std::as_const(*ipd_).record(number).concise_type != SQL_C_DEFAULT) {
        const auto& described = std::as_const(*ipd_).record(number);
        source.sql_type = described.concise_type;
        source.column_size = described.length;
        source.decimal_digits = described.scale;
    }
    const bool by_column = apd_->bind_type == SQL_BIND_BY_COLUMN;
    const auto fixed = static_cast<SQLLEN>(c_type_size(record.concise_type));
    BoundParameter bound;
    bound.way = resolve_from_c(source);
    bound.data = record.data_ptr;
    bound.length = record.octet_length_ptr;
    bound.indicator = record.indicator_ptr;
    bound.data_stride =
        by_column ? (fixed != 0 ? fixed : record.octet_length) : SQLLEN{apd_->bind_type};
    bound.length_stride = by_column ? static_cast<SQLLEN>(sizeof(SQLLEN)) : SQLLEN{apd_->bind_type};
    bound.output_only = is_output_only(number);
    return bound;
}

// ---------------------------------------------------------------------------------- conversion

bool Statement::set_is_ignored(SQLULEN set) const {
    return apd_->array_status_ptr != nullptr && apd_->array_status_ptr[set] == SQL_PARAM_IGNORE;
}

Statement::ParameterSource Statement::source_of(SQLSMALLINT number, SQLULEN set) const {
    const auto& bound = bound_parameters_[static_cast<std::size_t>(number) - 1];
    const SQLLEN offset = apd_->bind_offset_ptr == nullptr ? 0 : *apd_->bind_offset_ptr;
    const auto index = static_cast<SQLLEN>(set);
    ParameterSource source;
    source.data = moved(bound.data, offset + index * bound.data_stride);
    const SQLLEN to_length = offset + index * bound.length_stride;
    if (bound.length != nullptr) source.length = *moved(bound.length, to_length);
    if (bound.indicator != nullptr) source.indicator = *moved(bound.indicator, to_length);
    return source;
}

SQLRETURN Statement::bad_parameter(SQLSMALLINT number, SQLULEN set, SqlState state,
                                   std::string_view text) {
    Diagnostic record;
    record.state = state;
    record.message = fmt::format("Parameter {}: {}", number, text);
    record.row = static_cast<SQLLEN>(set) + 1;
    record.column = number;
    return post(std::move(record));
}

/// Appends one parameter's value.
SQLRETURN Statement::append_parameter(SQLSMALLINT number, SQLULEN set, ParameterValues& out) {
    auto source = source_of(number, set);
    const auto* const given =
        data_at_execution_ == nullptr ? nullptr : data_at_execution_->find(set, number);
    if (source.indicator == SQL_NULL_DATA || (given != nullptr && given->is_null)) {
        out.values.push_back(wire::Value::null());
        return SQL_SUCCESS;
    }
    if (source.indicator == SQL_DEFAULT_PARAM) {
        return bad_parameter(number, set, SqlState::s07S01,
                             "SQL_DEFAULT_PARAM is for procedures only");
    }
    if (given != nullptr) {
        source.data = const_cast<char*>(given->data.data());
        source.length = static_cast<SQLLEN>(given->data.size());
    }
    if (source.data == nullptr) {
        return bad_parameter(number, set, SqlState::sHY009, "no data pointer, and not NULL");
    }
    const auto& way = bound_parameters_[static_cast<std::size_t>(number) - 1].way;
    wire::Value value;
    auto& slot = out.slot();
    const auto state = from_c(way, source.data, source.length, value, slot);
    if (is_error(state)) return bad_parameter(number, set, state, entry(state).text);
    if (!slot.empty()) out.keep_slot();
    out.values.push_back(value);
    return state == SqlState::s00000 ? SQLRETURN{SQL_SUCCESS}
                                     : bad_parameter(number, set, state, entry(state).text);
}

SQLRETURN Statement::append_set(SQLULEN set, ParameterValues& out) {
    SQLRETURN result = SQL_SUCCESS;
    for (std::uint32_t i = 1; i <= statement_.parameters; ++i) {
        const auto number = first_parameter_ + i;
        result = worse(result, append_parameter(static_cast<SQLSMALLINT>(number), set, out));
        if (!SQL_SUCCEEDED(result)) return result;
    }
    return result;
}

// --------------------------------------------------------------------------- data-at-execution

SQLRETURN Statement::collect_data_at_execution() {
    std::unique_ptr<DataAtExecution> waiting;
    for (std::size_t i = 0; i < bound_parameters_.size(); ++i) {
        const auto& bound = bound_parameters_[i];
        if (bound.output_only || bound.length == nullptr) continue;
        const auto number = static_cast<SQLSMALLINT>(i + 1);
        for (SQLULEN set = 0; set < apd_->array_size; ++set) {
            const auto source = source_of(number, set);
            if (!is_data_at_execution(source.length) || set_is_ignored(set)) continue;
            if (waiting == nullptr) waiting = std::make_unique<DataAtExecution>();
            DataAtExecution::Item item;
            item.set = set;
            item.number = number;
            item.c_type = bound.way.source.c_type;
            // The token is what the application bound, moved as for any other set.
            item.token = source.data;
            item.character = c_type_size(item.c_type) == 0;
            waiting->items.push_back(std::move(item));
        }
    }
    if (waiting == nullptr) return SQL_SUCCESS;
    // Asked for set by set.
    std::stable_sort(waiting->items.begin(), waiting->items.end(),
                     [](const auto& a, const auto& b) { return a.set < b.set; });
    data_at_execution_ = std::move(waiting);
    return SQL_NEED_DATA;
}

SQLPOINTER Statement::asked_for() const noexcept {
    const auto* const item =
        data_at_execution_ == nullptr ? nullptr : data_at_execution_->current();
    return item == nullptr ? nullptr : item->token;
}

SQLRETURN Statement::param_data() {
    if (data_at_execution_ == nullptr) return post(SqlState::sHY010);
    auto& waiting = *data_at_execution_;
    if (const auto* const current = waiting.current(); current != nullptr && !current->given) {
        // Nothing was put for the parameter asked for last.
        return post(SqlState::sHY010,
                    fmt::format("No data was put for number {}", current->number));
    }
    if (waiting.next < waiting.items.size()) {
        ++waiting.next;
        return SQL_NEED_DATA;
    }
    // However the run ends, by an exception too, the statement waits for data no more.
    struct Ended {
        std::unique_ptr<DataAtExecution>& waiting;
        ~Ended() { waiting.reset(); }
    };
    const Ended ended{data_at_execution_};
    return waiting.resume ? waiting.resume() : run();
}

SQLRETURN Statement::put_data(SQLPOINTER data, SQLLEN length) {
    auto* const item = data_at_execution_ == nullptr ? nullptr : data_at_execution_->current();
    if (item == nullptr) return post(SqlState::sHY010);
    const bool null = length == SQL_NULL_DATA;
    if (item->given && (null || item->is_null)) return post(SqlState::sHY020);
    if (item->given && !item->character) return post(SqlState::sHY019);
    if (null) {
        item->is_null = true;
        item->given = true;
        return SQL_SUCCESS;
    }
    if (data == nullptr && (length != 0 || !item->character)) return post(SqlState::sHY009);
    if (!item->character) {
        item->data.assign(static_cast<const char*>(data), c_type_size(item->c_type));
        item->given = true;
        return SQL_SUCCESS;
    }
    std::size_t size = 0;
    if (length == SQL_NTS) {
        if (item->c_type == SQL_C_WCHAR) {
            const auto* const wide = static_cast<const SQLWCHAR*>(data);
            while (wide[size / sizeof(SQLWCHAR)] != 0) size += sizeof(SQLWCHAR);
        } else {
            size = std::char_traits<char>::length(static_cast<const char*>(data));
        }
    } else if (length < 0) {
        return post(SqlState::sHY090);
    } else {
        size = static_cast<std::size_t>(length);
    }
    if (item->data.size() + size > connection_.settings().client.max_message_size) {
        return post(
            SqlState::s22001,
            fmt::format("The data for number {} is larger than MaxMessageSize", item->number));
    }
    if (size != 0) item->data.append(static_cast<const char*>(data), size);
    item->given = true;
    return SQL_SUCCESS;
}

SQLRETURN Statement::cancel_need_data() {
    data_at_execution_.reset();
    return SQL_SUCCESS;
}

}  // namespace dqlite::odbc
