// Excel with MS Query: lists of tables by several enumerations, SQL with aliases and escapes, and
// parameters that are described before they are asked for.
#include <array>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Excel : public OnOneNode {
  protected:
    void SetUp() override {
        OnOneNode::SetUp();
        run("CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40), born DATE)");
        run("CREATE TABLE \"order lines\" (id INTEGER PRIMARY KEY, person INTEGER, total DOUBLE)");
        run("CREATE VIEW adults AS SELECT * FROM people");
        run("INSERT INTO people VALUES (1, 'Ada', '1815-12-10'), (2, 'Bea', '1990-01-02'), "
            "(3, 'Cy', NULL)");
        run("INSERT INTO \"order lines\" VALUES (1, 1, 10.5), (2, 1, 4.5), (3, 2, 7)");
    }
    Rows tables(const char* catalog, const char* schema, const char* name, const char* types) {
        OdbcStatement statement{connection()};
        EXPECT_EQ(SQLTables(statement.handle(), chars(catalog),
                            catalog == nullptr ? 0 : SQLSMALLINT{SQL_NTS}, chars(schema),
                            schema == nullptr ? 0 : SQLSMALLINT{SQL_NTS}, chars(name),
                            name == nullptr ? 0 : SQLSMALLINT{SQL_NTS}, chars(types),
                            types == nullptr ? 0 : SQLSMALLINT{SQL_NTS}),
                  SQL_SUCCESS)
            << statement.message();
        return statement.all();
    }
};
DQLITE_ON_EACH_GENERATION(Excel);

TEST_P(Excel, ListsTables) {
    // Quoted or not, with kinds no server here has.
    for (const char* const types :
         {"'TABLE','VIEW'", "TABLE,VIEW", "'TABLE','VIEW','SYSTEM TABLE','ALIAS','SYNONYM'",
          "TABLE, VIEW"}) {
        SCOPED_TRACE(types);
        std::vector<std::string> names;
        for (const auto& row : tables(nullptr, nullptr, nullptr, types)) {
            if (row[3] == "TABLE" || row[3] == "VIEW") names.push_back(*row[2]);
        }
        EXPECT_EQ(names, (std::vector<std::string>{"order lines", "people", "adults"}));
    }
    EXPECT_EQ(tables("%", "", "", nullptr).size(), 0U) << "there are no catalogues";
    EXPECT_GE(tables("", "%", "", nullptr).size(), 1U) << "but there are schemas";
    EXPECT_GE(tables("", "", "", "%").size(), 2U);
}

// What it puts before a table's name follows from these.
TEST_P(Excel, KnowsHowToNameATable) {
    EXPECT_EQ(connection().info_text(SQL_IDENTIFIER_QUOTE_CHAR), "\"");
    EXPECT_EQ(connection().info_text(SQL_CATALOG_NAME), "N");
    EXPECT_EQ(connection().info_text(SQL_CATALOG_NAME_SEPARATOR), "");
    EXPECT_EQ(query("SELECT people.id, people.name FROM main.people people "
                    "WHERE (people.name Like 'A%') ORDER BY people.name"),
              (Rows{{"1", "Ada"}}));
    EXPECT_EQ(query("SELECT \"order lines\".total FROM main.\"order lines\" \"order lines\" "
                    "WHERE (\"order lines\".id=3)"),
              (Rows{{"7"}}));
}

TEST_P(Excel, JoinsAndComparesByEscapes) {
    EXPECT_EQ(query("SELECT people.name, l.total FROM {oj main.people people LEFT OUTER JOIN "
                    "main.\"order lines\" l ON people.id = l.person} "
                    "WHERE (people.born<{d '1900-01-01'}) OR (people.born>={ts '1990-01-01 "
                    "00:00:00'}) ORDER BY people.id, l.id"),
              (Rows{{"Ada", "10.5"}, {"Ada", "4.5"}, {"Bea", "7"}}));
}

