#include "tests/driver/live/capabilities_document.h"

#include <array>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "driver/convert/to_c.h"
#include "driver/tables/functions.h"

namespace dqlite::test {
namespace {

struct Name {
    std::uint32_t value;
    std::string_view name;
};
// The name of a constant of the ODBC headers, and its value.
#define DQLITE_NAME(constant)                           \
    Name {                                              \
        static_cast<std::uint32_t>(constant), #constant \
    }

// ------------------------------------------------------------------------------------- SQLGetInfo

enum class Shape : unsigned char { text, number, one_of, bits };

struct Info {
    SQLUSMALLINT type;
    std::string_view name;
    std::string_view title;
    Shape shape;
    std::span<const Name> names{};
};
#define DQLITE_INFO(type, title, shape)  \
    Info {                               \
        type, #type, title, Shape::shape \
    }
#define DQLITE_NAMED_INFO(type, title, shape, names) \
    Info {                                           \
        type, #type, title, Shape::shape, names      \
    }

constexpr std::array interface_levels{DQLITE_NAME(SQL_OIC_CORE), DQLITE_NAME(SQL_OIC_LEVEL1),
                                      DQLITE_NAME(SQL_OIC_LEVEL2)};
constexpr std::array sql_levels{DQLITE_NAME(SQL_SC_SQL92_ENTRY),
                                DQLITE_NAME(SQL_SC_FIPS127_2_TRANSITIONAL),
                                DQLITE_NAME(SQL_SC_SQL92_INTERMEDIATE)};
constexpr std::array transactions{DQLITE_NAME(SQL_TC_NONE), DQLITE_NAME(SQL_TC_DML),
                                  DQLITE_NAME(SQL_TC_DDL_COMMIT), DQLITE_NAME(SQL_TC_DDL_IGNORE),
                                  DQLITE_NAME(SQL_TC_ALL)};
constexpr std::array isolation{
    DQLITE_NAME(SQL_TXN_READ_UNCOMMITTED), DQLITE_NAME(SQL_TXN_READ_COMMITTED),
    DQLITE_NAME(SQL_TXN_REPEATABLE_READ), DQLITE_NAME(SQL_TXN_SERIALIZABLE)};
constexpr std::array cursor_behavior{DQLITE_NAME(SQL_CB_DELETE), DQLITE_NAME(SQL_CB_CLOSE),
                                     DQLITE_NAME(SQL_CB_PRESERVE)};
constexpr std::array asynchronous{DQLITE_NAME(SQL_AM_NONE), DQLITE_NAME(SQL_AM_CONNECTION),
                                  DQLITE_NAME(SQL_AM_STATEMENT)};
constexpr std::array cursors{DQLITE_NAME(SQL_SO_FORWARD_ONLY), DQLITE_NAME(SQL_SO_KEYSET_DRIVEN),
                             DQLITE_NAME(SQL_SO_DYNAMIC), DQLITE_NAME(SQL_SO_MIXED),
                             DQLITE_NAME(SQL_SO_STATIC)};
constexpr std::array cursor_1{DQLITE_NAME(SQL_CA1_NEXT),
                              DQLITE_NAME(SQL_CA1_ABSOLUTE),
                              DQLITE_NAME(SQL_CA1_RELATIVE),
                              DQLITE_NAME(SQL_CA1_BOOKMARK),
                              DQLITE_NAME(SQL_CA1_LOCK_NO_CHANGE),
                              DQLITE_NAME(SQL_CA1_LOCK_EXCLUSIVE),
                              DQLITE_NAME(SQL_CA1_LOCK_UNLOCK),
                              DQLITE_NAME(SQL_CA1_POS_POSITION),
                              DQLITE_NAME(SQL_CA1_POS_UPDATE),
                              DQLITE_NAME(SQL_CA1_POS_DELETE),
                              DQLITE_NAME(SQL_CA1_POS_REFRESH),
                              DQLITE_NAME(SQL_CA1_POSITIONED_UPDATE),
                              DQLITE_NAME(SQL_CA1_POSITIONED_DELETE),
                              DQLITE_NAME(SQL_CA1_SELECT_FOR_UPDATE),
                              DQLITE_NAME(SQL_CA1_BULK_ADD),
                              DQLITE_NAME(SQL_CA1_BULK_UPDATE_BY_BOOKMARK),
                              DQLITE_NAME(SQL_CA1_BULK_DELETE_BY_BOOKMARK),
                              DQLITE_NAME(SQL_CA1_BULK_FETCH_BY_BOOKMARK)};
constexpr std::array get_data{DQLITE_NAME(SQL_GD_ANY_COLUMN), DQLITE_NAME(SQL_GD_ANY_ORDER),
                              DQLITE_NAME(SQL_GD_BLOCK), DQLITE_NAME(SQL_GD_BOUND),
                              DQLITE_NAME(SQL_GD_OUTPUT_PARAMS)};
constexpr std::array array_counts{Name{0, "none"}, DQLITE_NAME(SQL_PARC_BATCH),
                                  DQLITE_NAME(SQL_PARC_NO_BATCH)};
constexpr std::array array_selects{Name{0, "none"}, DQLITE_NAME(SQL_PAS_BATCH),
                                   DQLITE_NAME(SQL_PAS_NO_BATCH), DQLITE_NAME(SQL_PAS_NO_SELECT)};
constexpr std::array aggregates{DQLITE_NAME(SQL_AF_AVG), DQLITE_NAME(SQL_AF_COUNT),
                                DQLITE_NAME(SQL_AF_MAX), DQLITE_NAME(SQL_AF_MIN),
                                DQLITE_NAME(SQL_AF_SUM), DQLITE_NAME(SQL_AF_DISTINCT),
                                DQLITE_NAME(SQL_AF_ALL)};
constexpr std::array strings{DQLITE_NAME(SQL_FN_STR_ASCII),
                             DQLITE_NAME(SQL_FN_STR_BIT_LENGTH),
                             DQLITE_NAME(SQL_FN_STR_CHAR),
                             DQLITE_NAME(SQL_FN_STR_CHAR_LENGTH),
                             DQLITE_NAME(SQL_FN_STR_CHARACTER_LENGTH),
                             DQLITE_NAME(SQL_FN_STR_CONCAT),
                             DQLITE_NAME(SQL_FN_STR_DIFFERENCE),
                             DQLITE_NAME(SQL_FN_STR_INSERT),
                             DQLITE_NAME(SQL_FN_STR_LCASE),
                             DQLITE_NAME(SQL_FN_STR_LEFT),
                             DQLITE_NAME(SQL_FN_STR_LENGTH),
                             DQLITE_NAME(SQL_FN_STR_LOCATE),
                             DQLITE_NAME(SQL_FN_STR_LOCATE_2),
                             DQLITE_NAME(SQL_FN_STR_LTRIM),
                             DQLITE_NAME(SQL_FN_STR_OCTET_LENGTH),
                             DQLITE_NAME(SQL_FN_STR_POSITION),
                             DQLITE_NAME(SQL_FN_STR_REPEAT),
                             DQLITE_NAME(SQL_FN_STR_REPLACE),
                             DQLITE_NAME(SQL_FN_STR_RIGHT),
                             DQLITE_NAME(SQL_FN_STR_RTRIM),
                             DQLITE_NAME(SQL_FN_STR_SOUNDEX),
                             DQLITE_NAME(SQL_FN_STR_SPACE),
                             DQLITE_NAME(SQL_FN_STR_SUBSTRING),
                             DQLITE_NAME(SQL_FN_STR_UCASE)};
constexpr std::array numerics{DQLITE_NAME(SQL_FN_NUM_ABS),     DQLITE_NAME(SQL_FN_NUM_ACOS),
                              DQLITE_NAME(SQL_FN_NUM_ASIN),    DQLITE_NAME(SQL_FN_NUM_ATAN),
                              DQLITE_NAME(SQL_FN_NUM_ATAN2),   DQLITE_NAME(SQL_FN_NUM_CEILING),
                              DQLITE_NAME(SQL_FN_NUM_COS),     DQLITE_NAME(SQL_FN_NUM_COT),
                              DQLITE_NAME(SQL_FN_NUM_DEGREES), DQLITE_NAME(SQL_FN_NUM_EXP),
                              DQLITE_NAME(SQL_FN_NUM_FLOOR),   DQLITE_NAME(SQL_FN_NUM_LOG),
                              DQLITE_NAME(SQL_FN_NUM_LOG10),   DQLITE_NAME(SQL_FN_NUM_MOD),
                              DQLITE_NAME(SQL_FN_NUM_PI),      DQLITE_NAME(SQL_FN_NUM_POWER),
                              DQLITE_NAME(SQL_FN_NUM_RADIANS), DQLITE_NAME(SQL_FN_NUM_RAND),
                              DQLITE_NAME(SQL_FN_NUM_ROUND),   DQLITE_NAME(SQL_FN_NUM_SIGN),
                              DQLITE_NAME(SQL_FN_NUM_SIN),     DQLITE_NAME(SQL_FN_NUM_SQRT),
                              DQLITE_NAME(SQL_FN_NUM_TAN),     DQLITE_NAME(SQL_FN_NUM_TRUNCATE)};
constexpr std::array dates{
    DQLITE_NAME(SQL_FN_TD_CURDATE),       DQLITE_NAME(SQL_FN_TD_CURRENT_DATE),
    DQLITE_NAME(SQL_FN_TD_CURRENT_TIME),  DQLITE_NAME(SQL_FN_TD_CURRENT_TIMESTAMP),
    DQLITE_NAME(SQL_FN_TD_CURTIME),       DQLITE_NAME(SQL_FN_TD_DAYNAME),
    DQLITE_NAME(SQL_FN_TD_DAYOFMONTH),    DQLITE_NAME(SQL_FN_TD_DAYOFWEEK),
    DQLITE_NAME(SQL_FN_TD_DAYOFYEAR),     DQLITE_NAME(SQL_FN_TD_EXTRACT),
    DQLITE_NAME(SQL_FN_TD_HOUR),          DQLITE_NAME(SQL_FN_TD_MINUTE),
    DQLITE_NAME(SQL_FN_TD_MONTH),         DQLITE_NAME(SQL_FN_TD_MONTHNAME),
    DQLITE_NAME(SQL_FN_TD_NOW),           DQLITE_NAME(SQL_FN_TD_QUARTER),
    DQLITE_NAME(SQL_FN_TD_SECOND),        DQLITE_NAME(SQL_FN_TD_TIMESTAMPADD),
    DQLITE_NAME(SQL_FN_TD_TIMESTAMPDIFF), DQLITE_NAME(SQL_FN_TD_WEEK),
    DQLITE_NAME(SQL_FN_TD_YEAR)};
constexpr std::array systems{DQLITE_NAME(SQL_FN_SYS_DBNAME), DQLITE_NAME(SQL_FN_SYS_IFNULL),
                             DQLITE_NAME(SQL_FN_SYS_USERNAME)};
constexpr std::array conversions{DQLITE_NAME(SQL_FN_CVT_CAST), DQLITE_NAME(SQL_FN_CVT_CONVERT)};
constexpr std::array schema_uses{
    DQLITE_NAME(SQL_SU_DML_STATEMENTS), DQLITE_NAME(SQL_SU_PROCEDURE_INVOCATION),
    DQLITE_NAME(SQL_SU_TABLE_DEFINITION), DQLITE_NAME(SQL_SU_INDEX_DEFINITION),
    DQLITE_NAME(SQL_SU_PRIVILEGE_DEFINITION)};

// What does not depend on the connection's keys or on the server's version.
constexpr std::array infos{
    DQLITE_NAMED_INFO(SQL_ODBC_INTERFACE_CONFORMANCE, "interface conformance", one_of,
                      interface_levels),
    DQLITE_NAMED_INFO(SQL_SQL_CONFORMANCE, "SQL conformance", one_of, sql_levels),
    DQLITE_INFO(SQL_DRIVER_ODBC_VER, "ODBC version", text),
    DQLITE_NAMED_INFO(SQL_TXN_CAPABLE, "transactions", one_of, transactions),
    DQLITE_NAMED_INFO(SQL_TXN_ISOLATION_OPTION, "isolation levels", bits, isolation),
    DQLITE_INFO(SQL_MULTIPLE_ACTIVE_TXN, "transactions on several connections at once", text),
    DQLITE_INFO(SQL_MAX_CONCURRENT_ACTIVITIES, "open statements a connection (0: any number)",
                number),
    DQLITE_NAMED_INFO(SQL_CURSOR_COMMIT_BEHAVIOR, "cursors at COMMIT", one_of, cursor_behavior),
    DQLITE_NAMED_INFO(SQL_CURSOR_ROLLBACK_BEHAVIOR, "cursors at ROLLBACK", one_of, cursor_behavior),
    DQLITE_NAMED_INFO(SQL_SCROLL_OPTIONS, "cursor types", bits, cursors),
    DQLITE_NAMED_INFO(SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES1, "forward-only cursors", bits, cursor_1),
    DQLITE_NAMED_INFO(SQL_STATIC_CURSOR_ATTRIBUTES1, "static cursors", bits, cursor_1),
    DQLITE_NAMED_INFO(SQL_GETDATA_EXTENSIONS, "SQLGetData", bits, get_data),
    DQLITE_NAMED_INFO(SQL_PARAM_ARRAY_ROW_COUNTS, "row counts of parameter arrays", one_of,
                      array_counts),
    DQLITE_NAMED_INFO(SQL_PARAM_ARRAY_SELECTS, "queries with parameter arrays", one_of,
                      array_selects),
    DQLITE_INFO(SQL_DESCRIBE_PARAMETER, "SQLDescribeParam", text),
    DQLITE_NAMED_INFO(SQL_ASYNC_MODE, "asynchronous execution", one_of, asynchronous),
    DQLITE_INFO(SQL_IDENTIFIER_QUOTE_CHAR, "quotes around names", text),
    DQLITE_INFO(SQL_SEARCH_PATTERN_ESCAPE, "escape in patterns", text),
    DQLITE_NAMED_INFO(SQL_SCHEMA_USAGE, "schema names (without HideSchemas)", bits, schema_uses),
    DQLITE_INFO(SQL_CATALOG_NAME, "catalogue names", text),
    DQLITE_INFO(SQL_PROCEDURES, "procedures", text),
    DQLITE_INFO(SQL_MAX_COLUMNS_IN_SELECT, "columns of a result", number),
    DQLITE_INFO(SQL_MAX_COLUMNS_IN_TABLE, "columns of a table", number),
    DQLITE_INFO(SQL_MAX_TABLES_IN_SELECT, "tables of a query", number),
    DQLITE_NAMED_INFO(SQL_AGGREGATE_FUNCTIONS, "aggregates", bits, aggregates),
    DQLITE_NAMED_INFO(SQL_STRING_FUNCTIONS, "{fn …} on strings", bits, strings),
    DQLITE_NAMED_INFO(SQL_NUMERIC_FUNCTIONS, "{fn …} on numbers", bits, numerics),
    DQLITE_NAMED_INFO(SQL_TIMEDATE_FUNCTIONS, "{fn …} on dates", bits, dates),
    DQLITE_NAMED_INFO(SQL_SYSTEM_FUNCTIONS, "{fn …} on the system", bits, systems),
    DQLITE_NAMED_INFO(SQL_CONVERT_FUNCTIONS, "{fn …} between types", bits, conversions),
};

/// What the names of a list have in common up to an underscore.
std::size_t common_prefix(std::span<const Name> names) {
    std::string_view prefix = names.back().name;
    for (const Name& name : names) {
        while (!prefix.empty() && name.name.starts_with("SQL_") && !name.name.starts_with(prefix)) {
            prefix.remove_suffix(1);
        }
    }
    return prefix.rfind('_') + 1;
}

std::string named(const Info& info, std::uint32_t value) {
    const std::size_t prefix = common_prefix(info.names);
    std::string text;
    for (const Name& name : info.names) {
        const bool told =
            info.shape == Shape::bits ? (value & name.value) != 0 : value == name.value;
        if (!told) continue;
        text += text.empty() ? "" : ", ";
        text += name.name.starts_with("SQL_") ? name.name.substr(prefix) : name.name;
    }
    return text.empty() ? "none" : text;
}

std::string value_of(const OdbcConnection& connection, const Info& info) {
    if (info.shape == Shape::text) return fmt::format("`{}`", connection.info_text(info.type));
    std::uint32_t value = 0;  // of 16 bits where the type has so many: the rest stays 0
    SQLGetInfo(connection.handle(), info.type, &value, sizeof value, nullptr);
    return info.shape == Shape::number ? std::to_string(value) : named(info, value);
}

// --------------------------------------------------------------------------- SQLGetFunctions

#define DQLITE_FUNCTION(identifier, function) \
    Name {                                    \
        identifier, function                  \
    }

constexpr std::array functions{
    DQLITE_FUNCTION(SQL_API_SQLALLOCHANDLE, "SQLAllocHandle"),
    DQLITE_FUNCTION(SQL_API_SQLBINDCOL, "SQLBindCol"),
    DQLITE_FUNCTION(SQL_API_SQLBINDPARAMETER, "SQLBindParameter"),
    DQLITE_FUNCTION(SQL_API_SQLBROWSECONNECT, "SQLBrowseConnect"),
    DQLITE_FUNCTION(SQL_API_SQLBULKOPERATIONS, "SQLBulkOperations"),
    DQLITE_FUNCTION(SQL_API_SQLCANCEL, "SQLCancel"),
    DQLITE_FUNCTION(SQL_API_SQLCANCELHANDLE, "SQLCancelHandle"),
    DQLITE_FUNCTION(SQL_API_SQLCLOSECURSOR, "SQLCloseCursor"),
    DQLITE_FUNCTION(SQL_API_SQLCOLATTRIBUTE, "SQLColAttribute"),
    DQLITE_FUNCTION(SQL_API_SQLCOLUMNPRIVILEGES, "SQLColumnPrivileges"),
    DQLITE_FUNCTION(SQL_API_SQLCOLUMNS, "SQLColumns"),
    DQLITE_FUNCTION(SQL_API_SQLCONNECT, "SQLConnect"),
    DQLITE_FUNCTION(SQL_API_SQLCOPYDESC, "SQLCopyDesc"),
    DQLITE_FUNCTION(SQL_API_SQLDESCRIBECOL, "SQLDescribeCol"),
    DQLITE_FUNCTION(SQL_API_SQLDESCRIBEPARAM, "SQLDescribeParam"),
    DQLITE_FUNCTION(SQL_API_SQLDISCONNECT, "SQLDisconnect"),
    DQLITE_FUNCTION(SQL_API_SQLDRIVERCONNECT, "SQLDriverConnect"),
    DQLITE_FUNCTION(SQL_API_SQLENDTRAN, "SQLEndTran"),
    DQLITE_FUNCTION(SQL_API_SQLEXECDIRECT, "SQLExecDirect"),
    DQLITE_FUNCTION(SQL_API_SQLEXECUTE, "SQLExecute"),
    DQLITE_FUNCTION(SQL_API_SQLEXTENDEDFETCH, "SQLExtendedFetch"),
    DQLITE_FUNCTION(SQL_API_SQLFETCH, "SQLFetch"),
    DQLITE_FUNCTION(SQL_API_SQLFETCHSCROLL, "SQLFetchScroll"),
    DQLITE_FUNCTION(SQL_API_SQLFOREIGNKEYS, "SQLForeignKeys"),
    DQLITE_FUNCTION(SQL_API_SQLFREEHANDLE, "SQLFreeHandle"),
    DQLITE_FUNCTION(SQL_API_SQLFREESTMT, "SQLFreeStmt"),
    DQLITE_FUNCTION(SQL_API_SQLGETCONNECTATTR, "SQLGetConnectAttr"),
    DQLITE_FUNCTION(SQL_API_SQLGETCURSORNAME, "SQLGetCursorName"),
    DQLITE_FUNCTION(SQL_API_SQLGETDATA, "SQLGetData"),
    DQLITE_FUNCTION(SQL_API_SQLGETDESCFIELD, "SQLGetDescField"),
    DQLITE_FUNCTION(SQL_API_SQLGETDESCREC, "SQLGetDescRec"),
    DQLITE_FUNCTION(SQL_API_SQLGETDIAGFIELD, "SQLGetDiagField"),
    DQLITE_FUNCTION(SQL_API_SQLGETDIAGREC, "SQLGetDiagRec"),
    DQLITE_FUNCTION(SQL_API_SQLGETENVATTR, "SQLGetEnvAttr"),
    DQLITE_FUNCTION(SQL_API_SQLGETFUNCTIONS, "SQLGetFunctions"),
    DQLITE_FUNCTION(SQL_API_SQLGETINFO, "SQLGetInfo"),
    DQLITE_FUNCTION(SQL_API_SQLGETSTMTATTR, "SQLGetStmtAttr"),
    DQLITE_FUNCTION(SQL_API_SQLGETTYPEINFO, "SQLGetTypeInfo"),
    DQLITE_FUNCTION(SQL_API_SQLMORERESULTS, "SQLMoreResults"),
    DQLITE_FUNCTION(SQL_API_SQLNATIVESQL, "SQLNativeSql"),
    DQLITE_FUNCTION(SQL_API_SQLNUMPARAMS, "SQLNumParams"),
    DQLITE_FUNCTION(SQL_API_SQLNUMRESULTCOLS, "SQLNumResultCols"),
    DQLITE_FUNCTION(SQL_API_SQLPARAMDATA, "SQLParamData"),
    DQLITE_FUNCTION(SQL_API_SQLPREPARE, "SQLPrepare"),
    DQLITE_FUNCTION(SQL_API_SQLPRIMARYKEYS, "SQLPrimaryKeys"),
    DQLITE_FUNCTION(SQL_API_SQLPROCEDURECOLUMNS, "SQLProcedureColumns"),
    DQLITE_FUNCTION(SQL_API_SQLPROCEDURES, "SQLProcedures"),
    DQLITE_FUNCTION(SQL_API_SQLPUTDATA, "SQLPutData"),
    DQLITE_FUNCTION(SQL_API_SQLROWCOUNT, "SQLRowCount"),
    DQLITE_FUNCTION(SQL_API_SQLSETCONNECTATTR, "SQLSetConnectAttr"),
    DQLITE_FUNCTION(SQL_API_SQLSETCURSORNAME, "SQLSetCursorName"),
    DQLITE_FUNCTION(SQL_API_SQLSETDESCFIELD, "SQLSetDescField"),
    DQLITE_FUNCTION(SQL_API_SQLSETDESCREC, "SQLSetDescRec"),
    DQLITE_FUNCTION(SQL_API_SQLSETENVATTR, "SQLSetEnvAttr"),
    DQLITE_FUNCTION(SQL_API_SQLSETPOS, "SQLSetPos"),
    DQLITE_FUNCTION(SQL_API_SQLSETSTMTATTR, "SQLSetStmtAttr"),
    DQLITE_FUNCTION(SQL_API_SQLSPECIALCOLUMNS, "SQLSpecialColumns"),
    DQLITE_FUNCTION(SQL_API_SQLSTATISTICS, "SQLStatistics"),
    DQLITE_FUNCTION(SQL_API_SQLTABLEPRIVILEGES, "SQLTablePrivileges"),
    DQLITE_FUNCTION(SQL_API_SQLTABLES, "SQLTables"),
};

std::string render_functions() {
    std::string present;
    std::string missing;
    for (const Name& function : functions) {
        // Not SQLGetFunctions itself: unixODBC 2.3.11 answers it, and has no SQLCancelHandle.
        const bool has = odbc::is_supported_function(static_cast<SQLUSMALLINT>(function.value));
        std::string& list = has ? present : missing;
        list += fmt::format("{}{}", list.empty() ? "" : ", ", function.name);
    }
    return fmt::format("{}.\n\nNot there: {}.\n", present, missing.empty() ? "none" : missing);
}

// ------------------------------------------------------------------------- types, conversions

struct CType {
    SQLSMALLINT type;
    std::string_view name;
};
constexpr std::array c_types{CType{SQL_C_CHAR, "CHAR, WCHAR, BINARY"},
                             CType{SQL_C_SBIGINT, "integers"},
                             CType{SQL_C_NUMERIC, "NUMERIC"},
                             CType{SQL_C_DOUBLE, "FLOAT, DOUBLE"},
                             CType{SQL_C_BIT, "BIT"},
                             CType{SQL_C_TYPE_DATE, "DATE"},
                             CType{SQL_C_TYPE_TIME, "TIME"},
                             CType{SQL_C_TYPE_TIMESTAMP, "TIMESTAMP"},
                             CType{SQL_C_GUID, "GUID"},
                             CType{SQL_C_INTERVAL_DAY, "INTERVAL"}};

std::string render_types(const OdbcConnection& connection) {
    std::string header = "| Type | Code | Size | Parameters |";
    std::string line = "|---|---|---|---|";
    for (const CType& c_type : c_types) {
        header += fmt::format(" {} |", c_type.name);
        line += "---|";
    }
    std::string text = header + "\n" + line + "\n";
    OdbcStatement statement{connection};
    SQLGetTypeInfo(statement.handle(), SQL_ALL_TYPES);
    for (const auto& row : statement.all()) {
        text += fmt::format("| {} | {} | {} | {} |", row.at(0).value_or(""), row.at(1).value_or(""),
                            row.at(2).value_or(""), row.at(5).value_or(""));
        const auto type = static_cast<SQLSMALLINT>(std::stoi(row.at(1).value_or("0")));
        for (const CType& c_type : c_types) {
            text += odbc::is_convertible_to_c(type, c_type.type) ? " ✓ |" : "  |";
        }
        text += "\n";
    }
    return text;
}

}  // namespace

std::string render_capabilities(const OdbcConnection& connection) {
    std::string text =
        "# What the driver can do\n\n"
        "Made of what it answers, and compared with it by a test (`driver_test`,\n"
        "`Capabilities`; with `DQLITE_WRITE_DOCUMENTS=1` that test writes this file anew).\n\n"
        "## SQLGetInfo\n\n"
        "The values that matter most, with all keys at their defaults.\n\n"
        "| | | |\n|---|---|---|\n";
    for (const Info& info : infos) {
        text +=
            fmt::format("| {} | `{}` | {} |\n", info.title, info.name, value_of(connection, info));
    }
    text += "\n## Functions (SQLGetFunctions)\n\n" + render_functions();
    text +=
        "\nThe functions of ODBC 2 come through the driver manager, which maps them.\n"
        "\n## Types (SQLGetTypeInfo), and the C types they convert to\n\n" +
        render_types(connection);
    return text;
}

}  // namespace dqlite::test
