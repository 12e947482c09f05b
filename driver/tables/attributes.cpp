#include "driver/tables/attributes.h"

#include <algorithm>
#include <array>

namespace dqlite::odbc {
namespace {

using enum AttributeType;
using enum AttributeRule;

/// When a connection attribute may be set, and a statement attribute.
enum class When : unsigned char { any, before_connect, after_connect, cursor_closed };

constexpr Attribute make(HandleKind handle, SQLINTEGER id, const char* name, AttributeType type,
                         AttributeRule rule, std::uint64_t value, When when) {
    return {id,
            handle,
            type,
            rule,
            value,
            name,
            when != When::after_connect,
            when != When::before_connect,
            when != When::cursor_closed};
}

#define ENV(id, type, rule, value) \
    make(HandleKind::environment, id, #id, type, rule, value, When::any)
#define DBC(id, type, rule, value, when) \
    make(HandleKind::connection, id, #id, type, rule, value, When::when)
#define STMT(id, type, rule, value, when) \
    make(HandleKind::statement, id, #id, type, rule, value, When::when)

// The attributes of ODBC 3.8 that older headers do not name.
constexpr SQLINTEGER SQL_ATTR_DBC_INFO_TOKEN_ID = 118;
constexpr SQLINTEGER SQL_ATTR_ASYNC_DBC_EVENT_ID = 119;
constexpr SQLINTEGER SQL_ATTR_ASYNC_STMT_EVENT_ID = 29;

constexpr std::array table{
    ENV(SQL_ATTR_ODBC_VERSION, u32, stored, SQL_OV_ODBC3),
    ENV(SQL_ATTR_CONNECTION_POOLING, u32, fixed, SQL_CP_OFF),
    ENV(SQL_ATTR_CP_MATCH, u32, fixed, SQL_CP_STRICT_MATCH),
    ENV(SQL_ATTR_OUTPUT_NTS, u32, fixed, SQL_TRUE),

    DBC(SQL_ATTR_ACCESS_MODE, u32, stored, SQL_MODE_READ_WRITE, any),
    DBC(SQL_ATTR_ASYNC_ENABLE, ulen, stored, SQL_ASYNC_ENABLE_OFF, any),
    DBC(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, u32, stored, SQL_ASYNC_DBC_ENABLE_OFF, any),
    DBC(SQL_ATTR_ASYNC_DBC_EVENT_ID, pointer, unsupported, 0, any),
    DBC(SQL_ATTR_ANSI_APP, u32, unsupported, 0, any),
    DBC(SQL_ATTR_AUTO_IPD, u32, read_only, SQL_FALSE, any),
    DBC(SQL_ATTR_AUTOCOMMIT, u32, stored, SQL_AUTOCOMMIT_ON, any),
    DBC(SQL_ATTR_CONNECTION_DEAD, u32, read_only, SQL_CD_TRUE, any),
    DBC(SQL_ATTR_CONNECTION_TIMEOUT, u32, stored, 0, any),
    DBC(SQL_ATTR_CURRENT_CATALOG, text, fixed, 0, any),
    DBC(SQL_ATTR_DBC_INFO_TOKEN_ID, pointer, unsupported, 0, any),
    DBC(SQL_ATTR_ENLIST_IN_DTC, pointer, unsupported, 0, any),
    DBC(SQL_ATTR_LOGIN_TIMEOUT, u32, stored, 0, before_connect),
    DBC(SQL_ATTR_METADATA_ID, u32, stored, SQL_FALSE, any),
    DBC(SQL_ATTR_ODBC_CURSORS, ulen, fixed, SQL_CUR_USE_DRIVER, before_connect),
    DBC(SQL_ATTR_PACKET_SIZE, u32, stored, 0, before_connect),
    DBC(SQL_ATTR_QUIET_MODE, pointer, stored, 0, any),
    DBC(SQL_ATTR_RESET_CONNECTION, u32, stored, 0, after_connect),
    DBC(SQL_ATTR_TRACE, u32, fixed, SQL_OPT_TRACE_OFF, any),
    DBC(SQL_ATTR_TRACEFILE, text, unsupported, 0, any),
    DBC(SQL_ATTR_TRANSLATE_LIB, text, unsupported, 0, after_connect),
    DBC(SQL_ATTR_TRANSLATE_OPTION, u32, unsupported, 0, after_connect),
    DBC(SQL_ATTR_TXN_ISOLATION, u32, substituted, SQL_TXN_SERIALIZABLE, any),

    STMT(SQL_ATTR_APP_PARAM_DESC, handle, stored, 0, any),
    STMT(SQL_ATTR_APP_ROW_DESC, handle, stored, 0, any),
    STMT(SQL_ATTR_ASYNC_ENABLE, ulen, stored, SQL_ASYNC_ENABLE_OFF, any),
    STMT(SQL_ATTR_ASYNC_STMT_EVENT_ID, pointer, unsupported, 0, any),
    STMT(SQL_ATTR_CONCURRENCY, ulen, substituted, SQL_CONCUR_READ_ONLY, cursor_closed),
    STMT(SQL_ATTR_CURSOR_SCROLLABLE, ulen, stored, SQL_NONSCROLLABLE, cursor_closed),
    STMT(SQL_ATTR_CURSOR_SENSITIVITY, ulen, stored, SQL_UNSPECIFIED, cursor_closed),
    STMT(SQL_ATTR_CURSOR_TYPE, ulen, substituted, SQL_CURSOR_FORWARD_ONLY, cursor_closed),
    STMT(SQL_ATTR_ENABLE_AUTO_IPD, ulen, fixed, SQL_FALSE, any),
    STMT(SQL_ATTR_FETCH_BOOKMARK_PTR, pointer, stored, 0, any),
    STMT(SQL_ATTR_IMP_PARAM_DESC, handle, stored, 0, any),
    STMT(SQL_ATTR_IMP_ROW_DESC, handle, stored, 0, any),
    STMT(SQL_ATTR_KEYSET_SIZE, ulen, substituted, 0, any),
    STMT(SQL_ATTR_MAX_LENGTH, ulen, stored, 0, any),
    STMT(SQL_ATTR_MAX_ROWS, ulen, stored, 0, any),
    STMT(SQL_ATTR_METADATA_ID, ulen, stored, SQL_FALSE, any),
    STMT(SQL_ATTR_NOSCAN, ulen, stored, SQL_NOSCAN_OFF, any),
    STMT(SQL_ATTR_PARAM_BIND_OFFSET_PTR, pointer, stored, 0, any),
    STMT(SQL_ATTR_PARAM_BIND_TYPE, ulen, stored, SQL_PARAM_BIND_BY_COLUMN, any),
    STMT(SQL_ATTR_PARAM_OPERATION_PTR, pointer, stored, 0, any),
    STMT(SQL_ATTR_PARAM_STATUS_PTR, pointer, stored, 0, any),
    STMT(SQL_ATTR_PARAMS_PROCESSED_PTR, pointer, stored, 0, any),
    STMT(SQL_ATTR_PARAMSET_SIZE, ulen, stored, 1, any),
    STMT(SQL_ATTR_QUERY_TIMEOUT, ulen, stored, 0, any),
    STMT(SQL_ATTR_RETRIEVE_DATA, ulen, stored, SQL_RD_ON, any),
    STMT(SQL_ATTR_ROW_ARRAY_SIZE, ulen, stored, 1, any),
    STMT(SQL_ATTR_ROW_BIND_OFFSET_PTR, pointer, stored, 0, any),
    STMT(SQL_ATTR_ROW_BIND_TYPE, ulen, stored, SQL_BIND_BY_COLUMN, any),
    STMT(SQL_ATTR_ROW_NUMBER, ulen, read_only, 0, any),
    STMT(SQL_ATTR_ROW_OPERATION_PTR, pointer, stored, 0, any),
    STMT(SQL_ATTR_ROW_STATUS_PTR, pointer, stored, 0, any),
    STMT(SQL_ATTR_ROWS_FETCHED_PTR, pointer, stored, 0, any),
    STMT(SQL_ATTR_SIMULATE_CURSOR, ulen, substituted, SQL_SC_UNIQUE, cursor_closed),
    STMT(SQL_ATTR_USE_BOOKMARKS, ulen, stored, SQL_UB_OFF, cursor_closed),
    STMT(SQL_GET_BOOKMARK, ulen, read_only, 0, any),
    STMT(SQL_ROWSET_SIZE, ulen, stored, 1, any),
    STMT(attr_last_insert_rowid, len, read_only, 0, any),
};

#undef ENV
#undef DBC
#undef STMT

}  // namespace

std::span<const Attribute> attributes() noexcept {
    return table;
}

const Attribute* find_attribute(HandleKind handle, SQLINTEGER id) noexcept {
    const auto* const found = std::ranges::find_if(table, [=](const Attribute& attribute) {
        return attribute.handle == handle && attribute.id == id;
    });
    return found == table.end() ? nullptr : found;
}

}  // namespace dqlite::odbc
