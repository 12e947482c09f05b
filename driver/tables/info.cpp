#include "driver/tables/info.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace dqlite::odbc {
namespace {

using Text = std::string (*)(const InfoContext&);
using Number = std::uint32_t (*)(const InfoContext&);

struct InfoEntry {
    SQLUSMALLINT type;
    InfoKind kind;
    std::uint32_t number = 0;
    const char* text = "";
    Text compute_text = nullptr;      ///< else `text`
    Number compute_number = nullptr;  ///< else `number`
    bool needs_connection = false;
};

constexpr InfoEntry text(SQLUSMALLINT type, const char* value) {
    return {type, InfoKind::text, 0, value};
}
constexpr InfoEntry text(SQLUSMALLINT type, Text compute) {
    return {type, InfoKind::text, 0, "", compute};
}
constexpr InfoEntry u16(SQLUSMALLINT type, std::uint32_t value) {
    return {type, InfoKind::u16, value};
}
constexpr InfoEntry u32(SQLUSMALLINT type, std::uint32_t value) {
    return {type, InfoKind::u32, value};
}
constexpr InfoEntry computed(SQLUSMALLINT type, Number compute) {
    return {type, InfoKind::u32, 0, "", nullptr, compute};
}
constexpr InfoEntry from_server(InfoEntry entry) {
    entry.needs_connection = true;
    return entry;
}

template <std::uint32_t ScalarFunctionMasks::*Member>
std::uint32_t mask(const InfoContext& context) {
    return context.functions.*Member;
}
using Masks = ScalarFunctionMasks;
constexpr Number from_character = mask<&Masks::convert_from_character>;
constexpr Number from_number = mask<&Masks::convert_from_number>;
constexpr Number from_binary = mask<&Masks::convert_from_binary>;

std::string yes_if(bool condition) {
    return condition ? "Y" : "N";
}

struct Version {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned patch = 0;
};

/// "3.46.1"; parts that are not there are 0.
Version parse_version(std::string_view text) {
    Version version;
    for (unsigned* const part : {&version.major, &version.minor, &version.patch}) {
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, *part);
        if (error != std::errc{} || stop == end) break;
        text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    }
    return version;
}

bool sqlite_at_least(const InfoContext& context, unsigned minor) {
    const Version version = parse_version(context.sqlite_version);
    return version.major > 3 || (version.major == 3 && version.minor >= minor);
}

/// In the documented shape ##.##.####, SQLite's own spelling behind it.
std::string dbms_version(const InfoContext& context) {
    const auto [major, minor, patch] = parse_version(context.sqlite_version);
    return fmt::format("{:02}.{:02}.{:04} {}", major, minor, patch, context.sqlite_version);
}

constexpr unsigned full_join_since = 39;
constexpr unsigned drop_column_since = 35;

std::uint32_t outer_joins(const InfoContext& context) {
    // Not SQL_OJ_NESTED: SQLite does not read ODBC's a LEFT JOIN b LEFT JOIN c ON … ON …
    constexpr std::uint32_t always =
        SQL_OJ_LEFT | SQL_OJ_NOT_ORDERED | SQL_OJ_INNER | SQL_OJ_ALL_COMPARISON_OPS;
    constexpr std::uint32_t newer = SQL_OJ_RIGHT | SQL_OJ_FULL;
    return sqlite_at_least(context, full_join_since) ? always | newer : always;
}

std::uint32_t join_operators(const InfoContext& context) {
    constexpr std::uint32_t always = SQL_SRJO_CROSS_JOIN | SQL_SRJO_EXCEPT_JOIN |
                                     SQL_SRJO_INNER_JOIN | SQL_SRJO_INTERSECT_JOIN |
                                     SQL_SRJO_LEFT_OUTER_JOIN | SQL_SRJO_NATURAL_JOIN;
    constexpr std::uint32_t newer = SQL_SRJO_FULL_OUTER_JOIN | SQL_SRJO_RIGHT_OUTER_JOIN;
    return sqlite_at_least(context, full_join_since) ? always | newer : always;
}

