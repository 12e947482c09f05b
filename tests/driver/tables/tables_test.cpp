// Attributes, descriptor fields, functions and SQLGetInfo: the tables agree with ODBC and with
// each other.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "driver/tables/attributes.h"
#include "driver/tables/descriptor_fields.h"
#include "driver/tables/functions.h"
#include "driver/tables/info.h"

namespace dqlite::odbc {
namespace {

TEST(Attributes, AreFoundByHandleAndIdentifier) {
    std::set<std::pair<HandleKind, SQLINTEGER>> seen;
    for (const Attribute& attribute : attributes()) {
        EXPECT_TRUE(seen.emplace(attribute.handle, attribute.id).second) << attribute.name;
        EXPECT_EQ(find_attribute(attribute.handle, attribute.id), &attribute) << attribute.name;
    }
    EXPECT_EQ(find_attribute(HandleKind::environment, SQL_ATTR_AUTOCOMMIT), nullptr);
    EXPECT_EQ(find_attribute(HandleKind::statement, 4711), nullptr);
    // 10001 is another thing on each handle.
    EXPECT_STREQ(find_attribute(HandleKind::environment, 10001)->name, "SQL_ATTR_OUTPUT_NTS");
    EXPECT_STREQ(find_attribute(HandleKind::connection, 10001)->name, "SQL_ATTR_AUTO_IPD");
}

TEST(Attributes, OfOdbc38AreAllThere) {
    for (const SQLINTEGER id :
         {SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC, SQL_ATTR_IMP_ROW_DESC,
          SQL_ATTR_IMP_PARAM_DESC, SQL_ATTR_CURSOR_SCROLLABLE, SQL_ATTR_CURSOR_SENSITIVITY,
          SQL_ATTR_METADATA_ID}) {
        EXPECT_NE(find_attribute(HandleKind::statement, id), nullptr) << id;
    }
    for (SQLINTEGER id = SQL_ATTR_QUERY_TIMEOUT; id <= SQL_ATTR_ROW_ARRAY_SIZE; ++id) {
        EXPECT_NE(find_attribute(HandleKind::statement, id), nullptr) << id;
    }
    for (SQLINTEGER id = SQL_ATTR_ACCESS_MODE; id <= SQL_ATTR_PACKET_SIZE; ++id) {
        EXPECT_NE(find_attribute(HandleKind::connection, id), nullptr) << id;
    }
}

TEST(Attributes, HaveTheDefaultsOfTheReference) {
    const auto value = [](HandleKind handle, SQLINTEGER id) {
        return find_attribute(handle, id)->default_value;
    };
    EXPECT_EQ(value(HandleKind::connection, SQL_ATTR_AUTOCOMMIT), SQL_AUTOCOMMIT_ON);
    EXPECT_EQ(value(HandleKind::connection, SQL_ATTR_TXN_ISOLATION), SQL_TXN_SERIALIZABLE);
    EXPECT_EQ(value(HandleKind::statement, SQL_ATTR_CONCURRENCY), SQL_CONCUR_READ_ONLY);
    EXPECT_EQ(value(HandleKind::statement, SQL_ATTR_CURSOR_TYPE), SQL_CURSOR_FORWARD_ONLY);
    EXPECT_EQ(value(HandleKind::statement, SQL_ATTR_RETRIEVE_DATA), SQL_RD_ON);
    EXPECT_EQ(value(HandleKind::statement, SQL_ATTR_ROW_ARRAY_SIZE), 1U);
    EXPECT_EQ(value(HandleKind::statement, SQL_ATTR_PARAMSET_SIZE), 1U);
}

TEST(Attributes, MayBeSetOnlyWhenTheReferenceAllows) {
    EXPECT_FALSE(find_attribute(HandleKind::connection, SQL_ATTR_LOGIN_TIMEOUT)->after_connect);
    EXPECT_FALSE(find_attribute(HandleKind::connection, SQL_ATTR_TRANSLATE_LIB)->before_connect);
    EXPECT_TRUE(find_attribute(HandleKind::connection, SQL_ATTR_AUTOCOMMIT)->before_connect);
    for (const SQLINTEGER id : {SQL_ATTR_CONCURRENCY, SQL_ATTR_CURSOR_TYPE,
                                SQL_ATTR_SIMULATE_CURSOR, SQL_ATTR_USE_BOOKMARKS}) {
        EXPECT_FALSE(find_attribute(HandleKind::statement, id)->with_open_cursor) << id;
    }
    EXPECT_TRUE(find_attribute(HandleKind::statement, SQL_ATTR_MAX_ROWS)->with_open_cursor);
}

TEST(DescriptorFields, AreFoundByIdentifier) {
    std::set<SQLSMALLINT> seen;
    for (const DescriptorField& field : descriptor_fields()) {
        EXPECT_TRUE(seen.insert(field.id).second) << field.name;
        EXPECT_EQ(find_descriptor_field(field.id), &field) << field.name;
    }
    EXPECT_EQ(descriptor_fields().size(), 41U);
    EXPECT_EQ(find_descriptor_field(0), nullptr);
}

TEST(DescriptorFields, OfAnIrdAreReadOnlyButForItsTwoPointers) {
    for (const DescriptorField& field : descriptor_fields()) {
        const auto access = field.access[static_cast<int>(DescriptorKind::ird)];
        const bool pointer =
            field.id == SQL_DESC_ARRAY_STATUS_PTR || field.id == SQL_DESC_ROWS_PROCESSED_PTR;
        EXPECT_EQ(access == FieldAccess::read_write, pointer) << field.name;
    }
}

TEST(DescriptorFields, AreTheSameInBothApplicationDescriptors) {
    for (const DescriptorField& field : descriptor_fields()) {
        EXPECT_EQ(field.access[static_cast<int>(DescriptorKind::ard)],
                  field.access[static_cast<int>(DescriptorKind::apd)])
            << field.name;
    }
}

TEST(Functions, OfTheCoreLevelAreAllThere) {
    EXPECT_TRUE(std::ranges::is_sorted(supported_functions()));
    for (const SQLUSMALLINT id : std::to_array<SQLUSMALLINT>(
             {SQL_API_SQLALLOCHANDLE,   SQL_API_SQLBINDCOL,        SQL_API_SQLBINDPARAMETER,
              SQL_API_SQLCANCEL,        SQL_API_SQLCLOSECURSOR,    SQL_API_SQLCOLATTRIBUTE,
              SQL_API_SQLCOLUMNS,       SQL_API_SQLCONNECT,        SQL_API_SQLCOPYDESC,
              SQL_API_SQLDESCRIBECOL,   SQL_API_SQLDISCONNECT,     SQL_API_SQLDRIVERCONNECT,
              SQL_API_SQLENDTRAN,       SQL_API_SQLEXECDIRECT,     SQL_API_SQLEXECUTE,
              SQL_API_SQLFETCH,         SQL_API_SQLFETCHSCROLL,    SQL_API_SQLFREEHANDLE,
              SQL_API_SQLFREESTMT,      SQL_API_SQLGETDATA,        SQL_API_SQLGETTYPEINFO,
              SQL_API_SQLNATIVESQL,     SQL_API_SQLNUMRESULTCOLS,  SQL_API_SQLPARAMDATA,
              SQL_API_SQLPREPARE,       SQL_API_SQLPUTDATA,        SQL_API_SQLROWCOUNT,
              SQL_API_SQLSETCURSORNAME, SQL_API_SQLSPECIALCOLUMNS, SQL_API_SQLSTATISTICS,
              SQL_API_SQLTABLES})) {
        EXPECT_TRUE(is_supported_function(id)) << id;
    }
}

TEST(Functions, OfOdbc2AreLeftToTheDriverManager) {
    for (const SQLUSMALLINT id : std::to_array<SQLUSMALLINT>(
             {SQL_API_SQLALLOCCONNECT, SQL_API_SQLALLOCENV, SQL_API_SQLALLOCSTMT, SQL_API_SQLERROR,
              SQL_API_SQLTRANSACT, SQL_API_SQLSETPARAM})) {
        EXPECT_FALSE(is_supported_function(id)) << id;
    }
}

std::uint32_t number(SQLUSMALLINT type, const InfoContext& context = {}) {
    const auto value = info_value(type, context);
    EXPECT_TRUE(value) << type;
    return value->number;
}

std::string text(SQLUSMALLINT type, const InfoContext& context = {}) {
    const auto value = info_value(type, context);
    EXPECT_TRUE(value && value->kind == InfoKind::text) << type;
    return value->text;
}

TEST(Info, KnowsEveryTypeOfOdbc3) {
    const std::set<SQLUSMALLINT> manager{SQL_DRIVER_HDBC, SQL_DRIVER_HENV, SQL_DRIVER_HSTMT,
                                         SQL_DRIVER_HLIB, SQL_DRIVER_HDESC};
    for (SQLUSMALLINT type = 0; type <= 181; ++type) {
        EXPECT_EQ(info_value(type, {}).has_value(), !manager.contains(type)) << type;
    }
    for (SQLUSMALLINT type = 10000; type <= 10005; ++type)
        EXPECT_TRUE(info_value(type, {})) << type;
    for (SQLUSMALLINT type = 10021; type <= 10025; ++type)
        EXPECT_TRUE(info_value(type, {})) << type;
    EXPECT_TRUE(info_value(1750, {}));
    for (const SQLUSMALLINT type :
         std::to_array<SQLUSMALLINT>({182, 1000, 9999, 10006, 10026, 65535})) {
        EXPECT_FALSE(info_value(type, {})) << type;
        EXPECT_FALSE(info_needs_connection(type)) << type;
    }
    EXPECT_TRUE(std::ranges::is_sorted(info_types()));
}

TEST(Info, HasTheWidthsOfTheReference) {
    // Where other drivers write the wrong number of bytes.
    EXPECT_EQ(info_value(SQL_CURSOR_SENSITIVITY, {})->kind, InfoKind::u32);
    EXPECT_EQ(info_value(SQL_MAX_INDEX_SIZE, {})->kind, InfoKind::u32);
    EXPECT_EQ(info_value(SQL_MAX_ROW_SIZE, {})->kind, InfoKind::u32);
    EXPECT_EQ(info_value(SQL_SCROLL_OPTIONS, {})->kind, InfoKind::u32);
    EXPECT_EQ(info_value(SQL_TXN_CAPABLE, {})->kind, InfoKind::u16);
    EXPECT_EQ(info_value(SQL_CURSOR_COMMIT_BEHAVIOR, {})->kind, InfoKind::u16);
    EXPECT_EQ(info_value(SQL_MAX_IDENTIFIER_LEN, {})->kind, InfoKind::u16);
    EXPECT_EQ(info_value(SQL_ACTIVE_ENVIRONMENTS, {})->kind, InfoKind::u16);
}

TEST(Info, TellsTheServersVersionInTheDocumentedShape) {
    InfoContext context;
    context.sqlite_version = "3.46.1";
    EXPECT_TRUE(info_needs_connection(SQL_DBMS_VER));
    EXPECT_EQ(text(SQL_DBMS_VER, context), "03.46.0001 3.46.1");
    EXPECT_EQ(number(SQL_OJ_CAPABILITIES, context), 0x77U);
    EXPECT_EQ(number(SQL_SQL92_RELATIONAL_JOIN_OPERATORS, context), 0x1FEU);
    context.sqlite_version = "3.34.0";
    EXPECT_EQ(number(SQL_OJ_CAPABILITIES, context), 0x71U);
    EXPECT_EQ(number(SQL_ALTER_TABLE, context) & SQL_AT_DROP_COLUMN, 0U);
}

TEST(Info, HidesSchemasWhereAsked) {
    InfoContext context;
    EXPECT_EQ(text(SQL_SCHEMA_TERM, context), "schema");
    EXPECT_EQ(number(SQL_SCHEMA_USAGE, context),
              static_cast<std::uint32_t>(SQL_SU_DML_STATEMENTS | SQL_SU_TABLE_DEFINITION));
    context.hide_schemas = true;
    EXPECT_EQ(text(SQL_SCHEMA_TERM, context), "");
    EXPECT_EQ(number(SQL_SCHEMA_USAGE, context), 0U);
}

TEST(Info, ClaimsBatchesOnlyWithTheirKey) {
    InfoContext context;
    EXPECT_EQ(text(SQL_MULT_RESULT_SETS, context), "N");
    EXPECT_EQ(number(SQL_BATCH_SUPPORT, context), 0U);
    context.multi_statements = true;
    EXPECT_EQ(text(SQL_MULT_RESULT_SETS, context), "Y");
    EXPECT_NE(number(SQL_BATCH_SUPPORT, context), 0U);
}

TEST(Info, TellsTheTranslatorsFunctions) {
    InfoContext context;
    EXPECT_EQ(number(SQL_STRING_FUNCTIONS, context), 0U);
    context.functions.string = 5;
    context.functions.timedate_diff_intervals = 7;
    context.functions.convert_from_character = SQL_CVT_WVARCHAR;
    EXPECT_EQ(number(SQL_STRING_FUNCTIONS, context), 5U);
    EXPECT_EQ(number(SQL_TIMEDATE_DIFF_INTERVALS, context), 7U);
    EXPECT_EQ(number(SQL_CONVERT_WLONGVARCHAR, context),
              static_cast<std::uint32_t>(SQL_CVT_WVARCHAR));
    EXPECT_EQ(number(SQL_CONVERT_BIGINT, context), 0U);
}

TEST(Info, TellsTheConnectionsFacts) {
    InfoContext context;
    context.data_source_name = "dsn";
    context.server_name = "h:1";
    context.database_name = "db";
    context.dbms_name = "SQLite";
    context.user_name = "me";
    context.read_only = true;
    EXPECT_EQ(text(SQL_DATA_SOURCE_NAME, context), "dsn");
    EXPECT_EQ(text(SQL_SERVER_NAME, context), "h:1");
    EXPECT_EQ(text(SQL_DATABASE_NAME, context), "db");
    EXPECT_EQ(text(SQL_DBMS_NAME, context), "SQLite");
    EXPECT_EQ(text(SQL_USER_NAME, context), "me");
    EXPECT_EQ(text(SQL_DATA_SOURCE_READ_ONLY, context), "Y");
    EXPECT_EQ(text(SQL_DATA_SOURCE_READ_ONLY), "N");
}

TEST(Info, TellsOfAsynchronousExecution) {
    EXPECT_EQ(number(SQL_ASYNC_MODE), static_cast<std::uint32_t>(SQL_AM_STATEMENT));
    EXPECT_EQ(number(SQL_ASYNC_DBC_FUNCTIONS), static_cast<std::uint32_t>(SQL_ASYNC_DBC_CAPABLE));
    EXPECT_EQ(number(SQL_MAX_ASYNC_CONCURRENT_STATEMENTS), 0U);  // no limit
    EXPECT_EQ(number(SQL_ASYNC_NOTIFICATION), 0U);
}

// That Level 1 is there is shown by tests/conformance.
TEST(Info, ClaimsLevel1ButWithoutSchemas) {
    EXPECT_EQ(number(SQL_ODBC_INTERFACE_CONFORMANCE), static_cast<std::uint32_t>(SQL_OIC_LEVEL1));
    InfoContext context;
    context.hide_schemas = true;
    EXPECT_EQ(number(SQL_ODBC_INTERFACE_CONFORMANCE, context),
              static_cast<std::uint32_t>(SQL_OIC_CORE));
    EXPECT_EQ(text(SQL_PROCEDURES), "Y");
}

// What each bit stands for is shown by tests/driver/live/positioned_test.cpp and its neighbours.
TEST(Info, TellsWhatCursorsCan) {
    constexpr std::uint32_t forward = SQL_CA1_NEXT | SQL_CA1_LOCK_NO_CHANGE | SQL_CA1_POS_POSITION |
                                      SQL_CA1_POS_UPDATE | SQL_CA1_POS_DELETE |
                                      SQL_CA1_POS_REFRESH | SQL_CA1_POSITIONED_UPDATE |
                                      SQL_CA1_POSITIONED_DELETE | SQL_CA1_BULK_ADD;
    constexpr std::uint32_t scrolling =
        SQL_CA1_ABSOLUTE | SQL_CA1_RELATIVE | SQL_CA1_BOOKMARK | SQL_CA1_BULK_UPDATE_BY_BOOKMARK |
        SQL_CA1_BULK_DELETE_BY_BOOKMARK | SQL_CA1_BULK_FETCH_BY_BOOKMARK;
    EXPECT_EQ(number(SQL_FORWARD_ONLY_CURSOR_ATTRIBUTES1), forward);
    EXPECT_EQ(number(SQL_STATIC_CURSOR_ATTRIBUTES1), forward | scrolling);
    EXPECT_EQ(number(SQL_KEYSET_CURSOR_ATTRIBUTES1), 0U);
    EXPECT_EQ(number(SQL_DYNAMIC_CURSOR_ATTRIBUTES1), 0U);
    EXPECT_EQ(number(SQL_STATIC_SENSITIVITY),
              static_cast<std::uint32_t>(SQL_SS_ADDITIONS | SQL_SS_UPDATES));
    EXPECT_EQ(number(SQL_SCROLL_CONCURRENCY),
              static_cast<std::uint32_t>(SQL_SCCO_READ_ONLY | SQL_SCCO_OPT_VALUES));
    EXPECT_EQ(number(SQL_POSITIONED_STATEMENTS),
              static_cast<std::uint32_t>(SQL_PS_POSITIONED_DELETE | SQL_PS_POSITIONED_UPDATE));
    EXPECT_EQ(number(SQL_BOOKMARK_PERSISTENCE),
              static_cast<std::uint32_t>(SQL_BP_SCROLL | SQL_BP_TRANSACTION | SQL_BP_UPDATE |
                                         SQL_BP_DELETE));
}

}  // namespace
}  // namespace dqlite::odbc
