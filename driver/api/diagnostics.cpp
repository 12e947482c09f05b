// SQLGetDiagRec and SQLGetDiagField: they read a handle's records and never change them.
#include <mutex>

#include "driver/api/call.h"
#include "driver/diag/diag_fields.h"
#include "driver/handle/connection.h"
#include "driver/handle/descriptor.h"
#include "driver/handle/environment.h"
#include "driver/handle/statement.h"

using namespace dqlite::odbc;

namespace {

std::shared_ptr<Handle> find_any(SQLSMALLINT type, SQLHANDLE handle) noexcept {
    switch (type) {
        case SQL_HANDLE_ENV:
            return registry::find(handle, Handle::Kind::environment);
        case SQL_HANDLE_DBC:
            return registry::find(handle, Handle::Kind::connection);
        case SQL_HANDLE_STMT:
            return registry::find(handle, Handle::Kind::statement);
        case SQL_HANDLE_DESC:
            return registry::find(handle, Handle::Kind::descriptor);
        default:
            return nullptr;
    }
}

SQLRETURN result_of(SqlState state) noexcept {
    if (state == SqlState::s00000) return SQL_SUCCESS;
    return is_warning(state) ? SQL_SUCCESS_WITH_INFO : SQL_ERROR;
}

template <typename Char>
SQLRETURN get_record(SQLSMALLINT type, SQLHANDLE raw, SQLSMALLINT number, Char* state,
                     SQLINTEGER* native, Char* text, SQLSMALLINT capacity, SQLSMALLINT* length) {
    const auto handle = find_any(type, raw);
    if (handle == nullptr) return SQL_INVALID_HANDLE;
    if (number < 1 || capacity < 0) return SQL_ERROR;
    try {
        const std::lock_guard guard{handle->lock()};
        const auto records = handle->diagnostics().records();
        if (static_cast<std::size_t>(number) > records.size()) return SQL_NO_DATA;
        const auto& record = records[static_cast<std::size_t>(number) - 1];
        if (native != nullptr) *native = record.native;
        if (state != nullptr) {
            SQLSMALLINT ignored = 0;
            (void)write_text(entry(record.state).code, state, SQL_SQLSTATE_SIZE + 1, &ignored,
                             LengthUnit::characters);
        }
        return result_of(
            write_text(Diagnostics::text(record), text, capacity, length, LengthUnit::characters));
    } catch (...) {  // no memory for the text: there is nowhere to say so
        return SQL_ERROR;
    }
}

/// Where the handle's errors come from, for SQL_DIAG_SERVER_NAME and SQL_DIAG_CONNECTION_NAME.
Connection* connection_of(Handle& handle) noexcept {
    switch (handle.kind()) {
        case Handle::Kind::connection:
            return static_cast<Connection*>(&handle);
        case Handle::Kind::statement:
            return &static_cast<Statement&>(handle).connection();
        case Handle::Kind::descriptor:
            return &static_cast<Descriptor&>(handle).connection();
        default:
            return nullptr;
    }
}

template <typename Char>
SQLRETURN get_field(SQLSMALLINT type, SQLHANDLE raw, SQLSMALLINT number, SQLSMALLINT field,
                    SQLPOINTER out, SQLSMALLINT capacity, SQLSMALLINT* length) {
    const auto handle = find_any(type, raw);
    if (handle == nullptr) return SQL_INVALID_HANDLE;
    try {
        const std::lock_guard guard{handle->lock()};
        auto* const connection = connection_of(*handle);
        DiagContext context;
        context.is_statement = handle->kind() == Handle::Kind::statement;
        if (connection != nullptr) {
            context.data_source = connection->settings().dsn;
            context.connected = connection->connected();
            if (context.connected) context.server = connection->session().leader_address();
        }
        DiagFieldValue value;
        const auto found = diag_field(handle->diagnostics(), number, field, context, value);
        if (found != SQL_SUCCESS) return found;
        if (!value.is_text) {
            if (out != nullptr) value.store(out);
            if (length != nullptr) *length = static_cast<SQLSMALLINT>(value.size());
            return SQL_SUCCESS;
        }
        if (capacity < 0) return SQL_ERROR;
        return result_of(
            write_text(value.text, static_cast<Char*>(out), capacity, length, LengthUnit::bytes));
    } catch (...) {
        return SQL_ERROR;
    }
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLGetDiagRec(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                SQLCHAR* state, SQLINTEGER* native, SQLCHAR* text,
                                SQLSMALLINT capacity, SQLSMALLINT* length) {
    return get_record(type, handle, number, state, native, text, capacity, length);
}

SQLRETURN SQL_API SQLGetDiagRecW(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                 SQLWCHAR* state, SQLINTEGER* native, SQLWCHAR* text,
                                 SQLSMALLINT capacity, SQLSMALLINT* length) {
    return get_record(type, handle, number, state, native, text, capacity, length);
}

SQLRETURN SQL_API SQLGetDiagField(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                  SQLSMALLINT field, SQLPOINTER out, SQLSMALLINT capacity,
                                  SQLSMALLINT* length) {
    return get_field<SQLCHAR>(type, handle, number, field, out, capacity, length);
}

SQLRETURN SQL_API SQLGetDiagFieldW(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,
                                   SQLSMALLINT field, SQLPOINTER out, SQLSMALLINT capacity,
                                   SQLSMALLINT* length) {
    return get_field<SQLWCHAR>(type, handle, number, field, out, capacity, length);
}

}  // extern "C"
