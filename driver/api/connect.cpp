// Connecting and disconnecting, transactions, native SQL.
#include "driver/api/call.h"
#include "driver/api/waiting.h"
#include "driver/handle/connection.h"
#include "driver/handle/environment.h"

using namespace dqlite::odbc;
using api::Arguments;
using api::call;
using api::call_waiting;

namespace {

template <typename Char>
SQLRETURN connect(SQLHDBC handle, const Char* dsn, SQLSMALLINT dsn_length, const Char* uid,
                  SQLSMALLINT uid_length, const Char* pwd, SQLSMALLINT pwd_length) {
    return call_waiting<Connection>(SQL_API_SQLCONNECT, handle, [&](Arguments& arguments) {
        return [name = arguments.text(dsn, dsn_length), user = arguments.text(uid, uid_length),
                password = arguments.text(pwd, pwd_length)](Connection& connection) {
            return connection.connect(name, user, password);
        };
    });
}

template <typename Char>
SQLRETURN driver_connect(SQLHDBC handle, const Char* in, SQLSMALLINT in_length, Char* out,
                         SQLSMALLINT out_capacity, SQLSMALLINT* out_length,
                         SQLUSMALLINT completion) {
    return call_waiting<Connection>(
        SQL_API_SQLDRIVERCONNECT, handle,
        [&](Arguments& arguments) {
            return [text = arguments.required(in, in_length), completion](Connection& connection) {
                return connection.driver_connect(text, completion);
            };
        },
        [&](Connection& connection, SQLRETURN result) {
            if (!SQL_SUCCEEDED(result)) return result;
            return worse(result, api::write(connection, connection.completed_string(), out,
                                            out_capacity, out_length, LengthUnit::characters));
        });
}

template <typename Char>
SQLRETURN browse_connect(SQLHDBC handle, const Char* in, SQLSMALLINT in_length, Char* out,
                         SQLSMALLINT out_capacity, SQLSMALLINT* out_length) {
    return call_waiting<Connection>(
        SQL_API_SQLBROWSECONNECT, handle,
        [&](Arguments& arguments) {
            return [text = arguments.required(in, in_length)](Connection& connection) {
                return connection.browse_connect(text);
            };
        },
        [&](Connection& connection, SQLRETURN result) {
            if (result == SQL_ERROR) return result;
            const auto written = api::write(connection, connection.completed_string(), out,
                                            out_capacity, out_length, LengthUnit::characters);
            return result == SQL_NEED_DATA ? result : worse(result, written);
        });
}

template <typename Char>
SQLRETURN native_sql(SQLHDBC handle, const Char* in, SQLINTEGER in_length, Char* out,
                     SQLINTEGER out_capacity, SQLINTEGER* out_length) {
    return call<Connection>(SQL_API_SQLNATIVESQL, handle, [&](Connection& connection) {
        std::string sql;
        if (!api::read_required(connection, in, in_length, sql)) return SQLRETURN{SQL_ERROR};
        std::string native;
        const auto result = connection.native_sql(sql, native);
        if (!SQL_SUCCEEDED(result)) return result;
        return api::write(connection, native, out, out_capacity, out_length,
                          LengthUnit::characters);
    });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLConnect(SQLHDBC handle, SQLCHAR* dsn, SQLSMALLINT dsn_length, SQLCHAR* uid,
                             SQLSMALLINT uid_length, SQLCHAR* pwd, SQLSMALLINT pwd_length) {
    return connect(handle, dsn, dsn_length, uid, uid_length, pwd, pwd_length);
}

SQLRETURN SQL_API SQLConnectW(SQLHDBC handle, SQLWCHAR* dsn, SQLSMALLINT dsn_length, SQLWCHAR* uid,
                              SQLSMALLINT uid_length, SQLWCHAR* pwd, SQLSMALLINT pwd_length) {
    return connect(handle, dsn, dsn_length, uid, uid_length, pwd, pwd_length);
}

SQLRETURN SQL_API SQLDriverConnect(SQLHDBC handle, SQLHWND, SQLCHAR* in, SQLSMALLINT in_length,
                                   SQLCHAR* out, SQLSMALLINT out_capacity, SQLSMALLINT* out_length,
                                   SQLUSMALLINT completion) {
    return driver_connect(handle, in, in_length, out, out_capacity, out_length, completion);
}

SQLRETURN SQL_API SQLDriverConnectW(SQLHDBC handle, SQLHWND, SQLWCHAR* in, SQLSMALLINT in_length,
                                    SQLWCHAR* out, SQLSMALLINT out_capacity,
                                    SQLSMALLINT* out_length, SQLUSMALLINT completion) {
    return driver_connect(handle, in, in_length, out, out_capacity, out_length, completion);
}

SQLRETURN SQL_API SQLBrowseConnect(SQLHDBC handle, SQLCHAR* in, SQLSMALLINT in_length, SQLCHAR* out,
                                   SQLSMALLINT out_capacity, SQLSMALLINT* out_length) {
    return browse_connect(handle, in, in_length, out, out_capacity, out_length);
}

SQLRETURN SQL_API SQLBrowseConnectW(SQLHDBC handle, SQLWCHAR* in, SQLSMALLINT in_length,
                                    SQLWCHAR* out, SQLSMALLINT out_capacity,
                                    SQLSMALLINT* out_length) {
    return browse_connect(handle, in, in_length, out, out_capacity, out_length);
}

SQLRETURN SQL_API SQLDisconnect(SQLHDBC handle) {
    return call_waiting<Connection>(SQL_API_SQLDISCONNECT, handle, [](Arguments&) {
        return [](Connection& connection) { return connection.disconnect(); };
    });
}

SQLRETURN SQL_API SQLEndTran(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion) {
    if (type == SQL_HANDLE_ENV) {
        return call<Environment>(SQL_API_SQLENDTRAN, handle, [&](Environment& environment) {
            return environment.end_transaction(completion);
        });
    }
    if (type == SQL_HANDLE_DBC) {
        return call_waiting<Connection>(SQL_API_SQLENDTRAN, handle, [=](Arguments&) {
            return [=](Connection& connection) { return connection.end_transaction(completion); };
        });
    }
    return SQL_INVALID_HANDLE;
}

SQLRETURN SQL_API SQLNativeSql(SQLHDBC handle, SQLCHAR* in, SQLINTEGER in_length, SQLCHAR* out,
                               SQLINTEGER out_capacity, SQLINTEGER* out_length) {
    return native_sql(handle, in, in_length, out, out_capacity, out_length);
}

SQLRETURN SQL_API SQLNativeSqlW(SQLHDBC handle, SQLWCHAR* in, SQLINTEGER in_length, SQLWCHAR* out,
                                SQLINTEGER out_capacity, SQLINTEGER* out_length) {
    return native_sql(handle, in, in_length, out, out_capacity, out_length);
}

}  // extern "C"
