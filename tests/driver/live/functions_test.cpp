// What the driver says of itself through the driver manager: every answer of the right width, none
// past the buffer it was given.
#include "driver/tables/functions.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "driver/tables/info.h"
#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Functions : public OnOneNode {};
DQLITE_ON_EACH_GENERATION(Functions);

TEST_P(Functions, AreToldAsTheyAre) {
    std::array<SQLUSMALLINT, SQL_API_ODBC3_ALL_FUNCTIONS_SIZE> all{};
    ASSERT_EQ(SQLGetFunctions(connection().handle(), SQL_API_ODBC3_ALL_FUNCTIONS, all.data()),
              SQL_SUCCESS);
    for (const SQLUSMALLINT id : odbc::supported_functions()) {
        if (id == SQL_API_SQLCANCELHANDLE) continue;  // unixODBC has it and knows no number of it
        EXPECT_TRUE(SQL_FUNC_EXISTS(all.data(), id)) << id;
        SQLUSMALLINT one = SQL_FALSE;
        EXPECT_EQ(SQLGetFunctions(connection().handle(), id, &one), SQL_SUCCESS);
        EXPECT_EQ(one, SQL_TRUE) << id;
    }
}

constexpr unsigned char canary = 0xA5;
using Buffer = std::array<unsigned char, 8192>;

/// How many bytes at the start of the buffer were written to, at least.
std::size_t written(const Buffer& buffer) {
    const auto last = std::find_if(buffer.rbegin(), buffer.rend(),
                                   [](unsigned char byte) { return byte != canary; });
    return static_cast<std::size_t>(buffer.rend() - last);
}

/// A number is what two calls agree on; the canary itself may be a byte of it.
void expect_width(const OdbcConnection& connection, SQLUSMALLINT type, std::size_t width) {
    Buffer buffer;
    buffer.fill(canary);
    SQLSMALLINT length = 0;
    ASSERT_EQ(SQLGetInfo(connection.handle(), type, buffer.data(), sizeof buffer, &length),
              SQL_SUCCESS)
        << connection.message();
    EXPECT_LE(written(buffer), width);
    EXPECT_GT(written(buffer), 0U);
}

void expect_text(const OdbcConnection& connection, SQLUSMALLINT type) {
    Buffer buffer;
    buffer.fill(canary);
    SQLSMALLINT length = -1;
    ASSERT_EQ(SQLGetInfo(connection.handle(), type, buffer.data(), sizeof buffer, &length),
              SQL_SUCCESS)
        << connection.message();
    ASSERT_GE(length, 0);
    const auto size = static_cast<std::size_t>(length);
    EXPECT_EQ(written(buffer), size + 1);
    EXPECT_EQ(buffer[size], 0);
    EXPECT_EQ(std::memchr(buffer.data(), 0, sizeof buffer), buffer.data() + size);
    // unixODBC answers these itself, and posts no record.
    constexpr std::array managers_own{SQL_ODBC_VER, SQL_DM_VER, SQL_XOPEN_CLI_YEAR};
    if (size < 2 || std::ranges::find(managers_own, type) != managers_own.end()) return;
    // One character and its NUL: cut, and told so with the whole length.
    Buffer small;
    small.fill(canary);
    EXPECT_EQ(SQLGetInfo(connection.handle(), type, small.data(), 2, &length),
              SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(connection.state(), "01004");
    EXPECT_EQ(length, static_cast<SQLSMALLINT>(size));
    EXPECT_EQ(small[0], buffer[0]);
    EXPECT_EQ(written(small), 2U);
}

void expect_wide_text(const OdbcConnection& connection, SQLUSMALLINT type) {
    Buffer buffer;
    buffer.fill(canary);
    SQLSMALLINT length = -1;
    ASSERT_EQ(SQLGetInfoW(connection.handle(), type, buffer.data(), sizeof buffer, &length),
              SQL_SUCCESS)
        << connection.message();
    EXPECT_EQ(length % 2, 0);
    EXPECT_EQ(written(buffer), static_cast<std::size_t>(length) + 2);
}

TEST_P(Functions, EveryInformationHasItsWidth) {
    for (const SQLUSMALLINT type : odbc::info_types()) {
        SCOPED_TRACE(type);
        const auto value = odbc::info_value(type, {});
        ASSERT_TRUE(value);
        switch (value->kind) {
            case odbc::InfoKind::text:
                expect_text(connection(), type);
                expect_wide_text(connection(), type);
                break;
            case odbc::InfoKind::u16:
                expect_width(connection(), type, sizeof(SQLUSMALLINT));
                break;
            case odbc::InfoKind::u32:
                expect_width(connection(), type, sizeof(SQLUINTEGER));
                break;
        }
    }
}

TEST_P(Functions, UnknownInformationIsAnError) {
    for (const SQLUSMALLINT type : {SQLUSMALLINT{9999}, SQLUSMALLINT{20000}, SQLUSMALLINT{65535}}) {
        Buffer buffer;
        buffer.fill(canary);
        SQLSMALLINT length = 0;
        EXPECT_EQ(SQLGetInfo(connection().handle(), type, buffer.data(), sizeof buffer, &length),
                  SQL_ERROR);
        EXPECT_EQ(connection().state(), "HY096") << type;
        EXPECT_EQ(written(buffer), 0U);
    }
}

}  // namespace
}  // namespace dqlite::test
