// Access (Jet, ACE): an ODBC 2 application that links tables by their first unique index, keeps the
// keys of a table, fetches rows ten keys at a time, and updates where all old values are still
// there.
#include <algorithm>
#include <array>
#include <cstring>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

constexpr int keys_at_once = 10;
constexpr int row_total = 37;
constexpr SQLINTEGER msjet = 30002;  // a connection option that tells a driver of Jet

/// What Access keeps of a row, in the C types it asks for.
struct Row {
    SQLINTEGER id = 0;
    std::array<char, 64> name{};
    SQLLEN name_length = 0;
    double price = 0;
    SQLLEN price_length = 0;
    SQL_TIMESTAMP_STRUCT at{};
    SQLLEN at_length = 0;
};

class Access : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, "
            "price DOUBLE, at TIMESTAMP, memo TEXT)");
        run("CREATE INDEX by_name ON items (name)");
        run("CREATE UNIQUE INDEX by_price ON items (price, name)");
        run("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 37) "
            "INSERT INTO items SELECT i, 'item ' || i, iif(i % 5 = 0, NULL, i / 7.0), "
            "iif(i % 3 = 0, NULL, '2024-02-29 10:11:12'), 'memo ' || i FROM n");
        access_ =
            std::make_unique<OdbcConnection>(connection_string(node().address()), SQL_OV_ODBC2);
    }
    void TearDown() override {
        access_.reset();
        OnOneNode::TearDown();
    }
    OdbcConnection& access() { return *access_; }

    /// One row of a result in Access's column order, by SQLGetData.
    static Row read(OdbcStatement& statement) {
        Row row;
        SQLLEN length = 0;
        const auto handle = statement.handle();
        EXPECT_EQ(SQLGetData(handle, 1, SQL_C_LONG, &row.id, 0, &length), SQL_SUCCESS);
        EXPECT_EQ(
            SQLGetData(handle, 2, SQL_C_CHAR, row.name.data(), sizeof row.name, &row.name_length),
            SQL_SUCCESS);
        EXPECT_EQ(SQLGetData(handle, 3, SQL_C_DOUBLE, &row.price, 0, &row.price_length),
                  SQL_SUCCESS);
        EXPECT_EQ(SQLGetData(handle, 4, SQL_C_TIMESTAMP, &row.at, 0, &row.at_length), SQL_SUCCESS);
        return row;
    }
    std::vector<SQLINTEGER> keys() {
        std::vector<SQLINTEGER> all;
        OdbcStatement statement{access()};
        EXPECT_EQ(statement.direct("SELECT \"items\".\"id\" FROM \"items\" "), SQL_SUCCESS);
        SQLINTEGER key = 0;
        SQLLEN length = 0;
        while (statement.fetch() == SQL_SUCCESS) {
            EXPECT_EQ(SQLGetData(statement.handle(), 1, SQL_C_LONG, &key, 0, &length), SQL_SUCCESS);
            all.push_back(key);
        }
        return all;
    }
    Row row_of(SQLINTEGER key) {
        OdbcStatement statement{access()};
        EXPECT_EQ(statement.prepare("SELECT \"id\",\"name\",\"price\",\"at\"  FROM \"items\"  "
                                    "WHERE \"id\" = ?"),
                  SQL_SUCCESS);
        bind(statement, 1, SQL_C_LONG, SQL_INTEGER, &key, nullptr);
        EXPECT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
        EXPECT_EQ(statement.fetch(), SQL_SUCCESS);
        return read(statement);
    }
    static void bind(OdbcStatement& statement, SQLUSMALLINT number, SQLSMALLINT c_type,
                     SQLSMALLINT type, void* data, SQLLEN* length) {
        EXPECT_EQ(SQLBindParameter(statement.handle(), number, SQL_PARAM_INPUT, c_type, type,
                                   type == SQL_TIMESTAMP ? 19 : 50, 0, data, 64, length),
                  SQL_SUCCESS);
    }
    /// UPDATE or DELETE WHERE everything is as it was read: how many rows that were.
    SQLLEN where_as_read(const std::string& start, std::array<char, 64>* new_name, Row old) {
        std::string sql = start + " WHERE \"id\" = ? AND \"name\" = ?";
        sql += old.price_length == SQL_NULL_DATA ? " AND \"price\" IS NULL" : " AND \"price\" = ?";
        sql += old.at_length == SQL_NULL_DATA ? " AND \"at\" IS NULL" : " AND \"at\" = ?";
        OdbcStatement statement{access()};
        EXPECT_EQ(statement.prepare(sql), SQL_SUCCESS) << statement.message();
        SQLUSMALLINT number = 0;
        SQLLEN terminated = SQL_NTS;
        if (new_name != nullptr) {
            bind(statement, ++number, SQL_C_CHAR, SQL_VARCHAR, new_name->data(), &terminated);
        }
        bind(statement, ++number, SQL_C_LONG, SQL_INTEGER, &old.id, nullptr);
        bind(statement, ++number, SQL_C_CHAR, SQL_VARCHAR, old.name.data(), &old.name_length);
        if (old.price_length != SQL_NULL_DATA) {
            bind(statement, ++number, SQL_C_DOUBLE, SQL_DOUBLE, &old.price, nullptr);
        }
        if (old.at_length != SQL_NULL_DATA) {
            bind(statement, ++number, SQL_C_TIMESTAMP, SQL_TIMESTAMP, &old.at, nullptr);
        }
        EXPECT_TRUE(SQL_SUCCEEDED(statement.execute())) << statement.message();
        return statement.row_count();
    }

  private:
    std::unique_ptr<OdbcConnection> access_;
};
DQLITE_ON_EACH_GENERATION(Access);

