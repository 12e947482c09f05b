// A result is read in memory that does not grow with its size: a forward-only one from the stream,
// a static one past MaxBufferedBytes from a file.
#include "tests/support/memory.h"

#include <array>
#include <memory>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

constexpr std::int64_t row_total = 1'000'000;
#if defined(__SANITIZE_ADDRESS__)
constexpr long most_growth = 64 * 1024;  // freed memory is kept in quarantine
#else
constexpr long most_growth = 16 * 1024;
#endif

class Memory : public OnOneNode {
  protected:
    static std::string rows_sql(std::int64_t rows) {
        return "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < " +
               std::to_string(rows) +
               ") SELECT i, i * 0.5 AS x, 'text of row ' || i AS t, zeroblob(16) AS b FROM n";
    }
    void SetUp() override {
        OnOneNode::SetUp();
        // What is allocated once is not growth.
        ASSERT_EQ(query(rows_sql(2000)).size(), 2000U);
    }
};
DQLITE_ON_EACH_GENERATION(Memory);

TEST_P(Memory, AMillionRowsBySqlGetData) {
    OdbcStatement select{connection()};
    const MemoryGrowth growth;
    ASSERT_EQ(select.direct(rows_sql(row_total)), SQL_SUCCESS) << select.message();
    std::int64_t rows = 0;
    std::int64_t sum = 0;
    std::array<char, 64> text{};
    SQLLEN length = 0;
    SQLRETURN r = SQL_SUCCESS;
    while ((r = select.fetch()) == SQL_SUCCESS) {
        std::int64_t number = 0;
        ASSERT_EQ(SQLGetData(select.handle(), 1, SQL_C_SBIGINT, &number, 0, &length), SQL_SUCCESS);
        ASSERT_EQ(SQLGetData(select.handle(), 3, SQL_C_CHAR, text.data(), text.size(), &length),
                  SQL_SUCCESS);
        ++rows;
        sum += number;
    }
    EXPECT_EQ(r, SQL_NO_DATA) << select.message();
    EXPECT_EQ(rows, row_total);
    EXPECT_EQ(sum, row_total * (row_total + 1) / 2);
    EXPECT_STREQ(text.data(), "text of row 1000000");
    EXPECT_LT(growth.peak(), most_growth) << "KiB";
}

TEST_P(Memory, AMillionRowsByBlocks) {
    constexpr std::size_t block = 1000;
    struct Buffers {
        std::array<std::int64_t, block> number;
        std::array<double, block> real;
        std::array<std::array<char, 64>, block> text;
        std::array<std::array<SQLLEN, block>, 3> length;
        std::array<SQLUSMALLINT, block> status;
    };
    const auto buffers = std::make_unique<Buffers>();
    OdbcStatement select{connection()};
    SQLULEN fetched = 0;
    ASSERT_EQ(select.set(SQL_ATTR_ROW_ARRAY_SIZE, block), SQL_SUCCESS);
    ASSERT_EQ(select.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched), SQL_SUCCESS);
    ASSERT_EQ(select.set(SQL_ATTR_ROW_STATUS_PTR, buffers->status.data()), SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(select.handle(), 1, SQL_C_SBIGINT, buffers->number.data(), 0,
                         buffers->length[0].data()),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(select.handle(), 2, SQL_C_DOUBLE, buffers->real.data(), 0,
                         buffers->length[1].data()),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(select.handle(), 3, SQL_C_CHAR, buffers->text.data(), 64,
                         buffers->length[2].data()),
              SQL_SUCCESS);
    const MemoryGrowth growth;
    ASSERT_EQ(select.direct(rows_sql(row_total)), SQL_SUCCESS) << select.message();
    SQLULEN rows = 0;
    double sum = 0;
    SQLRETURN r = SQL_SUCCESS;
    while ((r = select.fetch()) == SQL_SUCCESS) {
        for (SQLULEN i = 0; i < fetched; ++i) sum += buffers->real[i];
        rows += fetched;
    }
    EXPECT_EQ(r, SQL_NO_DATA) << select.message();
    EXPECT_EQ(rows, static_cast<SQLULEN>(row_total));
    EXPECT_EQ(sum, 0.5 * static_cast<double>(row_total) * (row_total + 1) / 2);
    EXPECT_STREQ(buffers->text[block - 1].data(), "text of row 1000000");
    EXPECT_LT(growth.peak(), most_growth) << "KiB";
}

TEST_P(Memory, AMillionRowsInAStaticCursor) {
    OdbcConnection bounded{connection_string(node().address(), "MaxBufferedBytes=1000000")};
    ASSERT_TRUE(bounded.ok());
    OdbcStatement select{bounded};
    ASSERT_EQ(select.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    const MemoryGrowth growth;
    ASSERT_EQ(select.direct(rows_sql(row_total)), SQL_SUCCESS) << select.message();
    EXPECT_EQ(select.row_count(), row_total);
    for (const SQLLEN row : {SQLLEN{row_total}, SQLLEN{1}, SQLLEN{777'777}, SQLLEN{2}}) {
        ASSERT_EQ(SQLFetchScroll(select.handle(), SQL_FETCH_ABSOLUTE, row), SQL_SUCCESS);
        EXPECT_EQ(select.integer(1), row);
        EXPECT_EQ(select.text(3), "text of row " + std::to_string(row));
    }
    EXPECT_LT(growth.peak(), most_growth) << "KiB";
}

TEST_P(Memory, AStaticCursorPastMaxSpillBytesIsAnError) {
    OdbcConnection bounded{
        connection_string(node().address(), "MaxBufferedBytes=100000;MaxSpillBytes=1000000")};
    ASSERT_TRUE(bounded.ok());
    OdbcStatement select{bounded};
    ASSERT_EQ(select.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_STATIC}), SQL_SUCCESS);
    EXPECT_EQ(select.direct(rows_sql(100'000)), SQL_ERROR);
    EXPECT_EQ(select.state(), "HY000") << select.message();
    EXPECT_EQ(select.query("SELECT 1"), (Rows{{"1"}})) << "the connection lives";
}

}  // namespace
}  // namespace dqlite::test
