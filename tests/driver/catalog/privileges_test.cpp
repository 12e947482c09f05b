#include <gtest/gtest.h>

#include "tests/driver/catalog/database.h"

namespace dqlite::odbc::test {
namespace {

constexpr const char* schema = R"(
    CREATE TABLE stock(a, b AS (a + 1));
    CREATE VIEW seen AS SELECT * FROM stock;
    CREATE VIEW broken AS SELECT * FROM nowhere;
    CREATE VIRTUAL TABLE words USING fts5(body);
)";

class Privileges : public testing::Test {
  protected:
    Lines of_table(const Argument& table) {
        return db_.rows(table_privileges({}, {}, table, options_));
    }
    Lines of_column(const Argument& table, const Argument& column) {
        return db_.rows(column_privileges({}, {}, table, column, options_));
    }

    Database db_{schema};
    CatalogOptions options_;
};

TEST_F(Privileges, TheUserOwnsEveryTable) {
    options_.user = "ann";
    EXPECT_EQ(
        of_table("STOCK"),
        (Lines{"NULL|main|stock|_SYSTEM|ann|DELETE|NO", "NULL|main|stock|_SYSTEM|ann|INSERT|NO",
               "NULL|main|stock|_SYSTEM|ann|REFERENCES|NO", "NULL|main|stock|_SYSTEM|ann|SELECT|NO",
               "NULL|main|stock|_SYSTEM|ann|UPDATE|NO"}));
}

TEST_F(Privileges, ViewsAndSystemTablesAreReadOnly) {
    EXPECT_EQ(cut(of_table("%en"), {3, 6}), (Lines{"broken|SELECT", "seen|SELECT"}));
    EXPECT_EQ(cut(of_table("sqlite\\_schema"), {3, 6}), Lines{"sqlite_schema|SELECT"});
    EXPECT_EQ(cut(of_table("words"), {6}), (Lines{"DELETE", "INSERT", "SELECT", "UPDATE"}));
    EXPECT_EQ(cut(of_table("words\\_data"), {6}), Lines{"SELECT"});
}

TEST_F(Privileges, GeneratedColumnsCannotBeWritten) {
    EXPECT_EQ(of_column("stock", "B"), (Lines{"NULL|main|stock|b|_SYSTEM||REFERENCES|NO",
                                              "NULL|main|stock|b|_SYSTEM||SELECT|NO"}));
    EXPECT_EQ(
        cut(of_column("stock", "%"), {4, 7}),
        (Lines{"a|INSERT", "a|REFERENCES", "a|SELECT", "a|UPDATE", "b|REFERENCES", "b|SELECT"}));
}

TEST_F(Privileges, ColumnsOfViewsCanBeRead) {
    EXPECT_EQ(cut(of_column("seen", {}), {4, 7}), (Lines{"a|SELECT", "b|SELECT"}));
    EXPECT_EQ(of_column("broken", {}), Lines{});
    EXPECT_EQ(column_privileges({}, {}, {}, {}, options_).state, SqlState::sHY009);
}

TEST_F(Privileges, ProceduresAreTheDriversOwn) {
    EXPECT_EQ(db_.rows(procedures({}, {}, {}, options_)).size(), procedure_table().size());
    std::size_t columns = 0;
    for (const auto& procedure : procedure_table()) {
        columns += procedure.parameters.size() + procedure.columns.size();
    }
    EXPECT_EQ(db_.rows(procedure_columns({}, {}, {}, {}, options_)).size(), columns);
    EXPECT_EQ(procedures({}, {}, {}, options_).columns.size(), 8U);
    EXPECT_EQ(procedure_columns({}, {}, {}, {}, options_).columns.size(), 19U);
    EXPECT_EQ(db_.requests(), 0);
}

}  // namespace
}  // namespace dqlite::odbc::test
