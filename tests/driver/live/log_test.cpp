// LogLevel and LogFile.
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

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

std::set<int> open_descriptors() {
    std::set<int> all;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        all.insert(std::stoi(entry.path().filename()));
    }
    return all;
}

// Neither the log nor a connection: a server would keep that open, and what it has locked.
TEST_P(Log, IsNotForProgramsThatTheApplicationStarts) {
    const TemporaryDirectory directory;
    Node node{generation()};
    const auto before = open_descriptors();
    OdbcConnection connection{connection_string(
        node.address(), "LogLevel=debug;LogFile=" + directory.path() + "/driver.log;")};
    ASSERT_TRUE(connection.ok());
    std::size_t kept = 0;
    for (const int descriptor : open_descriptors()) {
        const int flags = ::fcntl(descriptor, F_GETFD);
        if (before.contains(descriptor) || flags < 0) continue;
        EXPECT_NE(flags & FD_CLOEXEC, 0)
            << std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor));
        ++kept;
    }
    EXPECT_GE(kept, 2U) << "the log and the connection";
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
