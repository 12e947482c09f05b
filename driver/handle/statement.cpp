#include "driver/handle/statement.h"

#include <utility>

#include "client/sql_lexer.h"
#include "driver/handle/batch_result.h"
#include "driver/handle/data_at_execution.h"
#include "driver/handle/parameter_set.h"

namespace dqlite::odbc {

Statement::Statement(std::shared_ptr<Connection> connection)
    : Handle{Kind::statement},
      kept_{std::move(connection)},
      connection_{*kept_},
      asynchronous_{&kept_->executing_statements()},
      parameters_{std::make_unique<ParameterValues>()},
      metadata_id_{kept_->metadata_id()} {
    asynchronous_.enable(kept_->statements_asynchronous());
}

Statement::~Statement() {
    retire_descriptors();  // for one that was never given out: its making failed
}

void Statement::retire_descriptors() noexcept {
    for (const auto* const own : {&own_ard_, &own_apd_, &ird_, &ipd_}) {
        if (*own == nullptr || (*own)->retired()) continue;
        (*own)->owner = nullptr;
        (*own)->retire();
    }
}

void Statement::create_descriptors() {
    own_ard_ = make_handle<Descriptor>(kept_, DescriptorKind::ard, true);
    own_apd_ = make_handle<Descriptor>(kept_, DescriptorKind::apd, true);
    ird_ = make_handle<Descriptor>(kept_, DescriptorKind::ird, true);
    ipd_ = make_handle<Descriptor>(kept_, DescriptorKind::ipd, true);
    ard_ = own_ard_;
    apd_ = own_apd_;
    ird_->owner = this;
    ipd_->owner = this;
}

bool Statement::accepts(SQLUSMALLINT function) const noexcept {
    if (data_at_execution_ == nullptr) return true;
    switch (function) {
        case SQL_API_SQLPARAMDATA:
        case SQL_API_SQLPUTDATA:
        case SQL_API_SQLCANCEL:
        case SQL_API_SQLGETFUNCTIONS:
        case SQL_API_SQLGETDIAGREC:
        case SQL_API_SQLGETDIAGFIELD:
            return true;
        default:
            return false;
    }
}

void Statement::descriptor_freed(const Descriptor& descriptor) noexcept {
    if (ard_.get() == &descriptor) ard_ = own_ard_;
    if (apd_.get() == &descriptor) apd_ = own_apd_;
}

void Statement::release() noexcept {
    retire_descriptors();
    retire();
    data_at_execution_.reset();
    results_.clear();
    cursor_.reset();
}

void Statement::reset() noexcept {
    data_at_execution_.reset();
    results_.clear();
    drop_cursor();
}

void Statement::drop_cursor() noexcept {
    cursor_.reset();
    partial_.reset();
    partial_column_ = 0;
    extended_fetch_used_ = false;
    fetch_used_ = false;
    extended_row_status_ = nullptr;
}

SQLRETURN Statement::close_cursor(bool complain) {
    if (complain && cursor_ == nullptr) return post(SqlState::s24000);
    drop_cursor();
    discard_results();
    return SQL_SUCCESS;
}

void Statement::unbind_columns() {
    ard_->unbind_all();
}

void Statement::reset_parameters() {
    apd_->unbind_all();
}

SQLRETURN Statement::row_count(SQLLEN* count) {
    if (!executed_) return post(SqlState::sHY010);
    if (count != nullptr) *count = row_count_;
    return SQL_SUCCESS;
}

// -------------------------------------------------------------------------------- cursor names

SQLRETURN Statement::set_cursor_name(const std::string& name) {
    if (cursor_is_open()) return post(SqlState::s24000);
    constexpr std::size_t longest = 128;
    const bool reserved = client::same_word(std::string_view{name}.substr(0, 6), "SQLCUR") ||
                          client::same_word(std::string_view{name}.substr(0, 7), "SQL_CUR");
    if (name.empty() || name.size() > longest || reserved) return post(SqlState::s34000);
    if (connection_.has_cursor_named(name, *this)) return post(SqlState::s3C000);
    cursor_name_ = name;
    return SQL_SUCCESS;
}

const std::string& Statement::cursor_name() {
    if (cursor_name_.empty()) cursor_name_ = connection_.new_cursor_name();
    return cursor_name_;
}

bool Statement::has_cursor_name(std::string_view name) const noexcept {
    return !cursor_name_.empty() && client::same_word(cursor_name_, name);
}

// ----------------------------------------------------------------------------------- catalogue

CatalogOptions Statement::catalog_options() const {
    CatalogOptions options;
    options.metadata_id = metadata_id_;
    options.hide_schemas = connection_.settings().hide_schemas;
    options.types = connection_.settings().types;
    options.odbc2 = connection_.odbc2();
    options.user = connection_.settings().uid;
    return options;
}

SQLRETURN Statement::run_catalog(const CatalogQuery& query) {
    if (cursor_is_open()) return post(SqlState::s24000);
    if (query.state != SqlState::s00000) {
        return query.message.empty() ? post(query.state) : post(query.state, query.message);
    }
    const auto send = [this](const std::string& sql, const std::vector<Argument>& arguments)
        -> client::Result<std::unique_ptr<client::RowStream>> {
        auto statement = client::parse_one_statement(sql);
        if (!statement) return client::fail(statement.error());
        // It names temp's schema to tell what is there now, whatever was there before.
        statement->needs_session_state = false;
        std::vector<wire::Value> parameters;
        parameters.reserve(arguments.size());
        for (const auto& argument : arguments) {
            parameters.push_back(argument ? wire::Value::text(*argument) : wire::Value::null());
        }
        // A look at the schema begins no transaction that somebody would have to end.
        auto options = call_options();
        options.begin.reset();
        return connection_.session().query(*statement, parameters, options);
    };
    auto rows = odbc::run(query, send);
    if (!rows) return failed(rows.error());
    prepared_ = true;
    executed_ = true;
    use({});
    statement_.returns_rows = true;
    description_ = {};
    description_.understood = true;
    description_.has_rows = true;
    description_.columns = query.columns;
    described_ = true;
    direct_ = true;
    return open_cursor(std::move(*rows));
}

}  // namespace dqlite::odbc
