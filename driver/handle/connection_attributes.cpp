// Connection attributes: what exists and how it is treated is the table in
// driver/tables/attributes.h; here is what getting and setting each one does.
#include <algorithm>
#include <cstdint>

#include "driver/handle/connection.h"
#include "driver/handle/environment.h"
#include "driver/handle/pointers.h"
#include "driver/handle/statement.h"
#include "driver/tables/attributes.h"

namespace dqlite::odbc {
namespace {

SQLULEN whole_seconds(client::milliseconds time) noexcept {
    return static_cast<SQLULEN>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

}  // namespace

bool Connection::attribute_is_text(SQLINTEGER id) noexcept {
    const auto* const attribute = find_attribute(HandleKind::connection, id);
    return attribute != nullptr && attribute->type == AttributeType::text;
}

SQLRETURN Connection::get_attribute(SQLINTEGER id, AttributeValue& out) {
    const auto* const attribute = find_attribute(HandleKind::connection, id);
    if (attribute == nullptr) return post(SqlState::sHY092);
    if (attribute->rule == AttributeRule::unsupported) return post(SqlState::sHYC00);
    if (id == SQL_ATTR_RESET_CONNECTION) return post(SqlState::sHY092);  // it is only set
    out = {};
    out.is_u32 = attribute->type == AttributeType::u32;
    switch (id) {
        case SQL_ATTR_AUTOCOMMIT:
            out.number = autocommit_ ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF;
            return SQL_SUCCESS;
        case SQL_ATTR_ACCESS_MODE:
            out.number = read_only() ? SQL_MODE_READ_ONLY : SQL_MODE_READ_WRITE;
            return SQL_SUCCESS;
        case SQL_ATTR_CONNECTION_DEAD:
            out.number = connected() && session_->alive() ? SQL_CD_FALSE : SQL_CD_TRUE;
            return SQL_SUCCESS;
        case SQL_ATTR_CURRENT_CATALOG:
            if (!connected()) return post(SqlState::s08003);
            out.text = settings_.client.database;
            return SQL_SUCCESS;
        case SQL_ATTR_LOGIN_TIMEOUT:
            out.number = login_timeout_.value_or(whole_seconds(settings_.client.login_timeout));
            return SQL_SUCCESS;
        case SQL_ATTR_CONNECTION_TIMEOUT:
            out.number = connection_timeout_.value_or(whole_seconds(settings_.client.timeout));
            return SQL_SUCCESS;
        case SQL_ATTR_METADATA_ID:
            out.number = metadata_id_ ? SQL_TRUE : SQL_FALSE;
            return SQL_SUCCESS;
        case SQL_ATTR_ASYNC_ENABLE:
            out.number = statements_asynchronous_ ? SQL_ASYNC_ENABLE_ON : SQL_ASYNC_ENABLE_OFF;
            return SQL_SUCCESS;
        case SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE:
            out.number =
                asynchronous_.enabled() ? SQL_ASYNC_DBC_ENABLE_ON : SQL_ASYNC_DBC_ENABLE_OFF;
            return SQL_SUCCESS;
        case SQL_ATTR_PACKET_SIZE:
            out.number = packet_size_;
            return SQL_SUCCESS;
        case SQL_ATTR_QUIET_MODE:
            out.pointer = quiet_mode_;
            return SQL_SUCCESS;
        default:
            if (attribute->type == AttributeType::text) out.text.emplace();
            out.number = attribute->default_value;
            return SQL_SUCCESS;
    }
}

SQLRETURN Connection::set_attribute(SQLINTEGER id, SQLPOINTER value,
                                    const std::optional<std::string>&) {
    const auto* const attribute = find_attribute(HandleKind::connection, id);
    if (attribute == nullptr || attribute->rule == AttributeRule::read_only) {
        return post(SqlState::sHY092);
    }
    if (attribute->rule == AttributeRule::unsupported) return post(SqlState::sHYC00);
    if (connected() ? !attribute->after_connect : !attribute->before_connect) {
        return connected() ? post(SqlState::sHY011) : post(SqlState::s08003);
    }
    const auto number = number_of(value);
    switch (id) {
        case SQL_ATTR_AUTOCOMMIT:
            if (number > SQL_AUTOCOMMIT_ON) return post(SqlState::sHY024);
            return set_autocommit(number == SQL_AUTOCOMMIT_ON);
        case SQL_ATTR_ACCESS_MODE:
            return set_access_mode(number);
        case SQL_ATTR_TXN_ISOLATION:
            if (in_transaction()) return post(SqlState::sHY011);
            if (number == SQL_TXN_SERIALIZABLE) return SQL_SUCCESS;
            if (number == SQL_TXN_READ_UNCOMMITTED || number == SQL_TXN_READ_COMMITTED ||
                number == SQL_TXN_REPEATABLE_READ) {
                return post(SqlState::s01S02, "dqlite transactions are SERIALIZABLE, always");
            }
            return post(SqlState::sHY024);
        case SQL_ATTR_RESET_CONNECTION:
            return number == SQL_RESET_CONNECTION_YES ? reset() : post(SqlState::sHY024);
        case SQL_ATTR_LOGIN_TIMEOUT:
            login_timeout_ = number;
            return SQL_SUCCESS;
        case SQL_ATTR_CONNECTION_TIMEOUT:
            connection_timeout_ = number;
            if (connected()) session_->set_timeout(std::chrono::seconds{number});
            return SQL_SUCCESS;
        case SQL_ATTR_METADATA_ID:
            if (number > SQL_TRUE) return post(SqlState::sHY024);
            metadata_id_ = number == SQL_TRUE;
            return SQL_SUCCESS;
        case SQL_ATTR_ASYNC_ENABLE:
            return set_statements_asynchronous(number);
        case SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE:
            if (number > SQL_ASYNC_DBC_ENABLE_ON) return post(SqlState::sHY024);
            asynchronous_.enable(number == SQL_ASYNC_DBC_ENABLE_ON);
            return SQL_SUCCESS;
        case SQL_ATTR_PACKET_SIZE:
            packet_size_ = number;
            return SQL_SUCCESS;
        case SQL_ATTR_QUIET_MODE:
            quiet_mode_ = value;
            return SQL_SUCCESS;
        default:
            break;
    }
    if (number == attribute->default_value) return SQL_SUCCESS;
    switch (attribute->rule) {
        case AttributeRule::stored:
            return SQL_SUCCESS;
        case AttributeRule::substituted:
            return post(SqlState::s01S02);
        default:
            return post(SqlState::sHYC00);
    }
}

/// As it was after connecting, for its next user: nothing open, nothing set, nothing left in the
/// session.
SQLRETURN Connection::reset() {
    for (const auto& statement : statements_) statement->reset();
    bool fresh = !session_->alive();
    if (in_transaction() && !SQL_SUCCEEDED(end_transaction(SQL_ROLLBACK))) {
        diagnostics().clear();
        fresh = true;
    }
    autocommit_ = true;
    metadata_id_ = false;
    ddl_in_transaction_ = false;
    read_only_mode_ = false;
    statements_asynchronous_ = false;
    connection_timeout_.reset();
    last_insert_rowid_ = 0;
    // The old session stays until there is a new one: its statements need one, if a dead one.
    if (fresh || session_->has_own_state()) return open_session();
    session_->set_timeout(settings_.client.timeout);
    session_->set_busy_timeout(settings_.client.busy_timeout);
    return SQL_SUCCESS;
}

SQLRETURN Connection::set_statements_asynchronous(SQLULEN value) {
    if (value > SQL_ASYNC_ENABLE_ON) return post(SqlState::sHY024);
    const bool on = value == SQL_ASYNC_ENABLE_ON;
    const bool active =
        std::any_of(statements_.begin(), statements_.end(),
                    [](const auto& statement) { return statement->cursor_is_open(); });
    if (on && active) return post(SqlState::sHY011, "A cursor is open on the connection");
    // On is for statements to come, off for all.
    statements_asynchronous_ = on;
    if (on) return SQL_SUCCESS;
    for (const auto& statement : statements_) statement->asynchronous().enable(false);
    return SQL_SUCCESS;
}

SQLRETURN Connection::set_autocommit(bool on) {
    // Switching to autocommit commits what is open (SQLSetConnectAttr's page).
    if (on && !autocommit_ && in_transaction()) {
        if (const auto r = end_transaction(SQL_COMMIT); !SQL_SUCCEEDED(r)) return r;
    }
    autocommit_ = on;
    return SQL_SUCCESS;
}

SQLRETURN Connection::set_access_mode(SQLULEN mode) {
    if (mode != SQL_MODE_READ_ONLY && mode != SQL_MODE_READ_WRITE) return post(SqlState::sHY024);
    const bool wanted = mode == SQL_MODE_READ_ONLY;
    // The data source's ReadOnly is not to be argued away by an application.
    if (connected() && settings_.client.read_only && !wanted) {
        return post(SqlState::s01S02, "The data source is read-only (ReadOnly=1)");
    }
    read_only_mode_ = wanted;
    return SQL_SUCCESS;
}

}  // namespace dqlite::odbc
