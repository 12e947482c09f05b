// The connection keys as documents show them. README.md, odbcinst.ini.example and the
// manual page hold these renderings between markers, and a test compares them.
#pragma once

#include <string>

namespace dqlite::odbc {

/// A Markdown table: key, default, meaning.
[[nodiscard]] std::string render_key_table();
/// Comment lines for an ini file: "; Key = default" behind what the key is for.
[[nodiscard]] std::string render_key_comments();
/// Tagged paragraphs of a manual page.
[[nodiscard]] std::string render_key_manual();

}  // namespace dqlite::odbc
