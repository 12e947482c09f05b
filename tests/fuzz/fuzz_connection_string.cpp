// Connection strings and data sources: what users and their tools write. What is split must join
// into the same again, and no value may leave the settings outside their limits.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "driver/tables/connection_keys.h"

namespace {

using namespace dqlite::odbc;

void require(bool holds) {
    if (!holds) std::abort();
}

/// A key cannot be written with braces, and an '=' ends it; what was read has neither problem.
void check_round_trip(const KeyValues& pairs) {
    const auto again = parse_connection_string(format_connection_string(pairs));
    require(again.has_value() && *again == pairs);
}

void check_settings(const KeyValues& pairs) {
    ConnectionSettings settings;
    std::vector<std::string> complaints;
    apply(pairs, settings, complaints);
    // One a key at most; the options of a URL are keys as well.
    std::size_t keys = pairs.size();
    for (const auto& [key, value] : pairs) {
        keys += static_cast<std::size_t>(
            std::ranges::count_if(value, [](char c) { return c == '?' || c == '&'; }));
    }
    require(complaints.size() <= keys);
    for (const std::string& line : complaints) {
        require(line.size() < 1000 && line.find('\n') == std::string::npos);
    }
    const auto& client = settings.client;
    require(client.timeout.count() >= 0 && client.busy_timeout.count() >= 0);
    require(client.max_message_size >= 64 * 1024 && client.spin.count() <= 1'000'000);
    require(settings.types.max_long_varchar_size > 0 && !client.database.empty());
    require(!settings.dbms_name.empty() && !settings.log_level.empty());
}

void check_type(std::string_view declared) {
    SqlType type;
    if (!type_of_declaration(declared, {}, type)) return;
    require(is_known_sql_type(type.concise) && type.column_size > 0);
    require(display_size(type) > 0 && octet_length(type) > 0);
    require(type.decimal_digits >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_type(text);
    const auto pairs = parse_connection_string(text);
    if (!pairs) return 0;
    check_round_trip(*pairs);
    check_settings(*pairs);
    for (const auto& [key, value] : *pairs) check_type(value);
    return 0;
}
