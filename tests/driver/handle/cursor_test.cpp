// Scrolling: every line of the cursor position rules on SQLFetchScroll's page.
#include "driver/handle/cursor.h"

#include <array>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "wire/rows.h"

namespace dqlite::odbc {
namespace {

constexpr auto for_nobody = [](SQLULEN, std::span<const wire::Value>) {};

// A result of ten rows, rowsets of five; 0 is before the start, 11 after the end.
struct Case {
    SQLSMALLINT orientation;
    SQLLEN offset;
    std::uint64_t start;
    std::uint64_t expected;
    bool clipped;
};

class Scrolling : public testing::TestWithParam<Case> {};

TEST_P(Scrolling, LeadsWhereThePageSays) {
    const auto& given = GetParam();
    const auto target = scroll(given.orientation, given.offset, given.start, 10, 5, 5);
    EXPECT_EQ(target.start, given.expected);
    EXPECT_EQ(target.clipped, given.clipped);
}

constexpr auto most_negative = std::numeric_limits<SQLLEN>::min();

INSTANTIATE_TEST_SUITE_P(
    TenRows, Scrolling,
    testing::Values(
        Case{SQL_FETCH_NEXT, 0, 0, 1, false}, Case{SQL_FETCH_NEXT, 0, 1, 6, false},
        Case{SQL_FETCH_NEXT, 0, 6, 11, false}, Case{SQL_FETCH_NEXT, 0, 11, 11, false},
        Case{SQL_FETCH_PRIOR, 0, 0, 0, false}, Case{SQL_FETCH_PRIOR, 0, 1, 0, false},
        Case{SQL_FETCH_PRIOR, 0, 3, 1, true}, Case{SQL_FETCH_PRIOR, 0, 5, 1, true},
        Case{SQL_FETCH_PRIOR, 0, 6, 1, false}, Case{SQL_FETCH_PRIOR, 0, 11, 6, false},
        Case{SQL_FETCH_FIRST, 0, 7, 1, false}, Case{SQL_FETCH_LAST, 0, 0, 6, false},
        Case{SQL_FETCH_RELATIVE, 3, 0, 3, false}, Case{SQL_FETCH_RELATIVE, -2, 11, 9, false},
        Case{SQL_FETCH_RELATIVE, -1, 0, 0, false}, Case{SQL_FETCH_RELATIVE, 0, 0, 0, false},
        Case{SQL_FETCH_RELATIVE, -1, 1, 0, false}, Case{SQL_FETCH_RELATIVE, -6, 3, 0, false},
        Case{SQL_FETCH_RELATIVE, -4, 3, 1, true}, Case{SQL_FETCH_RELATIVE, -2, 3, 1, false},
        Case{SQL_FETCH_RELATIVE, 4, 3, 7, false}, Case{SQL_FETCH_RELATIVE, 8, 3, 11, false},
        Case{SQL_FETCH_RELATIVE, 0, 11, 11, false}, Case{SQL_FETCH_RELATIVE, 0, 4, 4, false},
        Case{SQL_FETCH_RELATIVE, most_negative, 3, 0, false},
        Case{SQL_FETCH_ABSOLUTE, -3, 0, 8, false}, Case{SQL_FETCH_ABSOLUTE, -10, 0, 1, false},
        Case{SQL_FETCH_ABSOLUTE, -11, 4, 0, false}, Case{SQL_FETCH_ABSOLUTE, 0, 4, 0, false},
        Case{SQL_FETCH_ABSOLUTE, 10, 0, 10, false}, Case{SQL_FETCH_ABSOLUTE, 11, 0, 11, false},
        Case{SQL_FETCH_ABSOLUTE, most_negative, 4, 0, false}));

TEST(ScrollingShortResults, ClipToTheFirstRow) {
    // Three rows, rowsets of five.
    EXPECT_EQ(scroll(SQL_FETCH_LAST, 0, 0, 3, 5, 5).start, 1U);
    const auto absolute = scroll(SQL_FETCH_ABSOLUTE, -4, 0, 3, 5, 5);
    EXPECT_EQ(absolute.start, 1U);
    EXPECT_TRUE(absolute.clipped);
    const auto prior = scroll(SQL_FETCH_PRIOR, 0, 4, 3, 5, 5);
    EXPECT_EQ(prior.start, 1U);
    EXPECT_TRUE(prior.clipped);
}

TEST(ScrollingEmptyResults, AreAlwaysOutside) {
    EXPECT_EQ(scroll(SQL_FETCH_FIRST, 0, 0, 0, 1, 1).start, 1U);  // past the end: last is 0
    EXPECT_EQ(scroll(SQL_FETCH_PRIOR, 0, 1, 0, 1, 1).start, 0U);
}

const client::Cancellable not_cancelled;

std::unique_ptr<client::RowStream> numbers(std::int64_t count) {
    const std::array<std::string_view, 2> names{"n", "text"};
    wire::RowsWriter writer{names};
    for (std::int64_t n = 1; n <= count; ++n) {
        const auto text = "row " + std::to_string(n);
        const std::array row{wire::Value::integer(n), wire::Value::text(text)};
        writer.row(row);
    }
    return client::RowStream::from_frame(writer.finish());
}

/// `memory`: what of the copy may stay in memory; the rest goes into a file.
Cursor::Options scrolling(std::size_t memory = 1U << 20U) {
    return {.scrollable = true, .max_rows = 0, .copy = {memory, 1U << 30U}, .keyed = nullptr};
}

TEST(ForwardCursor, DeliversRowsetsAndThenNothing) {
    Cursor cursor{numbers(5), {}, not_cancelled};
    ASSERT_EQ(cursor.fetch(SQL_FETCH_NEXT, 0, 3, for_nobody), Cursor::Move::ok);
    ASSERT_EQ(cursor.rowset_size(), 3U);
    EXPECT_EQ(cursor.row(2)[1].as_bytes(), "row 3");
    EXPECT_EQ(cursor.row(0)[0].as_integer(), 1);
    ASSERT_EQ(cursor.fetch(SQL_FETCH_NEXT, 0, 3, for_nobody), Cursor::Move::ok);
    EXPECT_EQ(cursor.rowset_size(), 2U);
    EXPECT_EQ(cursor.position(), 4U);
    EXPECT_EQ(cursor.fetch(SQL_FETCH_NEXT, 0, 3, for_nobody), Cursor::Move::no_data);
    EXPECT_EQ(cursor.fetch(SQL_FETCH_NEXT, 0, 3, for_nobody), Cursor::Move::no_data);
}

TEST(ForwardCursor, StopsAtMaxRows) {
    Cursor cursor{numbers(5), {.max_rows = 2, .copy = {}, .keyed = {}}, not_cancelled};
    EXPECT_EQ(cursor.fetch(SQL_FETCH_NEXT, 0, 1, for_nobody), Cursor::Move::ok);
    EXPECT_EQ(cursor.fetch(SQL_FETCH_NEXT, 0, 1, for_nobody), Cursor::Move::ok);
    EXPECT_EQ(cursor.fetch(SQL_FETCH_NEXT, 0, 1, for_nobody), Cursor::Move::no_data);
}

TEST(StaticCursor, ScrollsOverItsOwnCopy) {
    Cursor cursor{numbers(10'000), scrolling(), not_cancelled};
    ASSERT_FALSE(cursor.materialise());
    EXPECT_EQ(cursor.row_count(), 10'000U);
    ASSERT_EQ(cursor.fetch(SQL_FETCH_LAST, 0, 2, for_nobody), Cursor::Move::ok);
    EXPECT_EQ(cursor.row(1)[1].as_bytes(), "row 10000");
    ASSERT_EQ(cursor.fetch(SQL_FETCH_ABSOLUTE, 77, 2, for_nobody), Cursor::Move::ok);
    EXPECT_EQ(cursor.row(0)[0].as_integer(), 77);
    EXPECT_EQ(cursor.row(1)[0].as_integer(), 78);
    ASSERT_EQ(cursor.fetch(SQL_FETCH_RELATIVE, -76, 2, for_nobody), Cursor::Move::ok);
    EXPECT_EQ(cursor.row(0)[1].as_bytes(), "row 1");
    EXPECT_EQ(cursor.fetch(SQL_FETCH_PRIOR, 0, 2, for_nobody), Cursor::Move::no_data);
    ASSERT_EQ(cursor.fetch(SQL_FETCH_NEXT, 0, 2, for_nobody), Cursor::Move::ok);
    EXPECT_EQ(cursor.row(0)[0].as_integer(), 1);
}

TEST(StaticCursor, ScrollsOverACopyThatLiesInAFile) {
    Cursor cursor{numbers(100'000), scrolling(0), not_cancelled};
    ASSERT_FALSE(cursor.materialise());
    for (const SQLLEN row : {99'999, 3, 50'000, 1, 99'998, 77}) {
        ASSERT_EQ(cursor.fetch(SQL_FETCH_ABSOLUTE, row, 3, for_nobody), Cursor::Move::ok);
        EXPECT_EQ(cursor.row(0)[0].as_integer(), row);
        EXPECT_EQ(cursor.row(1)[1].as_bytes(), "row " + std::to_string(row + 1));
    }
}

TEST(StaticCursor, TellsThatItsCopyDoesNotFit) {
    auto options = scrolling(0);
    options.copy.file = 100'000;
    Cursor cursor{numbers(100'000), options, not_cancelled};
    const auto error = cursor.materialise();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind, client::ErrorKind::limit);
}

TEST(StaticCursor, ShowsWhatTheApplicationChanged) {
    Cursor cursor{numbers(5), scrolling(), not_cancelled};
    ASSERT_FALSE(cursor.materialise());
    ASSERT_EQ(cursor.fetch(SQL_FETCH_ABSOLUTE, 2, 2, for_nobody), Cursor::Move::ok);
    const std::array changed{wire::Value::integer(20), wire::Value::text("changed")};
    ASSERT_TRUE(cursor.note_row(2, changed));
    EXPECT_EQ(cursor.row(0)[1].as_bytes(), "changed");
    EXPECT_EQ(cursor.row(1)[1].as_bytes(), "row 3");
    cursor.note_deleted(3);
    EXPECT_TRUE(cursor.deleted(3));
    EXPECT_FALSE(cursor.deleted(2));

    const std::array key{wire::Value::integer(6)};
    const auto added = cursor.note_added(key);
    ASSERT_TRUE(added);
    EXPECT_EQ(*added, 6U);
    EXPECT_EQ(cursor.row_count(), 6U);
    EXPECT_TRUE(cursor.unread(6));
    ASSERT_EQ(cursor.pick({6, 2}), Cursor::Move::ok);
    EXPECT_EQ(cursor.row(0)[1].as_integer(), 6);
    EXPECT_EQ(cursor.row(1)[0].as_integer(), 20);
    EXPECT_EQ(cursor.row_number(1), 2U);
    EXPECT_TRUE(cursor.position_lost());
    ASSERT_EQ(cursor.fetch(SQL_FETCH_FIRST, 0, 1, for_nobody), Cursor::Move::ok);
    EXPECT_FALSE(cursor.position_lost());
}

// A partial rowset ends with its last row ("Effect of Deleted, Added, and Error Rows").
TEST(StaticCursor, FetchesRowsAddedBehindAPartialRowset) {
    Cursor cursor{numbers(5), scrolling(), not_cancelled};
    ASSERT_FALSE(cursor.materialise());
    ASSERT_EQ(cursor.fetch(SQL_FETCH_ABSOLUTE, 4, 10, for_nobody), Cursor::Move::ok);
    ASSERT_EQ(cursor.rowset_size(), 2U);
    const std::array key{wire::Value::integer(6)};
    ASSERT_TRUE(cursor.note_added(key));
    ASSERT_EQ(cursor.fetch(SQL_FETCH_NEXT, 0, 10, for_nobody), Cursor::Move::ok);
    EXPECT_EQ(cursor.position(), 6U);
}

TEST(Cursors, StopWhenTheyAreCancelled) {
    client::Cancellable cancelled;
    cancelled.begin();
    ASSERT_TRUE(cancelled.cancel());
    Cursor forward{numbers(5), {}, cancelled};
    ASSERT_EQ(forward.fetch(SQL_FETCH_NEXT, 0, 3, for_nobody), Cursor::Move::failed);
    EXPECT_EQ(forward.error().kind, client::ErrorKind::cancelled);
    Cursor scrolling_cursor{numbers(5), scrolling(), cancelled};
    const auto error = scrolling_cursor.materialise();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind, client::ErrorKind::cancelled);
}

TEST(RowBlock, KeepsBytesThatTheStreamForgets) {
    RowBlock block{1};
    for (int i = 0; i < 1000; ++i) {
        std::string text(static_cast<std::size_t>(i) * 17, static_cast<char>('a' + i % 26));
        const std::array row{wire::Value::text(text)};
        block.append(row);
    }
    ASSERT_EQ(block.size(), 1000U);
    for (std::size_t i = 0; i < 1000; ++i) {
        EXPECT_EQ(block.row(i)[0].as_bytes(), std::string(i * 17, static_cast<char>('a' + i % 26)));
    }
}

}  // namespace
}  // namespace dqlite::odbc
