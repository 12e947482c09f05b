// The table of keys: each key, its default, its strictness, and the documents made of it.
#include "driver/tables/connection_keys.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "driver/tables/key_documents.h"

namespace dqlite::odbc {
namespace {

using namespace std::chrono_literals;
using client::BeginMode;
using client::Redirects;

struct Applied {
    ConnectionSettings settings;
    std::vector<std::string> complaints;
};

Applied applied(const KeyValues& pairs) {
    Applied result;
    apply(pairs, result.settings, result.complaints);
    return result;
}

ConnectionSettings good(const KeyValues& pairs) {
    Applied result = applied(pairs);
    EXPECT_TRUE(result.complaints.empty()) << result.complaints.front();
    return result.settings;
}

/// Everything in settings a key can change, as text.
std::string dump(const ConnectionSettings& s) {
    std::ostringstream out;
    const auto& c = s.client;
    for (const auto& server : c.servers) out << server << ',';
    for (const auto& [told, dialled] : c.address_map) out << told << '=' << dialled << ',';
    out << '|' << c.node_store << '|' << c.database << '|' << c.timeout.count() << '|'
        << c.login_timeout.count() << '|' << c.busy_timeout.count() << '|'
        << c.failover_timeout.count() << '|' << c.slow_request.count() << '|'
        << static_cast<int>(c.begin_mode) << '|' << c.read_only << '|' << c.foreign_keys << '|'
        << c.commit_proof << '|' << c.tls.enabled << '|' << c.tls.ca_file << '|' << c.tls.cert_file
        << '|' << c.tls.key_file << '|' << c.tls.server_name << '|' << static_cast<int>(c.redirects)
        << '|' << c.max_message_size << '|' << c.max_buffered_bytes << '|' << c.max_spill_bytes
        << '|' << c.max_total_rows << '|' << c.spin.count() << '|' << s.types.max_long_varchar_size
        << '|' << s.types.max_varchar_size << '|' << s.types.wide << '|' << s.hide_schemas << '|'
        << s.allow_multi_statements << '|' << s.allow_admin << '|' << s.dbms_name << '|'
        << s.log_level << '|' << s.log_file << '|' << s.uid << '|' << s.pwd << '|' << s.dsn << '|'
        << s.driver << '|' << s.description;
    return out.str();
}

TEST(ConnectionKeys, TheDefaultWrittenIsTheDefaultInForce) {
    const std::string untouched = dump(ConnectionSettings{});
    for (const ConnectionKey& key : connection_keys()) {
        if (key.default_value.empty()) continue;
        EXPECT_EQ(dump(good({{std::string{key.name}, std::string{key.default_value}}})), untouched)
            << key.name;
    }
}

TEST(ConnectionKeys, EveryKeyChangesSomethingAndOnlyOneSetting) {
    const KeyValues other{{"Server", "h:1"},
                          {"NodeStore", "/x"},
                          {"Database", "d"},
                          {"Timeout", "1.5"},
                          {"LoginTimeout", "2"},
                          {"BusyTimeout", "0.25"},
                          {"FailoverTimeout", "3"},
                          {"BeginMode", "immediate"},
                          {"ReadOnly", "yes"},
                          {"ForeignKeys", "off"},
                          {"CommitProof", "true"},
                          {"TLS", "on"},
                          {"TLSCA", "/ca"},
                          {"TLSCert", "/cert"},
                          {"TLSKey", "/key"},
                          {"TLSServerName", "n"},
                          {"Redirects", "listed"},
                          {"AddressMap", "a:1=b:2"},
                          {"MaxLongVarcharSize", "4000"},
                          {"MaxVarcharSize", "254"},
                          {"TextAs", "narrow"},
                          {"MaxMessageSize", "128M"},
                          {"MaxBufferedBytes", "1G"},
                          {"MaxSpillBytes", "0"},
                          {"MaxTotalRows", "10"},
                          {"HideSchemas", "1"},
                          {"AllowMultiStatements", "1"},
                          {"AllowAdmin", "1"},
                          {"DbmsName", "SQLite"},
                          {"SpinMicros", "0"},
                          {"LogLevel", "debug"},
                          {"LogFile", "/log"},
                          {"SlowRequest", "0.5"},
                          {"UID", "u"},
                          {"PWD", "p"}};
    ASSERT_EQ(other.size(), connection_keys().size());
    const std::string untouched = dump(ConnectionSettings{});
    std::vector<std::string> seen{untouched};
    for (const auto& pair : other) {
        const std::string now = dump(good({pair}));
        EXPECT_EQ(std::ranges::find(seen, now), seen.end()) << pair.first;
        seen.push_back(now);
    }
}

TEST(ConnectionKeys, ValuesArriveWhereTheyBelong) {
    const auto s = good({{"server", "a, [::1]:2 ,c:3"},
                         {"BUSYTIMEOUT", "0.25"},
                         {"beginmode", "DEFERRED"},
                         {"redirects", "listed"},
                         {"AddressMap", "10.0.0.1:9001=localhost:7001, b = c"},
                         {"MaxMessageSize", "1m"},
                         {"User", "me"},
                         {"Password", "se;cret"}});
    EXPECT_EQ(s.client.servers, (std::vector<std::string>{"a", "[::1]:2", "c:3"}));
    EXPECT_EQ(s.client.busy_timeout, 250ms);
    EXPECT_EQ(s.client.begin_mode, BeginMode::deferred);
    EXPECT_EQ(s.client.redirects, Redirects::listed);
    ASSERT_EQ(s.client.address_map.size(), 2U);
    EXPECT_EQ(s.client.address_map[0],
              std::make_pair(std::string{"10.0.0.1:9001"}, std::string{"localhost:7001"}));
    EXPECT_EQ(s.client.max_message_size, std::size_t{1} << 20U);
    EXPECT_EQ(s.uid, "me");
    EXPECT_EQ(s.pwd, "se;cret");
}

TEST(ConnectionKeys, ServersMayBeAnUrl) {
    const auto s = good({{"Server", "dqlite://h1:1,h2/shop"}});
    EXPECT_EQ(s.client.servers, (std::vector<std::string>{"h1:1", "h2"}));
    EXPECT_EQ(s.client.database, "shop");
    EXPECT_EQ(good({{"Server", "DQLITE://h1"}}).client.database, "default");
    // The key Database outranks the URL, whichever comes first.
    EXPECT_EQ(good({{"Database", "own"}, {"Server", "dqlite://h/url"}}).client.database, "own");
    EXPECT_EQ(good({{"Server", "dqlite://h/url"}, {"Database", "own"}}).client.database, "own");
}

TEST(ConnectionKeys, AnUrlsOptionsAreKeys) {
    const auto s = good({{"Server", "dqlite://h1,h2:2/shop?readonly=1&UID=a%3Bb%26c&"}});
    EXPECT_EQ(s.client.servers, (std::vector<std::string>{"h1", "h2:2"}));
    EXPECT_EQ(s.client.database, "shop");
    EXPECT_TRUE(s.client.read_only);
    EXPECT_EQ(s.uid, "a;b&c");
    // A key of its own outranks the URL's, whichever comes first.
    const KeyValues own{{"Server", "dqlite://h?ReadOnly=1"}, {"ReadOnly", "0"}};
    EXPECT_FALSE(good(own).client.read_only);
    EXPECT_EQ(good({{"Server", "dqlite://h?UID=100%"}}).uid, "100%");
    ConnectionSettings settings;
    std::vector<std::string> complaints;
    apply({{"Server", "dqlite://h/x?Tmeout=1"}}, settings, complaints);
    ASSERT_EQ(complaints.size(), 1U);
    EXPECT_NE(complaints[0].find("Tmeout"), std::string::npos);
}

TEST(ConnectionKeys, BadValuesAreToldByKeyAndLeaveTheDefault) {
    const KeyValues bad{{"Server", "a,,b"},
                        {"Server", "http://a"},
                        {"Server", "dqlite://user@h/x"},
                        {"Timeout", "-1"},
                        {"Timeout", "1e3"},
                        {"Timeout", "nan"},
                        {"Timeout", "5s"},
                        {"Timeout", "1.2.3"},
                        {"Timeout", "."},
                        {"BusyTimeout", "999999999999"},
                        {"BeginMode", "exclusive"},
                        {"ReadOnly", "2"},
                        {"TLS", "maybe"},
                        {"Redirects", "none"},
                        {"AddressMap", "a"},
                        {"AddressMap", "a="},
                        {"AddressMap", "=b"},
                        {"AddressMap", "a=b=c"},
                        {"MaxLongVarcharSize", "0"},
                        {"MaxLongVarcharSize", "4294967296"},
                        {"MaxVarcharSize", "-1"},
                        {"TextAs", "utf8"},
                        {"MaxMessageSize", "1"},
                        {"MaxMessageSize", "4G"},
                        {"MaxSpillBytes", "99999999999999999999"},
                        {"MaxSpillBytes", "17179869184G"},
                        {"MaxSpillBytes", "G"},
                        {"MaxTotalRows", "many"},
                        {"SpinMicros", "1000001"},
                        {"LogLevel", "loud"}};
    const std::string untouched = dump(ConnectionSettings{});
    for (const auto& [key, value] : bad) {
        const Applied result = applied({{key, value}});
        ASSERT_EQ(result.complaints.size(), 1U) << key << '=' << value;
        EXPECT_NE(result.complaints[0].find(key), std::string::npos) << result.complaints[0];
        EXPECT_NE(result.complaints[0].find("allowed: "), std::string::npos);
        EXPECT_EQ(dump(result.settings), untouched) << key << '=' << value;
    }
}

TEST(ConnectionKeys, UnknownKeysAreNamed) {
    const Applied result = applied({{"Sevrer", "a"}, {"Database", "d"}, {"Uidd", "1"}});
    EXPECT_EQ(result.complaints, (std::vector<std::string>{"Unknown connection key \"Sevrer\"",
                                                           "Unknown connection key \"Uidd\""}));
    EXPECT_EQ(result.settings.client.database, "d");
}

TEST(ConnectionKeys, HostileNamesAreMadeSafe) {
    const Applied result = applied({{"a\nb\x1b[31m", "x"}, {std::string(5000, 'k'), "x"}});
    ASSERT_EQ(result.complaints.size(), 2U);
    EXPECT_EQ(result.complaints[0].find_first_of("\n\x1b"), std::string::npos);
    EXPECT_LT(result.complaints[1].size(), 300U);
}

TEST(ConnectionKeys, TheFirstOfARepeatedKeyWins) {
    const auto s =
        good({{"Database", "one"}, {"DATABASE", "two"}, {"PWD", "a"}, {"Password", "b"}});
    EXPECT_EQ(s.client.database, "one");
    EXPECT_EQ(s.pwd, "a");
    // Chosen empty is chosen too: a connection string can blank a data source's value.
    EXPECT_EQ(good({{"LogFile", ""}, {"LogFile", "/x"}}).log_file, "");
}

TEST(ConnectionKeys, KeysOfOdbcItselfAreNoComplaint) {
    const auto s = good({{"DSN", "d"},
                         {"DRIVER", "{dqlite}"},
                         {"Description", "x"},
                         {"FILEDSN", "f"},
                         {"SAVEFILE", "g"},
                         {"Trace", "no"}});
    EXPECT_EQ(s.dsn, "d");
    EXPECT_EQ(s.description, "x");
}

TEST(ConnectionKeys, NamesAndAliasesAreUnique) {
    std::vector<const ConnectionKey*> found;
    for (const ConnectionKey& key : connection_keys()) {
        EXPECT_EQ(find_connection_key(key.name), &key) << key.name;
        if (!key.alias.empty()) {
            EXPECT_EQ(find_connection_key(key.alias), &key) << key.alias;
        }
        EXPECT_FALSE(key.help.empty()) << key.name;
        EXPECT_EQ(key.choices.empty(), key.kind != KeyKind::choice) << key.name;
    }
}

// What the documents hold between their markers is what the table renders.

std::string read(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string between(const std::string& text, const std::string& first, const std::string& last) {
    const std::size_t start = text.find(first);
    const std::size_t end = text.find(last);
    if (start == std::string::npos || end == std::string::npos) return "markers are missing";
    return text.substr(start + first.size(), end - start - first.size());
}

const std::filesystem::path top = DQLITE_SOURCE_DIR;

TEST(KeyDocuments, TheReadmesTableIsTheTable) {
    const std::string readme = read(top / "README.md");
    EXPECT_EQ(between(readme, "<!-- keys -->\n", "<!-- /keys -->"), render_key_table());
}

TEST(KeyDocuments, TheExampleOfOdbcinstListsEveryKey) {
    const std::string example = read(top / "odbcinst.ini.example");
    EXPECT_EQ(between(example, "; keys\n", "; end of keys"), render_key_comments());
}

TEST(KeyDocuments, TheManualPageListsEveryKey) {
    const std::string page = read(top / "setup/man/libdqliteodbc.7");
    EXPECT_EQ(between(page, ".\\\" keys\n", ".\\\" end of keys"), render_key_manual());
}

/// The words between backticks.
std::vector<std::string> quoted(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t at = text.find('`'); at != std::string::npos;) {
        const std::size_t end = text.find('`', at + 1);
        words.push_back(text.substr(at + 1, end - at - 1));
        at = end == std::string::npos ? end : text.find('`', end + 1);
    }
    return words;
}

TEST(KeyDocuments, WhatOtherKeysBecomeIsInTheTable) {
    std::istringstream lines{read(top / "setup/coming-from.md")};
    std::size_t rows = 0;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t bar = line.find(" | ");
        if (!line.starts_with("| `") || bar == std::string::npos) continue;
        const auto keys = quoted(line.substr(bar));
        EXPECT_FALSE(keys.empty()) << line;
        for (const auto& key : keys) EXPECT_NE(find_connection_key(key), nullptr) << key;
        ++rows;
    }
    EXPECT_EQ(rows, 19U);
}

}  // namespace
}  // namespace dqlite::odbc
