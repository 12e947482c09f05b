#include "driver/handle/scalar_masks.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "driver/sql/functions_table.h"

namespace dqlite::odbc {
namespace {

enum class Family : unsigned char { character, number, date, time, timestamp, binary };

/// A target of {fn CONVERT}, as its keyword is written and as the masks tell it.
struct Target {
    std::string_view keyword;
    SQLUINTEGER bit;
    Family family;
};
constexpr std::array targets{
    Target{"SQL_CHAR", SQL_CVT_CHAR, Family::character},
    Target{"SQL_VARCHAR", SQL_CVT_VARCHAR, Family::character},
    Target{"SQL_LONGVARCHAR", SQL_CVT_LONGVARCHAR, Family::character},
    Target{"SQL_WCHAR", SQL_CVT_WCHAR, Family::character},
    Target{"SQL_WVARCHAR", SQL_CVT_WVARCHAR, Family::character},
    Target{"SQL_WLONGVARCHAR", SQL_CVT_WLONGVARCHAR, Family::character},
    Target{"SQL_BIGINT", SQL_CVT_BIGINT, Family::number},
    Target{"SQL_INTEGER", SQL_CVT_INTEGER, Family::number},
    Target{"SQL_SMALLINT", SQL_CVT_SMALLINT, Family::number},
    Target{"SQL_TINYINT", SQL_CVT_TINYINT, Family::number},
    Target{"SQL_BIT", SQL_CVT_BIT, Family::number},
    Target{"SQL_DECIMAL", SQL_CVT_DECIMAL, Family::number},
    Target{"SQL_NUMERIC", SQL_CVT_NUMERIC, Family::number},
    Target{"SQL_DOUBLE", SQL_CVT_DOUBLE, Family::number},
    Target{"SQL_FLOAT", SQL_CVT_FLOAT, Family::number},
    Target{"SQL_REAL", SQL_CVT_REAL, Family::number},
    Target{"SQL_TYPE_DATE", SQL_CVT_DATE, Family::date},
    Target{"SQL_TYPE_TIME", SQL_CVT_TIME, Family::time},
    Target{"SQL_TYPE_TIMESTAMP", SQL_CVT_TIMESTAMP, Family::timestamp},
    Target{"SQL_BINARY", SQL_CVT_BINARY, Family::binary},
    Target{"SQL_VARBINARY", SQL_CVT_VARBINARY, Family::binary},
    Target{"SQL_LONGVARBINARY", SQL_CVT_LONGVARBINARY, Family::binary},
};

bool is_translated(std::string_view keyword) noexcept {
    const auto functions = scalar_functions();
    return std::any_of(functions.begin(), functions.end(), [&](const ScalarFunction& function) {
        return function.group == FunctionGroup::convert && function.keyword == keyword;
    });
}

std::uint32_t targets_in(std::initializer_list<Family> families) noexcept {
    std::uint32_t mask = 0;
    for (const auto& target : targets) {
        const bool wanted =
            std::find(families.begin(), families.end(), target.family) != families.end();
        if (wanted && is_translated(target.keyword)) mask |= target.bit;
    }
    return mask;
}

ScalarFunctionMasks compute() noexcept {
    const auto functions = function_masks();
    ScalarFunctionMasks masks;
    masks.string = functions.string;
    masks.numeric = functions.numeric;
    masks.timedate = functions.timedate;
    masks.system = functions.system;
    masks.timedate_add_intervals = functions.add_intervals;
    masks.timedate_diff_intervals = functions.diff_intervals;
    masks.convert = functions.convert;
    using enum Family;
    masks.convert_from_character = targets_in({character, number, date, time, timestamp, binary});
    masks.convert_from_number = targets_in({character, number});
    masks.convert_from_date = targets_in({character, date, timestamp});
    masks.convert_from_time = targets_in({character, time});
    masks.convert_from_timestamp = targets_in({character, date, time, timestamp});
    masks.convert_from_binary = targets_in({character, binary});
    return masks;
}

}  // namespace

const ScalarFunctionMasks& scalar_masks() noexcept {
    static const ScalarFunctionMasks masks = compute();
    return masks;
}

}  // namespace dqlite::odbc
