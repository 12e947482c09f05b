#include "driver/sql/functions_table.h"

#include <array>

namespace dqlite::odbc {
namespace {

using enum FunctionGroup;

// The wall-clock part of a timestamp's text, and what follows it (fractions, a zone): SQLite
// itself keeps no more than milliseconds.
#define CLOCK(ts) "substr(" ts ",1,19)"
#define FRACTION(ts) "substr(" ts ",20)"

#define ADD_UNITS(factor, unit) \
    "(datetime(" CLOCK("$2") ",(($1)*" factor ")||' " unit "')||" FRACTION("$2") ")"

// A month later than the 31st is the last day of a shorter month, where SQLite would run over
// into the next one.
#define ADD_MONTHS(factor)                                                                         \
    "(min(datetime(" CLOCK("$2") ",(($1)*" factor                                                  \
                                 ")||' months'),"                                                  \
                                 "date(" CLOCK("$2") ",'start of month',(($1)*" factor             \
                                                     "+1)||' months','-1 day')||' '||time(" CLOCK( \
                                                         "$2") "))||" FRACTION("$2") ")"

#define SECONDS(ts) "strftime('%s'," CLOCK(ts) ")"
#define MICROSECONDS(ts) \
    "(" SECONDS(ts) "*1000000+CAST(CAST('0'||" FRACTION(ts) " AS REAL)*1000000+0.5 AS INTEGER))"
#define NANOSECONDS(ts) "CAST(CAST('0'||" FRACTION(ts) " AS REAL)*1000000000+0.5 AS INTEGER)"
#define DIFFERENCE(microseconds) \
    "((" MICROSECONDS("$2") "-" MICROSECONDS("$1") ")/" microseconds ")"

#define MONTHS(ts) "(strftime('%Y'," CLOCK(ts) ")*12+strftime('%m'," CLOCK(ts) "))"
#define IN_MONTH(ts) "strftime('%d %H:%M:%S'," CLOCK(ts) ")||" FRACTION(ts)
#define DIFFERENCE_MONTHS(months) \
    "(CASE WHEN datetime(" CLOCK("$1") ")<=datetime(" CLOCK("$2") ") THEN " MONTHS("$2") "-"    \
    MONTHS("$1") "-(" IN_MONTH("$2") "<" IN_MONTH("$1") ") ELSE " MONTHS("$2") "-" MONTHS("$1") \
    "+(" IN_MONTH("$2") ">" IN_MONTH("$1") ") END/" months ")"

#define PART(format, ts) "CAST(strftime('" format "'," ts ") AS INTEGER)"

// 10 to the power of an integer, without SQLite's optional mathematical functions.
#define POWER_OF_10(exponent) "CAST('1e'||(" exponent ") AS REAL)"
#define SCALED "round(($1)*" POWER_OF_10("$2") ",9)"

constexpr auto string_functions = std::to_array<ScalarFunction>({
    {"ASCII", 1, "unicode($1)", string, SQL_FN_STR_ASCII},
    {"BIT_LENGTH", 1, "(8*length(CAST($1 AS BLOB)))", string, SQL_FN_STR_BIT_LENGTH},
    {"CHAR", 1, "(CASE WHEN ($1) IS NOT NULL THEN char($1) END)", string, SQL_FN_STR_CHAR},
    {"CHAR_LENGTH", 1, "length($1)", string, SQL_FN_STR_CHAR_LENGTH},
    {"CHARACTER_LENGTH", 1, "length($1)", string, SQL_FN_STR_CHARACTER_LENGTH},
    {"CONCAT", 2, "(($1)||($2))", string, SQL_FN_STR_CONCAT},
    {"INSERT", 4, "(substr($1,1,($2)-1)||($4)||substr($1,($2)+($3)))", string, SQL_FN_STR_INSERT},
    {"LCASE", 1, "lower($1)", string, SQL_FN_STR_LCASE},
    {"LEFT", 2, "substr($1,1,max(0,$2))", string, SQL_FN_STR_LEFT},
    {"LENGTH", 1, "length(rtrim($1,' '))", string, SQL_FN_STR_LENGTH},
    {"LOCATE", 2, "instr($2,$1)", string, SQL_FN_STR_LOCATE_2},
    {"LOCATE", 3,
     "(CASE instr(substr($2,max(1,$3)),$1) WHEN 0 THEN 0 "
     "ELSE instr(substr($2,max(1,$3)),$1)+max(1,$3)-1 END)",
     string, SQL_FN_STR_LOCATE},
    {"LTRIM", 1, "ltrim($1,' ')", string, SQL_FN_STR_LTRIM},
    {"OCTET_LENGTH", 1, "length(CAST($1 AS BLOB))", string, SQL_FN_STR_OCTET_LENGTH},
    {"POSITION", 2, "instr($2,$1)", string, SQL_FN_STR_POSITION, "IN"},
    {"REPEAT", 2, "replace(substr(hex(zeroblob($2)),1,2*($2)),'00',$1)", string, SQL_FN_STR_REPEAT},
    {"REPLACE", 3, "replace($1,$2,$3)", string, SQL_FN_STR_REPLACE},
    // The characters before one put behind the text: substr(x, -0) would be all of it.
    {"RIGHT", 2, "substr(($1)||'.',-1,-max(0,$2))", string, SQL_FN_STR_RIGHT},
    {"RTRIM", 1, "rtrim($1,' ')", string, SQL_FN_STR_RTRIM},
    {"SPACE", 1, "replace(substr(hex(zeroblob($1)),1,2*($1)),'00',' ')", string, SQL_FN_STR_SPACE},
    {"SUBSTRING", 2, "substr($1,$2)", string, SQL_FN_STR_SUBSTRING},
    {"SUBSTRING", 3, "substr($1,$2,$3)", string, SQL_FN_STR_SUBSTRING},
    {"UCASE", 1, "upper($1)", string, SQL_FN_STR_UCASE},
});

constexpr auto numeric_functions = std::to_array<ScalarFunction>({
    {"ABS", 1, "abs($1)", numeric, SQL_FN_NUM_ABS},
    {"ACOS", 1, "acos($1)", numeric, SQL_FN_NUM_ACOS},
    {"ASIN", 1, "asin($1)", numeric, SQL_FN_NUM_ASIN},
    {"ATAN", 1, "atan($1)", numeric, SQL_FN_NUM_ATAN},
    {"ATAN2", 2, "atan2($1,$2)", numeric, SQL_FN_NUM_ATAN2},
    {"CEILING", 1, "ceil($1)", numeric, SQL_FN_NUM_CEILING},
    {"COS", 1, "cos($1)", numeric, SQL_FN_NUM_COS},
    {"COT", 1, "(1.0/tan($1))", numeric, SQL_FN_NUM_COT},
    {"DEGREES", 1, "degrees($1)", numeric, SQL_FN_NUM_DEGREES},
    {"EXP", 1, "exp($1)", numeric, SQL_FN_NUM_EXP},
    {"FLOOR", 1, "floor($1)", numeric, SQL_FN_NUM_FLOOR},
    {"LOG", 1, "ln($1)", numeric, SQL_FN_NUM_LOG},
    {"LOG10", 1, "log10($1)", numeric, SQL_FN_NUM_LOG10},
    {"MOD", 2, "(($1)%($2))", numeric, SQL_FN_NUM_MOD},
    {"PI", 0, "3.141592653589793", numeric, SQL_FN_NUM_PI},
    {"POWER", 2, "power($1,$2)", numeric, SQL_FN_NUM_POWER},
    {"RADIANS", 1, "radians($1)", numeric, SQL_FN_NUM_RADIANS},
    {"RAND", 0, "((random()&9007199254740991)/9007199254740992.0)", numeric, SQL_FN_NUM_RAND},
    // SQLite's generator takes no seed.
    {"RAND", 1, "((random()&9007199254740991)/9007199254740992.0+0*ifnull($1,0))", numeric,
     SQL_FN_NUM_RAND},
    {"ROUND", 2,
     "(CASE WHEN ($2)<0 THEN round(($1)/" POWER_OF_10("-($2)") ")*" POWER_OF_10(
         "-($2)") " ELSE round($1,$2) END)",
     numeric, SQL_FN_NUM_ROUND},
    {"SIGN", 1, "sign($1)", numeric, SQL_FN_NUM_SIGN},
    {"SIN", 1, "sin($1)", numeric, SQL_FN_NUM_SIN},
    {"SQRT", 1, "sqrt($1)", numeric, SQL_FN_NUM_SQRT},
    {"TAN", 1, "tan($1)", numeric, SQL_FN_NUM_TAN},
    // Digits an integer cannot hold are beyond a double's precision: nothing to cut.
    {"TRUNCATE", 2,
     "(CASE WHEN abs(" SCALED ")<9e15 THEN CAST(" SCALED
     " AS INTEGER)/" POWER_OF_10("$2") " WHEN ($2) IS NOT NULL THEN $1 END)",
     numeric, SQL_FN_NUM_TRUNCATE},
});

constexpr auto system_functions = std::to_array<ScalarFunction>({
    {"DATABASE", 0, "$database", system, SQL_FN_SYS_DBNAME},
    {"IFNULL", 2, "ifnull($1,$2)", system, SQL_FN_SYS_IFNULL},
    {"USER", 0, "$user", system, SQL_FN_SYS_USERNAME},
});

// The current date and time are UTC's, as everywhere in SQLite.
constexpr auto timedate_functions = std::to_array<ScalarFunction>({
    {"CURDATE", 0, "date('now')", timedate, SQL_FN_TD_CURDATE},
    {"CURRENT_DATE", 0, "date('now')", timedate, SQL_FN_TD_CURRENT_DATE},
    {"CURRENT_TIME", 0, "time('now')", timedate, SQL_FN_TD_CURRENT_TIME},
    {"CURRENT_TIME", 1, "(CASE WHEN ($1)>0 THEN strftime('%H:%M:%f','now') ELSE time('now') END)",
     timedate, SQL_FN_TD_CURRENT_TIME},
    {"CURRENT_TIMESTAMP", 0, "datetime('now')", timedate, SQL_FN_TD_CURRENT_TIMESTAMP},
    {"CURRENT_TIMESTAMP", 1,
     "(CASE WHEN ($1)>0 THEN strftime('%Y-%m-%d %H:%M:%f','now') ELSE datetime('now') END)",
     timedate, SQL_FN_TD_CURRENT_TIMESTAMP},
    {"CURTIME", 0, "time('now')", timedate, SQL_FN_TD_CURTIME},
    {"DAYNAME", 1,
     "(CASE strftime('%w',$1) WHEN '0' THEN 'Sunday' WHEN '1' THEN 'Monday' WHEN '2' THEN "
     "'Tuesday' WHEN '3' THEN 'Wednesday' WHEN '4' THEN 'Thursday' WHEN '5' THEN 'Friday' WHEN "
     "'6' THEN 'Saturday' END)",
     timedate, SQL_FN_TD_DAYNAME},
    {"DAYOFMONTH", 1, PART("%d", "$1"), timedate, SQL_FN_TD_DAYOFMONTH},
    {"DAYOFWEEK", 1, "(strftime('%w',$1)+1)", timedate, SQL_FN_TD_DAYOFWEEK},
    {"DAYOFYEAR", 1, PART("%j", "$1"), timedate, SQL_FN_TD_DAYOFYEAR},
    {"HOUR", 1, PART("%H", "$1"), timedate, SQL_FN_TD_HOUR},
    {"MINUTE", 1, PART("%M", "$1"), timedate, SQL_FN_TD_MINUTE},
    {"MONTH", 1, PART("%m", "$1"), timedate, SQL_FN_TD_MONTH},
    {"MONTHNAME", 1,
     "(CASE strftime('%m',$1) WHEN '01' THEN 'January' WHEN '02' THEN 'February' WHEN '03' THEN "
     "'March' WHEN '04' THEN 'April' WHEN '05' THEN 'May' WHEN '06' THEN 'June' WHEN '07' THEN "
     "'July' WHEN '08' THEN 'August' WHEN '09' THEN 'September' WHEN '10' THEN 'October' WHEN "
     "'11' THEN 'November' WHEN '12' THEN 'December' END)",
     timedate, SQL_FN_TD_MONTHNAME},
    {"NOW", 0, "datetime('now')", timedate, SQL_FN_TD_NOW},
    {"QUARTER", 1, "((strftime('%m',$1)+2)/3)", timedate, SQL_FN_TD_QUARTER},
    {"SECOND", 1, PART("%S", CLOCK("$1")), timedate, SQL_FN_TD_SECOND},
    // ISO 8601's weeks, the rule whose numbers run from 1 to 53: the year is its Thursday's.
    {"WEEK", 1, "((strftime('%j',$1,'-3 days','weekday 4')-1)/7+1)", timedate, SQL_FN_TD_WEEK},
    {"YEAR", 1, PART("%Y", "$1"), timedate, SQL_FN_TD_YEAR},
    {"EXTRACT", 1, PART("%Y", "$1"), timedate, SQL_FN_TD_EXTRACT, "FROM", "YEAR"},
    {"EXTRACT", 1, PART("%m", "$1"), timedate, SQL_FN_TD_EXTRACT, "FROM", "MONTH"},
    {"EXTRACT", 1, PART("%d", "$1"), timedate, SQL_FN_TD_EXTRACT, "FROM", "DAY"},
    {"EXTRACT", 1, PART("%H", "$1"), timedate, SQL_FN_TD_EXTRACT, "FROM", "HOUR"},
    {"EXTRACT", 1, PART("%M", "$1"), timedate, SQL_FN_TD_EXTRACT, "FROM", "MINUTE"},
    {"EXTRACT", 1, PART("%S", CLOCK("$1")), timedate, SQL_FN_TD_EXTRACT, "FROM", "SECOND"},
});

constexpr ScalarFunction timestamp_add(std::string_view keyword, SQLUINTEGER interval_bit,
                                       std::string_view sql) {
    return {"TIMESTAMPADD", 2, sql,         timedate, SQL_FN_TD_TIMESTAMPADD, ",",
            keyword,        0, interval_bit};
}

constexpr ScalarFunction timestamp_diff(std::string_view keyword, SQLUINTEGER interval_bit,
                                        std::string_view sql) {
    return {"TIMESTAMPDIFF", 2, sql,         timedate, SQL_FN_TD_TIMESTAMPDIFF, ",",
            keyword,         0, interval_bit};
}

constexpr auto interval_functions = std::to_array<ScalarFunction>({
    // Billionths of a second, of which SQLite's clock keeps thousandths.
    timestamp_add("SQL_TSI_FRAC_SECOND", SQL_FN_TSI_FRAC_SECOND,
                  "strftime('%Y-%m-%d %H:%M:%f',$2,(($1)/1000000000.0)||' seconds')"),
    timestamp_add("SQL_TSI_SECOND", SQL_FN_TSI_SECOND, ADD_UNITS("1", "seconds")),
    timestamp_add("SQL_TSI_MINUTE", SQL_FN_TSI_MINUTE, ADD_UNITS("1", "minutes")),
    timestamp_add("SQL_TSI_HOUR", SQL_FN_TSI_HOUR, ADD_UNITS("1", "hours")),
    timestamp_add("SQL_TSI_DAY", SQL_FN_TSI_DAY, ADD_UNITS("1", "days")),
    timestamp_add("SQL_TSI_WEEK", SQL_FN_TSI_WEEK, ADD_UNITS("7", "days")),
    timestamp_add("SQL_TSI_MONTH", SQL_FN_TSI_MONTH, ADD_MONTHS("1")),
    timestamp_add("SQL_TSI_QUARTER", SQL_FN_TSI_QUARTER, ADD_MONTHS("3")),
    timestamp_add("SQL_TSI_YEAR", SQL_FN_TSI_YEAR, ADD_MONTHS("12")),
    // Whole intervals, as many as fit between the two.
    timestamp_diff("SQL_TSI_FRAC_SECOND", SQL_FN_TSI_FRAC_SECOND,
                   "((" SECONDS("$2") "-" SECONDS("$1") ")*1000000000+" NANOSECONDS(
                       "$2") "-" NANOSECONDS("$1") ")"),
    timestamp_diff("SQL_TSI_SECOND", SQL_FN_TSI_SECOND, DIFFERENCE("1000000")),
    timestamp_diff("SQL_TSI_MINUTE", SQL_FN_TSI_MINUTE, DIFFERENCE("60000000")),
    timestamp_diff("SQL_TSI_HOUR", SQL_FN_TSI_HOUR, DIFFERENCE("3600000000")),
    timestamp_diff("SQL_TSI_DAY", SQL_FN_TSI_DAY, DIFFERENCE("86400000000")),
    timestamp_diff("SQL_TSI_WEEK", SQL_FN_TSI_WEEK, DIFFERENCE("604800000000")),
    timestamp_diff("SQL_TSI_MONTH", SQL_FN_TSI_MONTH, DIFFERENCE_MONTHS("1")),
    timestamp_diff("SQL_TSI_QUARTER", SQL_FN_TSI_QUARTER, DIFFERENCE_MONTHS("3")),
    timestamp_diff("SQL_TSI_YEAR", SQL_FN_TSI_YEAR, DIFFERENCE_MONTHS("12")),
});

constexpr ScalarFunction convert_to(std::string_view type, std::string_view sql) {
    return {"CONVERT", 1, sql, convert, SQL_FN_CVT_CONVERT, ",", type, 1};
}

constexpr std::string_view to_integer = "CAST($1 AS INTEGER)";
constexpr std::string_view to_real = "CAST($1 AS REAL)";
constexpr std::string_view to_number = "CAST($1 AS NUMERIC)";
constexpr std::string_view to_text = "CAST($1 AS TEXT)";
constexpr std::string_view to_blob = "CAST($1 AS BLOB)";
constexpr std::string_view to_date = "date($1)";
constexpr std::string_view to_time = "time($1)";
constexpr std::string_view to_timestamp = "(datetime(" CLOCK("$1") ")||" FRACTION("$1") ")";

constexpr auto conversions = std::to_array<ScalarFunction>({
    convert_to("SQL_BIGINT", to_integer),
    convert_to("SQL_BINARY", to_blob),
    convert_to("SQL_BIT", "(CAST($1 AS INTEGER)<>0)"),
    convert_to("SQL_CHAR", to_text),
    convert_to("SQL_DATE", to_date),
    convert_to("SQL_DECIMAL", to_number),
    convert_to("SQL_DOUBLE", to_real),
    convert_to("SQL_FLOAT", to_real),
    convert_to("SQL_GUID", to_text),
    convert_to("SQL_INTEGER", to_integer),
    convert_to("SQL_LONGVARBINARY", to_blob),
    convert_to("SQL_LONGVARCHAR", to_text),
    convert_to("SQL_NUMERIC", to_number),
    convert_to("SQL_REAL", to_real),
    convert_to("SQL_SMALLINT", to_integer),
    convert_to("SQL_TIME", to_time),
    convert_to("SQL_TIMESTAMP", to_timestamp),
    convert_to("SQL_TINYINT", to_integer),
    convert_to("SQL_TYPE_DATE", to_date),
    convert_to("SQL_TYPE_TIME", to_time),
    convert_to("SQL_TYPE_TIMESTAMP", to_timestamp),
    convert_to("SQL_VARBINARY", to_blob),
    convert_to("SQL_VARCHAR", to_text),
    convert_to("SQL_WCHAR", to_text),
    convert_to("SQL_WLONGVARCHAR", to_text),
    convert_to("SQL_WVARCHAR", to_text),
});

template <std::size_t... sizes>
constexpr auto joined(const std::array<ScalarFunction, sizes>&... parts) {
    std::array<ScalarFunction, (sizes + ...)> all{};
    std::size_t next = 0;
    const auto append = [&](const auto& part) {
        for (const ScalarFunction& function : part) all[next++] = function;
    };
    (append(parts), ...);
    return all;
}

constexpr auto table = joined(string_functions, numeric_functions, system_functions,
                              timedate_functions, interval_functions, conversions);
constexpr FunctionMasks masks = masks_of(table);

}  // namespace

std::span<const ScalarFunction> scalar_functions() noexcept {
    return table;
}

FunctionMasks function_masks() noexcept {
    return masks;
}

}  // namespace dqlite::odbc