TEST_P(Access, ConnectsAndFindsNoConfiguration) {
    // Refused or taken, it must not harm.
    (void)SQLSetConnectAttr(access().handle(), msjet, nullptr, SQL_IS_INTEGER);
    for (const SQLUSMALLINT type : std::to_array<SQLUSMALLINT>(
             {SQL_ODBC_API_CONFORMANCE, SQL_CURSOR_COMMIT_BEHAVIOR, SQL_CURSOR_ROLLBACK_BEHAVIOR,
              SQL_TXN_CAPABLE, SQL_ACTIVE_STATEMENTS, SQL_GETDATA_EXTENSIONS, SQL_STRING_FUNCTIONS,
              SQL_NUMERIC_FUNCTIONS, SQL_TIMEDATE_FUNCTIONS, SQL_OUTER_JOINS})) {
        std::array<char, 64> value{};
        SQLSMALLINT length = 0;
        EXPECT_EQ(SQLGetInfo(access().handle(), type, value.data(), sizeof value, &length),
                  SQL_SUCCESS)
            << type;
    }
    EXPECT_EQ(access().info_text(SQL_IDENTIFIER_QUOTE_CHAR), "\"");
    EXPECT_EQ(access().info_text(SQL_DATA_SOURCE_READ_ONLY), "N");
    OdbcStatement statement{access()};
    EXPECT_EQ(statement.direct("SELECT Config, nValue FROM MSysConf"), SQL_ERROR);
    EXPECT_EQ(statement.state(), "S0002");
    EXPECT_EQ(statement.query("SELECT 1"), (Rows{{"1"}}));
}

// The first unique index in SQLStatistics's order becomes the linked table's key.
TEST_P(Access, LinksByTheFirstUniqueIndex) {
    OdbcStatement statement{access()};
    ASSERT_EQ(
        SQLTables(statement.handle(), nullptr, 0, nullptr, 0, chars("items"), SQL_NTS, nullptr, 0),
        SQL_SUCCESS);
    EXPECT_EQ(statement.all().size(), 1U);
    ASSERT_EQ(
        SQLColumns(statement.handle(), nullptr, 0, nullptr, 0, chars("items"), SQL_NTS, nullptr, 0),
        SQL_SUCCESS);
    EXPECT_EQ(statement.all().size(), 5U);
    ASSERT_EQ(SQLStatistics(statement.handle(), nullptr, 0, nullptr, 0, chars("items"), SQL_NTS,
                            SQL_INDEX_ALL, SQL_QUICK),
              SQL_SUCCESS);
    const auto indexes = statement.all();
    const auto unique =
        std::ranges::find_if(indexes, [](const auto& row) { return row[3] == "0"; });
    ASSERT_NE(unique, indexes.end());
    EXPECT_EQ((*unique)[8], "id");
    EXPECT_EQ((*unique)[7], "1");
    ASSERT_EQ(SQLSpecialColumns(statement.handle(), SQL_BEST_ROWID, nullptr, 0, nullptr, 0,
                                chars("items"), SQL_NTS, SQL_SCOPE_CURROW, SQL_NULLABLE),
              SQL_SUCCESS);
    EXPECT_EQ(statement.all().at(0)[1], "id");
    ASSERT_EQ(SQLSpecialColumns(statement.handle(), SQL_ROWVER, nullptr, 0, nullptr, 0,
                                chars("items"), SQL_NTS, SQL_SCOPE_CURROW, SQL_NULLABLE),
              SQL_SUCCESS);
    EXPECT_TRUE(statement.all().empty());
}

