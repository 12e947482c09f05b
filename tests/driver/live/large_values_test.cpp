// Large values by data-at-execution and SQLGetData: a blob of 50 MB, texts of a million characters
// in both character sets, in pieces and in one, in arrays too; and the memory they take.
#include <array>
#include <cstring>
#include <numeric>

#include "tests/driver/live/fixture.h"
#include "tests/support/memory.h"

namespace dqlite::test {
namespace {

constexpr std::size_t blob_size = 50'000'000;
/// How often a value may be in memory: as what was put or received, and as the message with it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long most_copies = 20;  // quarantine, shadow memory
#else
constexpr long most_copies = 3;
#endif

/// Bytes that show a piece that is missing, doubled or in another's place.
std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint64_t state = 88172645463325252U;
    for (std::size_t i = 0; i < size; i += sizeof state) {
        state ^= state << 13U;
        state ^= state >> 7U;
        state ^= state << 17U;
        std::memcpy(bytes.data() + i, &state, std::min(sizeof state, size - i));
    }
    return bytes;
}

/// A million characters of one to four bytes.
std::string long_text() {
    std::string text;
    while (text.size() < 2'500'000) text += "aé漢😀";
    return text;
}

std::u16string long_wide_text() {
    std::u16string text;
    while (text.size() < 1'250'000) text += u"aé漢😀";
    return text;
}

class LargeValues : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE big (id INTEGER PRIMARY KEY, v)");
    }
    /// Puts `bytes` in pieces of `step`, where the statement asks for data.
    static void put(OdbcStatement& statement, std::string_view bytes, std::size_t step) {
        while (!bytes.empty()) {
            const auto size = std::min(step, bytes.size());
            ASSERT_EQ(SQLPutData(statement.handle(), const_cast<char*>(bytes.data()),
                                 static_cast<SQLLEN>(size)),
                      SQL_SUCCESS)
                << statement.message();
            bytes.remove_prefix(size);
        }
    }
    void store(std::string_view bytes, SQLSMALLINT c_type, SQLSMALLINT sql_type, std::size_t step) {
        OdbcStatement insert{connection()};
        ASSERT_EQ(insert.prepare("INSERT INTO big (v) VALUES (?)"), SQL_SUCCESS);
        SQLLEN length = SQL_LEN_DATA_AT_EXEC(static_cast<SQLLEN>(bytes.size()));
        ASSERT_EQ(SQLBindParameter(insert.handle(), 1, SQL_PARAM_INPUT, c_type, sql_type,
                                   bytes.size(), 0, &length, 0, &length),
                  SQL_SUCCESS);
        ASSERT_EQ(insert.execute(), SQL_NEED_DATA) << insert.message();
        SQLPOINTER token = nullptr;
        ASSERT_EQ(SQLParamData(insert.handle(), &token), SQL_NEED_DATA);
        ASSERT_EQ(token, &length);
        put(insert, bytes, step);
        ASSERT_EQ(SQLParamData(insert.handle(), &token), SQL_SUCCESS) << insert.message();
    }
    /// Compares what SQLGetData gives in pieces of `step` bytes with `bytes`, without keeping it.
    static void expect_in_pieces(OdbcStatement& select, SQLSMALLINT c_type, std::size_t end,
                                 std::string_view bytes, std::size_t step) {
        std::string piece(step, '\0');
        for (;;) {
            SQLLEN left = 0;
            const auto r = SQLGetData(select.handle(), 1, c_type, piece.data(),
                                      static_cast<SQLLEN>(step), &left);
            ASSERT_TRUE(SQL_SUCCEEDED(r)) << select.message();
            ASSERT_EQ(left, static_cast<SQLLEN>(bytes.size()));
            const auto given = std::min(bytes.size(), step - end);
            ASSERT_EQ(std::memcmp(piece.data(), bytes.data(), given), 0);
            bytes.remove_prefix(given);
            if (r == SQL_SUCCESS) break;
            ASSERT_EQ(select.state(), "01004");
        }
        EXPECT_TRUE(bytes.empty());
    }
    void expect_bound(SQLSMALLINT c_type, std::string_view bytes, std::size_t end) {
        OdbcStatement select{connection()};
        std::string all(bytes.size() + end, '\x5A');
        SQLLEN length = 0;
        ASSERT_EQ(SQLBindCol(select.handle(), 1, c_type, all.data(),
                             static_cast<SQLLEN>(all.size()), &length),
                  SQL_SUCCESS);
        ASSERT_EQ(select.direct("SELECT v FROM big"), SQL_SUCCESS) << select.message();
        ASSERT_EQ(select.fetch(), SQL_SUCCESS) << select.message();
        EXPECT_EQ(length, static_cast<SQLLEN>(bytes.size()));
        EXPECT_TRUE(all.starts_with(bytes));
    }
    void fetch_the_row(OdbcStatement& select) {
        ASSERT_EQ(select.direct("SELECT v FROM big"), SQL_SUCCESS) << select.message();
        ASSERT_EQ(select.fetch(), SQL_SUCCESS) << select.message();
    }
};
DQLITE_ON_EACH_GENERATION(LargeValues);

