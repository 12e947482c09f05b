#include "driver/tables/connection_keys.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "driver/tables/connection_values.h"

namespace dqlite::odbc {
namespace {

using Settings = ConnectionSettings;
using std::string_view;

template <auto Member>
bool set_text(Settings& settings, string_view value) {
    settings.*Member = value;
    return true;
}

template <auto Member>
bool set_client_text(Settings& settings, string_view value) {
    settings.client.*Member = value;
    return true;
}

template <auto Member>
bool set_tls_text(Settings& settings, string_view value) {
    settings.client.tls.*Member = value;
    return true;
}

template <auto Member>
bool set_time(Settings& settings, string_view value) {
    return assign(parse_seconds(value), settings.client.*Member);
}

template <auto Member>
bool set_client_flag(Settings& settings, string_view value) {
    return assign(parse_boolean(value), settings.client.*Member);
}

template <auto Member, std::size_t Smallest, std::size_t Largest>
bool set_bytes(Settings& settings, string_view value) {
    return assign(parse_bytes(value, Smallest, Largest), settings.client.*Member);
}

template <auto Member, SQLULEN Smallest>
bool set_length(Settings& settings, string_view value) {
    // Lengths in bytes, four a character at most, must fit the 32-bit fields of ODBC.
    constexpr SQLULEN largest = 0x7FFFFFFF / 4;
    return assign(parse_count(value, Smallest, largest), settings.types.*Member);
}

bool set_server(Settings& settings, string_view value) {
    std::optional<ServerList> list = parse_servers(value);
    if (!list) return false;
    settings.client.servers = std::move(list->servers);
    if (!list->database.empty()) settings.client.database = std::move(list->database);
    return true;
}

bool set_address_map(Settings& settings, string_view value) {
    return assign(parse_address_map(value), settings.client.address_map);
}

bool set_begin_mode(Settings& settings, string_view value) {
    using client::BeginMode;
    static constexpr std::array modes{Choice<BeginMode>{"auto", BeginMode::automatic},
                                      Choice<BeginMode>{"deferred", BeginMode::deferred},
                                      Choice<BeginMode>{"immediate", BeginMode::immediate}};
    return choose<BeginMode>(modes, value, settings.client.begin_mode);
}

bool set_redirects(Settings& settings, string_view value) {
    using client::Redirects;
    static constexpr std::array rules{Choice<Redirects>{"any", Redirects::any},
                                      Choice<Redirects>{"listed", Redirects::listed}};
    return choose<Redirects>(rules, value, settings.client.redirects);
}

bool set_text_as(Settings& settings, string_view value) {
    static constexpr std::array widths{Choice<bool>{"wide", true}, Choice<bool>{"narrow", false}};
    return choose<bool>(widths, value, settings.types.wide);
}

bool set_tls(Settings& settings, string_view value) {
    return assign(parse_boolean(value), settings.client.tls.enabled);
}

bool set_hide_schemas(Settings& settings, string_view value) {
    return assign(parse_boolean(value), settings.hide_schemas);
}

bool set_allow_multi_statements(Settings& settings, string_view value) {
    return assign(parse_boolean(value), settings.allow_multi_statements);
}

bool set_allow_admin(Settings& settings, string_view value) {
    return assign(parse_boolean(value), settings.allow_admin);
}

bool set_max_total_rows(Settings& settings, string_view value) {
    return assign(parse_count(value, 0, UINT64_MAX), settings.client.max_total_rows);
}

bool set_spin(Settings& settings, string_view value) {
    constexpr std::uint64_t largest = 1'000'000;
    return assign(parse_count(value, 0, largest), settings.client.spin);
}

bool set_log_level(Settings& settings, string_view value) {
    using Level = string_view;
    static constexpr std::array levels{
        Choice<Level>{"off", "off"},     Choice<Level>{"error", "error"},
        Choice<Level>{"warn", "warn"},   Choice<Level>{"info", "info"},
        Choice<Level>{"debug", "debug"}, Choice<Level>{"trace", "trace"}};
    return choose<Level>(levels, value, settings.log_level);
}

bool ignore(Settings&, string_view) {
    return true;
}

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = kib * 1024;
constexpr std::size_t gib = mib * 1024;

constexpr std::array keys{
    ConnectionKey{"Server", "Servers", KeyKind::text, "", "",
                  "Nodes to ask for the leader, by commas: `host[:port]` or `[v6]:port`; port 9001 "
                  "if none. `dqlite://host:port,host2/database?Key=value&Key=value` is taken too.",
                  set_server},
    ConnectionKey{"NodeStore", "", KeyKind::path, "", "",
                  "A go-dqlite `cluster.yaml` whose nodes are asked too. It is rewritten when the "
                  "cluster tells other nodes, unless it is read-only or `Redirects=listed`.",
                  set_client_text<&client::Options::node_store>},
    ConnectionKey{"Database", "", KeyKind::text, "default", "",
                  "The database to open on the cluster.",
                  set_client_text<&client::Options::database>},
    ConnectionKey{"Timeout", "", KeyKind::seconds, "30", "",
                  "How long one request may take; 0: no limit.",
                  set_time<&client::Options::timeout>},
    ConnectionKey{"LoginTimeout", "", KeyKind::seconds, "10", "",
                  "How long connecting may take, finding the leader included; 0: no limit.",
                  set_time<&client::Options::login_timeout>},
    ConnectionKey{"BusyTimeout", "", KeyKind::seconds, "5", "",
                  "How long a statement waits for another writer before it fails with 40001.",
                  set_time<&client::Options::busy_timeout>},
    ConnectionKey{"FailoverTimeout", "", KeyKind::seconds, "20", "",
                  "How long an open connection looks for a new leader.",
                  set_time<&client::Options::failover_timeout>},
    ConnectionKey{"BeginMode", "", KeyKind::choice, "auto", "auto|deferred|immediate",
                  "How transactions begin; auto: immediate when the first statement writes, "
                  "deferred when it reads.",
                  set_begin_mode},
    ConnectionKey{"ReadOnly", "", KeyKind::boolean, "0", "", "Refuse statements that write.",
                  set_client_flag<&client::Options::read_only>},
    ConnectionKey{"ForeignKeys", "", KeyKind::boolean, "1", "", "Enforce foreign keys.",
                  set_client_flag<&client::Options::foreign_keys>},
    ConnectionKey{"CommitProof", "", KeyKind::boolean, "0", "",
                  "Keep a row for each connection by which it finds out what became of a COMMIT "
                  "whose answer was lost; writes take three round trips more.",
                  set_client_flag<&client::Options::commit_proof>},
    ConnectionKey{"TLS", "", KeyKind::boolean, "0", "", "Speak TLS (1.2 or later) to the nodes.",
                  set_tls},
    ConnectionKey{"TLSCA", "", KeyKind::path, "", "",
                  "PEM file of the authorities to trust; none: those of the system.",
                  set_tls_text<&client::TlsOptions::ca_file>},
    ConnectionKey{"TLSCert", "", KeyKind::path, "", "",
                  "PEM file of the certificate to show to the nodes.",
                  set_tls_text<&client::TlsOptions::cert_file>},
    ConnectionKey{"TLSKey", "", KeyKind::path, "", "", "PEM file of that certificate's key.",
                  set_tls_text<&client::TlsOptions::key_file>},
    ConnectionKey{"TLSServerName", "", KeyKind::text, "", "",
                  "The name the nodes' certificates must carry; none: the host dialled.",
                  set_tls_text<&client::TlsOptions::server_name>},
    ConnectionKey{"Redirects", "", KeyKind::choice, "any", "any|listed",
                  "Which addresses told by the cluster are dialled; listed: only those of Server, "
                  "NodeStore and AddressMap.",
                  set_redirects},
    ConnectionKey{"AddressMap", "", KeyKind::text, "", "",
                  "Addresses to dial in place of those the cluster tells: `told=dialled`, by "
                  "commas. One mapped to itself is allowed by `Redirects=listed`, and not asked "
                  "before.",
                  set_address_map},
    ConnectionKey{"MaxLongVarcharSize", "", KeyKind::count, "65536", "",
                  "The size told for texts and blobs declared without one (they are never cut to "
                  "it).",
                  set_length<&TypeOptions::max_long_varchar_size, 1>},
    ConnectionKey{"MaxVarcharSize", "", KeyKind::count, "0", "",
                  "Larger declared texts and blobs are told as LONG types; 0: none are.",
                  set_length<&TypeOptions::max_varchar_size, 0>},
    ConnectionKey{"TextAs", "", KeyKind::choice, "wide", "wide|narrow",
                  "Whether texts are told as WVARCHAR (UTF-16) or VARCHAR (UTF-8).", set_text_as},
    ConnectionKey{"MaxMessageSize", "", KeyKind::bytes, "64M", "",
                  "The largest message taken from or sent to a node.",
                  set_bytes<&client::Options::max_message_size, 64 * kib, 2 * gib - 1>},
    ConnectionKey{"MaxBufferedBytes", "", KeyKind::bytes, "64M", "",
                  "What a result kept for later fetches may take in memory; the rest goes to an "
                  "unlinked temporary file.",
                  set_bytes<&client::Options::max_buffered_bytes, 0, SIZE_MAX>},
    ConnectionKey{"MaxSpillBytes", "", KeyKind::bytes, "16G", "",
                  "What such a file may take; past it the statement fails.",
                  set_bytes<&client::Options::max_spill_bytes, 0, SIZE_MAX>},
    ConnectionKey{"MaxTotalRows", "", KeyKind::count, "0", "",
                  "A result with more rows is an error; 0: no limit.", set_max_total_rows},
    ConnectionKey{"HideSchemas", "", KeyKind::boolean, "0", "",
                  "Tell no schema names (main, temp), for tools that stumble over them.",
                  set_hide_schemas},
    ConnectionKey{"AllowMultiStatements", "", KeyKind::boolean, "0", "",
                  "Take several statements in one SQL text, by semicolons; SQLMoreResults goes "
                  "from result to result.",
                  set_allow_multi_statements},
    ConnectionKey{"AllowAdmin", "", KeyKind::boolean, "0", "",
                  "Let `{call}` change the cluster and write dumps: dqlite_add, dqlite_assign, "
                  "dqlite_dump, dqlite_remove, dqlite_transfer and dqlite_weight.",
                  set_allow_admin},
    ConnectionKey{"DbmsName", "", KeyKind::text, "dqlite", "",
                  "The SQL_DBMS_NAME told, for tools that choose an SQL dialect by it.",
                  set_text<&Settings::dbms_name>},
    ConnectionKey{"SpinMicros", "", KeyKind::microseconds, "100", "",
                  "How much processor time to spend on polling for an answer before sleeping, "
                  "where that pays; 0: never.",
                  set_spin},
    ConnectionKey{"LogLevel", "", KeyKind::choice, "off", "off|error|warn|info|debug|trace",
                  "How much the driver logs.", set_log_level},
    ConnectionKey{"LogFile", "", KeyKind::path, "", "", "Where it logs; none: standard error.",
                  set_text<&Settings::log_file>},
    ConnectionKey{"SlowRequest", "", KeyKind::seconds, "1", "",
                  "Requests that are answered later are logged, as warnings; 0: none are.",
                  set_time<&client::Options::slow_request>},
    ConnectionKey{"UID", "User", KeyKind::text, "", "",
                  "Taken and told as SQL_USER_NAME: dqlite has no login.",
                  set_text<&Settings::uid>},
    ConnectionKey{"PWD", "Password", KeyKind::secret, "", "",
                  "Taken and not used: dqlite has no login.", set_text<&Settings::pwd>},
};

// Keys of ODBC itself and of the driver manager: known, so that they are no complaint.
constexpr std::array standard_keys{
    ConnectionKey{"DSN", "", KeyKind::text, "", "", "", set_text<&Settings::dsn>},
    ConnectionKey{"Driver", "", KeyKind::text, "", "", "", set_text<&Settings::driver>},
    ConnectionKey{"Description", "", KeyKind::text, "", "", "", set_text<&Settings::description>},
    ConnectionKey{"FILEDSN", "", KeyKind::path, "", "", "", ignore},
    ConnectionKey{"SAVEFILE", "", KeyKind::path, "", "", "", ignore},
    ConnectionKey{"Trace", "", KeyKind::text, "", "", "", ignore},
    ConnectionKey{"TraceFile", "", KeyKind::path, "", "", "", ignore},
    ConnectionKey{"DMEnvAttr", "", KeyKind::text, "", "", "", ignore},
    ConnectionKey{"DMConnAttr", "", KeyKind::text, "", "", "", ignore},
    ConnectionKey{"DMStmtAttr", "", KeyKind::text, "", "", "", ignore},
    ConnectionKey{"IconvEncoding", "", KeyKind::text, "", "", "", ignore},
};

const ConnectionKey* find_in(std::span<const ConnectionKey> table, string_view name) noexcept {
    const auto found = std::ranges::find_if(table, [name](const ConnectionKey& key) {
        return same_letters(key.name, name) ||
               (!key.alias.empty() && same_letters(key.alias, name));
    });
    return found == table.end() ? nullptr : &*found;
}

string_view allowed(const ConnectionKey& key) {
    switch (key.kind) {
        case KeyKind::boolean:
            return "0 or 1";
        case KeyKind::count:
            return "a whole number within its limits";
        case KeyKind::bytes:
            return "a number of bytes within its limits, K, M or G behind it if wanted";
        case KeyKind::seconds:
            return "seconds from 0 up, decimals if wanted";
        case KeyKind::microseconds:
            return "microseconds from 0 to 1000000";
        case KeyKind::choice:
            return key.choices;
        case KeyKind::text:
        case KeyKind::secret:
        case KeyKind::path:
            break;
    }
    return key.help;
}

std::string complaint(const ConnectionKey& key, string_view value) {
    return fmt::format("The value \"{}\" of {} is not used; allowed: {}", printable(value),
                       key.name, allowed(key));
}

struct Setting {
    const ConnectionKey* key;
    string_view value;
};

/// Options of the server list that counts, if it is an URL, become pairs behind all others: a key
/// of its own outranks them.
KeyValues with_url_options(KeyValues pairs) {
    const auto server = std::ranges::find_if(pairs, [](const auto& pair) {
        const ConnectionKey* const key = find_connection_key(pair.first);
        return key != nullptr && key->set == set_server;
    });
    if (server == pairs.end()) return pairs;
    auto options = take_url_options(server->second);
    pairs.insert(pairs.end(), std::move_iterator{options.begin()},
                 std::move_iterator{options.end()});
    return pairs;
}

}  // namespace

std::span<const ConnectionKey> connection_keys() noexcept {
    return keys;
}

const ConnectionKey* find_connection_key(string_view name) noexcept {
    const ConnectionKey* const own = find_in(keys, name);
    return own == nullptr ? find_in(standard_keys, name) : own;
}

void apply(const KeyValues& given, ConnectionSettings& settings,
           std::vector<std::string>& complaints) {
    const KeyValues pairs = with_url_options(given);
    std::vector<Setting> chosen;
    for (const auto& [name, value] : pairs) {
        const ConnectionKey* const key = find_connection_key(name);
        if (key == nullptr) {
            complaints.push_back(fmt::format("Unknown connection key \"{}\"", printable(name)));
        } else if (std::ranges::find(chosen, key, &Setting::key) == chosen.end()) {
            chosen.push_back({key, value});
        }
    }
    // A server list in URL form may name a database; the key Database outranks it.
    std::stable_partition(chosen.begin(), chosen.end(),
                          [](const Setting& setting) { return setting.key->set == set_server; });
    for (const Setting& setting : chosen) {
        // Setup programs write every key they know, empty where nothing was entered.
        if (setting.value.empty()) continue;
        if (!setting.key->set(settings, setting.value)) {
            complaints.push_back(complaint(*setting.key, setting.value));
        }
    }
}

}  // namespace dqlite::odbc
