// SQLPrepare, and what is known of a statement before it runs.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "driver/describe/projection.h"
#include "driver/handle/batch_result.h"
#include "driver/handle/busy_timeout.h"
#include "driver/handle/data_at_execution.h"
#include "driver/handle/statement.h"
#include "driver/sql/escapes.h"
#include "driver/tables/connection_values.h"

namespace dqlite::odbc {
namespace {

client::Result<std::vector<client::Statement>> parse_single(const std::string& sql) {
    auto statement = client::parse_one_statement(sql);
    if (!statement) return client::fail(std::move(statement.error()));
    return std::vector{std::move(*statement)};
}

}  // namespace

SQLRETURN Statement::load_text(const std::string& sql) {
    if (cursor_is_open()) return post(SqlState::s24000);
    prepared_ = false;
    executed_ = false;
    row_count_ = -1;
    batch_.clear();
    results_.clear();
    ird_->describe({});

    std::string text = sql;
    if (!noscan_) {
        auto translated = translate_escapes(sql, connection_.escape_context());
        if (!translated) return post(translated.error(), ErrorContext::statement);
        if (translated->is_call) {
            return load_call(sql, translated->call);
        }
        text = std::move(translated->sql);
    }
    auto statements = connection_.settings().allow_multi_statements ? client::parse_batch(text)
                                                                    : parse_single(text);
    if (!statements) return post(statements.error(), ErrorContext::statement);
    for (const auto& statement : *statements) {
        if (!statement.writes || !connection_.read_only()) continue;
        return post(SqlState::s42000, "The connection is read-only: " +
                                          statement.sql.substr(0, statement.sql.find(' ')) +
                                          " is refused");
    }
    use(statements->front());
    if (statements->size() > 1) batch_ = std::move(*statements);
    prepared_ = true;
    return SQL_SUCCESS;
}

/// What the driver answers by itself.
void Statement::describe_local_answer() {
    description_ = {};
    description_.understood = true;
    if (calls_procedure()) {
        const auto& types = connection_.settings().types;
        description_.columns = procedure_result(*call_.procedure, types);
        const auto parameters = procedure_parameters(*call_.procedure, types);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            if (call_.arguments[i].marker == 0) continue;
            description_.parameters.push_back({parameters[i].type, parameters[i].nullable});
        }
    } else {
        description_.columns = {busy_timeout_column()};
    }
    description_.has_rows = !description_.columns.empty();
    described_ = true;
}

/// Makes it the statement that is described and run.
void Statement::use(const client::Statement& statement) {
    statement_ = statement;
    to_send_ = statement;
    described_ = false;
    description_ = {};
    keyed_.reset();
    current_of_ = current_of(statement);
    local_answer_ = busy_timeout_pragma(statement_) ? LocalAnswer::busy_timeout : LocalAnswer::none;
}

SQLRETURN Statement::prepare(const std::string& sql) {
    direct_ = false;
    if (const auto r = load_text(sql); !SQL_SUCCEEDED(r)) return r;
    return check_current_of();
}

void Statement::set_text_to_send(const std::string& sql) {
    to_send_ = statement_;
    if (!sql.empty()) to_send_.sql = sql;
}

std::optional<client::Error> Statement::refresh_mirror() {
    auto refreshed = connection_.describer().refresh(connection_.session());
    // The mirror advises: what the server holds against its questions is no reason to refuse the
    // statement. A lost connection or transaction is.
    if (refreshed || refreshed.error().kind == client::ErrorKind::server) return std::nullopt;
    return refreshed.error();
}

void Statement::describe_from_mirror() {
    description_ = connection_.describer().describe(statement_);
    set_text_to_send(description_.sql);
    described_ = true;
}

/// The mirror could not prepare it: the server is asked for the columns' names and number, and
/// the projection made from that.
std::optional<client::Error> Statement::describe_by_probe(wire::Parameters parameters) {
    auto probe = statement_;
    probe.sql = limit0_probe(statement_);
    auto rows = connection_.session().query(probe, parameters, call_options());
    if (!rows) return rows.error();
    // It has no row. Names too long for a server make it an answer without an end.
    if ((*rows)->next() == client::RowStream::Step::failed) return (*rows)->error();
    const auto names = (*rows)->column_names();
    description_.columns.clear();
    for (const auto& name : names) {
        ColumnDescription column;
        column.name = name;
        column.type = long_text_type(connection_.settings().types);
        column.inferred = true;
        description_.columns.push_back(std::move(column));
    }
    const auto projected = project(statement_, names.size());
    if (projected.empty()) description_.refusal = too_many_columns(names.size());
    set_text_to_send(projected);
    return std::nullopt;
}

