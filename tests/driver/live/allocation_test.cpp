// Fetching allocates nothing for a row or a value: whatever is allocated, it does not follow the
// number of rows. Counted with malloc itself, which the driver manager and the driver share; and
// what a call leaves behind that gets no memory.
#include <array>
#include <atomic>
#include <cstdlib>
#include <string>

#include "tests/driver/live/fixture.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {
std::atomic<long> allocations{0};
std::atomic<std::size_t> largest{SIZE_MAX};  // what malloc has left to give
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size) noexcept;

// Seen by the libraries, whatever this program is compiled with.
[[gnu::visibility("default")]] void* malloc(std::size_t size) noexcept {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (size > largest) return nullptr;
    return __libc_malloc(size);
}
}

namespace dqlite::test {
namespace {

constexpr std::size_t few = 10'000;
constexpr std::size_t many = 100'000;

class Allocation : public OnOneNode {
  protected:
    void select(OdbcStatement& statement, std::size_t rows) {
        const long before = allocations;
        ASSERT_EQ(statement.direct("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM "
                                   "n WHERE i < " +
                                   std::to_string(rows) +
                                   ") SELECT i, i * 0.5, printf('%020d', i), printf('%080d', i), "
                                   "zeroblob(16) FROM n"),
                  SQL_SUCCESS)
            << statement.message();
        ASSERT_GT(allocations, before) << "the driver's allocations are not seen here";
    }
    void bind(OdbcStatement& statement) {
        SQLUSMALLINT column = 0;
        for (const auto c_type : types) {
            auto& cells = cells_[column];
            ASSERT_EQ(SQLBindCol(statement.handle(), ++column, c_type, cells.data.data(),
                                 sizeof cells.data[0], cells.length.data()),
                      SQL_SUCCESS);
        }
    }
    /// What fetching allocates once the first rows are there: `fetch` takes all of them.
    template <typename Fetch>
    [[nodiscard]] long cost(std::size_t rows, SQLULEN rowset, bool bound, Fetch fetch) {
        OdbcStatement statement{connection()};
        SQLULEN fetched = 0;
        statement.set(SQL_ATTR_ROW_ARRAY_SIZE, rowset);
        statement.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched);
        if (bound) bind(statement);
        select(statement, rows);
        const long before = allocations;
        std::size_t total = 0;
        while (statement.fetch() == SQL_SUCCESS) {
            total += fetched;
            fetch(statement);
        }
        const long after = allocations;
        EXPECT_EQ(total, rows);
        return after - before;
    }
    /// Ten times as many rows take not one allocation more.
    template <typename Fetch>
    void expect_same_cost(SQLULEN rowset, bool bound, Fetch fetch) {
        (void)cost(many, rowset, bound, fetch);  // what a first call makes for the process
        const long once = cost(few, rowset, bound, fetch);
        EXPECT_EQ(cost(many, rowset, bound, fetch), once);
    }

    static constexpr std::array<SQLSMALLINT, 5> types{SQL_C_SBIGINT, SQL_C_DOUBLE, SQL_C_CHAR,
                                                      SQL_C_WCHAR, SQL_C_BINARY};
    struct Cells {
        std::array<std::array<char, 168>, 1000> data;
        std::array<SQLLEN, 1000> length;
    };
    std::array<Cells, 5> cells_;
};
DQLITE_ON_EACH_GENERATION(Allocation);

TEST_P(Allocation, NoneForARowOfABlock) {
    expect_same_cost(1000, true, [](OdbcStatement&) {});
}

TEST_P(Allocation, NoneForARowOfBoundColumns) {
    expect_same_cost(1, true, [](OdbcStatement&) {});
}

TEST_P(Allocation, NoneForAValueOfSqlGetData) {
    expect_same_cost(1, false, [this](OdbcStatement& statement) {
        SQLUSMALLINT column = 0;
        for (const auto c_type : types) {
            auto& cells = cells_[column];
            ASSERT_EQ(SQLGetData(statement.handle(), ++column, c_type, cells.data.data(),
                                 sizeof cells.data[0], cells.length.data()),
                      SQL_SUCCESS);
        }
    });
}

}  // namespace
}  // namespace dqlite::test

#endif
