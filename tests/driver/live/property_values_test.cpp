// Random values, read into every C type and buffers of random sizes, give what the specification
// says: value, length, SQLSTATE, and not a byte past the buffer (value_model.h).
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"
#include "tests/driver/live/value_model.h"

namespace dqlite::test {
namespace {

constexpr std::array<SQLSMALLINT, 22> c_types{
    SQL_C_CHAR,           SQL_C_WCHAR, SQL_C_BINARY,  SQL_C_TINYINT,   SQL_C_STINYINT,
    SQL_C_UTINYINT,       SQL_C_SHORT, SQL_C_SSHORT,  SQL_C_USHORT,    SQL_C_LONG,
    SQL_C_SLONG,          SQL_C_ULONG, SQL_C_SBIGINT, SQL_C_UBIGINT,   SQL_C_FLOAT,
    SQL_C_DOUBLE,         SQL_C_BIT,   SQL_C_NUMERIC, SQL_C_TYPE_DATE, SQL_C_TYPE_TIME,
    SQL_C_TYPE_TIMESTAMP, SQL_C_GUID};

constexpr char canary = '\x5A';

struct Got {
    SQLRETURN result = SQL_ERROR;
    std::string state;
    SQLLEN length = -99;
    std::string buffer;  ///< all of it, and what lies behind
};

class PropertyValues : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE v (bigint BIGINT, double DOUBLE, text TEXT, blob BLOB, date DATE, "
            "time TIME, timestamp TIMESTAMP, uuid UUID)");
    }
    /// Stores it in the column of its type, as a C type that fits it, the row's only value.
    void store(const Sample& sample, Random& random) {
        run("DELETE FROM v");
        OdbcStatement insert{connection()};
        ASSERT_EQ(insert.prepare(
                      fmt::format("INSERT INTO v (\"{}\") VALUES (?)", sample.declared_type())),
                  SQL_SUCCESS);
        SQLLEN length = 0;
        bind(insert, sample, random, length);
        ASSERT_EQ(insert.execute(), SQL_SUCCESS) << insert.message();
    }
    Got fetch(const Sample& sample, SQLSMALLINT c_type, std::size_t room, bool bound) {
        Got got;
        const std::size_t size = std::max(size_of_c_type(c_type), room);
        got.buffer.assign(size + 32, canary);
        OdbcStatement select{connection()};
        EXPECT_EQ(select.direct(fmt::format("SELECT \"{}\" FROM v", sample.declared_type())),
                  SQL_SUCCESS)
            << select.message();
        if (bound) {
            EXPECT_EQ(SQLBindCol(select.handle(), 1, c_type, got.buffer.data(),
                                 static_cast<SQLLEN>(room), &got.length),
                      SQL_SUCCESS);
            got.result = select.fetch();
        } else {
            EXPECT_EQ(select.fetch(), SQL_SUCCESS);
            got.result = SQLGetData(select.handle(), 1, c_type, got.buffer.data(),
                                    static_cast<SQLLEN>(room), &got.length);
        }
        if (got.result != SQL_SUCCESS) got.state = select.state();
        EXPECT_EQ(got.buffer.find_first_not_of(canary, size), std::string::npos);
        return got;
    }

