#include <array>

#include <gtest/gtest.h>

#include "driver/describe/schema_mirror.h"

namespace dqlite::odbc {
namespace {

using wire::Value;

std::unique_ptr<client::RowStream> stream_of(const std::vector<Value>& values) {
    const std::array<std::string_view, 1> names{"x"};
    wire::RowsWriter writer{names};
    for (const Value& value : values) writer.row(std::array{value});
    return client::RowStream::from_frame(writer.finish());
}

SQLSMALLINT type_of(const std::vector<Value>& values) {
    Description description;
    type_columns_by_values(description, *stream_of(values), {});
    EXPECT_EQ(description.columns.size(), 1U);
    EXPECT_EQ(description.columns[0].name, "x");
    EXPECT_TRUE(description.columns[0].inferred);
    return description.columns[0].type.concise;
}

TEST(ValueTypes, AreThoseAllValuesFit) {
    const Value integer = Value::integer(1);
    const Value real = Value::real(1.5);
    const Value text = Value::text("a");
    const Value blob = Value::blob("b");
    const Value null = Value::null();
    EXPECT_EQ(type_of({integer, null, integer}), SQL_BIGINT);
    EXPECT_EQ(type_of({real}), SQL_DOUBLE);
    EXPECT_EQ(type_of({integer, real}), SQL_DOUBLE);
    EXPECT_EQ(type_of({integer, text}), SQL_WLONGVARCHAR);
    EXPECT_EQ(type_of({real, text}), SQL_WLONGVARCHAR);
    EXPECT_EQ(type_of({blob, null}), SQL_LONGVARBINARY);
    EXPECT_EQ(type_of({blob, text}), SQL_WLONGVARCHAR);
    EXPECT_EQ(type_of({blob, integer}), SQL_WLONGVARCHAR);
    EXPECT_EQ(type_of({null}), SQL_WLONGVARCHAR);
    EXPECT_EQ(type_of({}), SQL_WLONGVARCHAR);
}

TEST(ValueTypes, FollowTheServersOwnCodes) {
    EXPECT_EQ(type_of({Value::boolean(true), Value::boolean(false)}), SQL_BIT);
    EXPECT_EQ(type_of({Value::boolean(true), Value::raw_boolean(7)}), SQL_BIGINT);
    EXPECT_EQ(type_of({Value::boolean(true), Value::integer(1)}), SQL_BIGINT);
    EXPECT_EQ(type_of({Value::unix_time(1), Value::iso8601("2020-01-01")}), SQL_TYPE_TIMESTAMP);
    EXPECT_EQ(type_of({Value::iso8601("2020-01-01"), Value::text("x")}), SQL_WLONGVARCHAR);
}

TEST(ValueTypes, LeaveDeclaredColumnsAlone) {
    Description description;
    ColumnDescription declared;
    declared.name = "application's name";
    declared.type.concise = SQL_TYPE_DATE;
    description.columns.push_back(declared);
    type_columns_by_values(description, *stream_of({Value::integer(1)}), {});
    EXPECT_EQ(description.columns[0].name, "application's name");
    EXPECT_EQ(description.columns[0].type.concise, SQL_TYPE_DATE);
    EXPECT_FALSE(description.columns[0].inferred);
}

TEST(ValueTypes, MoveNoRow) {
    const auto rows = stream_of({Value::integer(1), Value::integer(2)});
    Description description;
    type_columns_by_values(description, *rows, {});
    ASSERT_EQ(rows->next(), client::RowStream::Step::row);
    EXPECT_EQ(rows->row()[0].as_integer(), 1);
}

}  // namespace
}  // namespace dqlite::odbc