TEST_P(LargeValues, ABlobOf50Megabytes) {
    const std::string blob = pattern(blob_size);
    const long size = static_cast<long>(blob_size / 1024);
    {
        const MemoryGrowth growth;
        store(blob, SQL_C_BINARY, SQL_LONGVARBINARY, 65'536);
        EXPECT_LT(growth.peak(), size * most_copies) << "KiB";
    }
    {
        OdbcStatement select{connection()};
        const MemoryGrowth growth;
        fetch_the_row(select);
        expect_in_pieces(select, SQL_C_BINARY, 0, blob, 1'000'003);
        EXPECT_LT(growth.peak(), size * most_copies) << "KiB";
    }
    expect_bound(SQL_C_BINARY, blob, 0);
    EXPECT_EQ(query("SELECT typeof(v), length(v) FROM big"),
              (Rows{{"blob", std::to_string(blob_size)}}));
}

TEST_P(LargeValues, TextOfAMillionCharacters) {
    const std::string text = long_text();
    for (const std::size_t step : {std::size_t{1}, std::size_t{4096}, text.size()}) {
        SCOPED_TRACE(step);
        const auto shorter = step == 1 ? std::string_view{text}.substr(0, 20'000) : text;
        run("DELETE FROM big");
        store(shorter, SQL_C_CHAR, SQL_LONGVARCHAR, step);
        OdbcStatement select{connection()};
        fetch_the_row(select);
        expect_in_pieces(select, SQL_C_CHAR, 1, shorter, step + 1);
        expect_bound(SQL_C_CHAR, shorter, 1);
    }
    EXPECT_EQ(query("SELECT typeof(v) FROM big"), (Rows{{"text"}}));
}

TEST_P(LargeValues, WideTextOfAMillionCharacters) {
    const std::u16string text = long_wide_text();
    const std::string_view bytes{reinterpret_cast<const char*>(text.data()), text.size() * 2};
    // Pieces of one code unit part every surrogate pair.
    for (const std::size_t step : {std::size_t{2}, std::size_t{4094}, bytes.size()}) {
        SCOPED_TRACE(step);
        const auto shorter = step == 2 ? bytes.substr(0, 20'000) : bytes;
        run("DELETE FROM big");
        store(shorter, SQL_C_WCHAR, SQL_WLONGVARCHAR, step);
        OdbcStatement select{connection()};
        fetch_the_row(select);
        expect_in_pieces(select, SQL_C_WCHAR, 2, shorter, step + 2);
        expect_bound(SQL_C_WCHAR, shorter, 2);
    }
    EXPECT_EQ(query("SELECT length(v) * 5 / 4 FROM big"), (Rows{{std::to_string(text.size())}}));
}

// Every set is asked for by itself, and its parameters in their order; NULL is data too.
TEST_P(LargeValues, ArraysOfThem) {
    constexpr std::size_t sets = 5;
    const std::string blob = pattern(1'000'000);
    run("CREATE TABLE pairs (id INTEGER PRIMARY KEY, t TEXT, b BLOB)");
    OdbcStatement insert{connection()};
    ASSERT_EQ(insert.prepare("INSERT INTO pairs VALUES (?, ?, ?)"), SQL_SUCCESS);
    std::array<std::int64_t, sets> ids{};
    std::iota(ids.begin(), ids.end(), 1);
    std::array<SQLLEN, sets> lengths{};
    lengths.fill(SQL_LEN_DATA_AT_EXEC(0));
    std::array<std::array<char, 8>, sets> texts{};
    std::array<std::array<char, 4>, sets> tokens{};
    std::array<SQLUSMALLINT, sets> status{};
    ASSERT_EQ(insert.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{sets}), SQL_SUCCESS);
    ASSERT_EQ(insert.set(SQL_ATTR_PARAM_STATUS_PTR, status.data()), SQL_SUCCESS);
    const auto bind = [&](SQLUSMALLINT number, SQLSMALLINT c_type, SQLSMALLINT type, void* data,
                          SQLLEN size, SQLLEN* length) {
        ASSERT_EQ(SQLBindParameter(insert.handle(), number, SQL_PARAM_INPUT, c_type, type, 0, 0,
                                   data, size, length),
                  SQL_SUCCESS);
    };
    bind(1, SQL_C_SBIGINT, SQL_BIGINT, ids.data(), 0, nullptr);
    bind(2, SQL_C_CHAR, SQL_LONGVARCHAR, texts.data(), sizeof texts[0], lengths.data());
    bind(3, SQL_C_BINARY, SQL_LONGVARBINARY, tokens.data(), sizeof tokens[0], lengths.data());
    ASSERT_EQ(insert.execute(), SQL_NEED_DATA) << insert.message();
    SQLPOINTER token = nullptr;
    for (std::size_t set = 0; set < sets; ++set) {
        ASSERT_EQ(SQLParamData(insert.handle(), &token), SQL_NEED_DATA) << insert.message();
        EXPECT_EQ(token, &texts[set]);
        const std::string text = "text of set " + std::to_string(set);
        put(insert, text, 5);
        ASSERT_EQ(SQLParamData(insert.handle(), &token), SQL_NEED_DATA) << insert.message();
        EXPECT_EQ(token, &tokens[set]);
        if (set == 2) {
            ASSERT_EQ(SQLPutData(insert.handle(), nullptr, SQL_NULL_DATA), SQL_SUCCESS);
        } else {
            put(insert, std::string_view{blob}.substr(set), 300'000);
        }
    }
    ASSERT_EQ(SQLParamData(insert.handle(), &token), SQL_SUCCESS) << insert.message();
    for (const auto one : status) EXPECT_EQ(one, SQL_PARAM_SUCCESS);
    EXPECT_EQ(query("SELECT id, t, length(b) FROM pairs"),
              (Rows{{"1", "text of set 0", "1000000"},
                    {"2", "text of set 1", "999999"},
                    {"3", "text of set 2", std::nullopt},
                    {"4", "text of set 3", "999997"},
                    {"5", "text of set 4", "999996"}}));
    OdbcStatement select{connection()};
    ASSERT_EQ(select.direct("SELECT b FROM pairs WHERE id = 5"), SQL_SUCCESS);
    ASSERT_EQ(select.fetch(), SQL_SUCCESS);
    expect_in_pieces(select, SQL_C_BINARY, 0, std::string_view{blob}.substr(4), 65'536);
}

// SQLCancel while data is asked for: nothing is stored, and the statement can be used again.
TEST_P(LargeValues, CancelledBetweenPieces) {
    OdbcStatement insert{connection()};
    ASSERT_EQ(insert.prepare("INSERT INTO big (v) VALUES (?)"), SQL_SUCCESS);
    SQLLEN length = SQL_DATA_AT_EXEC;
    ASSERT_EQ(SQLBindParameter(insert.handle(), 1, SQL_PARAM_INPUT, SQL_C_BINARY, SQL_LONGVARBINARY,
                               0, 0, &length, 0, &length),
              SQL_SUCCESS);
    SQLPOINTER token = nullptr;
    ASSERT_EQ(insert.execute(), SQL_NEED_DATA);
    ASSERT_EQ(SQLParamData(insert.handle(), &token), SQL_NEED_DATA);
    put(insert, pattern(100'000), 30'000);
    ASSERT_EQ(SQLCancel(insert.handle()), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT count(*) FROM big"), (Rows{{"0"}}));
    ASSERT_EQ(insert.execute(), SQL_NEED_DATA) << insert.message();
    ASSERT_EQ(SQLParamData(insert.handle(), &token), SQL_NEED_DATA);
    put(insert, "whole", 5);
    ASSERT_EQ(SQLParamData(insert.handle(), &token), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT CAST(v AS TEXT) FROM big"), (Rows{{"whole"}}));
}

}  // namespace
}  // namespace dqlite::test
