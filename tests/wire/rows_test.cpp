#include "wire/rows.h"

#include <bit>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/wire/body_builder.h"

namespace dqlite::wire::test {
namespace {

using namespace std::string_view_literals;
using Names = std::vector<std::string_view>;
using Step = RowsCursor::Step;

constexpr auto max_u64 = std::numeric_limits<std::uint64_t>::max();
constexpr auto part = 0xeeee'eeee'eeee'eeeeU;
constexpr auto done = max_u64;

/// One column named c, and what follows.
Body one_column() {
    return Body{}.u64(1).text("c");
}

OwnedFrame rows(const Body& body) {
    return body.frame(ResponseType::rows);
}

/// The frame at the front of what a writer made, in memory of its own.
OwnedFrame parsed(const Buffer& bytes) {
    Frame frame;
    std::size_t size = 0;
    EXPECT_EQ(parse_frame(bytes, {}, frame, size), Errc::ok);
    EXPECT_EQ(size, bytes.size());
    return {frame.type, frame.schema, frame.body};
}

/// Walks a body to its end, and tells how that went.
struct Walk {
    explicit Walk(const Frame& frame, const Limits& limits = {}) {
        error = cursor.open(frame, limits);
        if (error != Errc::ok) return;
        values.resize(cursor.column_count());
        while ((last = cursor.next(values)) == Step::row) rows.push_back(values);
        error = cursor.error();
    }

