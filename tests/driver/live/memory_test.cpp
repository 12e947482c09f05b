// A forward-only result is read in memory that does not grow with its size.
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

}  // namespace
}  // namespace dqlite::test
