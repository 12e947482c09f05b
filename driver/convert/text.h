// UTF-8 inside, SQLCHAR or SQLWCHAR outside: the one place that reads and writes application
// strings. SQLWCHAR is UTF-16 (unixODBC) or UTF-32 (iODBC), by its size.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/diag/sqlstate.h"
#include "driver/odbc.h"

namespace dqlite::odbc {

/// Reads an application string. `length` is in characters (code units) or SQL_NTS. A null pointer
/// gives nullopt. HY090 for a negative length; ill-formed UTF-16 gives U+FFFD; terminators that
/// were counted in the length are no part of the text.
struct TextIn {
    std::optional<std::string> text;
    SqlState state = SqlState::s00000;
};
[[nodiscard]] TextIn read_text(const SQLCHAR* text, SQLINTEGER length);
[[nodiscard]] TextIn read_text(const SQLWCHAR* text, SQLINTEGER length);

/// Writes a string out, always terminated if there is room for one unit, never splitting a
/// character. The full length goes to *length_out (may be null) in the unit asked for, whether
/// or not `buffer` is null. Returns 00000, 01004 (cut) or HY090 (negative or odd capacity).
/// `capacity` and *length_out count characters (code units) or bytes, as the function's page says.
enum class LengthUnit : unsigned char { characters, bytes };
template <typename Length>
[[nodiscard]] SqlState write_text(std::string_view text, SQLCHAR* buffer, SQLLEN capacity,
                                  Length* length_out, LengthUnit unit);
template <typename Length>
[[nodiscard]] SqlState write_text(std::string_view text, SQLWCHAR* buffer, SQLLEN capacity,
                                  Length* length_out, LengthUnit unit);

/// UTF-8 ↔ SQLWCHAR units. Ill-formed input becomes U+FFFD.
void append_wide(std::string_view utf8, std::basic_string<SQLWCHAR>& out);
void append_utf8(std::basic_string_view<SQLWCHAR> wide, std::string& out);
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

}  // namespace dqlite::odbc