    RowsCursor cursor;
    std::vector<Value> values;
    std::vector<std::vector<Value>> rows;
    Step last = Step::malformed;
    Errc error = Errc::ok;
};

void expect_same(const Value& a, const Value& b) {
    ASSERT_EQ(a.type(), b.type());
    if (a.type() == ValueType::real) {
        EXPECT_EQ(std::bit_cast<std::uint64_t>(a.as_real()),
                  std::bit_cast<std::uint64_t>(b.as_real()));
    } else if (a.holds_integer()) {
        EXPECT_EQ(a.as_integer(), b.as_integer());
    } else {
        EXPECT_EQ(a.as_bytes(), b.as_bytes());
    }
}

TEST(RowsCursor, ReadsEveryType) {
    const Names names{"i", "r", "t", "b", "n", "u", "d", "o"};
    const std::vector<Value> row{
        Value::integer(std::numeric_limits<std::int64_t>::min()),
        Value::real(-0.0),
        Value::text("naïve"),
        Value::blob("\0\xff"sv),
        Value::null(),
        Value::unix_time(-1),
        Value::iso8601("2020-01-02"),
        Value::raw_boolean(7),
    };
    RowsWriter writer{names};
    writer.row(row);
    const auto frame = parsed(writer.finish());
    const Walk walk{frame};
    EXPECT_EQ(walk.last, Step::done);
    ASSERT_EQ(walk.rows.size(), 1U);
    for (std::size_t i = 0; i < row.size(); ++i) expect_same(walk.rows[0][i], row[i]);
    EXPECT_EQ(Names(walk.cursor.column_names().begin(), walk.cursor.column_names().end()), names);
    EXPECT_EQ(walk.cursor.rows_read(), 1U);
    EXPECT_TRUE(walk.cursor.ends_result());
}

TEST(RowsCursor, ReadsHeadersOfAnyWidth) {
    for (const std::size_t columns : {1U, 15U, 16U, 17U, 32U, 33U, 509U, 2000U}) {
        const std::vector<std::string_view> names(columns, "c");
        std::vector<Value> row;
        for (std::size_t i = 0; i < columns; ++i) {
            row.push_back(i % 3 == 0   ? Value::integer(static_cast<std::int64_t>(i))
                          : i % 3 == 1 ? Value::text("text")
                                       : Value::null());
        }
        RowsWriter writer{names};
        writer.row(row);
        writer.row(row);
        const auto frame = parsed(writer.finish(false));
        const Walk walk{frame};
        EXPECT_EQ(walk.last, Step::part);
        EXPECT_FALSE(walk.cursor.ends_result());
        ASSERT_EQ(walk.rows.size(), 2U) << columns;
        for (std::size_t i = 0; i < columns; ++i) expect_same(walk.rows[1][i], row[i]);
    }
}

TEST(RowsCursor, FindsTheEndOfTextOfAnyLength) {
    for (std::size_t length = 0; length < 400; ++length) {
        // Bytes that word arithmetic could take for a zero.
        std::string text;
        for (std::size_t i = 0; i < length; ++i) text += "\x01\x80\xff\x81"[i % 4];
        const Names names{"a", "b"};
        const std::vector<Value> row{Value::text(text), Value::iso8601(text)};
        RowsWriter writer{names};
        writer.row(row);
        const auto frame = parsed(writer.finish());
        const Walk walk{frame};
        ASSERT_EQ(walk.last, Step::done) << length;
        EXPECT_EQ(walk.rows.at(0)[0].as_bytes(), text);
        EXPECT_EQ(walk.rows.at(0)[1].as_bytes(), text);
    }
}

TEST(RowsCursor, RoundTripsAnything) {
    std::mt19937_64 random{42};
    for (int round = 0; round < 300; ++round) {
        const auto columns = 1 + random() % 40;
        std::vector<std::string> texts;
        texts.reserve(columns * 5);
        const Names names(columns, "a name");
        RowsWriter writer{names};
        std::vector<std::vector<Value>> written(random() % 6);
        for (auto& row : written) {
            for (std::size_t i = 0; i < columns; ++i) {
                const auto bits = random();
                texts.emplace_back(random() % 200, static_cast<char>('a' + random() % 26));
                switch (random() % 6) {
                    case 0:
                        row.push_back(Value::integer(static_cast<std::int64_t>(bits)));
                        break;
                    case 1:
                        row.push_back(Value::real(std::bit_cast<double>(bits)));
                        break;
                    case 2:
                        row.push_back(Value::text(texts.back()));
                        break;
                    case 3:
                        row.push_back(Value::blob(texts.back()));
                        break;
                    case 4:
                        row.push_back(Value::null());
                        break;
                    default:
                        row.push_back(Value::iso8601(texts.back()));
                        break;
                }
            }
            writer.row(row);
        }
        const bool last = random() % 2 == 0;
        const auto frame = parsed(writer.finish(last));
        const Walk walk{frame};
        EXPECT_EQ(walk.last, last ? Step::done : Step::part);
        ASSERT_EQ(walk.rows.size(), written.size());
        for (std::size_t r = 0; r < written.size(); ++r) {
            for (std::size_t i = 0; i < columns; ++i) expect_same(walk.rows[r][i], written[r][i]);
        }
    }
}

TEST(RowsCursor, ReadsAResultWithoutRows) {
    const auto frame = rows(one_column().u64(done));
    const Walk walk{frame};
    EXPECT_EQ(walk.last, Step::done);
    EXPECT_TRUE(walk.rows.empty());
}

TEST(RowsCursor, ReadsAResultWithoutColumns) {
    const auto frame = rows(Body{}.u64(0).u64(done));
    const Walk walk{frame};
    EXPECT_EQ(walk.last, Step::done);
    EXPECT_EQ(walk.cursor.column_count(), 0U);
    // A row without columns would take no bytes, and could be read for ever.
    EXPECT_EQ(Walk{rows(Body{}.u64(0).u64(0).u64(done))}.error, Errc::bad_marker);
    EXPECT_EQ(Walk{rows(Body{}.u64(0))}.error, Errc::bad_marker);
}

TEST(RowsCursor, StaysAtItsEnd) {
    for (const auto marker : {part, done}) {
        const auto frame = rows(one_column().u64(5).u64(0).u64(marker));
        Walk walk{frame};
        EXPECT_EQ(walk.rows.size(), 1U);
        EXPECT_EQ(walk.cursor.next(walk.values), walk.last);
        EXPECT_EQ(walk.cursor.rows_read(), 1U);
    }
}

TEST(RowsCursor, OpensOneBodyAfterAnotherEvenOfOtherColumns) {
    RowsCursor cursor;
    std::vector<Value> values(2);
    const auto first = rows(one_column().u64(1).u64(10).u64(part));
    const auto second = rows(Body{}.u64(2).text("c").text("d").u64(0x51).u64(11).u64(0).u64(done));
    ASSERT_EQ(cursor.open(first, {}), Errc::ok);
    EXPECT_EQ(cursor.next(values), Step::row);
    EXPECT_EQ(cursor.next(values), Step::part);
    ASSERT_EQ(cursor.open(second, {}), Errc::ok);
    EXPECT_EQ(cursor.column_count(), 2U);
    EXPECT_EQ(cursor.rows_read(), 0U);
    EXPECT_EQ(cursor.next(values), Step::row);
    EXPECT_EQ(values[0].as_integer(), 11);
    EXPECT_TRUE(values[1].is_null());
    EXPECT_EQ(cursor.next(values), Step::done);
}

TEST(RowsCursor, RecoversFromAnErrorWithTheNextBody) {
    RowsCursor cursor;
    std::vector<Value> values(1);
    ASSERT_EQ(cursor.open(rows(one_column().u64(7).u64(0)), {}), Errc::ok);
    EXPECT_EQ(cursor.open(rows(one_column()), {}), Errc::ok);
    EXPECT_EQ(cursor.next(values), Step::malformed);
    EXPECT_EQ(cursor.next(values), Step::malformed);
    EXPECT_EQ(cursor.open(rows(Body{}.u64(9)), {}), Errc::too_many_columns);
    EXPECT_EQ(cursor.column_count(), 0U);
    EXPECT_EQ(cursor.next(values), Step::malformed);
    const auto frame = rows(one_column().u64(done));
    ASSERT_EQ(cursor.open(frame, {}), Errc::ok);
    EXPECT_EQ(cursor.error(), Errc::ok);
    EXPECT_EQ(cursor.next(values), Step::done);
}

TEST(RowsCursor, HasNoRowsBeforeItIsOpened) {
    RowsCursor cursor;
    EXPECT_FALSE(cursor.ends_result());
    EXPECT_EQ(cursor.next({}), Step::malformed);
    EXPECT_EQ(cursor.error(), Errc::bad_marker);
}

TEST(RowsCursor, IgnoresTheContentOfNullsAndOfPadding) {
    const auto frame = rows(Body{}
                                .u64(2)
                                .text("a")
                                .text("b")
                                .u64(0xffff'ff45U)
                                .u64(max_u64)
                                .u64(3)
                                .raw("abcZZZZZ")
                                .u64(done));
    const Walk walk{frame};
    EXPECT_EQ(walk.last, Step::done);
    ASSERT_EQ(walk.rows.size(), 1U);
    EXPECT_TRUE(walk.rows[0][0].is_null());
    EXPECT_EQ(walk.rows[0][1].as_bytes(), "abc");
}

TEST(RowsCursorMalicious, FramesOfAnotherKind) {
    EXPECT_EQ(Walk{one_column().u64(done).frame(ResponseType::failure)}.error,
              Errc::unexpected_type);
    EXPECT_EQ(Walk{one_column().u64(done).frame(ResponseType::rows, 1)}.error,
              Errc::unexpected_schema);
    EXPECT_EQ(Walk{rows(Body{})}.error, Errc::truncated);
    EXPECT_EQ(Walk{rows(one_column().raw("1234"))}.error, Errc::truncated);
}

TEST(RowsCursorMalicious, ColumnsThatCannotBe) {
    for (const auto columns : {max_u64, max_u64 / 8, std::uint64_t{1} << 32U, std::uint64_t{3}}) {
        EXPECT_EQ(Walk{rows(Body{}.u64(columns).text("c").u64(done))}.error,
                  Errc::too_many_columns);
    }
    EXPECT_EQ(
        Walk(rows(Body{}.u64(2).text("a").text("b").u64(done)), Limits{.max_columns = 1}).error,
        Errc::too_many_columns);
}

TEST(RowsCursorMalicious, NamesThatDoNotEnd) {
    EXPECT_EQ(Walk{rows(Body{}.u64(1).raw("12345678"))}.error, Errc::unterminated_text);
    EXPECT_EQ(Walk{rows(Body{}.u64(2).text("1234567890").raw("12345678"))}.error,
              Errc::unterminated_text);
    EXPECT_EQ(Walk{rows(Body{}.u64(2).text("1234567890"))}.error, Errc::truncated);
}

TEST(RowsCursorMalicious, TypesOutsideTheProtocol) {
    for (const std::uint64_t type : {0U, 6U, 7U, 8U, 12U, 13U, 14U, 15U}) {
        const auto frame = rows(one_column().u64(type).u64(0).u64(done));
        const Walk walk{frame};
        EXPECT_EQ(walk.error, Errc::bad_value_type) << type;
        EXPECT_EQ(walk.cursor.rows_read(), 0U);
    }
}

TEST(RowsCursorMalicious, TypesInALaterWordOfTheHeader) {
    Body body = Body{}.u64(17);
    for (int i = 0; i < 17; ++i) body.text("c");
    body.u64(0x5555'5555'5555'5555U).u64(0xf);
    for (int i = 0; i < 17; ++i) body.u64(0);
    EXPECT_EQ(Walk{rows(body.u64(done))}.error, Errc::bad_value_type);
}

TEST(RowsCursorMalicious, MarkersAreComparedWhole) {
    // One byte off a marker is a header, and a bad one.
    for (const auto almost : {done ^ 1U, done ^ (std::uint64_t{1} << 63U), part ^ 1U,
                              part ^ (std::uint64_t{1} << 63U), std::uint64_t{0xff}}) {
        const Walk walk{rows(one_column().u64(almost).u64(0).u64(done))};
        EXPECT_EQ(walk.last, Step::malformed);
    }
    // A header may start with the byte of no marker, and values may look like one.
    const auto frame = rows(one_column().u64(1).u64(done).u64(1).u64(part).u64(done));
    const Walk walk{frame};
    EXPECT_EQ(walk.last, Step::done);
    EXPECT_EQ(walk.rows.size(), 2U);
}

TEST(RowsCursorMalicious, BytesBehindTheMarker) {
    EXPECT_EQ(Walk{rows(one_column().u64(done).u64(done))}.error, Errc::trailing_bytes);
    EXPECT_EQ(Walk{rows(one_column().u64(part).u64(0))}.error, Errc::trailing_bytes);
}

TEST(RowsCursorMalicious, RowsWithoutMarker) {
    EXPECT_EQ(Walk{rows(one_column())}.error, Errc::bad_marker);
    EXPECT_EQ(Walk{rows(one_column().u64(5).u64(0))}.error, Errc::bad_marker);
}

TEST(RowsCursorMalicious, ValuesPastTheEnd) {
    for (const std::uint64_t type : {1U, 2U, 3U, 4U, 5U, 9U, 10U, 11U}) {
        EXPECT_EQ(Walk{rows(one_column().u64(type))}.error, Errc::truncated) << type;
    }
    for (const std::uint64_t type : {3U, 10U}) {
        EXPECT_EQ(Walk{rows(one_column().u64(type).raw("12345678"))}.error,
                  Errc::unterminated_text);
        EXPECT_EQ(Walk{rows(one_column().u64(type).raw(std::string(400, 'x')))}.error,
                  Errc::unterminated_text);
    }
    EXPECT_EQ(Walk{rows(Body{}.u64(17).raw(std::string(17 * word_size, '\0')).u64(0x5555))}.error,
              Errc::truncated);
}

TEST(RowsCursorMalicious, BlobsLargerThanTheBody) {
    for (const auto size :
         {max_u64, max_u64 - 7, max_u64 - 8, std::uint64_t{1} << 63U, std::uint64_t{17}}) {
        EXPECT_EQ(Walk{rows(one_column().u64(4).u64(size).u64(0).u64(done))}.error,
                  Errc::truncated);
    }
    // It may reach to the end of the body, but then no marker is left.
    EXPECT_EQ(Walk{rows(one_column().u64(4).u64(16).u64(0).u64(done))}.error, Errc::bad_marker);
}

TEST(RowsCursorMalicious, EveryCutOfARightBodyIsFound) {
    const Names names{"a", "bcdefghijk"};
    const std::vector<Value> row{Value::text("some text here"), Value::blob("a blob of bytes")};
    RowsWriter writer{names};
    writer.row(row);
    writer.row(row);
    const auto whole = writer.finish();
    const auto body = Bytes{whole}.subspan(header_size);
    for (std::size_t size = 0; size < body.size(); ++size) {
        const Walk walk{OwnedFrame{ResponseType::rows, body.first(size)}};
        EXPECT_EQ(walk.last, Step::malformed) << size;
        EXPECT_NE(walk.error, Errc::ok);
    }
}

TEST(RowsWriter, CutsTextAtItsNulAsAServerDoes) {
    const Names names{"a\0b"sv, "c"};
    const std::vector<Value> row{Value::text("x\0y"sv), Value::integer(3)};
    RowsWriter writer{names};
    writer.row(row);
    const auto frame = parsed(writer.finish());
    const Walk walk{frame};
    ASSERT_EQ(walk.last, Step::done);
    EXPECT_EQ(walk.cursor.column_names()[0], "a");
    EXPECT_EQ(walk.rows.at(0)[0].as_bytes(), "x");
    EXPECT_EQ(walk.rows.at(0)[1].as_integer(), 3);
}

}  // namespace
}  // namespace dqlite::wire::test
