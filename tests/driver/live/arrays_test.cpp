// Arrays of parameters: the same rows as one by one, an exact status for each set, and no lost row
// that looks like success.
#include <array>
#include <numeric>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

constexpr SQLULEN size = 2500;  // several requests, and a rest

class Arrays : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)");
        std::iota(ids_.begin(), ids_.end(), 1);
        for (SQLULEN i = 0; i < size; ++i) {
            const auto text = "value " + std::to_string(i);
            texts_[i] = {};
            std::copy(text.begin(), text.end(), texts_[i].begin());
            lengths_[i] = static_cast<SQLLEN>(text.size());
        }
    }
    /// Prepares and binds the columns of the array, ids first.
    void prepare(OdbcStatement& statement, const std::string& sql, bool with_status) {
        ASSERT_EQ(statement.prepare(sql), SQL_SUCCESS) << statement.message();
        ASSERT_EQ(statement.set(SQL_ATTR_PARAMSET_SIZE, size), SQL_SUCCESS);
        ASSERT_EQ(statement.set(SQL_ATTR_PARAMS_PROCESSED_PTR, &processed_), SQL_SUCCESS);
        if (with_status) {
            ASSERT_EQ(statement.set(SQL_ATTR_PARAM_STATUS_PTR, status_.data()), SQL_SUCCESS);
        }
        ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT,
                                   SQL_BIGINT, 0, 0, ids_.data(), 0, nullptr),
                  SQL_SUCCESS);
        ASSERT_EQ(SQLBindParameter(statement.handle(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR,
                                   24, 0, texts_.data(), sizeof(texts_[0]), lengths_.data()),
                  SQL_SUCCESS);
    }
    [[nodiscard]] std::string count() { return *query("SELECT count(*) FROM t")[0][0]; }

    std::array<std::int64_t, size> ids_{};
    std::array<std::array<char, 24>, size> texts_{};
    std::array<SQLLEN, size> lengths_{};
    std::array<SQLUSMALLINT, size> status_{};
    SQLULEN processed_ = 0;
};
DQLITE_ON_EACH_GENERATION(Arrays);

TEST_P(Arrays, AllSetsAreIn) {
    OdbcStatement insert{connection()};
    prepare(insert, "INSERT INTO t VALUES (?, ?)", true);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
    EXPECT_EQ(insert.row_count(), static_cast<SQLLEN>(size));
    EXPECT_EQ(processed_, size);
    for (const auto status : status_) ASSERT_EQ(status, SQL_PARAM_SUCCESS);
    EXPECT_EQ(count(), std::to_string(size));
    EXPECT_EQ(query("SELECT v FROM t WHERE id = 2400")[0][0], "value 2399");
}

TEST_P(Arrays, WithAStatusArrayOnlyTheBadSetIsOut) {
    ids_[1234] = ids_[7];
    lengths_[2000] = SQL_NULL_DATA;
    OdbcStatement insert{connection()};
    prepare(insert, "INSERT INTO t VALUES (?, ?)", true);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS_WITH_INFO) << insert.message();
    const auto records = diagnostics(SQL_HANDLE_STMT, insert.handle());
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].state, "23000");
    SQLLEN row = 0;
    ASSERT_EQ(
        SQLGetDiagField(SQL_HANDLE_STMT, insert.handle(), 1, SQL_DIAG_ROW_NUMBER, &row, 0, nullptr),
        SQL_SUCCESS);
    EXPECT_EQ(row, 1235);
    EXPECT_EQ(processed_, size);
    for (SQLULEN i = 0; i < size; ++i) {
        const bool bad = i == 1234 || i == 2000;
        ASSERT_EQ(status_[i], bad ? SQL_PARAM_ERROR : SQL_PARAM_SUCCESS) << i;
    }
    EXPECT_EQ(insert.row_count(), static_cast<SQLLEN>(size - 2));
    EXPECT_EQ(count(), std::to_string(size - 2));
}

TEST_P(Arrays, WithoutOneABadSetFailsAllOfIt) {
    ids_[1234] = ids_[7];
    OdbcStatement insert{connection()};
    prepare(insert, "INSERT INTO t VALUES (?, ?)", false);
    ASSERT_EQ(insert.execute(), SQL_ERROR);
    EXPECT_EQ(insert.state(), "23000");
    EXPECT_EQ(count(), "0");
}

