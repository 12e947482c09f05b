// Everything a client can be told, with its defaults. The driver fills it from connection keys.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace dqlite::client {

using std::chrono::microseconds;
using std::chrono::milliseconds;

enum class BeginMode : std::uint8_t {
    automatic,  ///< IMMEDIATE when the first statement writes, else DEFERRED
    deferred,
    immediate,
};

enum class Redirects : std::uint8_t {
    any,     ///< follow a leader's address wherever it points
    listed,  ///< only to addresses that are seeds, in the node store or in the address map
};

struct TlsOptions {
    bool enabled = false;
    std::string ca_file;      ///< PEM; empty: the system's roots
    std::string cert_file;    ///< PEM, the client's certificate
    std::string key_file;     ///< PEM
    std::string server_name;  ///< expected in the certificate; empty: the host dialled
};

struct Options {
    std::vector<std::string> servers;  ///< host[:port] or [v6]:port; port 9001 if none
    std::string node_store;            ///< path of a go-dqlite cluster.yaml; empty: none
    std::string database = "default";
    milliseconds timeout{30'000};           ///< per request; 0: none
    milliseconds login_timeout{10'000};     ///< all of connect; 0: none
    milliseconds busy_timeout{5'000};       ///< retrying SQLITE_BUSY
    milliseconds failover_timeout{20'000};  ///< finding a new leader under a session
    milliseconds slow_request{1'000};       ///< one that is answered later is logged; 0: none
    BeginMode begin_mode = BeginMode::automatic;
    bool read_only = false;
    bool foreign_keys = true;
    bool commit_proof = false;  ///< keep a row by which the outcome of each COMMIT can be found out
    TlsOptions tls;
    Redirects redirects = Redirects::any;
    std::vector<std::pair<std::string, std::string>> address_map;  ///< told address → dialled
    std::size_t max_message_size = std::size_t{64} << 20U;         ///< bytes, one frame
    std::size_t max_buffered_bytes = std::size_t{64} << 20U;  ///< bytes of one read-out result kept
                                                              ///< in memory before it spills
    std::size_t max_spill_bytes = std::size_t{16} << 30U;     ///< bytes of one result on disk
    std::uint64_t max_total_rows = 0;                         ///< an error past it; 0: none
    microseconds spin{100};             ///< of polling before blocking, where it pays; 0: never
    std::size_t statement_cache = 256;  ///< prepared statements kept per session
};

}  // namespace dqlite::client
