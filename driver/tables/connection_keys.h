// The connection keys: one table from which parsing, odbcinst.ini.example and
// the README's table follow.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/options.h"
#include "driver/tables/sql_type.h"

namespace dqlite::odbc {

/// Everything a data source says, parsed.
struct ConnectionSettings {
    std::string dsn;
    std::string driver;
    std::string description;
    std::string uid;
    std::string pwd;
    client::Options client;
    TypeOptions types;
    bool hide_schemas = false;
    bool allow_multi_statements = false;
    bool allow_admin = false;
    bool commit_proof = false;
    std::string dbms_name = "dqlite";
    std::string log_level = "off";
    std::string log_file;
};

enum class KeyKind : unsigned char {
    text,
    secret,
    path,
    boolean,
    count,
    bytes,
    seconds,
    microseconds,
    choice
};

struct ConnectionKey {
    std::string_view name;   ///< as documented, e.g. "BusyTimeout"
    std::string_view alias;  ///< or empty
    KeyKind kind = KeyKind::text;
    std::string_view default_value;  ///< as one would write it
    std::string_view choices;        ///< for KeyKind::choice: "auto|deferred|immediate"
    std::string_view help;           ///< one sentence
    bool (*set)(ConnectionSettings&, std::string_view value) = nullptr;  ///< false: bad value
};
[[nodiscard]] std::span<const ConnectionKey> connection_keys() noexcept;
/// Case-insensitive, aliases included; null if nobody knows it.
[[nodiscard]] const ConnectionKey* find_connection_key(std::string_view name) noexcept;

using KeyValues = std::vector<std::pair<std::string, std::string>>;  ///< in order, as written

/// Splits `key=value;key={va;l}}ue};…`. Nothing for a malformed one (an open brace, no '=').
[[nodiscard]] std::optional<KeyValues> parse_connection_string(std::string_view text);
/// The reverse, with braces where a value needs them.
[[nodiscard]] std::string format_connection_string(const KeyValues& pairs);

/// Applies pairs; the first of a repeated key wins (as SQLDriverConnect's page has it), an empty
/// value leaves the default.
/// Collects a line for each key nobody knows or value that is no good (01S00 each).
void apply(const KeyValues& given, ConnectionSettings& settings,
           std::vector<std::string>& complaints);

}  // namespace dqlite::odbc