TEST_P(Excel, AsksForParameters) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.prepare("SELECT people.id, people.born FROM main.people people WHERE "
                                "(people.name=?) AND (people.id<?)"),
              SQL_SUCCESS);
    SQLSMALLINT count = 0;
    ASSERT_EQ(SQLNumParams(statement.handle(), &count), SQL_SUCCESS);
    ASSERT_EQ(count, 2);
    SQLSMALLINT type = 0;
    SQLULEN size = 0;
    ASSERT_EQ(SQLDescribeParam(statement.handle(), 1, &type, &size, nullptr, nullptr), SQL_SUCCESS);
    EXPECT_EQ(type, SQL_WVARCHAR);
    EXPECT_EQ(size, 40U);
    // Cells come as text, whatever the parameter is.
    std::array<char, 8> name{"Bea"};
    std::array<char, 8> limit{"3"};
    SQLLEN terminated = SQL_NTS;
    for (SQLUSMALLINT number : {SQLUSMALLINT{1}, SQLUSMALLINT{2}}) {
        ASSERT_EQ(SQLDescribeParam(statement.handle(), number, &type, &size, nullptr, nullptr),
                  SQL_SUCCESS);
        ASSERT_EQ(
            SQLBindParameter(statement.handle(), number, SQL_PARAM_INPUT, SQL_C_CHAR, type, size, 0,
                             number == 1 ? name.data() : limit.data(), 8, &terminated),
            SQL_SUCCESS);
    }
    ASSERT_EQ(statement.execute(), SQL_SUCCESS) << statement.message();
    EXPECT_EQ(statement.all(), (Rows{{"2", "1990-01-02"}}));
}

// A sheet is filled by rowsets of text, whose widths follow from what the columns tell.
TEST_P(Excel, FillsASheet) {
    OdbcStatement statement{connection()};
    ASSERT_EQ(statement.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{2}), SQL_SUCCESS);
    SQLULEN fetched = 0;
    ASSERT_EQ(statement.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched), SQL_SUCCESS);
    ASSERT_EQ(statement.direct("SELECT people.name, people.born FROM main.people people ORDER BY "
                               "people.id"),
              SQL_SUCCESS);
    std::array<SQLLEN, 2> widths{};
    for (SQLUSMALLINT i = 0; i < 2; ++i) {
        ASSERT_EQ(SQLColAttribute(statement.handle(), static_cast<SQLUSMALLINT>(i + 1),
                                  SQL_DESC_DISPLAY_SIZE, nullptr, 0, nullptr, &widths[i]),
                  SQL_SUCCESS);
    }
    EXPECT_EQ(widths, (std::array<SQLLEN, 2>{40, 10}));
    std::array<std::array<char, 41>, 2> names{};
    std::array<std::array<char, 11>, 2> dates{};
    std::array<SQLLEN, 2> name_lengths{};
    std::array<SQLLEN, 2> date_lengths{};
    ASSERT_EQ(SQLBindCol(statement.handle(), 1, SQL_C_CHAR, names.data(), 41, name_lengths.data()),
              SQL_SUCCESS);
    ASSERT_EQ(SQLBindCol(statement.handle(), 2, SQL_C_CHAR, dates.data(), 11, date_lengths.data()),
              SQL_SUCCESS);
    ASSERT_EQ(SQLFetchScroll(statement.handle(), SQL_FETCH_NEXT, 0), SQL_SUCCESS);
    EXPECT_EQ(fetched, 2U);
    EXPECT_STREQ(names[1].data(), "Bea");
    EXPECT_STREQ(dates[0].data(), "1815-12-10");
    ASSERT_EQ(SQLFetchScroll(statement.handle(), SQL_FETCH_NEXT, 0), SQL_SUCCESS);
    EXPECT_EQ(fetched, 1U);
    EXPECT_EQ(date_lengths[0], SQL_NULL_DATA);
    EXPECT_EQ(SQLFetchScroll(statement.handle(), SQL_FETCH_NEXT, 0), SQL_NO_DATA);
}

}  // namespace
}  // namespace dqlite::test
