// Preparing, executing, cancelling; parameters.
#include "driver/api/call.h"
#include "driver/api/described.h"
#include "driver/api/waiting.h"
#include "driver/handle/connection.h"
#include "driver/handle/statement.h"

using namespace dqlite::odbc;
using api::Arguments;
using api::call;
using api::call_described;
using api::call_waiting;
using Described = Statement::Described;

namespace {

template <typename Char>
SQLRETURN prepare(SQLHSTMT handle, const Char* text, SQLINTEGER length) {
    return call<Statement>(SQL_API_SQLPREPARE, handle, [&](Statement& statement) {
        std::string sql;
        if (!api::read_required(statement, text, length, sql)) return SQLRETURN{SQL_ERROR};
        return statement.prepare(sql);
    });
}

template <typename Char>
SQLRETURN execute_direct(SQLHSTMT handle, const Char* text, SQLINTEGER length) {
    return call_waiting<Statement>(SQL_API_SQLEXECDIRECT, handle, [&](Arguments& arguments) {
        return [sql = arguments.required(text, length)](Statement& statement) {
            return statement.execute_direct(sql);
        };
    });
}

/// Ends what the statement waits for in another thread, without any lock that thread holds; with
/// nothing running, it ends data-at-execution.
SQLRETURN cancel(SQLHSTMT handle) noexcept {
    const auto found = registry::find(handle, Handle::Kind::statement);
    if (found == nullptr) return SQL_INVALID_HANDLE;
    auto& statement = static_cast<Statement&>(*found);
    auto& connection = statement.connection();
    const bool executing = statement.asynchronous().executing();
    if (connection.asynchronous().executing()) return statement.asynchronous().refuse();
    if (executing) statement.asynchronous().clear_told();
    if (connection.cancel(statement) || executing) return SQL_SUCCESS;
    const std::unique_lock guard{statement.lock(), std::try_to_lock};
    // Another statement of the connection is at work: this one is not, so nothing is to cancel.
    if (!guard.owns_lock()) return SQL_SUCCESS;
    if (statement.retired()) return SQL_INVALID_HANDLE;
    return statement.cancel_need_data();
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLPrepare(SQLHSTMT handle, SQLCHAR* text, SQLINTEGER length) {
    return prepare(handle, text, length);
}

SQLRETURN SQL_API SQLPrepareW(SQLHSTMT handle, SQLWCHAR* text, SQLINTEGER length) {
    return prepare(handle, text, length);
}

SQLRETURN SQL_API SQLExecDirect(SQLHSTMT handle, SQLCHAR* text, SQLINTEGER length) {
    return execute_direct(handle, text, length);
}

SQLRETURN SQL_API SQLExecDirectW(SQLHSTMT handle, SQLWCHAR* text, SQLINTEGER length) {
    return execute_direct(handle, text, length);
}

SQLRETURN SQL_API SQLExecute(SQLHSTMT handle) {
    return call_waiting<Statement>(SQL_API_SQLEXECUTE, handle, [](Arguments&) {
        return [](Statement& statement) { return statement.execute(); };
    });
}

SQLRETURN SQL_API SQLMoreResults(SQLHSTMT handle) {
    return call_waiting<Statement>(SQL_API_SQLMORERESULTS, handle, [](Arguments&) {
        return [](Statement& statement) { return statement.more_results(); };
    });
}

SQLRETURN SQL_API SQLCancel(SQLHSTMT handle) {
    return cancel(handle);
}

SQLRETURN SQL_API SQLCancelHandle(SQLSMALLINT type, SQLHANDLE handle) {
    if (type == SQL_HANDLE_STMT) return cancel(handle);
    if (type != SQL_HANDLE_DBC) return SQL_INVALID_HANDLE;
    const auto found = registry::find(handle, Handle::Kind::connection);
    if (found == nullptr) return SQL_INVALID_HANDLE;
    auto& connection = static_cast<Connection&>(*found);
    if (connection.executing_statements() != 0) return connection.asynchronous().refuse();
    connection.cancel(connection);
    return SQL_SUCCESS;
}

SQLRETURN SQL_API SQLBindParameter(SQLHSTMT handle, SQLUSMALLINT number, SQLSMALLINT direction,
                                   SQLSMALLINT c_type, SQLSMALLINT sql_type, SQLULEN column_size,
                                   SQLSMALLINT digits, SQLPOINTER data, SQLLEN buffer_length,
                                   SQLLEN* indicator) {
    return call<Statement>(SQL_API_SQLBINDPARAMETER, handle, [&](Statement& statement) {
        return statement.bind_parameter(number, direction, c_type, sql_type, column_size, digits,
                                        data, buffer_length, indicator);
    });
}

SQLRETURN SQL_API SQLNumParams(SQLHSTMT handle, SQLSMALLINT* count) {
    return call<Statement>(SQL_API_SQLNUMPARAMS, handle,
                           [&](Statement& statement) { return statement.parameter_count(count); });
}

SQLRETURN SQL_API SQLDescribeParam(SQLHSTMT handle, SQLUSMALLINT number, SQLSMALLINT* type,
                                   SQLULEN* size, SQLSMALLINT* digits, SQLSMALLINT* nullable) {
    return call_described(
        SQL_API_SQLDESCRIBEPARAM, handle, Described::parameters, [&](Statement& statement) {
            return statement.describe_parameter(number, type, size, digits, nullable);
        });
}

SQLRETURN SQL_API SQLParamData(SQLHSTMT handle, SQLPOINTER* value) {
    return call_waiting<Statement>(
        SQL_API_SQLPARAMDATA, handle,
        [](Arguments&) { return [](Statement& statement) { return statement.param_data(); }; },
        [&](Statement& statement, SQLRETURN result) {
            if (result == SQL_NEED_DATA && value != nullptr) *value = statement.asked_for();
            return result;
        });
}

SQLRETURN SQL_API SQLPutData(SQLHSTMT handle, SQLPOINTER data, SQLLEN length) {
    return call<Statement>(SQL_API_SQLPUTDATA, handle,
                           [&](Statement& statement) { return statement.put_data(data, length); });
}

}  // extern "C"