  private:
    void bind(OdbcStatement& insert, const Sample& sample, Random& random, SQLLEN& length) {
        scratch_ = sample.text;
        length = SQL_NTS;
        switch (sample.kind) {
            case SampleKind::null:
                length = SQL_NULL_DATA;
                return bind(insert, SQL_C_CHAR, SQL_VARCHAR, length);
            case SampleKind::integer:
                if (random.one_in(2)) {
                    scratch_ = std::to_string(sample.integer);
                    return bind(insert, SQL_C_CHAR, SQL_BIGINT, length);
                }
                return bind_object(insert, SQL_C_SBIGINT, SQL_BIGINT, sample.integer, length);
            case SampleKind::real:
                return bind_object(insert, SQL_C_DOUBLE, SQL_DOUBLE, sample.real, length);
            case SampleKind::blob:
                length = static_cast<SQLLEN>(scratch_.size());
                return bind(insert, SQL_C_BINARY, SQL_LONGVARBINARY, length);
            case SampleKind::date:
                return bind_object(insert, SQL_C_TYPE_DATE, SQL_TYPE_DATE,
                                   SQL_DATE_STRUCT{sample.at.year, sample.at.month, sample.at.day},
                                   length);
            case SampleKind::time:
                return bind_object(
                    insert, SQL_C_TYPE_TIME, SQL_TYPE_TIME,
                    SQL_TIME_STRUCT{sample.at.hour, sample.at.minute, sample.at.second}, length);
            case SampleKind::timestamp:
                return bind_object(insert, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, sample.at,
                                   length);
            case SampleKind::guid:
                return bind_object(insert, SQL_C_GUID, SQL_GUID, sample.guid, length);
            default:
                break;
        }
        if (random.one_in(2)) return bind(insert, SQL_C_CHAR, SQL_VARCHAR, length);
        scratch_ = utf16(sample.text);
        length = static_cast<SQLLEN>(scratch_.size());
        return bind(insert, SQL_C_WCHAR, SQL_WVARCHAR, length);
    }
    template <typename T>
    void bind_object(OdbcStatement& insert, SQLSMALLINT c_type, SQLSMALLINT sql_type,
                     const T& object, SQLLEN& length) {
        scratch_.assign(reinterpret_cast<const char*>(&object), sizeof object);
        length = static_cast<SQLLEN>(sizeof object);
        bind(insert, c_type, sql_type, length);
    }
    void bind(OdbcStatement& insert, SQLSMALLINT c_type, SQLSMALLINT sql_type, SQLLEN& length) {
        const SQLSMALLINT digits = sql_type == SQL_TYPE_TIMESTAMP ? 9 : 0;
        ASSERT_EQ(SQLBindParameter(insert.handle(), 1, SQL_PARAM_INPUT, c_type, sql_type, 200,
                                   digits, scratch_.data(), 0, &length),
                  SQL_SUCCESS);
    }

    std::string scratch_;
};
DQLITE_ON_EACH_GENERATION(PropertyValues);

/// A double's text is the driver's choice; what matters is that it reads back, and is cut only in
/// its fraction.
void expect_digits(const Got& whole, const Got& cut, double value) {
    ASSERT_EQ(whole.result, SQL_SUCCESS);
    const std::string text = whole.buffer.substr(0, static_cast<std::size_t>(whole.length));
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
    if (cut.result == SQL_ERROR) {
        EXPECT_EQ(cut.state, "22003");
        return;
    }
    EXPECT_EQ(cut.length, whole.length);
    const std::string kept = cut.buffer.c_str();
    EXPECT_TRUE(text.starts_with(kept)) << text << " cut to " << kept;
    EXPECT_EQ(cut.result == SQL_SUCCESS, kept == text);
    EXPECT_LT(std::fabs(std::strtod(kept.c_str(), nullptr) - value), 1.0) << kept;
}

void expect_equal(const Expected& expected, const Got& got) {
    if (expected.state == "*") return;
    EXPECT_EQ(got.state, expected.state);
    const bool failed = !expected.state.empty() && !expected.state.starts_with("01");
    EXPECT_EQ(got.result == SQL_ERROR, failed);
    if (expected.length) {
        EXPECT_EQ(got.length, *expected.length);
    }
    if (expected.data) {
        EXPECT_EQ(got.buffer.substr(0, expected.data->size()), *expected.data);
    }
}

TEST_P(PropertyValues, ArriveAsTheSpecificationSays) {
    Random random;
    for (int round = 0; round < 150 && !HasFailure(); ++round) {
        const Sample sample = random_sample(random);
        ASSERT_NO_FATAL_FAILURE(store(sample, random));
        for (const SQLSMALLINT c_type : c_types) {
            const bool sized = size_of_c_type(c_type) == 0;
            const std::size_t room = sized ? 6 + 2 * random.below(30) : 0;
            const bool bound = random.one_in(2);
            SCOPED_TRACE(fmt::format("{} '{}' {} {} as C type {}, {} bytes, {}",
                                     sample.declared_type(), sample.text, sample.integer,
                                     sample.real, c_type, room, bound ? "bound" : "SQLGetData"));
            const Got got = fetch(sample, c_type, room, bound);
            if (sample.kind == SampleKind::real && c_type == SQL_C_CHAR) {
                expect_digits(fetch(sample, c_type, 500, bound), got, sample.real);
            } else {
                expect_equal(expected_of(sample, c_type, room), got);
            }
            if (HasFailure()) break;
        }
    }
}

}  // namespace
}  // namespace dqlite::test
