// A result far larger than memory is fetched in memory that does not grow.
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"
#include "tests/support/memory.h"

namespace dqlite::test {
namespace {

constexpr std::int64_t row_size = 250'000;
constexpr long most_growth = 16 * 1024;

/// DQLITE_TEST_STREAM_GB: 10 with tests/run --full.
std::int64_t gigabytes() {
    const char* const wanted = std::getenv("DQLITE_TEST_STREAM_GB");
    return wanted == nullptr ? 1 : std::stoll(wanted);
}

class Stream : public OnOneNode {};
DQLITE_ON_EACH_GENERATION(Stream);

TEST_P(Stream, OfAnySizeInConstantMemory) {
    const std::int64_t total = gigabytes() * 1'000'000'000 / row_size;
    std::vector<char> text(row_size + 1);
    std::int64_t number = 0;
    SQLLEN length = 0;
    OdbcStatement select{connection()};
    ASSERT_EQ(SQLBindCol(select.handle(), 1, SQL_C_SBIGINT, &number, 0, nullptr), SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(select.handle(), 2, SQL_C_CHAR, text.data(), row_size + 1, &length),
              SQL_SUCCESS);
    const MemoryGrowth growth;
    ASSERT_EQ(
        select.direct(fmt::format("WITH RECURSIVE n(i, x) AS (SELECT 1, printf('%.*c', {0}, 'x')"
                                  " UNION ALL SELECT i + 1, x FROM n WHERE i < {1}) "
                                  "SELECT i, x || 'y' FROM n",
                                  row_size - 1, total)),
        SQL_SUCCESS)
        << select.message();
    std::int64_t rows = 0;
    SQLRETURN r = select.fetch();
    for (; r == SQL_SUCCESS; r = select.fetch()) {
        ASSERT_EQ(number, ++rows);
        ASSERT_EQ(length, row_size);
        ASSERT_EQ(text[0], 'x');
        ASSERT_EQ(text[row_size - 1], 'y');
    }
    EXPECT_EQ(r, SQL_NO_DATA) << select.message();
    EXPECT_EQ(rows, total);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they keep memory themselves
    EXPECT_LT(growth.peak(), most_growth) << "KiB, for " << gigabytes() << " GB";
#endif
}

}  // namespace
}  // namespace dqlite::test
