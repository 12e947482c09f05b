#include "tests/conformance/checks/attribute_table.h"

#include <initializer_list>

namespace conformance {
namespace {

using enum AttributeShape;
constexpr auto environment = AttributeOf::environment;
constexpr auto connection = AttributeOf::connection;
constexpr auto before_connect = AttributeOf::before_connect;
constexpr auto statement = AttributeOf::statement;

using Value = std::optional<std::uint64_t>;
constexpr Value any = std::nullopt;
constexpr std::uint64_t nonsense = 9999;

constexpr AttributeRow row(AttributeOf of, SQLINTEGER id, const char* name, AttributeShape shape,
                           Value initial, std::initializer_list<std::uint64_t> settable,
                           Value illegal = std::nullopt) {
    AttributeRow made{of, id, name, shape, initial, {}, 0, illegal, false};
    for (const auto value : settable) made.settable[made.values++] = value;
    return made;
}

constexpr AttributeRow read_only(AttributeRow made) {
    made.read_only = true;
    return made;
}

#define ATTRIBUTE(of, id, ...) row(of, id, #id, __VA_ARGS__)

constexpr std::array rows{
    ATTRIBUTE(environment, SQL_ATTR_CONNECTION_POOLING, integer, any, {SQL_CP_OFF}),
    ATTRIBUTE(environment, SQL_ATTR_CP_MATCH, integer, any, {SQL_CP_STRICT_MATCH}),
    ATTRIBUTE(environment, SQL_ATTR_ODBC_VERSION, integer, any, {SQL_OV_ODBC3}, nonsense),
    ATTRIBUTE(environment, SQL_ATTR_OUTPUT_NTS, integer, SQL_TRUE, {SQL_TRUE}),

    ATTRIBUTE(connection, SQL_ATTR_ACCESS_MODE, integer, SQL_MODE_READ_WRITE, {SQL_MODE_READ_ONLY},
              nonsense),
    ATTRIBUTE(connection, SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, integer, 0, {1}, nonsense),
    ATTRIBUTE(connection, SQL_ATTR_ASYNC_ENABLE, length, SQL_ASYNC_ENABLE_OFF,
              {SQL_ASYNC_ENABLE_ON}, nonsense),
    read_only(ATTRIBUTE(connection, SQL_ATTR_AUTO_IPD, integer, any, {})),
    ATTRIBUTE(connection, SQL_ATTR_AUTOCOMMIT, integer, SQL_AUTOCOMMIT_ON, {SQL_AUTOCOMMIT_OFF},
              nonsense),
    read_only(ATTRIBUTE(connection, SQL_ATTR_CONNECTION_DEAD, integer, SQL_CD_FALSE, {})),
    ATTRIBUTE(connection, SQL_ATTR_CONNECTION_TIMEOUT, integer, 0, {30}),
    ATTRIBUTE(connection, SQL_ATTR_CURRENT_CATALOG, words, any, {}),
    ATTRIBUTE(before_connect, SQL_ATTR_LOGIN_TIMEOUT, integer, any, {15}),
    ATTRIBUTE(connection, SQL_ATTR_METADATA_ID, integer, SQL_FALSE, {SQL_TRUE}, nonsense),
    ATTRIBUTE(before_connect, SQL_ATTR_ODBC_CURSORS, length, SQL_CUR_USE_DRIVER,
              {SQL_CUR_USE_DRIVER}),
    ATTRIBUTE(before_connect, SQL_ATTR_PACKET_SIZE, integer, any, {8192}),
    ATTRIBUTE(connection, SQL_ATTR_QUIET_MODE, pointer, 0, {}),
    ATTRIBUTE(connection, SQL_ATTR_TRACE, integer, SQL_OPT_TRACE_OFF, {SQL_OPT_TRACE_OFF}),
    ATTRIBUTE(connection, SQL_ATTR_TRACEFILE, words, any, {}),
    ATTRIBUTE(connection, SQL_ATTR_TRANSLATE_LIB, words, any, {}),
    ATTRIBUTE(connection, SQL_ATTR_TRANSLATE_OPTION, integer, any, {1}),
    ATTRIBUTE(connection, SQL_ATTR_TXN_ISOLATION, integer, any,
              {SQL_TXN_SERIALIZABLE, SQL_TXN_READ_COMMITTED}, nonsense),

    ATTRIBUTE(statement, SQL_ATTR_APP_PARAM_DESC, descriptor, any, {}),
    ATTRIBUTE(statement, SQL_ATTR_APP_ROW_DESC, descriptor, any, {}),
    ATTRIBUTE(statement, SQL_ATTR_IMP_PARAM_DESC, descriptor, any, {}),
    ATTRIBUTE(statement, SQL_ATTR_IMP_ROW_DESC, descriptor, any, {}),
    ATTRIBUTE(statement, SQL_ATTR_ASYNC_ENABLE, length, SQL_ASYNC_ENABLE_OFF, {SQL_ASYNC_ENABLE_ON},
              nonsense),
    ATTRIBUTE(statement, SQL_ATTR_CONCURRENCY, length, SQL_CONCUR_READ_ONLY,
              {SQL_CONCUR_LOCK, SQL_CONCUR_ROWVER, SQL_CONCUR_VALUES}, nonsense),
    ATTRIBUTE(statement, SQL_ATTR_CURSOR_SCROLLABLE, length, SQL_NONSCROLLABLE, {SQL_SCROLLABLE},
              nonsense),
    ATTRIBUTE(statement, SQL_ATTR_CURSOR_SENSITIVITY, length, SQL_UNSPECIFIED,
              {SQL_INSENSITIVE, SQL_SENSITIVE}, nonsense),
    ATTRIBUTE(statement, SQL_ATTR_CURSOR_TYPE, length, SQL_CURSOR_FORWARD_ONLY,
              {SQL_CURSOR_STATIC, SQL_CURSOR_KEYSET_DRIVEN, SQL_CURSOR_DYNAMIC}, nonsense),
    ATTRIBUTE(statement, SQL_ATTR_ENABLE_AUTO_IPD, length, any, {SQL_FALSE, SQL_TRUE}, nonsense),
    ATTRIBUTE(statement, SQL_ATTR_FETCH_BOOKMARK_PTR, pointer, 0, {}),
    ATTRIBUTE(statement, SQL_ATTR_KEYSET_SIZE, length, 0, {0, 10}),
    ATTRIBUTE(statement, SQL_ATTR_MAX_LENGTH, length, 0, {100}),
    ATTRIBUTE(statement, SQL_ATTR_MAX_ROWS, length, 0, {10}),
    ATTRIBUTE(statement, SQL_ATTR_METADATA_ID, length, SQL_FALSE, {SQL_TRUE}, nonsense),
    ATTRIBUTE(statement, SQL_ATTR_NOSCAN, length, SQL_NOSCAN_OFF, {SQL_NOSCAN_ON}, nonsense),
    ATTRIBUTE(statement, SQL_ATTR_PARAM_BIND_OFFSET_PTR, pointer, 0, {}),
    ATTRIBUTE(statement, SQL_ATTR_PARAM_BIND_TYPE, length, SQL_PARAM_BIND_BY_COLUMN, {16}),
    ATTRIBUTE(statement, SQL_ATTR_PARAM_OPERATION_PTR, pointer, 0, {}),
    ATTRIBUTE(statement, SQL_ATTR_PARAM_STATUS_PTR, pointer, 0, {}),
    ATTRIBUTE(statement, SQL_ATTR_PARAMS_PROCESSED_PTR, pointer, 0, {}),
    ATTRIBUTE(statement, SQL_ATTR_PARAMSET_SIZE, length, 1, {10}),
    ATTRIBUTE(statement, SQL_ATTR_QUERY_TIMEOUT, length, 0, {0, 5}),
    ATTRIBUTE(statement, SQL_ATTR_RETRIEVE_DATA, length, SQL_RD_ON, {SQL_RD_OFF}, nonsense),
    ATTRIBUTE(statement, SQL_ATTR_ROW_ARRAY_SIZE, length, 1, {10}, 0),
    ATTRIBUTE(statement, SQL_ATTR_ROW_BIND_OFFSET_PTR, pointer, 0, {}),
    ATTRIBUTE(statement, SQL_ATTR_ROW_BIND_TYPE, length, SQL_BIND_BY_COLUMN, {16}),
    ATTRIBUTE(statement, SQL_ATTR_ROW_OPERATION_PTR, pointer, 0, {}),
    ATTRIBUTE(statement, SQL_ATTR_ROW_STATUS_PTR, pointer, 0, {}),
    ATTRIBUTE(statement, SQL_ATTR_ROWS_FETCHED_PTR, pointer, 0, {}),
    ATTRIBUTE(statement, SQL_ATTR_SIMULATE_CURSOR, length, any,
              {SQL_SC_NON_UNIQUE, SQL_SC_TRY_UNIQUE, SQL_SC_UNIQUE}, nonsense),
    ATTRIBUTE(statement, SQL_ATTR_USE_BOOKMARKS, length, SQL_UB_OFF, {SQL_UB_VARIABLE}, nonsense),
    ATTRIBUTE(statement, SQL_ROWSET_SIZE, length, 1, {10}),
};

#undef ATTRIBUTE

}  // namespace

std::span<const AttributeRow> attribute_rows() noexcept {
    return rows;
}

}  // namespace conformance
