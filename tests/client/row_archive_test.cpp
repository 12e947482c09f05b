#include "client/row_archive.h"

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace dqlite::client {
namespace {

using wire::Value;

constexpr std::size_t plenty = std::size_t{1} << 30U;

void append(RowArchive& archive, std::int64_t number) {
    const std::string text(static_cast<std::size_t>(number % 300), 'x');
    const std::array row{Value::integer(number), Value::text(text)};
    const auto appended = archive.append(row);
    ASSERT_TRUE(appended) << appended.error().message;
}

void expect_row(RowArchive& archive, std::int64_t number) {
    std::vector<Value> values;
    const auto held = archive.read(static_cast<std::uint64_t>(number), values);
    ASSERT_TRUE(held) << held.error().message;
    ASSERT_EQ(values.size(), 2U);
    EXPECT_EQ(values[0].as_integer(), number);
    EXPECT_EQ(values[1].as_bytes(), std::string(static_cast<std::size_t>(number % 300), 'x'));
}

TEST(RowArchive, KeepsEveryTypeOfValue) {
    RowArchive archive{9, {plenty, 0}};
    const std::string_view odd{"a\0b", 3};
    const std::array row{Value::integer(std::numeric_limits<std::int64_t>::min()),
                         Value::real(-0.0),
                         Value::text("grün"),
                         Value::blob(odd),
                         Value::null(),
                         Value::unix_time(1),
                         Value::iso8601("2024-02-29"),
                         Value::raw_boolean(7),
                         Value::text("")};
    ASSERT_TRUE(archive.append(row));
    std::vector<Value> values;
    const auto held = archive.read(0, values);
    ASSERT_TRUE(held);
    ASSERT_EQ(values.size(), row.size());
    for (std::size_t i = 0; i < row.size(); ++i) EXPECT_EQ(values[i].type(), row[i].type()) << i;
    EXPECT_EQ(values[0].as_integer(), std::numeric_limits<std::int64_t>::min());
    EXPECT_TRUE(std::signbit(values[1].as_real()));
    EXPECT_EQ(values[2].as_bytes(), "grün");
    EXPECT_EQ(values[3].as_bytes(), odd);
    EXPECT_EQ(values[5].as_integer(), 1);
    EXPECT_EQ(values[6].as_bytes(), "2024-02-29");
    EXPECT_EQ(values[7].as_integer(), 7);
    EXPECT_EQ(values[8].as_bytes(), "");
}

TEST(RowArchive, GivesRowsInAnyOrderFromMemoryAndFile) {
    constexpr std::int64_t rows = 20'000;
    constexpr std::size_t memory = 200'000;
    RowArchive archive{2, {memory, plenty}};
    for (std::int64_t i = 0; i < rows; ++i) append(archive, i);
    EXPECT_LE(archive.bytes_in_memory(), memory);
    EXPECT_GT(archive.bytes_on_disk(), 0U);
    for (std::int64_t i = 0; i < rows; ++i) expect_row(archive, (i * 7'919) % rows);
}

TEST(RowArchive, TakesMoreBetweenReads) {
    RowArchive archive{2, {0, plenty}};
    for (std::int64_t i = 0; i < 500; ++i) {
        append(archive, i);
        expect_row(archive, i / 2);
        expect_row(archive, i);
    }
    EXPECT_EQ(archive.size(), 500U);
}

TEST(RowArchive, ReadValuesOutliveWhatItDoesNext) {
    RowArchive archive{2, {0, plenty}};
    append(archive, 299);
    std::vector<Value> values;
    const auto held = archive.read(0, values);
    ASSERT_TRUE(held);
    for (std::int64_t i = 1; i < 5'000; ++i) append(archive, i);
    expect_row(archive, 4'999);
    EXPECT_EQ(values[1].as_bytes(), std::string(299, 'x'));
}

TEST(RowArchive, StopsAtTheCapOfItsFile) {
    RowArchive archive{2, {0, 100'000}};
    Result<void> appended;
    for (std::int64_t i = 0; i < 10'000 && appended; ++i) {
        const std::array row{Value::integer(i), Value::text("some text")};
        appended = archive.append(row);
    }
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().kind, ErrorKind::limit);
}

}  // namespace
}  // namespace dqlite::client
