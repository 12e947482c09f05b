// What SQLGetInfo claims of the SQL, proved by running it: each claimed bit must work on the
// source, each scalar function must give what Appendix E says.
#include <array>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

/// A claim: the bit of a mask, or 0 for a SQLUSMALLINT or text that is looked at as `claimed` says.
struct Claim {
    const char* name;
    SQLUSMALLINT type;
    std::uint32_t bit;
    const char* sql;     ///< one value
    const char* answer;  ///< "" for any
};

#define CLAIM(type, bit, sql, answer) \
    Claim {                           \
#bit, type, bit, sql, answer  \
    }

constexpr std::array claims{
    // Appendix E: string functions.
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_ASCII, "{fn ASCII('A')}", "65"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_BIT_LENGTH, "{fn BIT_LENGTH('abc')}", "24"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_CHAR, "{fn CHAR(65)}", "A"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_CHAR_LENGTH, "{fn CHAR_LENGTH('abc')}", "3"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_CHARACTER_LENGTH, "{fn CHARACTER_LENGTH('abc')}", "3"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_CONCAT, "{fn CONCAT('ab','cd')}", "abcd"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_DIFFERENCE, "{fn DIFFERENCE('Robert','Rupert')}", "4"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_INSERT, "{fn INSERT('abcdef',2,3,'XY')}", "aXYef"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_LCASE, "{fn LCASE('AbC')}", "abc"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_LEFT, "{fn LEFT('abcdef',2)}", "ab"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_LENGTH, "{fn LENGTH('abc  ')}", "3"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_LOCATE, "{fn LOCATE('c','abcabc',4)}", "6"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_LOCATE_2, "{fn LOCATE('c','abcabc')}", "3"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_LTRIM, "{fn LTRIM('  ab')}", "ab"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_OCTET_LENGTH, "{fn OCTET_LENGTH('abc')}", "3"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_POSITION, "{fn POSITION('c' IN 'abc')}", "3"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_REPEAT, "{fn REPEAT('ab',3)}", "ababab"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_REPLACE, "{fn REPLACE('abab','b','X')}", "aXaX"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_RIGHT, "{fn RIGHT('abcdef',2)}", "ef"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_RTRIM, "{fn RTRIM('ab  ')}", "ab"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_SOUNDEX, "{fn SOUNDEX('Robert')}", "R163"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_SPACE, "{fn CONCAT({fn SPACE(2)},'x')}", "  x"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_SUBSTRING, "{fn SUBSTRING('abcdef',2,3)}", "bcd"),
    CLAIM(SQL_STRING_FUNCTIONS, SQL_FN_STR_UCASE, "{fn UCASE('AbC')}", "ABC"),
    // Numeric functions, in shapes whose value is whole.
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_ABS, "{fn ABS(-5)}", "5"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_ACOS, "{fn FLOOR({fn ACOS(0)} * 100)}", "157"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_ASIN, "{fn FLOOR({fn ASIN(1)} * 100)}", "157"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_ATAN, "{fn FLOOR({fn ATAN(1)} * 100)}", "78"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_ATAN2, "{fn FLOOR({fn ATAN2(1,1)} * 100)}", "78"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_CEILING, "{fn CEILING(1.2)}", "2"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_COS, "{fn FLOOR({fn COS(0)} * 100)}", "100"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_COT, "{fn FLOOR({fn COT(0.5)} * 100)}", "183"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_DEGREES, "{fn FLOOR({fn DEGREES(1)})}", "57"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_EXP, "{fn FLOOR({fn EXP(1)} * 100)}", "271"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_FLOOR, "{fn FLOOR(-1.2)}", "-2"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_LOG, "{fn FLOOR({fn LOG(10)} * 100)}", "230"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_LOG10, "{fn FLOOR({fn LOG10(1000)} + 0.5)}", "3"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_MOD, "{fn MOD(7,3)}", "1"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_PI, "{fn FLOOR({fn PI()} * 100)}", "314"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_POWER, "{fn FLOOR({fn POWER(2,10)} + 0.5)}", "1024"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_RADIANS, "{fn FLOOR({fn RADIANS(180)} * 100)}", "314"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_RAND, "{fn FLOOR({fn RAND()})}", "0"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_ROUND, "{fn FLOOR({fn ROUND(2.567,1)} * 10 + 0.5)}",
          "26"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_SIGN, "{fn SIGN(-7)}", "-1"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_SIN, "{fn FLOOR({fn SIN(1)} * 100)}", "84"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_SQRT, "{fn FLOOR({fn SQRT(16)} + 0.5)}", "4"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_TAN, "{fn FLOOR({fn TAN(1)} * 100)}", "155"),
    CLAIM(SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_TRUNCATE,
          "{fn FLOOR({fn TRUNCATE(2.567,1)} * 10 + 0.5)}", "25"),
    // Dates and times.
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_CURDATE, "{fn CURDATE()}", ""),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_CURTIME, "{fn CURTIME()}", ""),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_CURRENT_DATE, "{fn CURRENT_DATE()}", ""),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_CURRENT_TIME, "{fn CURRENT_TIME()}", ""),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_CURRENT_TIMESTAMP, "{fn CURRENT_TIMESTAMP()}", ""),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_NOW, "{fn NOW()}", ""),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_DAYNAME, "{fn DAYNAME({d '2026-11-21'})}", "Saturday"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_DAYOFMONTH, "{fn DAYOFMONTH({d '2026-11-21'})}", "21"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_DAYOFWEEK, "{fn DAYOFWEEK({d '2026-11-21'})}", "7"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_DAYOFYEAR, "{fn DAYOFYEAR({d '2026-02-01'})}", "32"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_EXTRACT, "{fn EXTRACT(MONTH FROM {d '2026-11-21'})}",
          "11"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_HOUR, "{fn HOUR({t '13:14:15'})}", "13"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_MINUTE, "{fn MINUTE({t '13:14:15'})}", "14"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_MONTH, "{fn MONTH({d '2026-11-21'})}", "11"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_MONTHNAME, "{fn MONTHNAME({d '2026-11-21'})}",
          "November"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_QUARTER, "{fn QUARTER({d '2026-11-21'})}", "4"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_SECOND, "{fn SECOND({t '13:14:15'})}", "15"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_TIMESTAMPADD,
          "{fn YEAR({fn TIMESTAMPADD(SQL_TSI_DAY,365,{ts '2026-11-21 00:00:00'})})}", "2027"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_TIMESTAMPDIFF,
          "{fn TIMESTAMPDIFF(SQL_TSI_DAY,{ts '2026-11-20 00:00:00'},{ts '2026-11-23 00:00:00'})}",
          "3"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_WEEK, "{fn WEEK({d '2026-01-02'})}", "1"),
    CLAIM(SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_YEAR, "{fn YEAR({d '2026-11-21'})}", "2026"),
    // System functions, CONVERT.
    CLAIM(SQL_SYSTEM_FUNCTIONS, SQL_FN_SYS_DBNAME, "{fn DATABASE()}", ""),
    CLAIM(SQL_SYSTEM_FUNCTIONS, SQL_FN_SYS_IFNULL, "{fn IFNULL(NULL,'x')}", "x"),
    CLAIM(SQL_SYSTEM_FUNCTIONS, SQL_FN_SYS_USERNAME, "{fn USER()}", ""),
    CLAIM(SQL_CONVERT_FUNCTIONS, SQL_FN_CVT_CONVERT, "{fn CONVERT('12',SQL_INTEGER)} + 1", "13"),
    CLAIM(SQL_CONVERT_FUNCTIONS, SQL_FN_CVT_CAST, "CAST('12' AS INTEGER) + 1", "13"),
    CLAIM(SQL_CONVERT_VARCHAR, SQL_CVT_BIGINT, "{fn CONVERT('12',SQL_BIGINT)} + 1", "13"),
    CLAIM(SQL_CONVERT_VARCHAR, SQL_CVT_DATE, "{fn CONVERT('2026-11-21',SQL_DATE)}", "2026-11-21"),
    CLAIM(SQL_CONVERT_INTEGER, SQL_CVT_VARCHAR, "{fn CONVERT(12,SQL_VARCHAR)}", "12"),
    CLAIM(SQL_CONVERT_DOUBLE, SQL_CVT_INTEGER, "{fn CONVERT(12.0,SQL_INTEGER)}", "12"),
    // SQL-92.
    CLAIM(SQL_AGGREGATE_FUNCTIONS, SQL_AF_AVG, "(SELECT AVG(a) > 1 FROM (SELECT 2 AS a) AS t)", ""),
    CLAIM(SQL_AGGREGATE_FUNCTIONS, SQL_AF_COUNT, "(SELECT COUNT(*) FROM (SELECT 1 AS a) AS t)",
          "1"),
    CLAIM(SQL_AGGREGATE_FUNCTIONS, SQL_AF_MAX,
          "(SELECT MAX(a) FROM (SELECT 1 AS a UNION SELECT 2) AS t)", "2"),
    CLAIM(SQL_AGGREGATE_FUNCTIONS, SQL_AF_MIN,
          "(SELECT MIN(a) FROM (SELECT 1 AS a UNION SELECT 2) AS t)", "1"),
    CLAIM(SQL_AGGREGATE_FUNCTIONS, SQL_AF_SUM,
          "(SELECT SUM(a) FROM (SELECT 1 AS a UNION SELECT 2) AS t)", "3"),
    CLAIM(SQL_AGGREGATE_FUNCTIONS, SQL_AF_DISTINCT,
          "(SELECT COUNT(DISTINCT a) FROM (SELECT 1 AS a UNION ALL SELECT 1) AS t)", "1"),
    CLAIM(SQL_AGGREGATE_FUNCTIONS, SQL_AF_ALL,
          "(SELECT COUNT(ALL a) FROM (SELECT 1 AS a UNION ALL SELECT 1) AS t)", "2"),
    CLAIM(SQL_SUBQUERIES, SQL_SQ_COMPARISON, "CASE WHEN 1 = (SELECT 1) THEN 1 END", "1"),
    CLAIM(SQL_SUBQUERIES, SQL_SQ_EXISTS, "CASE WHEN EXISTS (SELECT 1) THEN 1 END", "1"),
    CLAIM(SQL_SUBQUERIES, SQL_SQ_IN, "CASE WHEN 1 IN (SELECT 1) THEN 1 END", "1"),
    CLAIM(SQL_SUBQUERIES, SQL_SQ_QUANTIFIED, "CASE WHEN 1 = ANY (SELECT 1) THEN 1 END", "1"),
    CLAIM(SQL_SUBQUERIES, SQL_SQ_CORRELATED_SUBQUERIES,
          "(SELECT (SELECT t.a + 1) FROM (SELECT 1 AS a) AS t)", "2"),
    CLAIM(SQL_UNION, SQL_U_UNION, "(SELECT COUNT(*) FROM (SELECT 1 UNION SELECT 1) AS t)", "1"),
    CLAIM(SQL_UNION, SQL_U_UNION_ALL, "(SELECT COUNT(*) FROM (SELECT 1 UNION ALL SELECT 1) AS t)",
          "2"),
    CLAIM(SQL_OJ_CAPABILITIES, SQL_OJ_LEFT,
          "(SELECT COUNT(*) FROM {oj (SELECT 1 AS a) AS t LEFT OUTER JOIN (SELECT 2 AS b) AS u "
          "ON t.a = u.b})",
          "1"),
    CLAIM(SQL_OJ_CAPABILITIES, SQL_OJ_RIGHT,
          "(SELECT COUNT(*) FROM {oj (SELECT 1 AS a) AS t RIGHT OUTER JOIN (SELECT 2 AS b) AS u "
          "ON t.a = u.b})",
          "1"),
    CLAIM(SQL_OJ_CAPABILITIES, SQL_OJ_FULL,
          "(SELECT COUNT(*) FROM {oj (SELECT 1 AS a) AS t FULL OUTER JOIN (SELECT 2 AS b) AS u "
          "ON t.a = u.b})",
          "2"),
    CLAIM(SQL_SQL92_PREDICATES, SQL_SP_EXISTS, "CASE WHEN EXISTS (SELECT 1) THEN 1 END", "1"),
    CLAIM(SQL_SQL92_PREDICATES, SQL_SP_ISNOTNULL, "CASE WHEN 1 IS NOT NULL THEN 1 END", "1"),
    CLAIM(SQL_SQL92_PREDICATES, SQL_SP_ISNULL, "CASE WHEN NULL IS NULL THEN 1 END", "1"),
    CLAIM(SQL_SQL92_PREDICATES, SQL_SP_LIKE, "CASE WHEN 'abc' LIKE 'a%' THEN 1 END", "1"),
    CLAIM(SQL_SQL92_PREDICATES, SQL_SP_IN, "CASE WHEN 1 IN (1, 2) THEN 1 END", "1"),
    CLAIM(SQL_SQL92_PREDICATES, SQL_SP_BETWEEN, "CASE WHEN 2 BETWEEN 1 AND 3 THEN 1 END", "1"),
    CLAIM(SQL_SQL92_PREDICATES, SQL_SP_COMPARISON, "CASE WHEN 2 <> 1 THEN 1 END", "1"),
    CLAIM(SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_CASE, "CASE 1 WHEN 1 THEN 'x' ELSE 'y' END", "x"),
    CLAIM(SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_CAST, "CAST('1' AS INTEGER)", "1"),
    CLAIM(SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_COALESCE, "COALESCE(NULL, 'x')", "x"),
    CLAIM(SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_NULLIF, "NULLIF('x', 'x')", "(null)"),
    CLAIM(SQL_SQL92_STRING_FUNCTIONS, SQL_SSF_LOWER, "LOWER('AbC')", "abc"),
    CLAIM(SQL_SQL92_STRING_FUNCTIONS, SQL_SSF_UPPER, "UPPER('AbC')", "ABC"),
    CLAIM(SQL_SQL92_STRING_FUNCTIONS, SQL_SSF_SUBSTRING, "SUBSTRING('abc' FROM 2 FOR 1)", "b"),
    CLAIM(SQL_SQL92_STRING_FUNCTIONS, SQL_SSF_TRIM_BOTH, "TRIM(BOTH ' ' FROM ' a ')", "a"),
    CLAIM(SQL_SQL92_DATETIME_FUNCTIONS, SQL_SDF_CURRENT_DATE, "CURRENT_DATE", ""),
    CLAIM(SQL_SQL92_DATETIME_FUNCTIONS, SQL_SDF_CURRENT_TIME, "CURRENT_TIME", ""),
    CLAIM(SQL_SQL92_DATETIME_FUNCTIONS, SQL_SDF_CURRENT_TIMESTAMP, "CURRENT_TIMESTAMP", ""),
    CLAIM(SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_CROSS_JOIN,
          "(SELECT COUNT(*) FROM (SELECT 1 AS a) AS t CROSS JOIN (SELECT 2 AS b) AS u)", "1"),
    CLAIM(SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_NATURAL_JOIN,
          "(SELECT COUNT(*) FROM (SELECT 1 AS a) AS t NATURAL JOIN (SELECT 1 AS a) AS u)", "1"),
    CLAIM(SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_EXCEPT_JOIN,
          "(SELECT COUNT(*) FROM (SELECT 1 EXCEPT SELECT 1) AS t)", "0"),
    CLAIM(SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_INTERSECT_JOIN,
          "(SELECT COUNT(*) FROM (SELECT 1 INTERSECT SELECT 1) AS t)", "1"),
    CLAIM(SQL_SQL92_ROW_VALUE_CONSTRUCTOR, SQL_SRVC_VALUE_EXPRESSION,
          "CASE WHEN (1, 2) = (1, 2) THEN 1 END", "1"),
    CLAIM(SQL_DATETIME_LITERALS, SQL_DL_SQL92_DATE, "DATE '2026-11-21'", "2026-11-21"),
};

