// A table of as many columns as SQLite takes: described in full, and read as far as a server's
// answer reaches.
#include <set>
#include <string>

#include <fmt/format.h>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

constexpr int columns = 2000;
constexpr int most_in_a_result = 509;

/// "f(first), …, f(last)" of a format with one placeholder.
std::string list(int first, int last, std::string_view item) {
    std::string text;
    for (int i = first; i <= last; ++i) {
        text += (i == first ? "" : ", ") + fmt::format(fmt::runtime(item), i);
    }
    return text;
}

class WideTable : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE wide (c1 INTEGER PRIMARY KEY, " + list(2, columns, "c{} INTEGER") + ")");
        run("CREATE INDEX last ON wide (c2000)");
        run("INSERT INTO wide VALUES (" + list(1, columns, "{}") + ")");
    }
};
DQLITE_ON_EACH_GENERATION(WideTable);

TEST_P(WideTable, AsManyColumnsAsAnAnswerHoldsAreRead) {
    for (const int first : {1, columns - most_in_a_result + 1}) {
        const auto rows =
            query("SELECT " + list(first, first + most_in_a_result - 1, "c{}") + " FROM wide");
        ASSERT_EQ(rows.size(), 1U);
        ASSERT_EQ(rows[0].size(), std::size_t{most_in_a_result}) << rows[0][0].value_or("NULL");
        for (int i = 0; i < most_in_a_result; ++i) {
            EXPECT_EQ(rows[0][static_cast<std::size_t>(i)], std::to_string(first + i));
        }
    }
}

TEST_P(WideTable, MoreAreRefusedWithTheReason) {
    for (const std::string& sql :
         {std::string{"SELECT * FROM wide"},
          "SELECT " + list(1, most_in_a_result + 1, "c{}") + " FROM wide"}) {
        OdbcStatement select{connection()};
        EXPECT_EQ(select.direct(sql), SQL_ERROR);
        EXPECT_EQ(select.state(), "42000");
        EXPECT_NE(select.message().find("509"), std::string::npos) << select.message();
    }
    EXPECT_EQ(query("SELECT c1000 FROM wide"), (Rows{{"1000"}}));
}

TEST_P(WideTable, EveryColumnCanBeWritten) {
    OdbcStatement update{connection()};
    std::int64_t value = -1;
    ASSERT_EQ(update.prepare("UPDATE wide SET c2 = ?, c1999 = c1999 + 1, c2000 = 7 WHERE c1 = 1"),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindParameter(update.handle(), 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0,
                               &value, 0, nullptr),
              SQL_SUCCESS);
    ASSERT_EQ(update.execute(), SQL_SUCCESS) << update.message();
    EXPECT_EQ(update.row_count(), 1);
    EXPECT_EQ(query("SELECT c2, c1999, c2000 FROM wide WHERE c2000 = 7"),
              (Rows{{"-1", "2000", "7"}}));
}

TEST_P(WideTable, SqlColumnsListsAll) {
    OdbcStatement catalogue{connection()};
    ASSERT_EQ(
        SQLColumns(catalogue.handle(), nullptr, 0, nullptr, 0, chars("wide"), SQL_NTS, nullptr, 0),
        SQL_SUCCESS)
        << catalogue.message();
    constexpr SQLUSMALLINT column_name = 4;
    constexpr SQLUSMALLINT ordinal_position = 17;
    int position = 0;
    SQLRETURN r = catalogue.fetch();
    for (; r == SQL_SUCCESS; r = catalogue.fetch()) {
        ++position;
        EXPECT_EQ(catalogue.text(column_name), fmt::format("c{}", position));
        EXPECT_EQ(catalogue.integer(ordinal_position), position);
    }
    EXPECT_EQ(r, SQL_NO_DATA) << catalogue.message();
    EXPECT_EQ(position, columns);
}

TEST_P(WideTable, KeysIndexesAndPrivilegesAreListed) {
    {
        OdbcStatement catalogue{connection()};
        ASSERT_EQ(
            SQLPrimaryKeys(catalogue.handle(), nullptr, 0, nullptr, 0, chars("wide"), SQL_NTS),
            SQL_SUCCESS);
        const auto keys = catalogue.all();
        ASSERT_EQ(keys.size(), 1U);
        EXPECT_EQ(keys[0][3], "c1");
    }
    {
        OdbcStatement catalogue{connection()};
        ASSERT_EQ(SQLStatistics(catalogue.handle(), nullptr, 0, nullptr, 0, chars("wide"), SQL_NTS,
                                SQL_INDEX_ALL, SQL_QUICK),
                  SQL_SUCCESS);
        std::set<Cell> indexed;
        for (const auto& row : catalogue.all()) indexed.insert(row[8]);
        EXPECT_TRUE(indexed.contains(Cell{"c2000"}));
    }
    OdbcStatement catalogue{connection()};
    ASSERT_EQ(SQLColumnPrivileges(catalogue.handle(), nullptr, 0, nullptr, 0, chars("wide"),
                                  SQL_NTS, nullptr, 0),
              SQL_SUCCESS)
        << catalogue.message();
    std::set<Cell> named;
    for (const auto& row : catalogue.all()) named.insert(row[3]);
    EXPECT_EQ(named.size(), std::size_t{columns});
}

}  // namespace
}  // namespace dqlite::test
