// Allocating and freeing handles.
#include <dlfcn.h>
#include <string_view>

#include "driver/api/call.h"
#include "driver/handle/connection.h"
#include "driver/handle/descriptor.h"
#include "driver/handle/environment.h"
#include "driver/handle/statement.h"

using namespace dqlite::odbc;
using api::call;

namespace {

/// Whether a driver manager's code lies there.
bool is_driver_manager(const void* address) noexcept {
    Dl_info library{};
    if (dladdr(address, &library) == 0 || library.dli_fname == nullptr) return false;
    std::string_view name{library.dli_fname};
    name.remove_prefix(name.rfind('/') + 1);
    return name.starts_with("libodbc.so") || name.starts_with("libiodbc.so");
}

SQLRETURN allocate_environment(SQLHANDLE* out, const void* caller) noexcept {
    if (out == nullptr) return SQL_ERROR;
    try {
        *out = make_handle<Environment>(is_driver_manager(caller))->odbc_handle();
        return SQL_SUCCESS;
    } catch (...) {  // there is no handle to post on
        *out = SQL_NULL_HENV;
        return SQL_ERROR;
    }
}

SQLRETURN free_environment(SQLHANDLE handle) noexcept {
    return call<Environment>(SQL_API_SQLFREEHANDLE, handle, [](Environment& environment) {
        if (environment.has_connections()) {
            return environment.post(SqlState::sHY010, "Connections are still allocated");
        }
        environment.retire();
        return SQLRETURN{SQL_SUCCESS};
    });
}

SQLRETURN free_connection(SQLHANDLE handle) noexcept {
    std::shared_ptr<Handle> freed;
    const auto result =
        call<Connection>(SQL_API_SQLFREEHANDLE, handle, [&](Connection& connection) {
            if (connection.connected()) {
                return connection.post(SqlState::sHY010, "Disconnect first");
            }
            freed = connection.shared_from_this();
            connection.retire();
            return SQLRETURN{SQL_SUCCESS};
        });
    if (freed != nullptr) {
        // The environment is told without the connection's lock: it locks in the other order.
        const auto& connection = static_cast<const Connection&>(*freed);
        const std::lock_guard guard{connection.environment().lock()};
        connection.environment().forget(connection);
    }
    return result;
}

SQLRETURN free_statement(SQLHANDLE handle) noexcept {
    return call<Statement>(SQL_API_SQLFREEHANDLE, handle, [](Statement& statement) {
        statement.connection().forget(statement);
        statement.release();
        return SQLRETURN{SQL_SUCCESS};
    });
}

SQLRETURN free_descriptor(SQLHANDLE handle) noexcept {
    return call<Descriptor>(SQL_API_SQLFREEHANDLE, handle, [](Descriptor& descriptor) {
        if (descriptor.automatic()) return descriptor.post(SqlState::sHY017);
        descriptor.connection().forget(descriptor);
        descriptor.retire();
        return SQLRETURN{SQL_SUCCESS};
    });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLAllocHandle(SQLSMALLINT type, SQLHANDLE parent, SQLHANDLE* out) {
    switch (type) {
        case SQL_HANDLE_ENV:
            return allocate_environment(out, __builtin_return_address(0));
        case SQL_HANDLE_DBC:
            return call<Environment>(SQL_API_SQLALLOCHANDLE, parent, [&](Environment& environment) {
                return environment.allocate_connection(out);
            });
        case SQL_HANDLE_STMT:
            return call<Connection>(SQL_API_SQLALLOCHANDLE, parent, [&](Connection& connection) {
                return connection.allocate_statement(out);
            });
        case SQL_HANDLE_DESC:
            return call<Connection>(SQL_API_SQLALLOCHANDLE, parent, [&](Connection& connection) {
                return connection.allocate_descriptor(out);
            });
        default:
            return SQL_ERROR;
    }
}

SQLRETURN SQL_API SQLFreeHandle(SQLSMALLINT type, SQLHANDLE handle) {
    switch (type) {
        case SQL_HANDLE_ENV:
            return free_environment(handle);
        case SQL_HANDLE_DBC:
            return free_connection(handle);
        case SQL_HANDLE_STMT:
            return free_statement(handle);
        case SQL_HANDLE_DESC:
            return free_descriptor(handle);
        default:
            return SQL_INVALID_HANDLE;
    }
}

SQLRETURN SQL_API SQLFreeStmt(SQLHSTMT handle, SQLUSMALLINT option) {
    if (option == SQL_DROP) return free_statement(handle);
    return call<Statement>(SQL_API_SQLFREESTMT, handle, [&](Statement& statement) {
        switch (option) {
            case SQL_CLOSE:
                return statement.close_cursor(false);
            case SQL_UNBIND:
                statement.unbind_columns();
                return SQLRETURN{SQL_SUCCESS};
            case SQL_RESET_PARAMS:
                statement.reset_parameters();
                return SQLRETURN{SQL_SUCCESS};
            default:
                return statement.post(SqlState::sHY092);
        }
    });
}

}  // extern "C"
