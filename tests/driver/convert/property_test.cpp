// Properties of all values, C types and buffers: an independent model says what must be there.
#include <bit>
#include <random>

#include "driver/convert/utf.h"
#include "tests/driver/convert/convert_support.h"

namespace dqlite::odbc {
namespace {

using testing_support::GuardedBuffer;
using testing_support::narrow;
using testing_support::type_of;
using testing_support::wide;
using wire::Value;

constexpr std::array<SQLSMALLINT, 33> all_c_types{SQL_C_CHAR,
                                                  SQL_C_WCHAR,
                                                  SQL_C_BINARY,
                                                  SQL_C_TINYINT,
                                                  SQL_C_STINYINT,
                                                  SQL_C_UTINYINT,
                                                  SQL_C_SHORT,
                                                  SQL_C_SSHORT,
                                                  SQL_C_USHORT,
                                                  SQL_C_LONG,
                                                  SQL_C_SLONG,
                                                  SQL_C_ULONG,
                                                  SQL_C_SBIGINT,
                                                  SQL_C_UBIGINT,
                                                  SQL_C_FLOAT,
                                                  SQL_C_DOUBLE,
                                                  SQL_C_BIT,
                                                  SQL_C_NUMERIC,
                                                  SQL_C_TYPE_DATE,
                                                  SQL_C_TYPE_TIME,
                                                  SQL_C_TYPE_TIMESTAMP,
                                                  SQL_C_GUID,
                                                  SQL_C_DEFAULT,
                                                  SQL_C_INTERVAL_YEAR,
                                                  SQL_C_INTERVAL_MONTH,
                                                  SQL_C_INTERVAL_YEAR_TO_MONTH,
                                                  SQL_C_INTERVAL_DAY,
                                                  SQL_C_INTERVAL_HOUR,
                                                  SQL_C_INTERVAL_SECOND,
                                                  SQL_C_INTERVAL_DAY_TO_HOUR,
                                                  SQL_C_INTERVAL_DAY_TO_SECOND,
                                                  SQL_C_INTERVAL_HOUR_TO_MINUTE,
                                                  SQL_C_INTERVAL_MINUTE_TO_SECOND};

constexpr std::array<SQLSMALLINT, 16> sql_types{
    SQL_WLONGVARCHAR,   SQL_VARCHAR, SQL_BIGINT, SQL_INTEGER,      SQL_SMALLINT,  SQL_DECIMAL,
    SQL_DOUBLE,         SQL_REAL,    SQL_BIT,    SQL_VARBINARY,    SQL_TYPE_DATE, SQL_TYPE_TIME,
    SQL_TYPE_TIMESTAMP, SQL_GUID,    SQL_CHAR,   SQL_LONGVARBINARY};

/// Random values, biased to the edges where conversions change their mind.
class Generator {
  public:
    explicit Generator(std::uint64_t seed) : random_{seed} {}

    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
    template <typename Container>
    auto pick(const Container& from) {
        return from[below(from.size())];
    }

    /// The text borrows from `storage`.
    Value value(std::string& storage) {
        switch (below(8)) {
            case 0:
                return Value::null();
            case 1:
                return Value::integer(static_cast<std::int64_t>(random_() >> below(64)));
            case 2:
                return Value::integer(-static_cast<std::int64_t>(random_() >> (1 + below(63))));
            case 3:
                return Value::real(std::bit_cast<double>(random_()));
            case 4:
                return Value::unix_time(static_cast<std::int64_t>(random_() >> below(64)));
            case 5:
                storage = bytes(below(40));
                return Value::blob(storage);
            case 6:
                storage = text(below(40));
                return Value::text(storage);
            default:
                storage = literal();
                return Value::text(storage);
        }
    }

    std::string bytes(std::size_t size) {
        std::string out(size, '\0');
        for (char& c : out) c = static_cast<char>(random_());
        return out;
    }