#undef CLAIM

void check(const Target& target, const Claim& claim) {
    const Session session{target};
    if ((session.info(claim.type) & claim.bit) == 0) refuse("not claimed");
    const auto got = session.scalar(std::string{"SELECT "} + claim.sql + " AS v");
    if (*claim.answer == '\0') return expect(got != "(none)", "no row");
    // Whole numbers of an inexact type.
    auto plain = got;
    if (plain.ends_with(".0")) plain.resize(plain.size() - 2);
    expect_equal(plain, claim.answer, claim.sql);
}

// -------------------------------------------------------------- claims that are no bit of a mask

void null_collation(const Target& target) {
    const Session session{target};
    const auto where = session.info(SQL_NULL_COLLATION);
    const auto first =
        session.scalar("SELECT a FROM (SELECT NULL AS a UNION ALL SELECT 1) AS t ORDER BY a");
    const bool at_start = where == SQL_NC_START || where == SQL_NC_LOW;
    expect_equal(first, at_start ? "(null)" : "1", "first in ascending order");
    const auto last =
        session.scalar("SELECT a FROM (SELECT NULL AS a UNION ALL SELECT 1) AS t ORDER BY a DESC");
    const bool first_descending = where == SQL_NC_START || where == SQL_NC_HIGH;
    expect_equal(last, first_descending ? "(null)" : "1", "first in descending order");
}

