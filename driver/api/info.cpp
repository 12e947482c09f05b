// What the driver tells of itself: SQLGetInfo, SQLGetFunctions.
#include <algorithm>

#include "driver/api/call.h"
#include "driver/handle/connection.h"
#include "driver/tables/functions.h"

using namespace dqlite::odbc;
using api::call;

namespace {

template <typename Char>
SQLRETURN get_info(SQLHDBC handle, SQLUSMALLINT type, SQLPOINTER out, SQLSMALLINT capacity,
                   SQLSMALLINT* length) {
    return call<Connection>(SQL_API_SQLGETINFO, handle, [&](Connection& connection) {
        InfoValue value;
        if (const auto r = connection.get_info(type, value); !SQL_SUCCEEDED(r)) return r;
        const auto put = [&](auto number) {
            if (out != nullptr) *static_cast<decltype(number)*>(out) = number;
            if (length != nullptr) *length = static_cast<SQLSMALLINT>(sizeof number);
            return SQLRETURN{SQL_SUCCESS};
        };
        switch (value.kind) {
            case InfoKind::text:
                return api::write(connection, value.text, static_cast<Char*>(out), capacity, length,
                                  LengthUnit::bytes);
            case InfoKind::u16:
                return put(static_cast<SQLUSMALLINT>(value.number));
            case InfoKind::u32:
                return put(static_cast<SQLUINTEGER>(value.number));
            default:
                return put(static_cast<SQLULEN>(value.number));
        }
    });
}

void all_functions(SQLUSMALLINT* out) {
    std::fill_n(out, 100, SQLUSMALLINT{SQL_FALSE});
    for (const auto id : supported_functions()) {
        if (id < 100) out[id] = SQL_TRUE;
    }
}

void odbc3_all_functions(SQLUSMALLINT* out) {
    std::fill_n(out, SQL_API_ODBC3_ALL_FUNCTIONS_SIZE, SQLUSMALLINT{0});
    for (const auto id : supported_functions()) {
        out[id >> 4U] = static_cast<SQLUSMALLINT>(out[id >> 4U] | (1U << (id & 15U)));
    }
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLGetInfo(SQLHDBC handle, SQLUSMALLINT type, SQLPOINTER out,
                             SQLSMALLINT capacity, SQLSMALLINT* length) {
    return get_info<SQLCHAR>(handle, type, out, capacity, length);
}

SQLRETURN SQL_API SQLGetInfoW(SQLHDBC handle, SQLUSMALLINT type, SQLPOINTER out,
                              SQLSMALLINT capacity, SQLSMALLINT* length) {
    return get_info<SQLWCHAR>(handle, type, out, capacity, length);
}

SQLRETURN SQL_API SQLGetFunctions(SQLHDBC handle, SQLUSMALLINT id, SQLUSMALLINT* out) {
    return call<Connection>(SQL_API_SQLGETFUNCTIONS, handle, [&](Connection& connection) {
        if (out == nullptr) return connection.post(SqlState::sHY009);
        if (id == SQL_API_ALL_FUNCTIONS) {
            all_functions(out);
        } else if (id == SQL_API_ODBC3_ALL_FUNCTIONS) {
            odbc3_all_functions(out);
        } else if (id < SQL_API_ODBC3_ALL_FUNCTIONS_SIZE * 16) {
            *out = is_supported_function(id) ? SQL_TRUE : SQL_FALSE;
        } else {
            return connection.post(SqlState::sHY095);
        }
        return SQLRETURN{SQL_SUCCESS};
    });
}

}  // extern "C"