/// Describes as well as can be without running it. `fresh`: look at the schema's version first.
std::optional<client::Error> Statement::describe(bool fresh, wire::Parameters parameters) {
    auto& describer = connection_.describer();
    const bool can_be_probed =
        statement_.verb == client::Verb::select || statement_.verb == client::Verb::values;
    if (fresh || !describer.current()) {
        if (auto error = refresh_mirror()) return error;
        fresh = true;
    }
    describe_from_mirror();
    if (description_.understood || !statement_.returns_rows) return std::nullopt;
    if (!fresh) {  // another connection's DDL is the likely reason
        if (auto error = refresh_mirror()) return error;
        describe_from_mirror();
    }
    if (description_.understood || !can_be_probed) return std::nullopt;
    described_ = false;
    if (auto error = describe_by_probe(parameters)) return error;
    described_ = true;
    return std::nullopt;
}

SQLRETURN Statement::ensure_described() {
    if (!prepared_) return post(SqlState::sHY010);
    if (described_) return SQL_SUCCESS;
    if (local_answer_ != LocalAnswer::none) {
        describe_local_answer();
    } else {
        const std::vector<wire::Value> nulls(statement_.parameters);
        if (auto error = describe(true, nulls)) {
            // Applications do without a description (pyodbc does), and would go on as if the
            // transaction were still there.
            connection_.session().tell_again(*error);
            return failed(*error);
        }
    }
    describe_result();
    return SQL_SUCCESS;
}

// ------------------------------------------------------------------------------------- columns

SQLRETURN Statement::column_count(SQLSMALLINT* count) {
    if (prepared_ && !statement_.returns_rows) {
        // Applications ask this after every statement: it must not cost a round trip.
        if (count != nullptr) *count = 0;
        return SQL_SUCCESS;
    }
    if (const auto r = ensure_described(); !SQL_SUCCEEDED(r)) return r;
    if (count != nullptr) *count = ird_->count();
    return SQL_SUCCESS;
}

const ColumnDescription* Statement::column(SQLUSMALLINT number) {
    const auto none = [this](SqlState why) {
        post(why);
        return nullptr;
    };
    if (prepared_ && !statement_.returns_rows) return none(SqlState::s07005);
    if (!SQL_SUCCEEDED(ensure_described())) return nullptr;
    if (ird_->count() == 0) return none(SqlState::s07005);
    const bool there = number == 0 ? uses_bookmarks() : number <= ird_->count();
    if (!there) return none(SqlState::s07009);
    return &ird_->record(static_cast<SQLSMALLINT>(number)).column;
}

SQLRETURN Statement::column_attribute(SQLUSMALLINT number, SQLUSMALLINT field,
                                      Descriptor::FieldValue& out) {
    out = {};
    if (field == SQL_DESC_COUNT || field == SQL_COLUMN_COUNT) {
        SQLSMALLINT count = 0;
        const auto counted = column_count(&count);
        out.type = FieldType::i16;
        out.number = count;
        return counted;
    }
    const ColumnDescription* const described = column(number);
    if (described == nullptr) return SQL_ERROR;
    const auto id = static_cast<SQLSMALLINT>(field);
    if (!column_field(*described, id, out)) return post(SqlState::sHY091);
    const auto* const known = find_descriptor_field(id);
    const bool is_text =
        id == SQL_COLUMN_NAME || (known != nullptr && known->type == FieldType::text);
    out.type = is_text ? FieldType::text : FieldType::len;
    return SQL_SUCCESS;
}

// ---------------------------------------------------------------------------------- parameters

SQLRETURN Statement::parameter_count(SQLSMALLINT* count) {
    if (!prepared_) return post(SqlState::sHY010);
    if (count != nullptr) *count = static_cast<SQLSMALLINT>(parameters_wanted());
    return SQL_SUCCESS;
}

SQLRETURN Statement::describe_parameter(SQLUSMALLINT number, SQLSMALLINT* type, SQLULEN* size,
                                        SQLSMALLINT* digits, SQLSMALLINT* nullable) {
    if (!prepared_) return post(SqlState::sHY010);
    if (number == 0 || number > parameters_wanted()) return post(SqlState::s07009);
    if (const auto r = ensure_described(); !SQL_SUCCEEDED(r)) return r;
    ParameterDescription described;
    described.type = long_text_type(connection_.settings().types);
    const auto known = batch_.empty() ? description_.parameters : batch_parameters();
    if (number <= known.size()) described = known[number - 1U];
    if (type != nullptr) *type = described.type.concise;
    if (size != nullptr) *size = described.type.column_size;
    if (digits != nullptr) *digits = described.type.decimal_digits;
    if (nullable != nullptr) *nullable = described.nullable;
    return SQL_SUCCESS;
}

}  // namespace dqlite::odbc