std::uint32_t alter_table(const InfoContext& context) {
    constexpr std::uint32_t always = SQL_AT_ADD_COLUMN | SQL_AT_ADD_COLUMN_SINGLE |
                                     SQL_AT_ADD_COLUMN_DEFAULT | SQL_AT_ADD_COLUMN_COLLATION;
    return sqlite_at_least(context, drop_column_since) ? always | SQL_AT_DROP_COLUMN : always;
}

std::uint32_t schema_usage(const InfoContext& context) {
    // CREATE INDEX takes its schema before the index, not the table; views cannot be qualified
    // in a way all of ODBC's statements would need.
    return context.hide_schemas ? 0 : SQL_SU_DML_STATEMENTS | SQL_SU_TABLE_DEFINITION;
}

// Level 1 asks for two-part names, wherever the catalogue is looked at.
std::uint32_t interface_conformance(const InfoContext& context) {
    return context.hide_schemas ? SQL_OIC_CORE : SQL_OIC_LEVEL1;
}

std::uint32_t batch_support(const InfoContext& context) {
    return context.multi_statements ? SQL_BS_SELECT_EXPLICIT | SQL_BS_ROW_COUNT_EXPLICIT : 0;
}

std::uint32_t batch_row_count(const InfoContext& context) {
    return context.multi_statements ? SQL_BRC_EXPLICIT : 0;
}

// SQLite's keywords that are not in ODBC's own list (Appendix C).
constexpr const char* keywords =
    "ABORT,AFTER,ALWAYS,ANALYZE,ATTACH,AUTOINCREMENT,BEFORE,CONFLICT,DATABASE,DETACH,DO,EACH,"
    "EXCLUDE,EXCLUSIVE,EXPLAIN,FAIL,FILTER,FOLLOWING,GENERATED,GLOB,GROUPS,IF,IGNORE,INDEXED,"
    "INSTEAD,ISNULL,LIMIT,MATERIALIZED,NOTHING,NOTNULL,NULLS,OFFSET,OTHERS,OVER,PARTITION,PLAN,"
    "PRAGMA,PRECEDING,QUERY,RAISE,RANGE,RECURSIVE,REGEXP,REINDEX,RELEASE,RENAME,REPLACE,RETURNING,"
    "ROW,SAVEPOINT,TEMP,TIES,TRIGGER,UNBOUNDED,VACUUM,VIRTUAL,WINDOW,WITHOUT";

// SQLite has no limit on names; 0 makes some tools cut their aliases to nothing.
constexpr std::uint32_t max_name = 255;
constexpr std::uint32_t max_cursor_name = 128;
constexpr std::uint32_t max_columns = 2000;        // SQLITE_MAX_COLUMN
constexpr std::uint32_t max_result_columns = 509;  // more do not fit a frame of older servers
constexpr std::uint32_t max_joined_tables = 64;

constexpr std::uint32_t forward_only_1 =
    SQL_CA1_NEXT | SQL_CA1_LOCK_NO_CHANGE | SQL_CA1_POS_POSITION | SQL_CA1_POS_UPDATE |
    SQL_CA1_POS_DELETE | SQL_CA1_POS_REFRESH | SQL_CA1_POSITIONED_UPDATE |
    SQL_CA1_POSITIONED_DELETE | SQL_CA1_BULK_ADD;
constexpr std::uint32_t forward_only_2 = SQL_CA2_READ_ONLY_CONCURRENCY |
                                         SQL_CA2_OPT_VALUES_CONCURRENCY | SQL_CA2_MAX_ROWS_SELECT |
                                         SQL_CA2_MAX_ROWS_CATALOG | SQL_CA2_SIMULATE_UNIQUE;
constexpr std::uint32_t static_1 = forward_only_1 | SQL_CA1_ABSOLUTE | SQL_CA1_RELATIVE |
                                   SQL_CA1_BOOKMARK | SQL_CA1_BULK_UPDATE_BY_BOOKMARK |
                                   SQL_CA1_BULK_DELETE_BY_BOOKMARK | SQL_CA1_BULK_FETCH_BY_BOOKMARK;
