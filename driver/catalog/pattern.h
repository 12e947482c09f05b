// Catalogue function arguments as the ODBC Reference has them: pattern values, ordinary arguments,
// identifiers. Pure functions of text.
#pragma once

#include <string>
#include <string_view>

namespace dqlite::odbc::catalog {

/// True for a pattern that matches every name.
[[nodiscard]] bool matches_everything(std::string_view pattern) noexcept;

/// An ODBC search pattern as the right side of LIKE … ESCAPE '\', in lower case (ASCII). A
/// backslash escapes only %, _ and itself; before anything else it stands for itself.
[[nodiscard]] std::string to_like(std::string_view pattern);

/// Whether a name matches a search pattern; ASCII letters compare without case.
[[nodiscard]] bool matches(std::string_view name, std::string_view pattern);

/// The name an identifier argument stands for: quotes removed with the blanks around them, else
/// trailing blanks removed. Its case does not matter.
[[nodiscard]] std::string to_name(std::string_view identifier);

}  // namespace dqlite::odbc::catalog