TEST_P(Access, FetchesTenKeysAtATime) {
    const auto all = keys();
    ASSERT_EQ(all.size(), std::size_t{row_total});
    std::string sql = "SELECT \"id\",\"name\",\"price\",\"at\"  FROM \"items\"  WHERE \"id\" = ?";
    for (int i = 1; i < keys_at_once; ++i) sql += " OR \"id\" = ?";
    OdbcStatement statement{access()};
    ASSERT_EQ(statement.prepare(sql), SQL_SUCCESS) << statement.message();
    std::array<SQLINTEGER, keys_at_once> some{};
    for (SQLUSMALLINT i = 0; i < some.size(); ++i) {
        bind(statement, static_cast<SQLUSMALLINT>(i + 1), SQL_C_LONG, SQL_INTEGER, &some[i],
             nullptr);
    }
    std::size_t read_rows = 0;
    for (std::size_t from = 0; from < all.size(); from += keys_at_once) {
        // The last key stands in where there are no more.
        for (std::size_t i = 0; i < some.size(); ++i) {
            some[i] = all[std::min(from + i, all.size() - 1)];
        }
        ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
        while (statement.fetch() == SQL_SUCCESS) {
            const Row row = read(statement);
            EXPECT_EQ(std::string{row.name.data()}, "item " + std::to_string(row.id));
            EXPECT_EQ(row.price_length == SQL_NULL_DATA, row.id % 5 == 0);
            ++read_rows;
        }
        statement.close();
    }
    EXPECT_EQ(read_rows, all.size());
}

TEST_P(Access, UpdatesWhatIsAsItWasRead) {
    ASSERT_EQ(SQLSetConnectOption(access().handle(), SQL_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF),
              SQL_SUCCESS);
    std::array<char, 64> name{"changed"};
    // Doubles, timestamps and NULLs must compare equal to what was read, or the row is "#Deleted".
    for (const SQLINTEGER key : {1, 5, 7, 15}) {
        const Row row = row_of(key);
        EXPECT_EQ(where_as_read("UPDATE \"items\" SET \"name\"=? ", &name, row), 1) << key;
        ASSERT_EQ(SQLTransact(SQL_NULL_HENV, access().handle(), SQL_COMMIT), SQL_SUCCESS);
        EXPECT_STREQ(row_of(key).name.data(), "changed");
        ASSERT_EQ(SQLTransact(SQL_NULL_HENV, access().handle(), SQL_COMMIT), SQL_SUCCESS);
    }
    // Somebody else was faster: no row, and Access tells of a write conflict.
    const Row row = row_of(2);
    ASSERT_EQ(SQLTransact(SQL_NULL_HENV, access().handle(), SQL_COMMIT), SQL_SUCCESS);
    run("UPDATE items SET price = 99 WHERE id = 2");
    EXPECT_EQ(where_as_read("UPDATE \"items\" SET \"name\"=? ", &name, row), 0);
    ASSERT_EQ(SQLTransact(SQL_NULL_HENV, access().handle(), SQL_ROLLBACK), SQL_SUCCESS);
    EXPECT_EQ(where_as_read("DELETE FROM \"items\"", nullptr, row_of(3)), 1);
    ASSERT_EQ(SQLTransact(SQL_NULL_HENV, access().handle(), SQL_COMMIT), SQL_SUCCESS);
    EXPECT_EQ(query("SELECT count(*) FROM items"), (Rows{{"36"}}));
}

// Memo fields are fetched when they are shown, and written by SQLPutData.
TEST_P(Access, MemosInPieces) {
    const std::string memo(70'000, 'm');
    OdbcStatement update{access()};
    ASSERT_EQ(update.prepare("UPDATE \"items\" SET \"memo\"=?  WHERE \"id\" = ?"), SQL_SUCCESS);
    SQLLEN length = SQL_LEN_DATA_AT_EXEC(70'000);
    SQLINTEGER key = 4;
    ASSERT_EQ(SQLBindParameter(update.handle(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_LONGVARCHAR,
                               memo.size(), 0, &length, 0, &length),
              SQL_SUCCESS);
    bind(update, 2, SQL_C_LONG, SQL_INTEGER, &key, nullptr);
    ASSERT_EQ(update.execute(), SQL_NEED_DATA) << update.message();
    SQLPOINTER token = nullptr;
    ASSERT_EQ(SQLParamData(update.handle(), &token), SQL_NEED_DATA);
    for (std::size_t from = 0; from < memo.size(); from += 10'000) {
        ASSERT_EQ(SQLPutData(update.handle(), const_cast<char*>(memo.data()) + from, 10'000),
                  SQL_SUCCESS);
    }
    ASSERT_EQ(SQLParamData(update.handle(), &token), SQL_SUCCESS) << update.message();
    EXPECT_EQ(update.row_count(), 1);
    OdbcStatement select{access()};
    EXPECT_EQ(select.query("SELECT \"memo\"  FROM \"items\"  WHERE \"id\" = 4"), (Rows{{memo}}));
}

}  // namespace
}  // namespace dqlite::test
