// The W functions: which lengths are characters and which are bytes, text beyond the BMP, and
// buffers that are exact, one short, empty or not there.
#include <array>
#include <dlfcn.h>
#include <functional>
#include <string>

#include "tests/driver/live/calls.h"
#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

// Two characters of two code units each, one of one, and an ASCII letter.
constexpr const char* odd_name = "\U0001D11E\U0001F600\u6F22c";
constexpr std::u16string_view odd_units = u"\U0001D11E\U0001F600\u6F22c";

enum class Unit { characters, bytes };

/// A call that writes text: buffer, its size and where the length goes, in the function's unit.
using Call = std::function<SQLRETURN(SQLWCHAR*, SQLLEN, SQLLEN&)>;

constexpr SQLWCHAR canary = 0x5A5A;

/// Calls with a buffer of `room` characters and expects of `text` what fits, with its whole length.
void expect_with_room(const Call& call, Unit unit, std::u16string_view text, std::size_t room) {
    SCOPED_TRACE("room for " + std::to_string(room) + " characters");
    const SQLLEN size = unit == Unit::bytes ? 2 : 1;
    std::array<SQLWCHAR, 2100> buffer{};
    buffer.fill(canary);
    SQLLEN length = -1;
    const auto r = call(buffer.data(), static_cast<SQLLEN>(room) * size, length);
    const bool fits = text.size() < room;
    EXPECT_EQ(r, fits ? SQL_SUCCESS : SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(length, static_cast<SQLLEN>(text.size()) * size);
    const std::size_t given = fits ? text.size() : room == 0 ? 0 : room - 1;
    // A character of two units is not halved: the NUL may come one unit earlier.
    std::size_t same = 0;
    while (same < given && buffer[same] == text[same]) ++same;
    EXPECT_GE(same + 1, given);
    if (room != 0) {
        EXPECT_EQ(buffer[same], 0);
    }
    for (std::size_t i = room; i < buffer.size(); ++i) ASSERT_EQ(buffer[i], canary) << i;
}

void expect_text(const Call& call, Unit unit, std::u16string_view text) {
    for (const std::size_t room : {text.size() + 100, text.size() + 1, text.size(), text.size() - 1,
                                   std::size_t{2}, std::size_t{1}}) {
        expect_with_room(call, unit, text, room);
    }
    SQLLEN length = -1;
    EXPECT_TRUE(SQL_SUCCEEDED(call(nullptr, 0, length)));
    EXPECT_EQ(length, static_cast<SQLLEN>(text.size()) * (unit == Unit::bytes ? 2 : 1));
}

SQLWCHAR* wide(std::u16string& text) {
    return reinterpret_cast<SQLWCHAR*>(text.data());
}

class WideFunctions : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run(std::string{"CREATE TABLE \""} + odd_name + "\" (\"" + odd_name + "\" TEXT)");
    }
    [[nodiscard]] std::string select() const {
        return std::string{"SELECT \""} + odd_name + "\" FROM \"" + odd_name + "\"";
    }
};
DQLITE_ON_EACH_GENERATION(WideFunctions);

TEST_P(WideFunctions, ColumnNames) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.prepare(select()), SQL_SUCCESS) << statement.message();
    const auto handle = statement.handle();
    expect_text(
        [handle](SQLWCHAR* buffer, SQLLEN size, SQLLEN& length) {
            SQLSMALLINT told = -1;
            const auto r = SQLDescribeColW(handle, 1, buffer, static_cast<SQLSMALLINT>(size), &told,
                                           nullptr, nullptr, nullptr, nullptr);
            length = told;
            return r;
        },
        Unit::characters, odd_units);
    for (const SQLUSMALLINT field : {SQLUSMALLINT{SQL_DESC_NAME}, SQLUSMALLINT{SQL_DESC_LABEL},
                                     SQLUSMALLINT{SQL_DESC_BASE_TABLE_NAME}}) {
        SCOPED_TRACE(field);
        expect_text(
            [=](SQLWCHAR* buffer, SQLLEN size, SQLLEN& length) {
                SQLSMALLINT told = -1;
                const auto r = SQLColAttributeW(handle, 1, field, buffer,
                                                static_cast<SQLSMALLINT>(size), &told, nullptr);
                length = told;
                return r;
            },
            Unit::bytes, odd_units);
    }
}