// Rows the application deleted stay as holes.
constexpr std::uint32_t static_2 = forward_only_2 | SQL_CA2_CRC_EXACT |
                                   SQL_CA2_SENSITIVITY_ADDITIONS | SQL_CA2_SENSITIVITY_UPDATES;
// A bookmark is a row's number in its open cursor.
constexpr std::uint32_t bookmarks_survive =
    SQL_BP_SCROLL | SQL_BP_TRANSACTION | SQL_BP_UPDATE | SQL_BP_DELETE;
constexpr std::uint32_t fetch_directions =
    SQL_FD_FETCH_NEXT | SQL_FD_FETCH_FIRST | SQL_FD_FETCH_LAST | SQL_FD_FETCH_PRIOR |
    SQL_FD_FETCH_ABSOLUTE | SQL_FD_FETCH_RELATIVE | SQL_FD_FETCH_BOOKMARK;
constexpr std::uint32_t get_data =
    SQL_GD_ANY_COLUMN | SQL_GD_ANY_ORDER | SQL_GD_BLOCK | SQL_GD_BOUND;
constexpr std::uint32_t create_table =
    SQL_CT_CREATE_TABLE | SQL_CT_TABLE_CONSTRAINT | SQL_CT_CONSTRAINT_NAME_DEFINITION |
    SQL_CT_COLUMN_CONSTRAINT | SQL_CT_COLUMN_DEFAULT | SQL_CT_COLUMN_COLLATION |
    SQL_CT_CONSTRAINT_INITIALLY_DEFERRED | SQL_CT_CONSTRAINT_INITIALLY_IMMEDIATE |
    SQL_CT_CONSTRAINT_DEFERRABLE | SQL_CT_CONSTRAINT_NON_DEFERRABLE;
constexpr std::uint32_t predicates = SQL_SP_EXISTS | SQL_SP_ISNOTNULL | SQL_SP_ISNULL |
                                     SQL_SP_LIKE | SQL_SP_IN | SQL_SP_BETWEEN | SQL_SP_COMPARISON;

// What other headers name, or name differently.
constexpr SQLUSMALLINT dtc_transition_cost = 1750;
constexpr SQLUSMALLINT first_of_odbc4 = 174;  // inference of schemas and its kin, up to 181

