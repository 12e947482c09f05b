// Rows kept as they were received read as they did then, wherever a frame ended among them.
#include "driver/handle/kept_rows.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wire/rows.h"

namespace dqlite::odbc {
namespace {

using wire::Value;

constexpr std::array<std::string_view, 2> names{"i", "t"};

TEST(KeptRows, ReadAsTheyWereReceived) {
    KeptRows kept{names.size()};
    for (int rowset = 0; rowset < 2; ++rowset) {
        kept.clear();
        std::size_t wanted = 0;
        for (const std::size_t rows : {3U, 1U, 5U}) {
            wire::RowsWriter writer{names};
            for (std::size_t i = 0; i < rows; ++i) {
                const std::string text(wanted * 3, 'x');
                const std::array row{Value::integer(static_cast<std::int64_t>(wanted++)),
                                     Value::text(text)};
                writer.row(row);
            }
            wire::Buffer bytes = writer.finish(false);
            wire::Frame frame;
            std::size_t size = 0;
            ASSERT_EQ(wire::parse_frame(bytes, {}, frame, size), wire::Errc::ok);
            wire::RowsCursor cursor;
            ASSERT_EQ(cursor.open(frame, {}), wire::Errc::ok);
            std::array<Value, 2> values;
            while (cursor.next(values) == wire::RowsCursor::Step::row) {
                kept.add(cursor.row_bytes());
                if (cursor.at_end_of_body()) kept.keep();
            }
            std::fill(bytes.begin(), bytes.end(), std::byte{0xFF});  // they are given up
        }
        ASSERT_EQ(kept.size(), wanted);
        for (const std::size_t index : {8U, 0U, 3U, 4U, 4U, 2U, 7U, 1U, 5U, 6U}) {
            const auto row = kept.row(index);
            EXPECT_EQ(row[0].as_integer(), static_cast<std::int64_t>(index));
            EXPECT_EQ(row[1].as_bytes(), std::string(index * 3, 'x'));
        }
    }
}

}  // namespace
}  // namespace dqlite::odbc
