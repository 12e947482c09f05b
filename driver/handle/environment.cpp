#include "driver/handle/environment.h"

#include <algorithm>

#include "driver/handle/connection.h"
#include "driver/tables/attributes.h"

namespace dqlite::odbc {

SQLRETURN Environment::get_attribute(SQLINTEGER id, SQLPOINTER value, SQLINTEGER* length) {
    const auto* const attribute = find_attribute(HandleKind::environment, id);
    if (attribute == nullptr) return post(SqlState::sHY092);
    if (attribute->rule == AttributeRule::unsupported) return post(SqlState::sHYC00);
    const auto number = id == SQL_ATTR_ODBC_VERSION
                            ? static_cast<SQLUINTEGER>(version_)
                            : static_cast<SQLUINTEGER>(attribute->default_value);
    if (value != nullptr) *static_cast<SQLUINTEGER*>(value) = number;
    if (length != nullptr) *length = sizeof(SQLUINTEGER);
    return SQL_SUCCESS;
}

SQLRETURN Environment::set_attribute(SQLINTEGER id, SQLPOINTER value) {
    const auto* const attribute = find_attribute(HandleKind::environment, id);
    if (attribute == nullptr) return post(SqlState::sHY092);
    const auto number = static_cast<SQLINTEGER>(reinterpret_cast<std::intptr_t>(value));
    if (id == SQL_ATTR_ODBC_VERSION) {
        if (!connections_.empty()) {
            return post(SqlState::sHY010,
                        "SQL_ATTR_ODBC_VERSION is set before connections are allocated");
        }
        if (number != SQL_OV_ODBC2 && number != SQL_OV_ODBC3 && number != SQL_OV_ODBC3_80) {
            return post(SqlState::sHY024, "SQL_ATTR_ODBC_VERSION is 2, 3 or 380");
        }
        version_ = number;
        return SQL_SUCCESS;
    }
    if (attribute->rule == AttributeRule::unsupported) return post(SqlState::sHYC00);
    if (attribute->rule == AttributeRule::read_only) return post(SqlState::sHY092);
    const auto same =
        static_cast<std::uint64_t>(static_cast<SQLUINTEGER>(number)) == attribute->default_value;
    return same ? SQLRETURN{SQL_SUCCESS} : post(SqlState::sHYC00);
}

SQLRETURN Environment::allocate_connection(SQLHANDLE* out) {
    if (out == nullptr) return post(SqlState::sHY009);
    *out = SQL_NULL_HDBC;
    if (version_ == 0) {
        return post(SqlState::sHY010, "SQL_ATTR_ODBC_VERSION has not been set");
    }
    auto connection =
        make_handle<Connection>(std::static_pointer_cast<Environment>(shared_from_this()));
    connections_.push_back(connection);
    *out = connection->odbc_handle();
    return SQL_SUCCESS;
}

void Environment::forget(const Connection& connection) noexcept {
    std::erase_if(connections_, [&](const auto& known) { return known.get() == &connection; });
}

SQLRETURN Environment::end_transaction(SQLSMALLINT completion) {
    if (completion != SQL_COMMIT && completion != SQL_ROLLBACK) return post(SqlState::sHY012);
    bool failed = false;
    for (const auto& connection : connections_) {
        if (connection->disturbs(SQL_API_SQLENDTRAN)) {
            failed = true;
            post(SqlState::sHY010, "A function is still executing asynchronously");
            continue;
        }
        const std::lock_guard guard{connection->lock()};
        connection->asynchronous().tell_no_more();
        connection->diagnostics().clear();
        if (!connection->connected()) continue;
        if (SQL_SUCCEEDED(connection->end_transaction(completion))) continue;
        failed = true;
        for (const auto& record : connection->diagnostics().records()) {
            auto copy = record;
            // On an environment one connection's unknown outcome leaves the whole in doubt.
            if (copy.state == SqlState::s08007) copy.state = SqlState::s25S01;
            if (copy.state == SqlState::s40001) copy.state = SqlState::s25S03;
            post(std::move(copy));
        }
    }
    return failed ? SQL_ERROR : SQL_SUCCESS;
}

}  // namespace dqlite::odbc