    /// Well-formed text of characters of all lengths.
    std::string text(std::size_t characters) {
        std::basic_string<SQLWCHAR> units;
        for (std::size_t i = 0; i < characters; ++i) {
            constexpr std::array<char32_t, 4> limits{0x80, 0x800, 0x10000, 0x110000};
            char32_t code = 1 + static_cast<char32_t>(below(pick(limits) - 1));
            if (utf::is_surrogate(code)) code = U'x';
            SQLWCHAR put[2] = {};
            const std::size_t size = utf::put(code, reinterpret_cast<char*>(put));
            units.append(put, size / sizeof(SQLWCHAR));
        }
        return narrow(units);
    }

    /// Something that reads as a number, a date, a GUID or nearly so.
    std::string literal() {
        constexpr std::array<std::string_view, 14> seeds{
            "12",         "-9223372036854775808",
            "12.5e3",     "0.000001",
            "2024-02-29", "2024-02-29 10:11:12.5",
            "10:11:12",   "00112233-4455-6677-8899-aabbccddeeff",
            "154 22:44",  "3-07",
            " 1 ",        "99999999999999999999999999999999999999",
            "1e308",      "{ts '2024-01-02 10:11:12'}"};
        std::string out{pick(seeds)};
        if (below(3) == 0) out[below(out.size())] = static_cast<char>(' ' + below(95));
        return out;
    }

    std::uint64_t operator()() { return random_(); }

