// What a wire value is worth in the type its column is described as: as text, as a point in time.
#pragma once

#include <string_view>

#include "driver/convert/datetime.h"
#include "driver/convert/families.h"
#include "driver/convert/number.h"
#include "driver/tables/sql_type.h"
#include "wire/value.h"

namespace dqlite::odbc {

/// NULL, also as the empty ISO 8601 text that servers before dqlite 1.19 send for a NULL in a
/// DATE, DATETIME or TIMESTAMP column.
[[nodiscard]] inline bool is_null_value(const wire::Value& value) noexcept {
    return value.is_null() ||
           (value.type() == wire::ValueType::iso8601 && value.as_bytes().empty());
}

/// A value's text and how much of it cannot be cut off without changing what it says.
struct Rendered {
    std::string_view text;
    std::size_t whole = 0;
};

/// The text of any value but NULL and blobs; borrows from the value or from `scratch`, which must
/// be empty. In date columns text comes in ODBC's own format whatever ISO 8601 form was stored (a
/// time of day is never dropped, and text that is no date comes as it is). In DECIMAL columns
/// numbers get the zeros their scale asks for.
[[nodiscard]] Rendered render(const wire::Value& value, const SqlType& type,
                              ShortText& scratch) noexcept;

/// The point in time a value stands for: 22018 for text that is none, and for numbers in columns
/// that are not of a datetime type; 22008 for numbers out of the calendar.
[[nodiscard]] Parsed<DateTime> datetime_of(const wire::Value& value, SqlFamily family) noexcept;

[[nodiscard]] SQL_DATE_STRUCT date_part(const DateTime& at) noexcept;
[[nodiscard]] SQL_TIME_STRUCT time_part(const DateTime& at) noexcept;

}  // namespace dqlite::odbc
