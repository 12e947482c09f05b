// What is measured: the same work whoever does it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace dqlite::bench {

/// How much of it. Tables are as large as the other measurements of a run find them.
struct Sizes {
    std::size_t rows = 200'000;         ///< of `many`
    std::size_t array_rows = 100'000;   ///< of one array; those who take a row each take 10,000
    std::size_t single_rows = 300;      ///< inserted one by one, each in a transaction of its own
    std::size_t wide_rows = 1'000'000;  ///< of 1 KB
    std::chrono::milliseconds latency{250};  ///< how long clients work

    /// What one transaction of single inserts takes, and the rows of `points`.
    [[nodiscard]] std::size_t points() const noexcept { return rows / 20; }
    /// To try the program, not to learn figures.
    static constexpr Sizes tiny() noexcept {
        return {.rows = 4'000,
                .array_rows = 2'000,
                .single_rows = 20,
                .wide_rows = 5'000,
                .latency = std::chrono::milliseconds{10}};
    }
};

/// Those of this run; set once, before anything is measured.
inline Sizes sizes;

inline constexpr std::size_t columns = 5;
inline constexpr std::size_t rowset = 1'000;
inline constexpr int connects = 100;
/// Arrays one behind another, each a transaction of its own. Two of them fill a segment of the
/// server's log, and the commit that closes one takes up to four times as long: all see the same.
inline constexpr std::size_t arrays = 4;

inline constexpr const char* create_many =
    "CREATE TABLE many(i INTEGER, r REAL, t20 TEXT, t100 TEXT, b16 BLOB)";
inline constexpr const char* create_points = "CREATE TABLE points(id INTEGER PRIMARY KEY, v TEXT)";
inline constexpr const char* create_inserts = "CREATE TABLE inserts(a INTEGER, b TEXT)";
inline constexpr const char* empty_inserts = "DELETE FROM inserts";

/// Numbers from 1 to `last`, as the table n(i).
inline std::string numbers_to(std::size_t last) {
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
           std::to_string(last) + ") ";
}
inline std::string fill_many() {
    return "INSERT INTO many " + numbers_to(sizes.rows) +
           "SELECT i, i * 0.5, printf('%020d', i), printf('%0100d', i), randomblob(16) FROM n";
}
inline std::string fill_points() {
    return "INSERT INTO points " + numbers_to(sizes.points()) + "SELECT i, 'value ' || i FROM n";
}

inline constexpr const char* select_many = "SELECT i, r, t20, t100, b16 FROM many";
/// The same as the driver sends it (design §2.6), so that the server's part is the same.
inline constexpr const char* select_many_as_sent =
    "WITH r(c1,c2,c3,c4,c5) AS (SELECT i, r, t20, t100, b16 FROM many\n) "
    "SELECT +c1,+c2,+c3,+c4,+c5 FROM r";
inline constexpr const char* select_point = "SELECT v FROM points WHERE id = ?";
inline constexpr const char* insert_row = "INSERT INTO inserts VALUES (?, ?)";
inline constexpr const char* insert_text = "twenty bytes of text";
/// 1 GB that lies nowhere: the rows are made as they are read.
inline std::string select_wide() {
    return numbers_to(sizes.wide_rows) + "SELECT i, printf('%01000d', i) FROM n";
}

/// Each client writes to a database of its own: writers of one take turns.
inline std::string database_of(std::size_t client) {
    return "bench" + std::to_string(client);
}

/// How many work side by side in the latency lines.
inline constexpr std::size_t client_counts[] = {1, 8, 64};

}  // namespace dqlite::bench