TEST_P(Arrays, EverySetBadIsAnError) {
    run("INSERT INTO t VALUES (1, 'there')");
    ids_.fill(1);
    OdbcStatement insert{connection()};
    prepare(insert, "INSERT INTO t VALUES (?, ?)", true);
    ASSERT_EQ(insert.execute(), SQL_ERROR);
    for (const auto status : status_) ASSERT_EQ(status, SQL_PARAM_ERROR);
    EXPECT_EQ(count(), "1");
}

TEST_P(Arrays, ASetThatCannotBeConvertedIsMarked) {
    OdbcStatement insert{connection()};
    prepare(insert, "INSERT INTO t VALUES (?, ?)", true);
    texts_[3][0] = static_cast<char>(0xFF);  // not UTF-8
    ASSERT_EQ(insert.execute(), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(insert.state(), "22018");
    EXPECT_EQ(status_[3], SQL_PARAM_ERROR);
    EXPECT_EQ(status_[4], SQL_PARAM_SUCCESS);
    EXPECT_EQ(count(), std::to_string(size - 1));
}

TEST_P(Arrays, IgnoredSetsAreLeftOut) {
    std::array<SQLUSMALLINT, size> operation{};
    operation.fill(SQL_PARAM_PROCEED);
    for (SQLULEN i = 0; i < size; i += 3) operation[i] = SQL_PARAM_IGNORE;
    OdbcStatement insert{connection()};
    prepare(insert, "INSERT INTO t VALUES (?, ?)", true);
    ASSERT_EQ(insert.set(SQL_ATTR_PARAM_OPERATION_PTR, operation.data()), SQL_SUCCESS);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
    EXPECT_EQ(status_[3], SQL_PARAM_UNUSED);
    EXPECT_EQ(status_[4], SQL_PARAM_SUCCESS);
    EXPECT_EQ(count(), std::to_string(size - (size + 2) / 3));
}

TEST_P(Arrays, TheOnlySetCanBeIgnoredToo) {
    OdbcStatement statement{connection()};
    prepare(statement, "INSERT INTO t VALUES (?, ?)", true);
    SQLUSMALLINT operation = SQL_PARAM_IGNORE;
    ASSERT_EQ(statement.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{1}), SQL_SUCCESS);
    ASSERT_EQ(statement.set(SQL_ATTR_PARAM_OPERATION_PTR, &operation), SQL_SUCCESS);
    ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(count(), "0");
    EXPECT_EQ(processed_, 0U);
    EXPECT_EQ(status_[0], SQL_PARAM_UNUSED);
    EXPECT_EQ(statement.row_count(), 0);
    operation = SQL_PARAM_PROCEED;
    ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(count(), "1");
    EXPECT_EQ(processed_, 1U);
    EXPECT_EQ(status_[0], SQL_PARAM_SUCCESS);
}

TEST_P(Arrays, InTheApplicationsTransactionTheSavepointIsInvisible) {
    ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
    run("INSERT INTO t VALUES (100000, 'before')");
    ids_[1234] = ids_[7];
    OdbcStatement insert{connection()};
    prepare(insert, "INSERT INTO t VALUES (?, ?)", true);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS_WITH_INFO) << insert.message();
    EXPECT_EQ(count(), std::to_string(size));
    ASSERT_EQ(connection().rollback(), SQL_SUCCESS);
    EXPECT_EQ(count(), "0");
}

TEST_P(Arrays, UpdatesAndDeletesRunOncePerSet) {
    OdbcStatement insert{connection()};
    prepare(insert, "INSERT INTO t VALUES (?, ?)", true);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS);
    OdbcStatement change{connection()};
    prepare(change, "DELETE FROM t WHERE id = ? AND v = ?", true);
    ASSERT_EQ(change.execute(), SQL_SUCCESS) << change.message();
    EXPECT_EQ(change.row_count(), static_cast<SQLLEN>(size));
    EXPECT_EQ(change.execute(), SQL_NO_DATA);
}