TEST_P(WideFunctions, Descriptors) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct(select()), SQL_SUCCESS) << statement.message();
    SQLHDESC ird = SQL_NULL_HDESC;
    ASSERT_EQ(SQLGetStmtAttrW(statement.handle(), SQL_ATTR_IMP_ROW_DESC, &ird, 0, nullptr),
              SQL_SUCCESS);
    expect_text(
        [ird](SQLWCHAR* buffer, SQLLEN size, SQLLEN& length) {
            SQLINTEGER told = -1;
            const auto r = SQLGetDescFieldW(ird, 1, SQL_DESC_NAME, buffer,
                                            static_cast<SQLINTEGER>(size), &told);
            length = told;
            return r;
        },
        Unit::bytes, odd_units);
    expect_text(
        [ird](SQLWCHAR* buffer, SQLLEN size, SQLLEN& length) {
            SQLSMALLINT told = -1;
            const auto r = SQLGetDescRecW(ird, 1, buffer, static_cast<SQLSMALLINT>(size), &told,
                                          nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
            length = told;
            return r;
        },
        Unit::characters, odd_units);
}

TEST_P(WideFunctions, CursorNames) {
    OdbcStatement statement{connection()};
    std::u16string name{odd_units};
    ASSERT_EQ(
        SQLSetCursorNameW(statement.handle(), wide(name), static_cast<SQLSMALLINT>(name.size())),
        SQL_SUCCESS)
        << statement.message();
    expect_text(
        [&](SQLWCHAR* buffer, SQLLEN size, SQLLEN& length) {
            SQLSMALLINT told = -1;
            const auto r = SQLGetCursorNameW(statement.handle(), buffer,
                                             static_cast<SQLSMALLINT>(size), &told);
            length = told;
            return r;
        },
        Unit::characters, odd_units);
}

TEST_P(WideFunctions, NativeSql) {
    std::u16string sql = u"SELECT '\U0001D11E' || '\u6F22'";
    expect_text(
        [&](SQLWCHAR* buffer, SQLLEN size, SQLLEN& length) {
            SQLINTEGER told = -1;
            const auto r =
                SQLNativeSqlW(connection().handle(), wide(sql), static_cast<SQLINTEGER>(sql.size()),
                              buffer, static_cast<SQLINTEGER>(size), &told);
            length = told;
            return r;
        },
        Unit::characters, sql);
}

TEST_P(WideFunctions, Attributes) {
    std::u16string told = u"default";
    expect_text(
        [&](SQLWCHAR* buffer, SQLLEN size, SQLLEN& length) {
            SQLINTEGER bytes = -1;
            const auto r = SQLGetConnectAttrW(connection().handle(), SQL_ATTR_CURRENT_CATALOG,
                                              buffer, static_cast<SQLINTEGER>(size), &bytes);
            length = bytes;
            return r;
        },
        Unit::bytes, told);
    expect_text(
        [&](SQLWCHAR* buffer, SQLLEN size, SQLLEN& length) {
            SQLSMALLINT bytes = -1;
            const auto r = SQLGetInfoW(connection().handle(), SQL_DBMS_NAME, buffer,
                                       static_cast<SQLSMALLINT>(size), &bytes);
            length = bytes;
            return r;
        },
        Unit::bytes, u"dqlite");
}

/// A function of the driver itself.
template <typename Function>
Function* of_the_driver(const char* name) {
    void* const library = dlopen(driver_path().c_str(), RTLD_NOW | RTLD_LOCAL);
    return library == nullptr ? nullptr : reinterpret_cast<Function*>(dlsym(library, name));
}

