// {call} and {? = call}: arguments in, the procedure's answer and its output parameters out.
#include <utility>

#include <fmt/format.h>

#include "driver/convert/to_c.h"
#include "driver/handle/parameter_set.h"
#include "driver/handle/pointers.h"
#include "driver/handle/procedure_call.h"
#include "driver/handle/statement.h"
#include "driver/tables/connection_values.h"

namespace dqlite::odbc {
namespace {

constexpr auto no_admin =
    "{} changes the cluster or writes files: the connection must be made with AllowAdmin=1 for it";

/// A parameter's value as text; nothing for a blob, which is none.
ProcedureValue text_of(const wire::Value& value) {
    if (value.holds_text()) return std::string{value.as_bytes()};
    if (value.holds_integer()) return std::to_string(value.as_integer());
    if (value.type() == wire::ValueType::real) return fmt::format("{}", value.as_real());
    return std::nullopt;
}

}  // namespace

SQLRETURN Statement::load_call(const std::string& sql, const ProcedureCall& call) {
    const auto* const procedure = find_procedure(call.name);
    if (procedure == nullptr) {
        return post(SqlState::s42000, fmt::format("There is no procedure \"{}\": SQLProcedures "
                                                  "lists those there are",
                                                  printable(call.name)));
    }
    if (procedure->needs_admin && !connection_.settings().allow_admin) {
        return post(SqlState::s42000, fmt::format(no_admin, procedure->name));
    }
    auto plan = plan_call(*procedure, call);
    if (!plan) return post(plan.error(), ErrorContext::statement);
    client::Statement statement;
    statement.sql = sql;
    statement.returns_rows = !procedure->columns.empty();
    statement.in_transaction_ok = false;
    statement.parameters = plan->markers;
    use(statement);
    local_answer_ = LocalAnswer::procedure;
    call_ = std::move(*plan);
    prepared_ = true;
    return SQL_SUCCESS;
}

bool Statement::calls_procedure() const noexcept {
    return local_answer_ == LocalAnswer::procedure;
}

/// Bound for output alone: what lies in its buffers before the call means nothing.
bool Statement::is_output_only(SQLSMALLINT number) const {
    return number <= ipd_->count() &&
           std::as_const(*ipd_).record(number).parameter_type == SQL_PARAM_OUTPUT;
}

SQLRETURN Statement::read_marker(const ProcedureColumn& parameter, SQLSMALLINT number,
                                 ProcedureValue& out) {
    if (is_output_only(number)) return SQL_SUCCESS;
    if (source_of(number, 0).indicator == SQL_DEFAULT_PARAM) {
        if (!parameter.default_value.empty()) return SQL_SUCCESS;
        return bad_parameter(number, 0, SqlState::s07S01,
                             fmt::format("{} has no default", parameter.name));
    }
    const auto converted = append_parameter(number, 0, *parameters_);
    if (!SQL_SUCCEEDED(converted)) return converted;
    const auto& value = parameters_->values.back();
    out = text_of(value);
    if (value.is_null() || (out && is_acceptable(parameter, *out))) return converted;
    return bad_parameter(number, 0, SqlState::s22018,
                         fmt::format("not a value for {}", parameter.name));
}

/// What the procedure is given: the literals, and the values bound to the markers.
SQLRETURN Statement::read_arguments(std::vector<ProcedureValue>& out) {
    const auto& procedure = *call_.procedure;
    SQLRETURN result = SQL_SUCCESS;
    for (std::size_t i = 0; i < call_.arguments.size(); ++i) {
        const auto& parameter = procedure.parameters[i];
        const auto& argument = call_.arguments[i];
        auto& value = out.emplace_back(argument.literal);
        if (!parameter.is_input()) continue;
        if (argument.marker != 0) {
            const auto number = static_cast<SQLSMALLINT>(argument.marker);
            result = worse(result, read_marker(parameter, number, value));
            if (!SQL_SUCCEEDED(result)) return result;
        } else if (value && !is_acceptable(parameter, *value)) {
            return post(SqlState::s22018, fmt::format("\"{}\" is not a value for {}",
                                                      printable(*value), parameter.name));
        }
        if (!value && parameter.default_value.empty()) {
            return post(missing_argument(procedure, parameter), ErrorContext::statement);
        }
    }
    return result;
}

/// Into the application's buffer; a value that the procedure does not give is NULL.
SQLRETURN Statement::deliver_output(SQLSMALLINT number, const SqlType& type,
                                    const ProcedureValue& value) {
    const auto& bound = std::as_const(*apd_).record(number);
    if (!bound.is_bound()) return SQL_SUCCESS;
    const SQLLEN offset = apd_->bind_offset_ptr == nullptr ? 0 : *apd_->bind_offset_ptr;
    CTarget target;
    target.c_type =
        bound.concise_type == SQL_C_DEFAULT ? default_c_type(type.concise) : bound.concise_type;
    target.data = moved(bound.data_ptr, offset);
    target.capacity = bound.octet_length;
    target.octet_length = moved(bound.octet_length_ptr, offset);
    target.indicator = moved(bound.indicator_ptr, offset);
    target.precision = bound.precision;
    target.scale = bound.scale;
    const auto given = value ? wire::Value::text(*value) : wire::Value::null();
    const auto state = to_c(given, type, target).state;
    if (state == SqlState::s00000) return SQL_SUCCESS;
    return bad_parameter(number, 0, state, entry(state).text);
}

SQLRETURN Statement::deliver_outputs(const std::vector<ProcedureValue>& outputs) {
    const auto described = procedure_parameters(*call_.procedure, connection_.settings().types);
    SQLRETURN result = SQL_SUCCESS;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto number = static_cast<SQLSMALLINT>(call_.arguments[i].marker);
        if (number == 0) continue;
        if (std::as_const(*ipd_).record(number).parameter_type == SQL_PARAM_INPUT) continue;
        result = worse(result, deliver_output(number, described[i].type, outputs[i]));
    }
    return result;
}

SQLRETURN Statement::run_procedure() {
    parameters_->clear();
    std::vector<ProcedureValue> arguments;
    const auto read = read_arguments(arguments);
    if (!SQL_SUCCEEDED(read)) return read;
    auto options = connection_.settings().client;
    const auto limit = call_options().timeout;
    if (limit.count() > 0 && (options.timeout.count() == 0 || limit < options.timeout)) {
        options.timeout = limit;
    }
    auto answer = call_procedure(*call_.procedure, arguments, connection_, options);
    if (!answer) return failed(answer.error());
    executed_ = true;
    auto result = worse(read, deliver_outputs(answer->outputs));
    if (SQL_SUCCEEDED(result) && answer->rows != nullptr) {
        result = worse(result, open_cursor(std::move(answer->rows)));
    }
    return result;
}

}  // namespace dqlite::odbc