void concat_null(const Target& target) {
    const Session session{target};
    const bool null = session.info(SQL_CONCAT_NULL_BEHAVIOR) == SQL_CB_NULL;
    expect_equal(session.scalar("SELECT 'a' || CAST(NULL AS VARCHAR(9))"), null ? "(null)" : "a",
                 "'a' || NULL");
}

void quote_character(const Target& target) {
    const Session session{target};
    const auto quote = session.info_text(SQL_IDENTIFIER_QUOTE_CHAR);
    if (quote == " ") refuse("no quoted identifiers");
    const Statement statement{session};
    statement.direct("SELECT 1 AS " + quote + "odd name" + quote);
    expect_equal(statement.column_name(1), "odd name", "name of a quoted column");
}

void identifier_case(const Target& target) {
    const Session session{target};
    const Table table{session, "is_Mixed", "id INTEGER"};
    const Statement statement{session};
    const auto r = statement.try_direct("SELECT id FROM IS_MIXED");
    if (session.info(SQL_IDENTIFIER_CASE) == SQL_IC_SENSITIVE) {
        return statement.handle().fails(r, "42S02", "a name in another case");
    }
    statement.handle().ok(r, "a name in another case");
}

void quoted_identifier_case(const Target& target) {
    const Session session{target};
    session.run(R"(DROP TABLE IF EXISTS "is_Quoted")");
    session.run(R"(CREATE TABLE "is_Quoted" (id INTEGER))");
    const bool sensitive = session.info(SQL_QUOTED_IDENTIFIER_CASE) == SQL_IC_SENSITIVE;
    const Statement statement{session};
    const bool found = SQL_SUCCEEDED(statement.try_direct(R"(SELECT id FROM "IS_QUOTED")"));
    statement.close();
    session.run(R"(DROP TABLE "is_Quoted")");
    expect(found != sensitive, found ? "found in another case" : "not found in another case");
}