// Whatever is rewritten gives the rows that one by one would give.
TEST_P(Arrays, EveryFormGivesTheRowsOfOneByOne) {
    const std::array<std::pair<const char*, const char*>, 10> forms{{
        {"a INTEGER PRIMARY KEY, b TEXT", "INSERT INTO x VALUES (?, ?)"},
        {"a INTEGER PRIMARY KEY, b TEXT", "INSERT OR IGNORE INTO x VALUES (? % 100, ?)"},
        {"a INTEGER PRIMARY KEY, b TEXT", "INSERT OR REPLACE INTO x VALUES (? % 100, ?)"},
        {"a INTEGER PRIMARY KEY, b TEXT, n DEFAULT 0",
         "INSERT INTO x (a, b) VALUES (? % 100, ?) ON CONFLICT (a) DO UPDATE SET n = n + 1"},
        {"a, b, c", "INSERT INTO x VALUES (?, ?, (SELECT count(*) FROM x))"},
        {"a, b, c", "INSERT INTO x SELECT ?, ?, coalesce(max(a), 0) FROM x"},
        {"a, b, c", "INSERT INTO x (a, b, c) VALUES (abs(? - 50), upper(?), NULL)"},
        {"a INTEGER PRIMARY KEY, b REFERENCES x(a)",
         "INSERT OR IGNORE INTO x VALUES (?1, CASE WHEN ?2 = '' THEN 1 END)"},
        {"a INTEGER PRIMARY KEY AUTOINCREMENT, b, c",
         "INSERT INTO x (b, c) VALUES (?, substr(?, 1, 7))"},
        {"a TEXT, b TEXT, PRIMARY KEY (a, b)", "INSERT INTO x VALUES (?, ?)"},
    }};
    for (const auto& [columns, sql] : forms) {
        run("DROP TABLE IF EXISTS x");
        run(std::string{"CREATE TABLE x ("} + columns + ")");
        {
            OdbcStatement single{connection()};
            prepare(single, sql, false);
            ASSERT_EQ(connection().autocommit(false), SQL_SUCCESS);
            ASSERT_EQ(single.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{1}), SQL_SUCCESS);
            for (SQLULEN i = 0; i < size; ++i) {
                ASSERT_EQ(SQLBindParameter(single.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT,
                                           SQL_BIGINT, 0, 0, &ids_[i], 0, nullptr),
                          SQL_SUCCESS);
                ASSERT_EQ(SQLBindParameter(single.handle(), 2, SQL_PARAM_INPUT, SQL_C_CHAR,
                                           SQL_VARCHAR, 24, 0, texts_[i].data(), 24, &lengths_[i]),
                          SQL_SUCCESS);
                ASSERT_EQ(single.execute(), SQL_SUCCESS) << sql << single.message();
            }
            ASSERT_EQ(connection().commit(), SQL_SUCCESS);
            ASSERT_EQ(connection().autocommit(true), SQL_SUCCESS);
        }
        const auto expected = query("SELECT * FROM x ORDER BY rowid");
        run("DROP TABLE x");
        run(std::string{"CREATE TABLE x ("} + columns + ")");
        OdbcStatement array{connection()};
        prepare(array, sql, false);
        ASSERT_EQ(array.execute(), SQL_SUCCESS) << sql << array.message();
        const auto rows = query("SELECT * FROM x ORDER BY rowid");
        ASSERT_EQ(rows.size(), expected.size()) << sql;
        EXPECT_TRUE(rows == expected) << sql;
    }
}

// A row that refers to one of a later set: an error one by one, so an error here.
TEST_P(Arrays, ARowMayNotReferToALaterOne) {
    run("CREATE TABLE tree (id INTEGER PRIMARY KEY, name TEXT, parent INTEGER DEFAULT 2500 "
        "REFERENCES tree(id))");
    OdbcStatement insert{connection()};
    prepare(insert, "INSERT INTO tree (id, name) VALUES (?, ?)", true);
    ASSERT_EQ(insert.execute(), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(insert.state(), "23000");
    EXPECT_EQ(status_[0], SQL_PARAM_ERROR);
    EXPECT_EQ(status_[size - 1], SQL_PARAM_SUCCESS);
    EXPECT_EQ(query("SELECT count(*) FROM tree")[0][0], "1");
}

}  // namespace
}  // namespace dqlite::test
