// The short ways of bound columns give what the matrix gives: every kind of value, into every C
// type, into buffers that are too short, exact and roomy, by column and by row.
#include "driver/convert/bound_column.h"

#include <array>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace dqlite::odbc {
namespace {

using wire::Value;

const std::array<std::string, 6> texts{
    "", "7", "twenty bytes of text", "-1.5", "\xC3\xA9t\xC3\xA9 \xF0\x9F\x98\x80", "2024-02-29"};

std::vector<Value> values() {
    std::vector<Value> all{
        Value::null(),          Value::integer(0),      Value::integer(-1),
        Value::integer(70'000), Value::integer(40'000), Value::integer(std::int64_t{1} << 40U),
        Value::real(0.0),       Value::real(-2.5),      Value::real(1e300),
        Value::boolean(true),   Value::unix_time(0),    Value::iso8601("2024-02-29 12:00:00")};
    for (const auto& text : texts) {
        all.push_back(Value::text(text));
        all.push_back(Value::blob(text));
    }
    return all;
}

constexpr std::array sql_types{
    SQL_BIGINT,         SQL_DOUBLE,  SQL_VARCHAR,     SQL_WVARCHAR, SQL_VARBINARY, SQL_TYPE_DATE,
    SQL_TYPE_TIMESTAMP, SQL_NUMERIC, SQL_LONGVARCHAR, SQL_BIT,      SQL_GUID};
constexpr std::array c_types{
    SQL_C_SBIGINT, SQL_C_UBIGINT, SQL_C_LONG,     SQL_C_SLONG,     SQL_C_ULONG,   SQL_C_SHORT,
    SQL_C_SSHORT,  SQL_C_USHORT,  SQL_C_STINYINT, SQL_C_DOUBLE,    SQL_C_FLOAT,   SQL_C_CHAR,
    SQL_C_WCHAR,   SQL_C_BINARY,  SQL_C_BIT,      SQL_C_TYPE_DATE, SQL_C_NUMERIC, SQL_C_GUID};

constexpr SQLLEN row_size = 96;
constexpr std::size_t rows = 3;

/// An application's buffers, by row: the data at the front, unaligned, the length behind it.
struct Buffers {
    std::array<char, rows* static_cast<std::size_t>(row_size)> bytes;
    Buffers() { bytes.fill('~'); }
    [[nodiscard]] char* data() { return bytes.data() + 1; }
    [[nodiscard]] SQLLEN* length() { return reinterpret_cast<SQLLEN*>(bytes.data() + 88); }
};

TEST(BoundColumn, TheShortWayGivesWhatTheMatrixGives) {
    const auto all = values();
    for (const auto sql_type : sql_types) {
        const SqlType type{static_cast<SQLSMALLINT>(sql_type)};
        for (const auto c_type : c_types) {
            for (const SQLLEN capacity : {0, 1, 2, 7, 20, 21, 42, 80}) {
                for (const SQLULEN max_length : {0U, 3U}) {
                    Buffers bound;
                    BoundColumn column;
                    column.number = 1;
                    column.type = &type;
                    column.target = {.c_type = static_cast<SQLSMALLINT>(c_type),
                                     .data = bound.data(),
                                     .capacity = capacity,
                                     .octet_length = bound.length(),
                                     .indicator = bound.length(),
                                     .max_length = max_length};
                    column.data_stride = column.length_stride = row_size;
                    resolve(column);
                    for (std::size_t i = 0; i < all.size(); ++i) {
                        const auto row = static_cast<SQLLEN>(i % rows);
                        const auto state = column.deliver(all[i], column, row);
                        Buffers expected = bound;
                        CTarget target = column.target;
                        target.data = expected.data() + row * row_size;
                        target.octet_length = target.indicator = reinterpret_cast<SQLLEN*>(
                            reinterpret_cast<char*>(expected.length()) + row * row_size);
                        EXPECT_EQ(state, to_c(all[i], type, target).state);
                        EXPECT_EQ(bound.bytes, expected.bytes)
                            << "value " << i << ", SQL type " << sql_type << ", C type " << c_type
                            << ", capacity " << capacity;
                    }
                }
            }
        }
    }
}

TEST(BoundColumn, TakesAnyPointerForNone) {
    const SqlType type{SQL_BIGINT};
    SQLBIGINT number = 0;
    SQLLEN length = 0;
    SQLLEN indicator = -5;
    const auto deliver = [&](CTarget target, const Value& value) {
        BoundColumn column{.number = 1, .type = &type, .target = target};
        column.target.c_type = SQL_C_SBIGINT;
        resolve(column);
        return column.deliver(value, column, 0);
    };
    EXPECT_EQ(deliver({.data = &number}, Value::integer(3)), SqlState::s00000);
    EXPECT_EQ(number, 3);
    EXPECT_EQ(deliver({.data = &number}, Value::null()), SqlState::s22002);
    EXPECT_EQ(deliver({.data = &number, .octet_length = &length, .indicator = &indicator},
                      Value::integer(4)),
              SqlState::s00000);
    EXPECT_EQ(length, 8);
    EXPECT_EQ(indicator, 0);
    EXPECT_EQ(deliver({.octet_length = &length, .indicator = &length}, Value::integer(5)),
              SqlState::s00000);
    EXPECT_EQ(number, 4) << "no buffer was bound";
}

}  // namespace
}  // namespace dqlite::odbc
