// The SQL side of a parameter: a number, a text, a date as the parameter's SQL type asks for it.
#pragma once

#include <string>
#include <string_view>

#include "driver/convert/datetime.h"
#include "driver/convert/families.h"
#include "driver/convert/from_c.h"
#include "driver/convert/number.h"

namespace dqlite::odbc {

/// One parameter on its way out.
struct Store {
    const CSource& source;
    SqlFamily family;
    wire::Value& value;
    std::string& storage;
};

/// Appendix D tells a number that was text from one that was a number: digits that do not fit are
/// 22001 for the one, 22003 and 01S07 for the other.
enum class Origin : unsigned char { text, number };

/// Into any numeric or bit type.
[[nodiscard]] SqlState store_decimal(const Store& store, const Decimal& decimal, Origin origin);
[[nodiscard]] SqlState store_integer(const Store& store, std::int64_t number);
[[nodiscard]] SqlState store_real(const Store& store, double number);
[[nodiscard]] SqlState store_numeric_text(const Store& store, std::string_view text);

/// Text the driver made: it is kept in the storage. 22001 past the parameter's size.
[[nodiscard]] SqlState store_made_text(const Store& store, std::string_view text);
/// Text of the application, borrowed: 22018 unless it is UTF-8 without U+0000, of which one at the
/// very end is a terminator that was counted.
[[nodiscard]] SqlState store_text(const Store& store, std::string_view text);
[[nodiscard]] SqlState store_blob(const Store& store, std::string_view bytes);
/// Pairs of hexadecimal digits as a blob.
[[nodiscard]] SqlState store_hex(const Store& store, std::string_view text);

/// Fields that are known to be valid, into a date, time, timestamp or character type. A part that
/// the type cannot hold and that is not zero is 22008.
[[nodiscard]] SqlState store_datetime(const Store& store, const DateTime& at);
/// Text in any form parse_datetime knows.
[[nodiscard]] SqlState store_datetime_text(const Store& store, std::string_view text);

}  // namespace dqlite::odbc
