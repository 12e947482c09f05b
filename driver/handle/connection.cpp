#include "driver/handle/connection.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <odbcinst.h>

#include "client/sql_lexer.h"
#include "driver/handle/descriptor.h"
#include "driver/handle/environment.h"
#include "driver/handle/logging.h"
#include "driver/handle/scalar_masks.h"
#include "driver/handle/statement.h"
#include "driver/sql/escapes.h"

namespace dqlite::odbc {
namespace {

constexpr const char* default_server = "127.0.0.1:9001";

std::string value_of(const KeyValues& pairs, std::string_view name) {
    for (const auto& [key, value] : pairs) {
        if (client::same_word(key, name)) return value;
    }
    return {};
}

/// What names a cluster and database within the process: connections that agree on it share what
/// was learnt of the schema.
std::string cluster_key(const client::Options& options) {
    auto servers = options.servers;
    std::sort(servers.begin(), servers.end());
    return fmt::format("{}\n{}\n{}", fmt::join(servers, ","), options.node_store, options.database);
}

/// A value of odbc.ini, of any length.
std::string profile_string(const std::string& section, const char* key) {
    std::string buffer(1024, '\0');
    for (;;) {
        const int size = SQLGetPrivateProfileString(section.c_str(), key, "", buffer.data(),
                                                    static_cast<int>(buffer.size()), "odbc.ini");
        if (size < 0) return {};
        if (static_cast<std::size_t>(size) + 2 < buffer.size()) {
            buffer.resize(static_cast<std::size_t>(size));
            return buffer;
        }
        buffer.resize(buffer.size() * 4);
    }
}

}  // namespace

Connection::Connection(std::shared_ptr<Environment> environment)
    : Handle{Kind::connection}, environment_{std::move(environment)} {}

Connection::~Connection() {
    close_session();
}

bool Connection::odbc2() const noexcept {
    return environment_->is_odbc2();
}

// --------------------------------------------------------------------------------- connecting

void Connection::load_dsn(const std::string& dsn, KeyValues& pairs) const {
    const auto keys = profile_string(dsn, nullptr);  // names, each ended by NUL
    std::string_view rest{keys};
    while (!rest.empty()) {
        const auto end = rest.find('\0');
        const std::string key{rest.substr(0, end)};
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (!key.empty()) pairs.emplace_back(key, profile_string(dsn, key.c_str()));
    }
}

SQLRETURN Connection::connect(const std::optional<std::string>& dsn,
                              const std::optional<std::string>& uid,
                              const std::optional<std::string>& pwd) {
    KeyValues pairs;
    if (dsn) pairs.emplace_back("DSN", *dsn);
    if (uid && !uid->empty()) pairs.emplace_back("UID", *uid);
    if (pwd && !pwd->empty()) pairs.emplace_back("PWD", *pwd);
    return driver_connect(format_connection_string(pairs), SQL_DRIVER_NOPROMPT);
}

SQLRETURN Connection::driver_connect(const std::string& text, SQLUSMALLINT completion) {
    if (connected()) return post(SqlState::s08002);
    if (completion > SQL_DRIVER_COMPLETE_REQUIRED) return post(SqlState::sHY110);
    if (completion == SQL_DRIVER_PROMPT) {
        return post(SqlState::sIM008, "This driver has no dialog: give the connection string");
    }
    const auto given = parse_connection_string(text);
    if (!given) {
        return post(SqlState::s08001,
                    "The connection string is malformed: key=value;… with {…} around values that "
                    "hold ';' is expected");
    }
    return connect_by(*given);
}

SQLRETURN Connection::connect_by(const KeyValues& given) {
    auto pairs = given;
    // DRIVER and DSN exclude each other: the one that comes first counts.
    const auto dsn = value_of(pairs, "DSN");
    if (!dsn.empty()) load_dsn(dsn, pairs);
    settings_ = {};
    std::vector<std::string> complaints;
    apply(pairs, settings_, complaints);
    if (settings_.client.servers.empty() && settings_.client.node_store.empty()) {
        settings_.client.servers.emplace_back(default_server);
    }
    if (auto complaint = start_log(settings_); !complaint.empty()) {
        complaints.push_back(std::move(complaint));
    }
    SQLRETURN result = SQL_SUCCESS;
    for (auto& complaint : complaints) {
        result = worse(result, post(SqlState::s01S00, std::move(complaint)));
    }
    completed_ = format_connection_string(given);
    return worse(open_session(), result);
}

SQLRETURN Connection::open_session() {
    auto options = settings_.client;
    if (login_timeout_) options.login_timeout = std::chrono::seconds{*login_timeout_};
    if (connection_timeout_) options.timeout = std::chrono::seconds{*connection_timeout_};
    auto session = client::Session::make(std::move(options));
    if (!session) return post(session.error(), ErrorContext::connect);
    (*session)->watch(watched_);
    {
        const AlsoWaiting opening{*this, [&] { (*session)->wake(); }};
        const auto opened = (*session)->open();
        if (!opened) return post(opened.error(), ErrorContext::connect);
    }
    describer_ = std::make_unique<Describer>(cluster_key(settings_.client), settings_.types);
    // The session before it, if any, is destroyed outside the lock: it may talk.
    const std::lock_guard guard{session_lock_};
    session_.swap(*session);
    return SQL_SUCCESS;
}

SQLRETURN Connection::disconnect() {
    if (browsed_) {
        browsed_.reset();
        return SQL_SUCCESS;
    }
    if (!connected()) return post(SqlState::s08003);
    // A transaction of the application's own BEGIN, in autocommit mode, is rolled back silently,
    // as the server does when a client goes away.
    if (!autocommit_ && in_transaction() && session_->alive()) {
        return post(SqlState::s25000,
                    "A transaction is open: end it with SQLEndTran before disconnecting");
    }
    for (const auto& statement : std::exchange(statements_, {})) statement->release();
    for (const auto& descriptor : std::exchange(descriptors_, {})) descriptor->retire();
    close_session();
    return SQL_SUCCESS;
}

void Connection::close_session() noexcept {
    describer_.reset();
    std::unique_ptr<client::Session> last;  // destroyed outside the lock: it may talk
    const std::lock_guard guard{session_lock_};
    last = std::move(session_);
}

// ---------------------------------------------------------------- cancelling, asynchronous calls

void Connection::watch(const client::Cancellable* call) noexcept {
    watched_ = call;
    if (session_ != nullptr) session_->watch(call);
}

void Connection::set_wake(std::function<void()> wake) {
    const std::lock_guard guard{session_lock_};
    also_wake_ = std::move(wake);
}

bool Connection::cancel(Handle& handle) noexcept {
    if (!handle.cancellable().cancel()) return false;
    const std::lock_guard guard{session_lock_};
    if (session_ != nullptr) session_->wake();
    if (also_wake_) also_wake_();
    return true;
}

// Found by trying unixODBC 2.3.11 (tests/driver/live/asynchronous_*_test.cpp). It takes
// SQL_STILL_EXECUTING for a failure to connect, and unloads the driver. Of most statement functions
// it goes on thinking they execute when they are done (SQLFetch: with SQL_NO_DATA or SQL_ERROR;
// SQLParamData: with SQL_ERROR), and lets nothing but them through for ever.
bool Connection::may_run_asynchronously(SQLUSMALLINT function) const noexcept {
    if (!environment_->under_driver_manager()) return true;
    switch (function) {
        case SQL_API_SQLCONNECT:
        case SQL_API_SQLDRIVERCONNECT:
        case SQL_API_SQLBROWSECONNECT:
        case SQL_API_SQLNUMRESULTCOLS:
        case SQL_API_SQLDESCRIBECOL:
        case SQL_API_SQLCOLATTRIBUTE:
        case SQL_API_SQLDESCRIBEPARAM:
        case SQL_API_SQLFETCH:
        case SQL_API_SQLFETCHSCROLL:
        case SQL_API_SQLEXTENDEDFETCH:
        case SQL_API_SQLSETPOS:
        case SQL_API_SQLBULKOPERATIONS:
        case SQL_API_SQLMORERESULTS:
        case SQL_API_SQLPARAMDATA:
            return false;
        default:
            return true;
    }
}

// The lists are those of the Reference's page on the polling method.
bool Connection::disturbs(SQLUSMALLINT function) const noexcept {
    const bool here = asynchronous_.executing();
    if (!here && executing_statements_.load(std::memory_order_relaxed) == 0) return false;
    switch (function) {
        case SQL_API_SQLGETCONNECTATTR:
        case SQL_API_SQLGETINFO:
        case SQL_API_SQLGETFUNCTIONS:
            return false;
        case SQL_API_SQLALLOCHANDLE:
        case SQL_API_SQLNATIVESQL:
            return here;
        default:
            return true;
    }
}

// -------------------------------------------------------------------------------- transactions

bool Connection::in_transaction() const noexcept {
    return session_ != nullptr && session_->transaction() != client::TransactionState::none;
}

SQLRETURN Connection::end_transaction(SQLSMALLINT completion) {
    if (completion != SQL_COMMIT && completion != SQL_ROLLBACK) return post(SqlState::sHY012);
    if (!connected()) return post(SqlState::s08003);
    const auto ended = completion == SQL_COMMIT ? session_->commit() : session_->rollback();
    const bool undone = completion == SQL_ROLLBACK || !ended;
    if (std::exchange(ddl_in_transaction_, false) && undone) describer_->invalidate();
    if (!ended) return post(ended.error(), ErrorContext::end_transaction);
    return SQL_SUCCESS;
}

void Connection::note_ddl() noexcept {
    ddl_in_transaction_ = in_transaction();
    describer_->invalidate();
}

void Connection::note_rollback() noexcept {
    if (ddl_in_transaction_) describer_->invalidate();
    ddl_in_transaction_ = in_transaction();
}

std::optional<client::BeginMode> Connection::begin_mode_for(
    const client::Statement& statement) const noexcept {
    // The application's own BEGIN is the transaction's BEGIN, not a second one.
    if (autocommit_ || in_transaction() || !statement.in_transaction_ok ||
        statement.effect != client::TransactionEffect::none) {
        return std::nullopt;
    }
    return settings_.client.begin_mode;
}

// ------------------------------------------------------------------------------------ children

SQLRETURN Connection::allocate_statement(SQLHANDLE* out) {
    if (out == nullptr) return post(SqlState::sHY009);
    *out = SQL_NULL_HSTMT;
    if (!connected()) return post(SqlState::s08003);
    auto statement =
        make_handle<Statement>(std::static_pointer_cast<Connection>(shared_from_this()));
    statement->create_descriptors();
    *out = statement->odbc_handle();
    statements_.push_back(std::move(statement));
    return SQL_SUCCESS;
}

SQLRETURN Connection::allocate_descriptor(SQLHANDLE* out) {
    if (out == nullptr) return post(SqlState::sHY009);
    *out = SQL_NULL_HDESC;
    if (!connected()) return post(SqlState::s08003);
    // An explicit descriptor becomes an ARD or APD when a statement takes it; both have the same
    // fields, so one role serves.
    auto descriptor = make_handle<Descriptor>(
        std::static_pointer_cast<Connection>(shared_from_this()), DescriptorKind::ard, false);
    *out = descriptor->odbc_handle();
    descriptors_.push_back(std::move(descriptor));
    return SQL_SUCCESS;
}

void Connection::forget(const Statement& statement) noexcept {
    std::erase_if(statements_, [&](const auto& known) { return known.get() == &statement; });
}

void Connection::forget(const Descriptor& descriptor) noexcept {
    for (const auto& statement : statements_) statement->descriptor_freed(descriptor);
    std::erase_if(descriptors_, [&](const auto& known) { return known.get() == &descriptor; });
}

std::string Connection::new_cursor_name() {
    for (;;) {
        auto name = fmt::format("SQL_CUR{}", next_cursor_++);
        const bool taken =
            std::any_of(statements_.begin(), statements_.end(),
                        [&](const auto& other) { return other->has_cursor_name(name); });
        if (!taken) return name;
    }
}

bool Connection::has_cursor_named(std::string_view name, const Statement& except) const {
    return std::any_of(statements_.begin(), statements_.end(), [&](const auto& other) {
        return other.get() != &except && other->has_cursor_name(name);
    });
}

// --------------------------------------------------------------------------------- information

InfoContext Connection::info_context() {
    InfoContext context;
    context.data_source_name = settings_.dsn;
    context.database_name = settings_.client.database;
    context.dbms_name = settings_.dbms_name;
    context.user_name = settings_.uid;
    context.read_only = read_only();
    context.hide_schemas = settings_.hide_schemas;
    context.allow_admin = settings_.allow_admin;
    context.multi_statements = settings_.allow_multi_statements;
    context.functions = scalar_masks();
    if (connected()) context.server_name = session_->leader_address();
    return context;
}

SQLRETURN Connection::get_info(SQLUSMALLINT type, InfoValue& out) {
    auto context = info_context();
    if (info_needs_connection(type)) {
        if (!connected()) return post(SqlState::s08003);
        const client::Cancellable::Running running{cancellable()};
        const Waiting waiting{*this, *this};
        const auto traits = session_->traits();
        if (!traits) return post(traits.error(), ErrorContext::statement);
        context.sqlite_version = traits->sqlite_version;
    }
    auto value = info_value(type, context);
    if (!value) return post(SqlState::sHY096);
    out = std::move(*value);
    return SQL_SUCCESS;
}

EscapeContext Connection::escape_context() const {
    return {settings_.client.database, settings_.uid};
}

SQLRETURN Connection::native_sql(const std::string& sql, std::string& out) {
    if (!connected()) return post(SqlState::s08003);
    auto translated = translate_escapes(sql, escape_context());
    if (!translated) return post(translated.error(), ErrorContext::statement);
    if (translated->is_call) {
        out = sql;
    } else {
        out = std::move(translated->sql);
    }
    return SQL_SUCCESS;
}

}  // namespace dqlite::odbc