// On the driver alone: unixODBC 2.3.11 keeps the records itself, loses what is not ASCII of them,
// and tells SQLGetDiagFieldW's length in characters. The message names the table.
TEST_P(WideFunctions, Diagnostics) {
    const OdbcCalls& calls = on_the_driver();
    const auto get_record = of_the_driver<decltype(SQLGetDiagRecW)>("SQLGetDiagRecW");
    const auto get_field = of_the_driver<decltype(SQLGetDiagFieldW)>("SQLGetDiagFieldW");
    ASSERT_TRUE(get_record != nullptr && get_field != nullptr);
    const RawHandle environment{calls, SQL_HANDLE_ENV, SQL_NULL_HANDLE};
    const RawHandle dbc{calls, SQL_HANDLE_DBC, environment.get()};
    std::string text = connection_string(node().address());
    ASSERT_EQ(calls.driver_connect(dbc.get(), nullptr, reinterpret_cast<SQLCHAR*>(text.data()),
                                   SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT),
              SQL_SUCCESS);
    SQLHSTMT statement = SQL_NULL_HSTMT;
    ASSERT_EQ(calls.alloc_handle(SQL_HANDLE_STMT, dbc.get(), &statement), SQL_SUCCESS);
    std::string sql = std::string{"SELECT * FROM \"missing "} + odd_name + "\"";
    ASSERT_EQ(calls.exec_direct(statement, reinterpret_cast<SQLCHAR*>(sql.data()), SQL_NTS),
              SQL_ERROR);
    std::array<SQLWCHAR, 6> state{};
    std::array<SQLWCHAR, 1000> whole{};
    SQLSMALLINT size = 0;
    ASSERT_EQ(get_record(SQL_HANDLE_STMT, statement, 1, state.data(), nullptr, whole.data(),
                         whole.size(), &size),
              SQL_SUCCESS);
    const std::u16string message{whole.begin(), whole.begin() + size};
    EXPECT_NE(message.find(odd_units), std::u16string::npos);
    expect_text(
        [&](SQLWCHAR* buffer, SQLLEN room, SQLLEN& length) {
            SQLSMALLINT told = -1;
            const auto r = get_record(SQL_HANDLE_STMT, statement, 1, state.data(), nullptr, buffer,
                                      static_cast<SQLSMALLINT>(room), &told);
            length = told;
            return r;
        },
        Unit::characters, message);
    expect_text(
        [&](SQLWCHAR* buffer, SQLLEN room, SQLLEN& length) {
            SQLSMALLINT told = -1;
            const auto r = get_field(SQL_HANDLE_STMT, statement, 1, SQL_DIAG_MESSAGE_TEXT, buffer,
                                     static_cast<SQLSMALLINT>(room), &told);
            length = told;
            return r;
        },
        Unit::bytes, message);
    calls.free_handle(SQL_HANDLE_STMT, statement);
    calls.disconnect(dbc.get());
}

TEST_P(WideFunctions, CataloguesTakeWideNames) {
    OdbcStatement statement{connection()};
    std::u16string name{odd_units};
    ASSERT_EQ(SQLColumnsW(statement.handle(), nullptr, 0, nullptr, 0, wide(name),
                          static_cast<SQLSMALLINT>(name.size()), nullptr, 0),
              SQL_SUCCESS);
    const auto rows = statement.all();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0][3], odd_name);
}

// Results whose columns share a name, have none, or are none.
TEST_P(WideFunctions, NamesTwiceAndNone) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.direct("SELECT 1 AS a, 2 AS a, 3 AS \"\", 4 AS A WHERE 0"), SQL_SUCCESS)
        << statement.message();
    EXPECT_EQ(statement.columns(), 4);
    EXPECT_EQ(statement.column_name(1), "a");
    EXPECT_EQ(statement.column_name(2), "a");
    EXPECT_EQ(statement.column_name(3), "");
    EXPECT_EQ(statement.column_name(4), "A");
    EXPECT_EQ(statement.fetch(), SQL_NO_DATA);
    statement.close();
    ASSERT_EQ(statement.direct("CREATE TABLE none (a)"), SQL_SUCCESS);
    EXPECT_EQ(statement.columns(), 0);
    EXPECT_EQ(statement.fetch(), SQL_ERROR);
    EXPECT_EQ(statement.state(), "24000");
}

}  // namespace
}  // namespace dqlite::test
