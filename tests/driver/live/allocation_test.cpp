// Fetching allocates nothing for a row or a value: whatever is allocated, it does not follow the
// number of rows. Counted with malloc itself, which the driver manager and the driver share; and
// what a call leaves behind that gets no memory.
#include <array>
#include <atomic>
#include <cstdlib>

#include "tests/driver/live/fixture.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {
std::atomic<long> allocations{0};
std::atomic<std::size_t> largest{SIZE_MAX};  // what malloc has left to give
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size) noexcept;

void* malloc(std::size_t size) noexcept {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (size > largest) return nullptr;
    return __libc_malloc(size);
}
}

namespace dqlite::test {
namespace {

constexpr std::size_t rows = 24'000;

class Allocation : public OnOneNode {
  protected:
    void select(OdbcStatement& statement) {
        const long before = allocations;
        // Rows of which a server puts some 24 into a frame, whose arrival may allocate.
        ASSERT_EQ(statement.direct("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM "
                                   "n WHERE i < 24000) SELECT i, i * 0.5, printf('%020d', i), "
                                   "printf('%080d', i), zeroblob(16) FROM n"),
                  SQL_SUCCESS)
            << statement.message();
        ASSERT_GT(allocations, before) << "the driver's allocations are not seen here";
    }
    struct Cells {
        std::array<std::array<char, 128>, 1000> text;
        std::array<SQLLEN, 1000> length;
    };
    std::array<Cells, 5> cells_;
};
DQLITE_ON_EACH_GENERATION(Allocation);

TEST_P(Allocation, NoneForARowOfABlock) {
    OdbcStatement statement{connection()};
    SQLULEN fetched = 0;
    statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{1000});
    statement.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched);
    SQLUSMALLINT column = 0;
    for (auto& cells : cells_) {
        ASSERT_EQ(SQLBindCol(statement.handle(), ++column, SQL_C_CHAR, cells.text.data(),
                             sizeof cells.text[0], cells.length.data()),
                  SQL_SUCCESS);
    }
    select(statement);
    const long before = allocations;
    std::size_t total = 0;
    while (statement.fetch() == SQL_SUCCESS) total += fetched;
    EXPECT_EQ(total, rows);
    EXPECT_LT(allocations - before, static_cast<long>(rows) / 2);
}

TEST_P(Allocation, NoneForARowOrAValueOfSqlGetData) {
    OdbcStatement statement{connection()};
    select(statement);
    const long before = allocations;
    std::size_t total = 0;
    for (; SQLFetch(statement.handle()) == SQL_SUCCESS; ++total) {
        SQLUSMALLINT column = 0;
        for (auto& cells : cells_) {
            ASSERT_EQ(SQLGetData(statement.handle(), ++column, SQL_C_CHAR, cells.text[0].data(),
                                 sizeof cells.text[0], cells.length.data()),
                      SQL_SUCCESS);
        }
    }
    EXPECT_EQ(total, rows);
    EXPECT_LT(allocations - before, static_cast<long>(rows) / 2);
}

TEST_P(Allocation, WithoutMemoryForItsDataAStatementWaitsForThemNoMore) {
    run("CREATE TABLE t (a)");
    OdbcStatement statement{connection()};
    SQLLEN length = SQL_DATA_AT_EXEC;
    SQLPOINTER token = nullptr;
    ASSERT_EQ(statement.prepare("INSERT INTO t VALUES (?)"), SQL_SUCCESS);
    ASSERT_EQ(SQLBindParameter(statement.handle(), 1, SQL_PARAM_INPUT, SQL_C_BINARY,
                               SQL_LONGVARBINARY, 0, 0, &length, 0, &length),
              SQL_SUCCESS);
    std::string value(std::size_t{2} << 20U, 'x');
    const auto execute = [&](std::size_t memory) {
        EXPECT_EQ(statement.execute(), SQL_NEED_DATA) << statement.message();
        EXPECT_EQ(SQLParamData(statement.handle(), &token), SQL_NEED_DATA);
        EXPECT_EQ(SQLPutData(statement.handle(), value.data(), static_cast<SQLLEN>(value.size())),
                  SQL_SUCCESS);
        largest = memory;
        const auto result = SQLParamData(statement.handle(), &token);
        largest = SIZE_MAX;
        return result;
    };
    EXPECT_EQ(execute(value.size() / 2), SQL_ERROR);
    EXPECT_EQ(statement.state(), "HY001");
    EXPECT_EQ(execute(SIZE_MAX), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(query("SELECT count(*), length(a) FROM t"), (Rows{{"1", "2097152"}}));
}

}  // namespace
}  // namespace dqlite::test

#endif
