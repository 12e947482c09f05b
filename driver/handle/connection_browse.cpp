// SQLBrowseConnect: connecting by asking for what is missing, one level at a time: the servers,
// then the database.
#include <algorithm>
#include <utility>

#include "client/sql_lexer.h"
#include "driver/handle/connection.h"

namespace dqlite::odbc {
namespace {

bool names(const KeyValues& pairs, std::string_view key) {
    const auto* const wanted = find_connection_key(key);
    return std::ranges::any_of(
        pairs, [=](const auto& pair) { return find_connection_key(pair.first) == wanted; });
}

}  // namespace

/// What to ask next, as a browse result connection string; empty: nothing.
std::string Connection::missing_to_browse(const KeyValues& given) {
    auto pairs = given;
    for (const auto& [key, value] : given) {
        if (client::same_word(key, "DSN")) load_dsn(value, pairs);
    }
    ConnectionSettings known;
    std::vector<std::string> complaints;
    apply(pairs, known, complaints);
    if (known.client.servers.empty() && known.client.node_store.empty()) {
        return "SERVER:Server=?;*NODESTORE:NodeStore=?";
    }
    // A server list in URL form may have named it.
    const bool has_database =
        names(pairs, "Database") || known.client.database != client::Options{}.database;
    return has_database ? std::string{} : "DATABASE:Database=?";
}

SQLRETURN Connection::browse_connect(const std::string& text) {
    if (connected()) return post(SqlState::s08002);
    auto said = std::exchange(browsed_, std::nullopt).value_or(KeyValues{});
    const auto more = parse_connection_string(text);
    if (!more) {
        return post(SqlState::s08001,
                    "The connection string is malformed: key=value;… is expected");
    }
    for (const auto& [key, value] : *more) {
        if (find_connection_key(key) == nullptr) {
            post(SqlState::s01S00, "Unknown connection key \"" + key + "\"");
        } else {
            said.emplace_back(key, value);
        }
    }
    completed_ = missing_to_browse(said);
    if (completed_.empty()) return connect_by(said);
    browsed_ = std::move(said);
    return SQL_NEED_DATA;
}

}  // namespace dqlite::odbc