void column_alias(const Target& target) {
    const Session session{target};
    if (!session.info_yes(SQL_COLUMN_ALIAS)) refuse("not claimed");
    const Statement statement{session};
    statement.direct("SELECT 1 AS alias_name");
    expect_equal(statement.column_name(1), "alias_name", "the alias");
}

void like_escape(const Target& target) {
    const Session session{target};
    if (!session.info_yes(SQL_LIKE_ESCAPE_CLAUSE)) refuse("not claimed");
    const auto* const sql = "SELECT CASE WHEN 'a%b' LIKE 'a!%b' {escape '!'} THEN 1 ELSE 0 END";
    expect_equal(session.scalar(sql), "1", "LIKE with {escape}");
}

void order_by(const Target& target) {
    const Session session{target};
    const Table table{session, "is_order", "id INTEGER, name VARCHAR(9)"};
    table.fill({"1, 'b'", "2, 'a'"});
    if (session.info_yes(SQL_EXPRESSIONS_IN_ORDERBY)) {
        expect_equal(session.scalar("SELECT id FROM is_order ORDER BY id * -1"), "2",
                     "an expression in ORDER BY");
    }
    if (!session.info_yes(SQL_ORDER_BY_COLUMNS_IN_SELECT)) {
        expect_equal(session.scalar("SELECT id FROM is_order ORDER BY name"), "2",
                     "a column in ORDER BY that is not selected");
    }
}

