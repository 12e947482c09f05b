// Environment, connection and statement attributes: which exist, what they hold, how the driver
// treats them. The code that gets and sets them is driven by this table.
#pragma once

#include <cstdint>
#include <span>

#include "driver/odbc.h"

namespace dqlite::odbc {

enum class HandleKind : unsigned char { environment, connection, statement };
enum class AttributeType : unsigned char { u32, ulen, len, text, pointer, handle };
enum class AttributeRule : unsigned char {
    stored,       ///< get and set, the code acts on it
    read_only,    ///< HY092 when set
    fixed,        ///< only its one value; others become 01S02 where the page lists it, else HYC00
    substituted,  ///< other legal values are taken as the nearest one: 01S02
    unsupported,  ///< legal in ODBC, not here: HYC00
};
struct Attribute {
    SQLINTEGER id = 0;
    HandleKind handle = HandleKind::statement;
    AttributeType type = AttributeType::ulen;
    AttributeRule rule = AttributeRule::stored;
    std::uint64_t default_value = 0;
    const char* name = "";
    bool before_connect = true;    ///< connection: may be set before connecting
    bool after_connect = true;     ///< connection: may be set while connected (HY011)
    bool with_open_cursor = true;  ///< statement: may be set while a cursor is open (24000)
};
[[nodiscard]] std::span<const Attribute> attributes() noexcept;
/// Null if nobody knows it (HY092).
[[nodiscard]] const Attribute* find_attribute(HandleKind handle, SQLINTEGER id) noexcept;

/// The driver's own statement attribute: the rowid of the last INSERT (SQLLEN, read only).
inline constexpr SQLINTEGER attr_last_insert_rowid = 0x4000 + 1;  // SQL_DRIVER_STMT_ATTR_BASE + 1

}  // namespace dqlite::odbc
