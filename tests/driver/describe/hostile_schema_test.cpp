// Schemas no honest server has: the mirror reads what it can, runs nothing, and comes back.
#include <chrono>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/driver/describe/fixture.h"

namespace dqlite::odbc {
namespace {

using testing::describe;

const SchemaRow good{"table", "good", "good", "CREATE TABLE good(flag BOOLEAN)"};

bool understands_good(const std::vector<SchemaRow>& hostile) {
    Schema schema;
    schema.main.push_back(good);
    schema.main.insert(schema.main.end(), hostile.begin(), hostile.end());
    const auto mirror = MirrorDatabase::load(schema);
    return mirror != nullptr && describe(mirror.get(), "SELECT flag FROM good").understood;
}

TEST(HostileSchema, AttachesNothing) {
    const auto path = std::filesystem::temp_directory_path() / "dqlite-odbc-hostile-schema.db";
    std::filesystem::remove(path);
    const std::string attach = "ATTACH '" + path.string() + "' AS a; CREATE TABLE a.x(y);";
    EXPECT_TRUE(understands_good({{"table", "a", "a", attach},
                                  {"table", "b", "b", "CREATE TABLE b(x); " + attach},
                                  {"view", "c", "c", "create view c as select 1; " + attach},
                                  {"table", "d", "d", "VACUUM INTO '" + path.string() + "'"}}));
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(HostileSchema, BrokenRowsCostOnlyThemselves) {
    const std::string zero{"CREATE TABLE z(x)\0, y", 21};
    EXPECT_TRUE(understands_good(
        {{"table", "a", "a", "CREATE TABLE a("},
         {"table", "b", "b", "create tabel b(x)"},
         {"index", "i", "missing", "CREATE INDEX i ON missing(x)"},
         {"", "", "", "CREATE"},
         {"table", "good", "good", "CREATE TABLE good(other)"},
         {"table", "z", "z", zero},
         {"table", "f", "f", "CREATE TABLE f(\xff\xfe BOOLEAN \x80)"},
         {"table", "sqlite_schema", "sqlite_schema", "CREATE TABLE sqlite_schema(x)"},
         {"table", "s", "s", "CREATE TABLE s AS SELECT * FROM good"},
         {"table", "t", "t", "CREATE TEMP TABLE t(x)"},
         {"table", "w", "w", "CREATE TABLE w(x) WITHOUT ROWID"},
         {"table", "sqlite_stat1", "sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)"},
         {"table", "sqlite_stat4", "sqlite_stat4",
          "CREATE TABLE sqlite_stat4(tbl PRIMARY KEY) WITHOUT ROWID"},
         {"table", "v", "v", "CREATE VIRTUAL TABLE v USING nothing(x)"},
         {"view", "x", "x",
          "CREATE TRIGGER x AFTER INSERT ON good BEGIN"
          " DELETE FROM good; END"}}));
}

TEST(HostileSchema, CircularAndExplodingViewsEnd) {
    Schema schema;
    schema.main = {good,
                   {"view", "a", "a", "CREATE VIEW a AS SELECT * FROM b"},
                   {"view", "b", "b", "CREATE VIEW b AS SELECT * FROM a"},
                   {"view", "self", "self", "CREATE VIEW self AS SELECT * FROM self"},
                   {"view", "v0", "v0", "CREATE VIEW v0 AS SELECT flag FROM good"}};
    for (int i = 1; i <= 60; ++i) {
        const std::string name = "v" + std::to_string(i);
        const std::string below = "v" + std::to_string(i - 1);
        schema.main.push_back(
            {"view", name, name,
             "CREATE VIEW " + name + " AS SELECT x.flag FROM " + below + " x, " + below + " y"});
    }
    const auto mirror = MirrorDatabase::load(schema);
    ASSERT_NE(mirror, nullptr);
    EXPECT_FALSE(describe(mirror.get(), "SELECT * FROM a").understood);
    EXPECT_FALSE(describe(mirror.get(), "SELECT * FROM self").understood);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(describe(mirror.get(), "SELECT * FROM v60").understood);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{20});
    EXPECT_TRUE(describe(mirror.get(), "SELECT flag FROM good").understood);
}

TEST(HostileSchema, DepthAndSizeAreBounded) {
    std::string deep = "CREATE VIEW deep AS SELECT ";
    for (int i = 0; i < 100'000; ++i) deep += "(1+";
    std::string chain = "CREATE VIEW chain AS SELECT 1";
    for (int i = 0; i < 100'000; ++i) chain += "+1";
    std::string wide = "CREATE TABLE wide(c0";
    for (int i = 1; i < 40'000; ++i) wide += ",c" + std::to_string(i);
    const std::string long_text =
        "CREATE TABLE big(x DEFAULT '" + std::string(8U << 20U, 'x') + "')";
    EXPECT_TRUE(understands_good({{"view", "deep", "deep", deep},
                                  {"view", "chain", "chain", chain},
                                  {"table", "wide", "wide", wide + ")"},
                                  {"table", "big", "big", long_text}}));
    Schema huge;
    huge.main.assign(200'001, good);
    EXPECT_EQ(MirrorDatabase::load(huge), nullptr);
}

TEST(HostileSchema, ManyIndexesOfOneTable) {
    std::vector<SchemaRow> rows;
    for (int i = 0; i < 5'000; ++i) {
        const std::string name = "i" + std::to_string(i);
        rows.push_back({"index", name, "good", "CREATE INDEX " + name + " ON good(flag)"});
    }
    EXPECT_TRUE(understands_good(rows));
}

TEST(HostileSchema, TriggersNeverFire) {
    Schema schema;
    schema.main = {good,
                   {"trigger", "boom", "good",
                    "CREATE TRIGGER boom BEFORE DELETE ON good BEGIN"
                    " SELECT load_extension('/nowhere'); DELETE FROM sqlite_schema; END"}};
    const auto mirror = MirrorDatabase::load(schema);
    ASSERT_NE(mirror, nullptr);
    static_cast<void>(describe(mirror.get(), "DELETE FROM good RETURNING flag"));
    EXPECT_TRUE(describe(mirror.get(), "SELECT flag FROM good").understood);
}

TEST(Mirror, LoadsFiveThousandTablesFast) {
    Schema schema;
    for (int i = 0; i < 5'000; ++i) {
        const std::string name = "table_" + std::to_string(i);
        schema.main.push_back({"table", name, name,
                               "CREATE TABLE " + name +
                                   "(id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL,"
                                   " created TIMESTAMP, price DECIMAL(10,2), data BLOB)"});
    }
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 3; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const auto mirror = MirrorDatabase::load(schema);
        best = std::min(best, std::chrono::steady_clock::now() - begin);
        ASSERT_NE(mirror, nullptr);
        EXPECT_TRUE(describe(mirror.get(), "SELECT created FROM table_4999").understood);
    }
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(best).count();
    RecordProperty("milliseconds", static_cast<int>(milliseconds));
    // 150 ms is the aim on an idle machine; a loaded or sanitised build is given room.
    EXPECT_LT(milliseconds, 1'500);
    std::cout << "5000 tables in " << milliseconds << " ms\n";
}

}  // namespace
}  // namespace dqlite::odbc