  private:
    std::mt19937_64 random_;
};

TEST(Property, NoConversionTouchesAByteOutsideItsBuffer) {
    Generator random{11};
    for (int round = 0; round < 300'000; ++round) {
        std::string storage;
        const Value value = random.value(storage);
        const SqlType type =
            type_of(random.pick(sql_types), static_cast<SQLSMALLINT>(random.below(5)));
        const SQLSMALLINT c_type = random.pick(all_c_types);
        const bool sized = c_type_size(c_type) == 0 && c_type != SQL_C_DEFAULT;
        const std::size_t capacity =
            sized ? random.below(50) : std::max<std::size_t>(c_type_size(c_type), 64);
        GuardedBuffer buffer{capacity};
        SQLLEN length = -99;
        CTarget target{c_type, buffer.data(), buffer.capacity(), &length, &length, 0, 0, 0};
        target.precision = static_cast<SQLSMALLINT>(random.below(45));
        target.scale = static_cast<SQLSMALLINT>(random.below(45));
        target.max_length = random.below(3) == 0 ? random.below(30) : 0;
        const Conversion bound = to_c(value, type, target);
        ASSERT_FALSE(bound.no_data);
        const std::size_t size = c_type_size(c_type);
        ASSERT_TRUE(size == 0 ? buffer.intact() : buffer.intact_from(size));
        if (is_error(bound.state)) continue;
        ASSERT_NE(length, -99);
        ASSERT_NE(length, SQL_NO_TOTAL);
        ASSERT_EQ(length == SQL_NULL_DATA, value.is_null());

        PartialRead partial;
        GuardedBuffer again{capacity};
        target.data = again.data();
        SQLLEN first_length = -99;
        target.octet_length = target.indicator = &first_length;
        const Conversion piece = to_c(value, type, target, &partial);
        ASSERT_TRUE(again.intact());
        ASSERT_TRUE(partial.started());
        if (piece.state != SqlState::sHY090) {
            ASSERT_EQ(piece.state, bound.state);
            ASSERT_EQ(first_length, length);
        }
    }
}

/// Reads a value in pieces of random sizes and gives what came together.
template <typename Unit>
std::basic_string<Unit> read_in_pieces(Generator& random, const Value& value, const SqlType& type,
                                       SQLSMALLINT c_type, std::size_t least) {
    std::basic_string<Unit> all;
    PartialRead partial;
    std::size_t left = 0;
    for (bool first = true;; first = false) {
        const std::size_t room = random.below(6) == 0 ? 0 : least + random.below(12);
        GuardedBuffer buffer{room * sizeof(Unit)};
        SQLLEN length = -99;
        const CTarget target{c_type, buffer.data(), buffer.capacity(), &length, &length, 0, 0, 0};
        const Conversion piece = to_c(value, type, target, &partial);
        EXPECT_TRUE(buffer.intact());
        EXPECT_FALSE(piece.no_data);
        EXPECT_FALSE(is_error(piece.state)) << entry(piece.state).code;
        if (piece.no_data || is_error(piece.state)) return all;
        const auto units = static_cast<std::size_t>(length) / sizeof(Unit);
        if (!first) {
            EXPECT_EQ(units, left);  // chunk lengths must sum up
        }
        std::size_t given = units;
        if (piece.state == SqlState::s01004) {
            given = 0;
            const std::size_t most = c_type == SQL_C_BINARY ? room : room == 0 ? 0 : room - 1;
            for (; given < most; ++given) {
                Unit unit{};
                std::memcpy(&unit, buffer.data() + given * sizeof(Unit), sizeof unit);
                if (c_type != SQL_C_BINARY && unit == Unit{0}) break;
            }
        }
        std::basic_string<Unit> chunk(given, Unit{0});
        std::memcpy(chunk.data(), buffer.data(), given * sizeof(Unit));
        if (piece.state == SqlState::s01004 && value.holds_text() && room != 0) {
            EXPECT_EQ(given, c_type == SQL_C_BINARY ? room : room - 1);
        }
        all += chunk;
        left = units - given;
        if (piece.state == SqlState::s00000) break;
    }
    SQLLEN length = -99;
    const CTarget target{c_type, nullptr, 0, &length, &length, 0, 0, 0};
    EXPECT_TRUE(to_c(value, type, target, &partial).no_data);
    EXPECT_EQ(length, -99);
    return all;
}

TEST(Property, AnyChunkingGivesTheSameText) {
    Generator random{12};
    const SqlType type = type_of(SQL_WLONGVARCHAR);
    for (int round = 0; round < 20'000; ++round) {
        const std::string text = random.text(random.below(60));
        const Value value = Value::text(text);
        ASSERT_EQ(read_in_pieces<char>(random, value, type, SQL_C_CHAR, 2), text);
        ASSERT_EQ(read_in_pieces<SQLWCHAR>(random, value, type, SQL_C_WCHAR, 2), wide(text));
        ASSERT_EQ(read_in_pieces<char>(random, value, type, SQL_C_BINARY, 1), text);
    }
}

TEST(Property, AnyChunkingGivesTheSameBytesAndHex) {
    Generator random{13};
    const SqlType type = type_of(SQL_LONGVARBINARY);
    for (int round = 0; round < 20'000; ++round) {
        const std::string bytes = random.bytes(random.below(60));
        const Value value = Value::blob(bytes);
        ASSERT_EQ(read_in_pieces<char>(random, value, type, SQL_C_BINARY, 1), bytes);
        const std::string hex = read_in_pieces<char>(random, value, type, SQL_C_CHAR, 3);
        ASSERT_EQ(hex.size(), 2 * bytes.size());
        ASSERT_EQ(read_in_pieces<SQLWCHAR>(random, value, type, SQL_C_WCHAR, 3), wide(hex));
    }
}

TEST(Property, NumbersInPiecesKeepTheirWholePart) {
    Generator random{14};
    const SqlType type = type_of(SQL_DOUBLE);
    for (int round = 0; round < 20'000; ++round) {
        const double number = static_cast<double>(static_cast<std::int64_t>(random() >> 20)) / 1024;
        const std::string whole =
            read_in_pieces<char>(random, Value::real(number), type, SQL_C_CHAR, 26);
        ASSERT_EQ(read_in_pieces<char>(random, Value::real(number), type, SQL_C_CHAR, 17), whole);
    }
}

// pyodbc 4 takes every piece but the last to have filled its buffer.
TEST(Pieces, FillTheBufferInTheMiddleOfACharacterToo) {
    const SqlType type = type_of(SQL_WLONGVARCHAR);
    const Value value = Value::text("\u20ac");
    PartialRead partial;
    char buffer[8] = {};
    SQLLEN length = 0;
    CTarget target{SQL_C_CHAR, buffer, 3, &length, &length, 0, 0, 0};
    EXPECT_EQ(to_c(value, type, target, &partial).state, SqlState::s01004);
    EXPECT_STREQ(buffer, "\xe2\x82");
    target.capacity = 1;
    EXPECT_EQ(to_c(value, type, target, &partial).state, SqlState::s01004);
    target.capacity = 4;
    EXPECT_EQ(to_c(value, type, target, &partial).state, SqlState::s00000);
    EXPECT_STREQ(buffer, "\xac");
}

TEST(Pieces, ABufferTooSmallForAPairOfDigitsIsAnErrorNotALoop) {
    const SqlType type = type_of(SQL_LONGVARBINARY);
    PartialRead partial;
    char buffer[8] = {};
    SQLLEN length = 0;
    CTarget target{SQL_C_CHAR, buffer, 2, &length, &length, 0, 0, 0};
    const Value value = Value::blob("a");
    EXPECT_EQ(to_c(value, type, target, &partial).state, SqlState::sHY090);
    target.capacity = 3;
    EXPECT_EQ(to_c(value, type, target, &partial).state, SqlState::s00000);
    EXPECT_STREQ(buffer, "61");
}

TEST(Pieces, ProbesThenReadsAndFixedTypesComeOnce) {
    PartialRead partial;
    char buffer[8] = {};
    SQLLEN length = 0;
    CTarget target{SQL_C_CHAR, buffer, 0, &length, &length, 0, 0, 0};
    const SqlType bigint = type_of(SQL_BIGINT);
    EXPECT_EQ(to_c(Value::integer(12345), bigint, target, &partial).state, SqlState::s01004);
    EXPECT_EQ(length, 5);
    target.capacity = 4;
    EXPECT_EQ(to_c(Value::integer(12345), bigint, target, &partial).state, SqlState::s22003);
    target.capacity = 8;
    EXPECT_EQ(to_c(Value::integer(12345), bigint, target, &partial).state, SqlState::s00000);
    EXPECT_STREQ(buffer, "12345");
    EXPECT_TRUE(to_c(Value::integer(12345), bigint, target, &partial).no_data);

    partial.reset();
    target.c_type = SQL_C_LONG;
    EXPECT_FALSE(to_c(Value::integer(1), bigint, target, &partial).no_data);
    EXPECT_TRUE(to_c(Value::integer(1), bigint, target, &partial).no_data);
    partial.reset();
    EXPECT_FALSE(partial.started());
    EXPECT_FALSE(to_c(Value::null(), bigint, target, &partial).no_data);
    EXPECT_EQ(length, SQL_NULL_DATA);
    EXPECT_TRUE(to_c(Value::null(), bigint, target, &partial).no_data);
}

TEST(Property, WhatIsSentReadsBackTheSame) {
    Generator random{15};
    for (int round = 0; round < 100'000; ++round) {
        const auto integer = static_cast<std::int64_t>(random() >> random.below(64));
        CSource source;
        source.c_type = SQL_C_SBIGINT;
        source.sql_type = SQL_BIGINT;
        source.data = &integer;
        testing_support::Sent sent;
        testing_support::send(source, sent);
        ASSERT_EQ(sent.state, SqlState::s00000);
        ASSERT_EQ(
            testing_support::fetch<SQLBIGINT>(sent.value, type_of(SQL_BIGINT), SQL_C_SBIGINT).value,
            integer);

        SQL_TIMESTAMP_STRUCT at{};
        at.year = static_cast<SQLSMALLINT>(1 + random.below(9999));
        at.month = static_cast<SQLUSMALLINT>(1 + random.below(12));
        at.day = static_cast<SQLUSMALLINT>(1 + random.below(28));
        at.hour = static_cast<SQLUSMALLINT>(random.below(24));
        at.minute = static_cast<SQLUSMALLINT>(random.below(60));
        at.second = static_cast<SQLUSMALLINT>(random.below(60));
        at.fraction = static_cast<SQLUINTEGER>(random.below(1'000'000'000));
        source.c_type = SQL_C_TYPE_TIMESTAMP;
        source.sql_type = SQL_TYPE_TIMESTAMP;
        source.data = &at;
        testing_support::send(source, sent);
        ASSERT_EQ(sent.state, SqlState::s00000);
        const auto back = testing_support::fetch<SQL_TIMESTAMP_STRUCT>(
            sent.value, type_of(SQL_TYPE_TIMESTAMP), SQL_C_TYPE_TIMESTAMP);
        ASSERT_EQ(std::memcmp(&back.value, &at, sizeof at), 0);
    }
}

}  // namespace
}  // namespace dqlite::odbc