void version_of_driver(const Target& target) {
    const Session session{target};
    const auto level = session.info(SQL_ODBC_INTERFACE_CONFORMANCE);
    if (level < SQL_OIC_LEVEL1) return;
    for (const auto function : std::to_array<SQLUSMALLINT>(
             {SQL_API_SQLPRIMARYKEYS, SQL_API_SQLPROCEDURES, SQL_API_SQLPROCEDURECOLUMNS,
              SQL_API_SQLBROWSECONNECT, SQL_API_SQLSETPOS, SQL_API_SQLMORERESULTS})) {
        expect(session.supports(function), "Level 1 without function " + std::to_string(function));
    }
    expect(session.info(SQL_ASYNC_MODE) != SQL_AM_NONE, "Level 1 without asynchronous calls");
    expect(session.info(SQL_SCHEMA_USAGE) != 0, "Level 1 without two-part names");
}

std::vector<Check> all() {
    std::vector<Check> checks{
        {"true.SQL_NULL_COLLATION", "where NULL is sorted", null_collation},
        {"true.SQL_CONCAT_NULL_BEHAVIOR", "what a text and NULL make", concat_null},
        {"true.SQL_IDENTIFIER_QUOTE_CHAR", "what quotes a name", quote_character},
        {"true.SQL_IDENTIFIER_CASE", "whether names differ by case", identifier_case},
        {"true.SQL_QUOTED_IDENTIFIER_CASE", "whether quoted names do", quoted_identifier_case},
        {"true.SQL_COLUMN_ALIAS", "AS names a column", column_alias},
        {"true.SQL_LIKE_ESCAPE_CLAUSE", "LIKE … {escape}", like_escape},
        {"true.SQL_EXPRESSIONS_IN_ORDERBY", "what ORDER BY takes", order_by},
        {"true.SQL_ODBC_INTERFACE_CONFORMANCE", "the level has its functions", version_of_driver},
    };
    for (const auto& claim : claims) {
        checks.push_back({std::string{"true."} + claim.name, claim.sql,
                          [&claim](const Target& target) { check(target, claim); }});
    }
    return checks;
}

const Register checks{"info", all()};

}  // namespace
}  // namespace conformance