constexpr std::array entries{
    u16(SQL_MAX_DRIVER_CONNECTIONS, 0),
    u16(SQL_MAX_CONCURRENT_ACTIVITIES, 0),
    text(SQL_DATA_SOURCE_NAME, [](const InfoContext& c) { return c.data_source_name; }),
    text(SQL_DRIVER_NAME, "libdqliteodbc.so"),
    text(SQL_DRIVER_VER, "01.00.0000"),
    u32(SQL_FETCH_DIRECTION, fetch_directions),
    u16(SQL_ODBC_API_CONFORMANCE, SQL_OAC_LEVEL1),
    text(SQL_ODBC_VER, "03.80"),
    text(SQL_ROW_UPDATES, "N"),
    u16(SQL_ODBC_SAG_CLI_CONFORMANCE, SQL_OSCC_COMPLIANT),
    text(SQL_SERVER_NAME, [](const InfoContext& c) { return c.server_name; }),
    text(SQL_SEARCH_PATTERN_ESCAPE, "\\"),
    u16(SQL_ODBC_SQL_CONFORMANCE, SQL_OSC_CORE),
    text(SQL_DATABASE_NAME, [](const InfoContext& c) { return c.database_name; }),
    text(SQL_DBMS_NAME, [](const InfoContext& c) { return c.dbms_name; }),
    from_server(text(SQL_DBMS_VER, dbms_version)),
    text(SQL_ACCESSIBLE_TABLES, "Y"),
    // Whether all that SQLProcedures lists can be called.
    text(SQL_ACCESSIBLE_PROCEDURES, [](const InfoContext& c) { return yes_if(c.allow_admin); }),
    text(SQL_PROCEDURES, "Y"),
    u16(SQL_CONCAT_NULL_BEHAVIOR, SQL_CB_NULL),
    u16(SQL_CURSOR_COMMIT_BEHAVIOR, SQL_CB_PRESERVE),
    u16(SQL_CURSOR_ROLLBACK_BEHAVIOR, SQL_CB_PRESERVE),
    text(SQL_DATA_SOURCE_READ_ONLY, [](const InfoContext& c) { return yes_if(c.read_only); }),
    u32(SQL_DEFAULT_TXN_ISOLATION, SQL_TXN_SERIALIZABLE),
    text(SQL_EXPRESSIONS_IN_ORDERBY, "Y"),
    u16(SQL_IDENTIFIER_CASE, SQL_IC_MIXED),
    text(SQL_IDENTIFIER_QUOTE_CHAR, "\""),
    u16(SQL_MAX_COLUMN_NAME_LEN, max_name),
    u16(SQL_MAX_CURSOR_NAME_LEN, max_cursor_name),
    u16(SQL_MAX_SCHEMA_NAME_LEN, 0),
    u16(SQL_MAX_PROCEDURE_NAME_LEN, max_name),
    u16(SQL_MAX_CATALOG_NAME_LEN, 0),
    u16(SQL_MAX_TABLE_NAME_LEN, max_name),
    text(SQL_MULT_RESULT_SETS, [](const InfoContext& c) { return yes_if(c.multi_statements); }),
    text(SQL_MULTIPLE_ACTIVE_TXN, "Y"),
    text(SQL_OUTER_JOINS, "Y"),
    text(SQL_SCHEMA_TERM,
         [](const InfoContext& c) { return std::string{c.hide_schemas ? "" : "schema"}; }),
    text(SQL_PROCEDURE_TERM, "procedure"),
    text(SQL_CATALOG_NAME_SEPARATOR, ""),
    text(SQL_CATALOG_TERM, ""),
    u32(SQL_SCROLL_CONCURRENCY, SQL_SCCO_READ_ONLY | SQL_SCCO_OPT_VALUES),
    u32(SQL_SCROLL_OPTIONS, SQL_SO_FORWARD_ONLY | SQL_SO_STATIC),
    text(SQL_TABLE_TERM, "table"),
    u16(SQL_TXN_CAPABLE, SQL_TC_ALL),
    text(SQL_USER_NAME, [](const InfoContext& c) { return c.user_name; }),
    computed(SQL_CONVERT_FUNCTIONS, mask<&Masks::convert>),
    computed(SQL_NUMERIC_FUNCTIONS, mask<&Masks::numeric>),
    computed(SQL_STRING_FUNCTIONS, mask<&Masks::string>),
    computed(SQL_SYSTEM_FUNCTIONS, mask<&Masks::system>),
    computed(SQL_TIMEDATE_FUNCTIONS, mask<&Masks::timedate>),
    computed(SQL_CONVERT_BIGINT, from_number),
    computed(SQL_CONVERT_BINARY, from_binary),
    computed(SQL_CONVERT_BIT, from_number),
    computed(SQL_CONVERT_CHAR, from_character),
    computed(SQL_CONVERT_DATE, mask<&Masks::convert_from_date>),
    computed(SQL_CONVERT_DECIMAL, from_number),
    computed(SQL_CONVERT_DOUBLE, from_number),
    computed(SQL_CONVERT_FLOAT, from_number),
    computed(SQL_CONVERT_INTEGER, from_number),
    computed(SQL_CONVERT_LONGVARCHAR, from_character),
    computed(SQL_CONVERT_NUMERIC, from_number),
    computed(SQL_CONVERT_REAL, from_number),
    computed(SQL_CONVERT_SMALLINT, from_number),
    computed(SQL_CONVERT_TIME, mask<&Masks::convert_from_time>),
    computed(SQL_CONVERT_TIMESTAMP, mask<&Masks::convert_from_timestamp>),
    computed(SQL_CONVERT_TINYINT, from_number),
    computed(SQL_CONVERT_VARBINARY, from_binary),
    computed(SQL_CONVERT_VARCHAR, from_character),
    computed(SQL_CONVERT_LONGVARBINARY, from_binary),
    u32(SQL_TXN_ISOLATION_OPTION, SQL_TXN_SERIALIZABLE),
    text(SQL_INTEGRITY, "Y"),
    u16(SQL_CORRELATION_NAME, SQL_CN_ANY),
    u16(SQL_NON_NULLABLE_COLUMNS, SQL_NNC_NON_NULL),
    text(SQL_DRIVER_ODBC_VER, "03.80"),
    u32(SQL_LOCK_TYPES, SQL_LCK_NO_CHANGE),
    u32(SQL_POS_OPERATIONS,
        SQL_POS_POSITION | SQL_POS_REFRESH | SQL_POS_UPDATE | SQL_POS_DELETE | SQL_POS_ADD),
    u32(SQL_POSITIONED_STATEMENTS, SQL_PS_POSITIONED_DELETE | SQL_PS_POSITIONED_UPDATE),
    u32(SQL_GETDATA_EXTENSIONS, get_data),
    u32(SQL_BOOKMARK_PERSISTENCE, bookmarks_survive),
    u32(SQL_STATIC_SENSITIVITY, SQL_SS_ADDITIONS | SQL_SS_UPDATES),
    u16(SQL_FILE_USAGE, SQL_FILE_NOT_SUPPORTED),
    u16(SQL_NULL_COLLATION, SQL_NC_LOW),
    from_server(computed(SQL_ALTER_TABLE, alter_table)),
    text(SQL_COLUMN_ALIAS, "Y"),
    u16(SQL_GROUP_BY, SQL_GB_NO_RELATION),
    text(SQL_KEYWORDS, keywords),
    text(SQL_ORDER_BY_COLUMNS_IN_SELECT, "N"),
    computed(SQL_SCHEMA_USAGE, schema_usage),
    u32(SQL_CATALOG_USAGE, 0),
    u16(SQL_QUOTED_IDENTIFIER_CASE, SQL_IC_MIXED),
    text(SQL_SPECIAL_CHARACTERS, " !#$%&'()*+,-./:;<=>?@[\\]^`{|}~"),
    u32(SQL_SUBQUERIES,
        SQL_SQ_COMPARISON | SQL_SQ_EXISTS | SQL_SQ_IN | SQL_SQ_CORRELATED_SUBQUERIES),
    u32(SQL_UNION, SQL_U_UNION | SQL_U_UNION_ALL),
    u16(SQL_MAX_COLUMNS_IN_GROUP_BY, max_columns),
    u16(SQL_MAX_COLUMNS_IN_INDEX, max_columns),
    u16(SQL_MAX_COLUMNS_IN_ORDER_BY, max_columns),
    u16(SQL_MAX_COLUMNS_IN_SELECT, max_result_columns),
    u16(SQL_MAX_COLUMNS_IN_TABLE, max_columns),
    u32(SQL_MAX_INDEX_SIZE, 0),
    text(SQL_MAX_ROW_SIZE_INCLUDES_LONG, "Y"),
    u32(SQL_MAX_ROW_SIZE, 0),
    u32(SQL_MAX_STATEMENT_LEN, 0),
    u16(SQL_MAX_TABLES_IN_SELECT, max_joined_tables),
    u16(SQL_MAX_USER_NAME_LEN, 0),
    u32(SQL_MAX_CHAR_LITERAL_LEN, 0),
    computed(SQL_TIMEDATE_ADD_INTERVALS, mask<&Masks::timedate_add_intervals>),
    computed(SQL_TIMEDATE_DIFF_INTERVALS, mask<&Masks::timedate_diff_intervals>),
    text(SQL_NEED_LONG_DATA_LEN, "N"),
    u32(SQL_MAX_BINARY_LITERAL_LEN, 0),
    text(SQL_LIKE_ESCAPE_CLAUSE, "Y"),
    u16(SQL_CATALOG_LOCATION, 0),
    from_server(computed(SQL_OJ_CAPABILITIES, outer_joins)),
    u16(SQL_ACTIVE_ENVIRONMENTS, 0),
    u32(SQL_ALTER_DOMAIN, 0),
    u32(SQL_SQL_CONFORMANCE, SQL_SC_SQL92_ENTRY),
    u32(SQL_DATETIME_LITERALS, 0),
    computed(SQL_BATCH_ROW_COUNT, batch_row_count),
    computed(SQL_BATCH_SUPPORT, batch_support),
    computed(SQL_CONVERT_WCHAR, from_character),
    u32(SQL_CONVERT_INTERVAL_DAY_TIME, 0),
    u32(SQL_CONVERT_INTERVAL_YEAR_MONTH, 0),
    computed(SQL_CONVERT_WLONGVARCHAR, from_character),
    computed(SQL_CONVERT_WVARCHAR, from_character),
    u32(SQL_CREATE_ASSERTION, 0),
    u32(SQL_CREATE_CHARACTER_SET, 0),
    u32(SQL_CREATE_COLLATION, 0),
    u32(SQL_CREATE_DOMAIN, 0),
    u32(SQL_CREATE_SCHEMA, 0),
    u32(SQL_CREATE_TABLE, create_table),
    u32(SQL_CREATE_TRANSLATION, 0),
    u32(SQL_CREATE_VIEW, SQL_CV_CREATE_VIEW),
    u32(SQL_DROP_ASSERTION, 0),
    u32(SQL_DROP_CHARACTER_SET, 0),
    u32(SQL_DROP_COLLATION, 0),
    u32(SQL_DROP_DOMAIN, 0),
    u32(SQL_DROP_SCHEMA, 0),
    u32(SQL_DROP_TABLE, SQL_DT_DROP_TABLE),
    u32(SQL_DROP_TRANSLATION, 0),
    u32(SQL_DROP_VIEW, SQL_DV_DROP_VIEW),
    u32(SQL_DYNAMIC_CURSOR_ATTRIBUTES1, 0),
    u32(SQL_DYNAMIC_CURSOR_ATTRIBUTES2, 0),
    u32(SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES1, forward_only_1),
    u32(SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES2, forward_only_2),
    u32(SQL_INDEX_KEYWORDS, SQL_IK_ALL),
    u32(SQL_INFO_SCHEMA_VIEWS, 0),
    u32(SQL_KEYSET_CURSOR_ATTRIBUTES1, 0),
    u32(SQL_KEYSET_CURSOR_ATTRIBUTES2, 0),
    computed(SQL_ODBC_INTERFACE_CONFORMANCE, interface_conformance),
    u32(SQL_PARAM_ARRAY_ROW_COUNTS, SQL_PARC_NO_BATCH),
    u32(SQL_PARAM_ARRAY_SELECTS, SQL_PAS_NO_SELECT),
    // CURRENT_DATE and its kin, in UTC.
    u32(SQL_SQL92_DATETIME_FUNCTIONS,
        SQL_SDF_CURRENT_DATE | SQL_SDF_CURRENT_TIME | SQL_SDF_CURRENT_TIMESTAMP),
    u32(SQL_SQL92_FOREIGN_KEY_DELETE_RULE,
        SQL_SFKD_CASCADE | SQL_SFKD_NO_ACTION | SQL_SFKD_SET_DEFAULT | SQL_SFKD_SET_NULL),
    u32(SQL_SQL92_FOREIGN_KEY_UPDATE_RULE,
        SQL_SFKU_CASCADE | SQL_SFKU_NO_ACTION | SQL_SFKU_SET_DEFAULT | SQL_SFKU_SET_NULL),
    u32(SQL_SQL92_GRANT, 0),
    u32(SQL_SQL92_NUMERIC_VALUE_FUNCTIONS, 0),
    u32(SQL_SQL92_PREDICATES, predicates),
    from_server(computed(SQL_SQL92_RELATIONAL_JOIN_OPERATORS, join_operators)),
    u32(SQL_SQL92_REVOKE, 0),
    u32(SQL_SQL92_ROW_VALUE_CONSTRUCTOR,
        SQL_SRVC_VALUE_EXPRESSION | SQL_SRVC_NULL | SQL_SRVC_ROW_SUBQUERY),
    u32(SQL_SQL92_STRING_FUNCTIONS, SQL_SSF_LOWER | SQL_SSF_UPPER),
    u32(SQL_SQL92_VALUE_EXPRESSIONS,
        SQL_SVE_CASE | SQL_SVE_CAST | SQL_SVE_COALESCE | SQL_SVE_NULLIF),
    u32(SQL_STANDARD_CLI_CONFORMANCE, SQL_SCC_XOPEN_CLI_VERSION1 | SQL_SCC_ISO92_CLI),
    u32(SQL_STATIC_CURSOR_ATTRIBUTES1, static_1),
    u32(SQL_STATIC_CURSOR_ATTRIBUTES2, static_2),
    u32(SQL_AGGREGATE_FUNCTIONS, SQL_AF_ALL | SQL_AF_AVG | SQL_AF_COUNT | SQL_AF_DISTINCT |
                                     SQL_AF_MAX | SQL_AF_MIN | SQL_AF_SUM),
    u32(SQL_DDL_INDEX, SQL_DI_CREATE_INDEX | SQL_DI_DROP_INDEX),
    text(SQL_DM_VER, "03.80.0000.0000"),
    u32(SQL_INSERT_STATEMENT, SQL_IS_INSERT_LITERALS | SQL_IS_INSERT_SEARCHED),
    u32(SQL_CONVERT_GUID, 0),
    // Power BI asks for these of ODBC 4 and takes an error badly.
    u32(first_of_odbc4, 0),
    u32(first_of_odbc4 + 1, 0),
    u32(first_of_odbc4 + 2, 0),
    u32(first_of_odbc4 + 3, 0),
    u32(first_of_odbc4 + 4, 0),
    u32(first_of_odbc4 + 5, 0),
    u32(first_of_odbc4 + 6, 0),
    u32(first_of_odbc4 + 7, 0),
    u32(dtc_transition_cost, 0),
    text(SQL_XOPEN_CLI_YEAR, "1995"),
    u32(SQL_CURSOR_SENSITIVITY, SQL_UNSPECIFIED),
    text(SQL_DESCRIBE_PARAMETER, "Y"),
    text(SQL_CATALOG_NAME, "N"),
    text(SQL_COLLATION_SEQ, ""),
    u16(SQL_MAX_IDENTIFIER_LEN, max_name),
    u32(SQL_ASYNC_MODE, SQL_AM_STATEMENT),
    u32(SQL_MAX_ASYNC_CONCURRENT_STATEMENTS, 0),
    u32(SQL_ASYNC_DBC_FUNCTIONS, SQL_ASYNC_DBC_CAPABLE),
    u32(SQL_DRIVER_AWARE_POOLING_SUPPORTED, SQL_DRIVER_AWARE_POOLING_NOT_CAPABLE),
    u32(SQL_ASYNC_NOTIFICATION, SQL_ASYNC_NOTIFICATION_NOT_CAPABLE),
};
static_assert(std::ranges::is_sorted(entries, std::ranges::less{}, &InfoEntry::type));

constexpr auto types = [] {
    std::array<SQLUSMALLINT, entries.size()> found{};
    std::ranges::transform(entries, found.begin(), &InfoEntry::type);
    return found;
}();

const InfoEntry* find(SQLUSMALLINT type) noexcept {
    const auto* const found = std::ranges::lower_bound(entries, type, {}, &InfoEntry::type);
    return found == entries.end() || found->type != type ? nullptr : found;
}

}  // namespace

bool info_needs_connection(SQLUSMALLINT type) noexcept {
    const InfoEntry* const entry = find(type);
    return entry != nullptr && entry->needs_connection;
}

std::optional<InfoValue> info_value(SQLUSMALLINT type, const InfoContext& context) {
    const InfoEntry* const entry = find(type);
    if (entry == nullptr) return std::nullopt;
    InfoValue value;
    value.kind = entry->kind;
    value.text = entry->compute_text == nullptr ? entry->text : entry->compute_text(context);
    value.number =
        entry->compute_number == nullptr ? entry->number : entry->compute_number(context);
    return value;
}

std::span<const SQLUSMALLINT> info_types() noexcept {
    return types;
}

}  // namespace dqlite::odbc
