// Types by declaration, and the figures of Appendix D.
#include "driver/tables/sql_type.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace dqlite::odbc {
namespace {

struct Declared {
    const char* text;
    SqlType type;
};

SqlType type_of(const std::string& declared, const TypeOptions& options = {}) {
    SqlType type{-1, 0, 0};
    EXPECT_TRUE(type_of_declaration(declared, options, type)) << declared;
    return type;
}

TEST(Declaration, GivesTheTypeOneExpects) {
    const SqlType long_text{SQL_WLONGVARCHAR, 65536, 0};
    const SqlType long_binary{SQL_LONGVARBINARY, 65536, 0};
    const SqlType big{SQL_BIGINT, 19, 0};
    const Declared cases[] = {
        {"INTEGER", big},
        {"int", big},
        {"BIGINT", big},
        {"INT8", big},
        {"INT(11)", big},
        {"UNSIGNED BIG INT", big},
        {"bigint unsigned", big},
        {"MYINTEGER", big},
        {"MEDIUMINT", {SQL_INTEGER, 10, 0}},
        {"INT4", {SQL_INTEGER, 10, 0}},
        {"INT4 UNSIGNED", big},
        {"SMALLINT", {SQL_SMALLINT, 5, 0}},
        {"SMALLINT UNSIGNED", {SQL_INTEGER, 10, 0}},
        {"TINYINT", {SQL_TINYINT, 3, 0}},
        {"TINYINT(3) UNSIGNED ZEROFILL", {SQL_SMALLINT, 5, 0}},
        {"REAL", {SQL_DOUBLE, 53, 0}},
        {"FLOAT(24)", {SQL_DOUBLE, 53, 0}},
        {"DOUBLE PRECISION", {SQL_DOUBLE, 53, 0}},
        {"BOOLEAN", {SQL_BIT, 1, 0}},
        {"bool", {SQL_BIT, 1, 0}},
        {"DECIMAL(10,2)", {SQL_DECIMAL, 10, 2}},
        {"DECIMAL ( 10 , 2 )", {SQL_DECIMAL, 10, 2}},
        {"DEC(7)", {SQL_DECIMAL, 7, 0}},
        {"NUMERIC(5,9)", {SQL_NUMERIC, 5, 5}},
        {"NUMERIC", {SQL_NUMERIC, 38, 10}},
        {"NUMERIC(0)", {SQL_NUMERIC, 38, 10}},
        {"MONEY", {SQL_DECIMAL, 19, 4}},
        {"VARCHAR(20)", {SQL_WVARCHAR, 20, 0}},
        {"varchar2(20 CHAR)", {SQL_WVARCHAR, 20, 0}},
        {"CHARACTER VARYING(30)", {SQL_WVARCHAR, 30, 0}},
        {"VARYING CHARACTER(255)", {SQL_WVARCHAR, 255, 0}},
        {"NATIVE CHARACTER(70)", {SQL_WCHAR, 70, 0}},
        {"NATIONAL CHARACTER VARYING(8)", {SQL_WVARCHAR, 8, 0}},
        {"NVARCHAR(100)", {SQL_WVARCHAR, 100, 0}},
        {"CHAR(3)", {SQL_WCHAR, 3, 0}},
        {"\"VARCHAR\"(5)", {SQL_WVARCHAR, 5, 0}},
        {"VARCHAR", long_text},
        {"VARCHAR(0)", long_text},
        {"VARCHAR(MAX)", long_text},
        {"VARCHAR(-1)", long_text},
        {"VARCHAR(99999999999)", long_text},
        {"VARCHAR(99999999999999999999999)", long_text},
        {"VARCHAR(20", {SQL_WVARCHAR, 20, 0}},
        {"VARCHAR(2.5)", long_text},
        {"TEXT", long_text},
        {"TEXT(200)", {SQL_WLONGVARCHAR, 200, 0}},
        {"CLOB", long_text},
        {"JSON", long_text},
        {"STRING", long_text},
        {"ENUM('a','b')", long_text},
        {"INTERVAL", long_text},
        {"POINT", long_text},
        {"BLOB", long_binary},
        {"VARBINARY", long_binary},
        {"VARBINARY(16)", {SQL_VARBINARY, 16, 0}},
        {"BINARY(16)", {SQL_BINARY, 16, 0}},
        {"UUID", {SQL_WVARCHAR, 36, 0}},
        {"uniqueidentifier", {SQL_WVARCHAR, 36, 0}},
        {"DATE", {SQL_TYPE_DATE, 10, 0}},
        {"TIME", {SQL_TYPE_TIME, 18, 9}},
        {"TIME(0)", {SQL_TYPE_TIME, 8, 0}},
        {"DATETIME", {SQL_TYPE_TIMESTAMP, 29, 9}},
        {"TIMESTAMP(6)", {SQL_TYPE_TIMESTAMP, 26, 6}},
        {"TIMESTAMP(0)", {SQL_TYPE_TIMESTAMP, 19, 0}},
        {"TIMESTAMP(14)", {SQL_TYPE_TIMESTAMP, 29, 9}},
        {"timestamp(3) with time zone", {SQL_TYPE_TIMESTAMP, 23, 3}},
    };
    for (const Declared& one : cases) {
        EXPECT_EQ(type_of(one.text), one.type)
            << one.text << " gave " << type_of(one.text).concise << '('
            << type_of(one.text).column_size << ',' << type_of(one.text).decimal_digits << ')';
    }
}

TEST(Declaration, SaysNothingAboutNothing) {
    for (const char* const text : {"", "  ", "ANY", "any", "(20)", "\"\""}) {
        SqlType untouched{SQL_BIT, 7, 7};
        EXPECT_FALSE(type_of_declaration(text, {}, untouched)) << text;
        EXPECT_EQ(untouched, (SqlType{SQL_BIT, 7, 7})) << text;
    }
}

TEST(Declaration, FollowsTheConnectionsOptions) {
    TypeOptions narrow;
    narrow.wide = false;
    narrow.max_long_varchar_size = 4000;
    narrow.max_varchar_size = 100;
    EXPECT_EQ(type_of("VARCHAR(100)", narrow), (SqlType{SQL_VARCHAR, 100, 0}));
    EXPECT_EQ(type_of("VARCHAR(101)", narrow), (SqlType{SQL_LONGVARCHAR, 101, 0}));
    EXPECT_EQ(type_of("CHAR(101)", narrow), (SqlType{SQL_LONGVARCHAR, 101, 0}));
    EXPECT_EQ(type_of("VARBINARY(101)", narrow), (SqlType{SQL_LONGVARBINARY, 101, 0}));
    EXPECT_EQ(type_of("TEXT", narrow), (SqlType{SQL_LONGVARCHAR, 4000, 0}));
    EXPECT_EQ(type_of("BLOB", narrow), (SqlType{SQL_LONGVARBINARY, 4000, 0}));
    EXPECT_EQ(long_text_type(narrow), (SqlType{SQL_LONGVARCHAR, 4000, 0}));
}

struct Figures {
    SqlType type;
    SQLLEN display;
    SQLLEN octets;
    SQLINTEGER radix;
    SQLSMALLINT verbose;
    SQLSMALLINT code;
    SQLSMALLINT c_type;
};

constexpr std::array figures{
    Figures{{SQL_VARCHAR, 10, 0}, 10, 40, 0, SQL_VARCHAR, 0, SQL_C_CHAR},
    Figures{{SQL_WVARCHAR, 10, 0}, 10, 20, 0, SQL_WVARCHAR, 0, SQL_C_WCHAR},
    Figures{{SQL_VARBINARY, 10, 0}, 20, 10, 0, SQL_VARBINARY, 0, SQL_C_BINARY},
    Figures{{SQL_DECIMAL, 10, 2}, 12, 12, 10, SQL_DECIMAL, 0, SQL_C_CHAR},
    Figures{{SQL_BIT, 1, 0}, 1, 1, 0, SQL_BIT, 0, SQL_C_BIT},
    Figures{{SQL_TINYINT, 3, 0}, 4, 1, 10, SQL_TINYINT, 0, SQL_C_STINYINT},
    Figures{{SQL_SMALLINT, 5, 0}, 6, 2, 10, SQL_SMALLINT, 0, SQL_C_SSHORT},
    Figures{{SQL_INTEGER, 10, 0}, 11, 4, 10, SQL_INTEGER, 0, SQL_C_SLONG},
    Figures{{SQL_BIGINT, 19, 0}, 20, 8, 10, SQL_BIGINT, 0, SQL_C_SBIGINT},
    Figures{{SQL_REAL, 24, 0}, 14, 4, 2, SQL_REAL, 0, SQL_C_FLOAT},
    Figures{{SQL_DOUBLE, 53, 0}, 24, 8, 2, SQL_DOUBLE, 0, SQL_C_DOUBLE},
    Figures{{SQL_TYPE_DATE, 10, 0}, 10, 6, 0, SQL_DATETIME, SQL_CODE_DATE, SQL_C_TYPE_DATE},
    Figures{{SQL_TYPE_TIME, 8, 0}, 8, 6, 0, SQL_DATETIME, SQL_CODE_TIME, SQL_C_TYPE_TIME},
    Figures{{SQL_TYPE_TIMESTAMP, 29, 9},
            29,
            16,
            0,
            SQL_DATETIME,
            SQL_CODE_TIMESTAMP,
            SQL_C_TYPE_TIMESTAMP},
    Figures{{SQL_GUID, 36, 0}, 36, 16, 0, SQL_GUID, 0, SQL_C_GUID},
};

TEST(SqlTypeFigures, AreThoseOfAppendixD) {
    for (const Figures& one : figures) {
        const SQLSMALLINT concise = one.type.concise;
        EXPECT_EQ(display_size(one.type), one.display) << concise;
        EXPECT_EQ(octet_length(one.type), one.octets) << concise;
        EXPECT_EQ(num_prec_radix(concise), one.radix) << concise;
        EXPECT_EQ(is_unsigned(concise), one.radix == 0) << concise;
        EXPECT_EQ(verbose_type(concise), one.verbose) << concise;
        EXPECT_EQ(datetime_interval_code(concise), one.code) << concise;
        EXPECT_EQ(default_c_type(concise), one.c_type) << concise;
        EXPECT_TRUE(is_known_sql_type(concise)) << concise;
    }
}

TEST(SqlTypeFigures, OldDatetimeCodesMeanTheNewOnes) {
    EXPECT_EQ(type_name(SQL_TIMESTAMP), "TIMESTAMP");
    EXPECT_EQ(verbose_type(SQL_TIMESTAMP), SQL_DATETIME);
    EXPECT_EQ(datetime_interval_code(SQL_DATE), SQL_CODE_DATE);
    EXPECT_EQ(verbose_type(SQL_INTERVAL_DAY_TO_SECOND), SQL_INTERVAL);
    EXPECT_EQ(datetime_interval_code(SQL_INTERVAL_DAY_TO_SECOND), SQL_CODE_DAY_TO_SECOND);
    EXPECT_FALSE(is_known_sql_type(SQL_INTERVAL_DAY_TO_SECOND));
    EXPECT_FALSE(is_known_sql_type(0));
    EXPECT_FALSE(is_known_sql_type(1234));
}

TEST(SqlTypeFigures, NoDeclarationHasSizeZero) {
    for (const char* const text :
         {"INT", "TEXT", "BLOB", "VARCHAR(1)", "DECIMAL(1)", "DATE", "TIME", "DATETIME", "BOOL",
          "UUID", "whatever", "REAL", "BINARY"}) {
        const SqlType type = type_of(text);
        EXPECT_GT(type.column_size, 0U) << text;
        EXPECT_GT(display_size(type), 0) << text;
        EXPECT_GT(octet_length(type), 0) << text;
    }
}

// Tools make tables of the names SQLGetTypeInfo gave them: the type must come back.
TEST(SqlTypeFigures, NamesDeclareTheirTypeAgain) {
    for (const SQLSMALLINT concise :
         std::to_array<SQLSMALLINT>({SQL_SMALLINT, SQL_TINYINT, SQL_BIGINT, SQL_BIT, SQL_DECIMAL,
                                     SQL_NUMERIC, SQL_DOUBLE, SQL_TYPE_DATE, SQL_TYPE_TIME,
                                     SQL_TYPE_TIMESTAMP, SQL_WLONGVARCHAR, SQL_LONGVARBINARY})) {
        EXPECT_EQ(type_of(std::string{type_name(concise)}).concise, concise) << type_name(concise);
    }
    for (const SQLSMALLINT concise :
         std::to_array<SQLSMALLINT>({SQL_WCHAR, SQL_WVARCHAR, SQL_BINARY, SQL_VARBINARY})) {
        EXPECT_EQ(type_of(std::string{type_name(concise)} + "(9)"), (SqlType{concise, 9, 0}));
    }
    // Wider than asked for, never narrower.
    EXPECT_EQ(type_of(std::string{type_name(SQL_INTEGER)}).concise, SQL_BIGINT);
    EXPECT_EQ(type_of(std::string{type_name(SQL_REAL)}).concise, SQL_DOUBLE);
}

TEST(SqlTypeFigures, LiteralsAreWrittenSo) {
    EXPECT_EQ(literal_prefix(SQL_WVARCHAR), "'");
    EXPECT_EQ(literal_suffix(SQL_WVARCHAR), "'");
    EXPECT_EQ(literal_prefix(SQL_VARBINARY), "X'");
    EXPECT_EQ(literal_suffix(SQL_VARBINARY), "'");
    EXPECT_EQ(literal_prefix(SQL_BIGINT), "");
    EXPECT_EQ(literal_suffix(SQL_BIGINT), "");
    EXPECT_EQ(searchable(SQL_WLONGVARCHAR), SQL_PRED_SEARCHABLE);
    EXPECT_EQ(searchable(SQL_LONGVARBINARY), SQL_PRED_BASIC);
}

}  // namespace
}  // namespace dqlite::odbc
