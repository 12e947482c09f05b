#include "setup/library/attributes.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "driver/tables/connection_values.h"

namespace dqlite::setup {
namespace {

using odbc::same_letters;
using std::string_view;

// The driver's name is an argument of its own, and of files only connection strings speak.
constexpr std::array refused_keys{string_view{"Driver"}, string_view{"FILEDSN"},
                                  string_view{"SAVEFILE"}};

bool is_refused(string_view key) {
    return std::ranges::any_of(refused_keys,
                               [key](string_view one) { return same_letters(one, key); });
}

/// The pair that `entry` is, by the key's documented name; false if it is none.
bool split(string_view entry, std::pair<std::string, std::string>& pair) {
    const std::size_t equals = entry.find('=');
    if (equals == string_view::npos || equals == 0) return false;
    const string_view name = entry.substr(0, equals);
    const odbc::ConnectionKey* const known = odbc::find_connection_key(name);
    pair = {std::string{known == nullptr ? name : known->name},
            std::string{entry.substr(equals + 1)}};
    return true;
}

}  // namespace

Attributes parse_attributes(const char* list) {
    Attributes attributes;
    for (; list != nullptr && *list != '\0'; list += std::strlen(list) + 1) {
        std::pair<std::string, std::string> pair;
        if (!split(list, pair)) {
            attributes.complaint =
                fmt::format("\"{}\" is not of the form key=value", odbc::printable(list));
            return attributes;
        }
        if (is_refused(pair.first)) {
            attributes.complaint = fmt::format("{} is no attribute of a data source", pair.first);
            return attributes;
        }
        if (pair.first == "DSN") {
            attributes.dsn = std::move(pair.second);
        } else {
            attributes.values.push_back(std::move(pair));
        }
    }
    odbc::ConnectionSettings ignored;
    std::vector<std::string> complaints;
    odbc::apply(attributes.values, ignored, complaints);
    attributes.complaint = fmt::format("{}", fmt::join(complaints, "; "));
    return attributes;
}

}  // namespace dqlite::setup
