// ODBC's scalar functions (ODBC Reference, Appendix E) in SQLite's SQL. This one table is what
// {fn …} is translated by and what SQLGetInfo's *_FUNCTIONS masks are computed from, so that every
// capability told is real.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "driver/odbc.h"

namespace dqlite::odbc {

enum class FunctionGroup : std::uint8_t {
    string,    ///< SQL_STRING_FUNCTIONS
    numeric,   ///< SQL_NUMERIC_FUNCTIONS
    timedate,  ///< SQL_TIMEDATE_FUNCTIONS
    system,    ///< SQL_SYSTEM_FUNCTIONS
    convert,   ///< SQL_CONVERT_FUNCTIONS
};

/// One spelling of a function: ODBC tells some apart by a keyword among the arguments.
struct ScalarFunction {
    std::string_view name;
    std::size_t arity = 0;  ///< arguments, a keyword among them not counted
    std::string_view sql;   ///< $1, $2 … stand for the arguments
    FunctionGroup group = FunctionGroup::string;
    SQLUINTEGER bit = 0;               ///< in its group's mask
    std::string_view separator = ",";  ///< "," or the word between the arguments: FROM, IN
    std::string_view keyword = {};     ///< e.g. SQL_TSI_DAY; empty: none
    std::size_t keyword_position = 0;  ///< its index among all arguments
    SQLUINTEGER interval_bit = 0;      ///< in the masks of TIMESTAMPADD's and -DIFF's intervals
};

[[nodiscard]] std::span<const ScalarFunction> scalar_functions() noexcept;

/// The masks SQLGetInfo tells.
struct FunctionMasks {
    SQLUINTEGER string = 0;
    SQLUINTEGER numeric = 0;
    SQLUINTEGER timedate = 0;
    SQLUINTEGER system = 0;
    SQLUINTEGER convert = 0;
    SQLUINTEGER add_intervals = 0;   ///< SQL_TIMEDATE_ADD_INTERVALS
    SQLUINTEGER diff_intervals = 0;  ///< SQL_TIMEDATE_DIFF_INTERVALS
};

/// Of any part of the table.
[[nodiscard]] constexpr FunctionMasks masks_of(std::span<const ScalarFunction> functions) noexcept {
    FunctionMasks masks;
    for (const ScalarFunction& function : functions) {
        switch (function.group) {
            case FunctionGroup::string:
                masks.string |= function.bit;
                break;
            case FunctionGroup::numeric:
                masks.numeric |= function.bit;
                break;
            case FunctionGroup::system:
                masks.system |= function.bit;
                break;
            case FunctionGroup::convert:
                masks.convert |= function.bit;
                break;
            case FunctionGroup::timedate:
                masks.timedate |= function.bit;
                if (function.bit == SQL_FN_TD_TIMESTAMPADD) {
                    masks.add_intervals |= function.interval_bit;
                } else if (function.bit == SQL_FN_TD_TIMESTAMPDIFF) {
                    masks.diff_intervals |= function.interval_bit;
                }
                break;
        }
    }
    return masks;
}

[[nodiscard]] FunctionMasks function_masks() noexcept;

}  // namespace dqlite::odbc
