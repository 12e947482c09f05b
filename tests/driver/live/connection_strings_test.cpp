// Connection strings from elsewhere: of files, of data sources, with quoting, as a URL. What the
// driver manager makes of them, and what the driver does with what it gets.
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class ConnectionStrings : public OnOneNode {
  protected:
    void write(const std::string& name, const std::string& text) const {
        std::ofstream{path(name)} << text;
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return folder_.path() + "/" + name;
    }
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream{path(name)}.rdbuf();
        return std::move(text).str();
    }
    /// What SQLDriverConnect told as the completed connection string.
    static std::string connect(const OdbcConnection& connection, const std::string& text) {
        std::array<SQLCHAR, 2048> out{};
        SQLSMALLINT length = 0;
        EXPECT_EQ(
            SQLDriverConnect(connection.handle(), nullptr, chars(text), SQL_NTS, out.data(),
                             static_cast<SQLSMALLINT>(out.size()), &length, SQL_DRIVER_NOPROMPT),
            SQL_SUCCESS)
            << connection.message();
        return reinterpret_cast<const char*>(out.data());
    }
    static std::string database(const OdbcConnection& connection) {
        return connection.info_text(SQL_DATABASE_NAME);
    }
    [[nodiscard]] std::string file_dsn() const {
        return "[ODBC]\nDriver = " + driver_path() + "\nServer = " + node().address() +
               "\nDatabase = filed\n";
    }

    TemporaryDirectory folder_;
};
DQLITE_ON_EACH_GENERATION(ConnectionStrings);

TEST_P(ConnectionStrings, AFileDsnHoldsTheKeys) {
    write("shop.dsn", file_dsn());
    const OdbcConnection connection;
    connect(connection, "FILEDSN=" + path("shop.dsn"));
    EXPECT_EQ(database(connection), "filed");
    SQLDisconnect(connection.handle());
}

TEST_P(ConnectionStrings, WhatIsWrittenOutranksTheFile) {
    write("shop.dsn", file_dsn());
    const OdbcConnection connection;
    connect(connection, "FILEDSN=" + path("shop.dsn") + ";Database=written");
    EXPECT_EQ(database(connection), "written");
    SQLDisconnect(connection.handle());
}

TEST_P(ConnectionStrings, SaveFileKeepsWhatConnectsAgain) {
    const OdbcConnection first;
    connect(first, connection_string(node().address(), "Database=saved;") +
                       "SAVEFILE=" + path("saved.dsn"));
    SQLDisconnect(first.handle());
    const std::string saved = read("saved.dsn");
    EXPECT_NE(saved.find("[ODBC]"), std::string::npos) << saved;
    EXPECT_NE(saved.find(node().address()), std::string::npos) << saved;
    const OdbcConnection again;
    connect(again, "FILEDSN=" + path("saved.dsn"));
    EXPECT_EQ(database(again), "saved");
    SQLDisconnect(again.handle());
}

TEST_P(ConnectionStrings, WhatIsWrittenOutranksTheDataSource) {
    // unixODBC keeps what it has read of a section for a while: each test has its own.
    const std::string name = "shop" + std::to_string(node().port());
    write("odbc.ini", "[" + name + "]\nDriver = " + driver_path() +
                          "\nServer = " + node().address() + "\nDatabase = of_the_dsn\n");
    ::setenv("ODBCINI", path("odbc.ini").c_str(), 1);
    const OdbcConnection plain;
    connect(plain, "DSN=" + name);
    EXPECT_EQ(database(plain), "of_the_dsn");
    const OdbcConnection overridden;
    const std::string completed = connect(overridden, "DSN=" + name + ";Database=written");
    ::unsetenv("ODBCINI");
    EXPECT_EQ(database(overridden), "written");
    EXPECT_EQ(overridden.info_text(SQL_DATA_SOURCE_NAME), name);
    EXPECT_NE(completed.find("DSN=" + name + ";"), std::string::npos) << completed;
    SQLDisconnect(plain.handle());
    SQLDisconnect(overridden.handle());
}

TEST_P(ConnectionStrings, BracesHoldAnything) {
    const OdbcConnection connection;
    const std::string text = "Driver={" + driver_path() + "};Server={" + node().address() +
                             "};UID={a;b=c}};d};Database={ with spaces }";
    const std::string completed = connect(connection, text);
    EXPECT_EQ(connection.info_text(SQL_USER_NAME), "a;b=c};d");
    EXPECT_EQ(database(connection), " with spaces ");
    SQLDisconnect(connection.handle());
    // What was completed means the same again.
    const OdbcConnection again;
    connect(again, completed);
    EXPECT_EQ(again.info_text(SQL_USER_NAME), "a;b=c};d");
    EXPECT_EQ(database(again), " with spaces ");
    SQLDisconnect(again.handle());
}

TEST_P(ConnectionStrings, AServerMayBeAUrlWithOptions) {
    const OdbcConnection connection;
    connect(connection, "Driver=" + driver_path() + ";Server=dqlite://" + node().address() +
                            "/of_the_url?ReadOnly=1&timeout=3");
    EXPECT_EQ(database(connection), "of_the_url");
    EXPECT_EQ(connection.info_text(SQL_DATA_SOURCE_READ_ONLY), "Y");
    SQLDisconnect(connection.handle());
    // A key of its own outranks the URL's.
    const OdbcConnection other;
    connect(other, "Driver=" + driver_path() + ";ReadOnly=0;Database=own;Server=dqlite://" +
                       node().address() + "/of_the_url?ReadOnly=1");
    EXPECT_EQ(database(other), "own");
    EXPECT_EQ(other.info_text(SQL_DATA_SOURCE_READ_ONLY), "N");
    SQLDisconnect(other.handle());
}

}  // namespace
}  // namespace dqlite::test
