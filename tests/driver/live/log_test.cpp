// LogLevel and LogFile.
#include <fstream>
#include <iterator>

#include "tests/driver/live/fixture.h"

namespace dqlite::test {
namespace {

class Log : public OnEachGeneration {};
DQLITE_ON_EACH_GENERATION(Log);

TEST_P(Log, TellsWhatConnectionsDoAndNoSql) {
    const TemporaryDirectory directory;
    const auto path = directory.path() + "/driver.log";
    Node node{generation()};
    {
        OdbcConnection connection{
            connection_string(node.address(), "LogLevel=debug;LogFile=" + path + ";")};
        ASSERT_TRUE(connection.ok());
        OdbcStatement statement{connection};
        EXPECT_EQ(statement.query("SELECT 'not for the log'")[0][0], "not for the log");
    }
    std::ifstream file{path};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_NE(text.find(node.address()), std::string::npos) << text;
    EXPECT_EQ(text.find("not for the log"), std::string::npos);
}

TEST_P(Log, AFileThatCannotBeWrittenIsAWarning) {
    Node node{generation()};
    OdbcConnection connection;
    ASSERT_EQ(connection.connect(
                  connection_string(node.address(), "LogLevel=error;LogFile=/proc/driver.log;")),
              SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(connection.state(), "01S00");
}

}  // namespace
}  // namespace dqlite::test
