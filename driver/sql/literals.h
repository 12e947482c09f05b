// The literals of escape sequences: {d}, {t}, {ts}, {guid}.
#pragma once

#include <string_view>

namespace dqlite::odbc {

[[nodiscard]] bool is_date(std::string_view text) noexcept;       ///< yyyy-mm-dd, an existing day
[[nodiscard]] bool is_time(std::string_view text) noexcept;       ///< hh:mm:ss[.f…]
[[nodiscard]] bool is_timestamp(std::string_view text) noexcept;  ///< both with one space between
[[nodiscard]] bool is_guid(std::string_view text) noexcept;       ///< 8-4-4-4-12 hex digits

}  // namespace dqlite::odbc
