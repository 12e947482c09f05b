// Attributes of environments, connections and statements.
#include "driver/tables/attributes.h"

#include "driver/api/call.h"
#include "driver/api/waiting.h"
#include "driver/handle/connection.h"
#include "driver/handle/environment.h"
#include "driver/handle/statement.h"

using namespace dqlite::odbc;
using api::Arguments;
using api::call;
using api::call_waiting;

namespace {

template <typename Char>
SQLRETURN set_connect_attribute(SQLHDBC handle, SQLINTEGER id, SQLPOINTER value,
                                SQLINTEGER length) {
    // The two that may talk to a server: they end a transaction.
    if (id == SQL_ATTR_AUTOCOMMIT || id == SQL_ATTR_RESET_CONNECTION) {
        return call_waiting<Connection>(SQL_API_SQLSETCONNECTATTR, handle, [=](Arguments&) {
            return [=](Connection& connection) {
                return connection.set_attribute(id, value, std::nullopt);
            };
        });
    }
    return call<Connection>(SQL_API_SQLSETCONNECTATTR, handle, [&](Connection& connection) {
        std::optional<std::string> text;
        if (Connection::attribute_is_text(id)) {
            const auto units =
                length == SQL_NTS ? length : length / static_cast<SQLINTEGER>(sizeof(Char));
            if (!api::read(connection, static_cast<const Char*>(value), units, text)) {
                return SQLRETURN{SQL_ERROR};
            }
        }
        return connection.set_attribute(id, value, text);
    });
}

template <typename Char>
SQLRETURN get_connect_attribute(SQLHDBC handle, SQLINTEGER id, SQLPOINTER value,
                                SQLINTEGER capacity, SQLINTEGER* length) {
    return call<Connection>(SQL_API_SQLGETCONNECTATTR, handle, [&](Connection& connection) {
        Connection::AttributeValue out;
        if (const auto r = connection.get_attribute(id, out); !SQL_SUCCEEDED(r)) return r;
        if (out.text) {
            return api::write(connection, *out.text, static_cast<Char*>(value), capacity, length,
                              LengthUnit::bytes);
        }
        const auto size = out.is_u32 ? sizeof(SQLUINTEGER) : sizeof(SQLULEN);
        if (length != nullptr) *length = static_cast<SQLINTEGER>(size);
        if (value == nullptr) return SQLRETURN{SQL_SUCCESS};
        if (out.is_u32) {
            *static_cast<SQLUINTEGER*>(value) = static_cast<SQLUINTEGER>(out.number);
        } else if (out.pointer != nullptr ||
                   find_attribute(HandleKind::connection, id)->type == AttributeType::pointer) {
            *static_cast<SQLPOINTER*>(value) = out.pointer;
        } else {
            *static_cast<SQLULEN*>(value) = out.number;
        }
        return SQLRETURN{SQL_SUCCESS};
    });
}

SQLRETURN get_statement_attribute(SQLHSTMT handle, SQLINTEGER id, SQLPOINTER value,
                                  SQLINTEGER* length) {
    return call<Statement>(SQL_API_SQLGETSTMTATTR, handle, [&](Statement& statement) {
        SQLULEN number = 0;
        SQLPOINTER pointer = nullptr;
        if (const auto r = statement.get_attribute(id, number, pointer); !SQL_SUCCEEDED(r)) {
            return r;
        }
        const auto type = find_attribute(HandleKind::statement, id)->type;
        const bool is_pointer = type == AttributeType::pointer || type == AttributeType::handle;
        if (length != nullptr) {
            *length = is_pointer ? SQL_IS_POINTER : static_cast<SQLINTEGER>(sizeof(SQLULEN));
        }
        if (value == nullptr) return SQLRETURN{SQL_SUCCESS};
        if (is_pointer) {
            *static_cast<SQLPOINTER*>(value) = pointer;
        } else {
            *static_cast<SQLULEN*>(value) = number;
        }
        return SQLRETURN{SQL_SUCCESS};
    });
}

SQLRETURN set_statement_attribute(SQLHSTMT handle, SQLINTEGER id, SQLPOINTER value) {
    return call<Statement>(SQL_API_SQLSETSTMTATTR, handle, [&](Statement& statement) {
        return statement.set_attribute(id, value);
    });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLSetEnvAttr(SQLHENV handle, SQLINTEGER id, SQLPOINTER value, SQLINTEGER) {
    return call<Environment>(SQL_API_SQLSETENVATTR, handle, [&](Environment& environment) {
        return environment.set_attribute(id, value);
    });
}

SQLRETURN SQL_API SQLGetEnvAttr(SQLHENV handle, SQLINTEGER id, SQLPOINTER value, SQLINTEGER,
                                SQLINTEGER* length) {
    return call<Environment>(SQL_API_SQLGETENVATTR, handle, [&](Environment& environment) {
        return environment.get_attribute(id, value, length);
    });
}

SQLRETURN SQL_API SQLSetConnectAttr(SQLHDBC handle, SQLINTEGER id, SQLPOINTER value,
                                    SQLINTEGER length) {
    return set_connect_attribute<SQLCHAR>(handle, id, value, length);
}

SQLRETURN SQL_API SQLSetConnectAttrW(SQLHDBC handle, SQLINTEGER id, SQLPOINTER value,
                                     SQLINTEGER length) {
    return set_connect_attribute<SQLWCHAR>(handle, id, value, length);
}

SQLRETURN SQL_API SQLGetConnectAttr(SQLHDBC handle, SQLINTEGER id, SQLPOINTER value,
                                    SQLINTEGER capacity, SQLINTEGER* length) {
    return get_connect_attribute<SQLCHAR>(handle, id, value, capacity, length);
}

SQLRETURN SQL_API SQLGetConnectAttrW(SQLHDBC handle, SQLINTEGER id, SQLPOINTER value,
                                     SQLINTEGER capacity, SQLINTEGER* length) {
    return get_connect_attribute<SQLWCHAR>(handle, id, value, capacity, length);
}

// No statement attribute is text: the wide forms are the same functions.
SQLRETURN SQL_API SQLSetStmtAttr(SQLHSTMT handle, SQLINTEGER id, SQLPOINTER value, SQLINTEGER) {
    return set_statement_attribute(handle, id, value);
}

SQLRETURN SQL_API SQLSetStmtAttrW(SQLHSTMT handle, SQLINTEGER id, SQLPOINTER value, SQLINTEGER) {
    return set_statement_attribute(handle, id, value);
}

SQLRETURN SQL_API SQLGetStmtAttr(SQLHSTMT handle, SQLINTEGER id, SQLPOINTER value, SQLINTEGER,
                                 SQLINTEGER* length) {
    return get_statement_attribute(handle, id, value, length);
}

SQLRETURN SQL_API SQLGetStmtAttrW(SQLHSTMT handle, SQLINTEGER id, SQLPOINTER value, SQLINTEGER,
                                  SQLINTEGER* length) {
    return get_statement_attribute(handle, id, value, length);
}

}  // extern "C"
