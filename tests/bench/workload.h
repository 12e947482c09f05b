// What is measured: the same work whoever does it.
#pragma once

#include <cstddef>
#include <string>

namespace dqlite::bench {

inline constexpr std::size_t rows = 200'000;
inline constexpr std::size_t columns = 5;
inline constexpr std::size_t rowset = 1'000;
inline constexpr std::size_t points = 10'000;
inline constexpr std::size_t array_rows = 100'000;
inline constexpr std::size_t single_rows = 300;
inline constexpr std::size_t wide_rows = 1'000'000;

inline constexpr const char* create_many =
    "CREATE TABLE many(i INTEGER, r REAL, t20 TEXT, t100 TEXT, b16 BLOB)";
inline constexpr const char* fill_many =
    "INSERT INTO many WITH RECURSIVE n(i) AS "
    "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
    "SELECT i, i * 0.5, printf('%020d', i), printf('%0100d', i), randomblob(16) FROM n";
inline constexpr const char* create_points = "CREATE TABLE points(id INTEGER PRIMARY KEY, v TEXT)";
inline constexpr const char* fill_points =
    "INSERT INTO points WITH RECURSIVE n(i) AS "
    "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i, 'value ' || i FROM n";
inline constexpr const char* create_inserts = "CREATE TABLE inserts(a INTEGER, b TEXT)";

inline constexpr const char* select_many = "SELECT i, r, t20, t100, b16 FROM many";
/// The same as the driver sends it (design §2.6), so that the server's part is the same.
inline constexpr const char* select_many_as_sent =
    "WITH r(c1,c2,c3,c4,c5) AS (SELECT i, r, t20, t100, b16 FROM many\n) "
    "SELECT +c1,+c2,+c3,+c4,+c5 FROM r";
inline constexpr const char* select_point = "SELECT v FROM points WHERE id = ?";
inline constexpr const char* insert_row = "INSERT INTO inserts VALUES (?, ?)";
inline constexpr const char* insert_text = "twenty bytes of text";
/// 1 GB that lies nowhere: the rows are made as they are read.
inline constexpr const char* select_gigabyte =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
    "SELECT i, printf('%01000d', i) FROM n";

/// Each client writes to a database of its own: writers of one take turns.
inline std::string database_of(std::size_t client) {
    return "bench" + std::to_string(client);
}

/// How many work side by side in the latency lines.
inline constexpr std::size_t client_counts[] = {1, 8, 64};

}  // namespace dqlite::bench
