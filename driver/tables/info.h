// SQLGetInfo: one constexpr table, every InfoType of ODBC 3.8 with its C type and value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "driver/odbc.h"

namespace dqlite::odbc {

/// Handles (SQL_DRIVER_HDBC and its kin) are the driver manager's to answer, so not in the table.
enum class InfoKind : unsigned char { text, u16, u32 };

/// What the escape translator knows: SQL_FN_…, SQL_FN_TSI_… and SQL_CVT_… masks.
struct ScalarFunctionMasks {
    std::uint32_t string = 0;
    std::uint32_t numeric = 0;
    std::uint32_t timedate = 0;
    std::uint32_t system = 0;
    std::uint32_t timedate_add_intervals = 0;
    std::uint32_t timedate_diff_intervals = 0;
    std::uint32_t convert = 0;  ///< SQL_CONVERT_FUNCTIONS
    // The targets of CONVERT by what is converted.
    std::uint32_t convert_from_character = 0;
    std::uint32_t convert_from_number = 0;  ///< SQL_BIT too
    std::uint32_t convert_from_date = 0;
    std::uint32_t convert_from_time = 0;
    std::uint32_t convert_from_timestamp = 0;
    std::uint32_t convert_from_binary = 0;
};

/// What values depend on; filled by the connection.
struct InfoContext {
    std::string data_source_name;
    std::string server_name;  ///< the leader's address
    std::string database_name;
    std::string dbms_name;
    std::string sqlite_version;  ///< "3.46.1"
    std::string user_name;
    bool read_only = false;
    bool hide_schemas = false;
    bool multi_statements = false;
    bool allow_admin = false;
    ScalarFunctionMasks functions;
};

struct InfoValue {
    InfoKind kind = InfoKind::u32;
    std::string text;
    std::uint32_t number = 0;
};

/// True where the value needs the connected server (SQL_DBMS_VER …): HY000/08003 unconnected.
[[nodiscard]] bool info_needs_connection(SQLUSMALLINT type) noexcept;
/// Nothing for an InfoType nobody knows (HY096).
[[nodiscard]] std::optional<InfoValue> info_value(SQLUSMALLINT type, const InfoContext& context);
/// Every InfoType in the table, ascending.
[[nodiscard]] std::span<const SQLUSMALLINT> info_types() noexcept;

}  // namespace dqlite::odbc
