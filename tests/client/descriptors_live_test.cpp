// What a session's descriptors mean to the other processes of an application: a connection ends
// with the session, and with it what the server has locked for it.
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/client/session_fixture.h"
#include "tests/support/each_generation.h"
#include "tests/support/node.h"

namespace dqlite::client {
namespace {

/// Those of this process that are connected to a port.
std::vector<int> sockets_to(std::uint16_t port) {
    std::vector<int> sockets;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        const int descriptor = std::stoi(entry.path().filename());
        sockaddr_in peer{};
        socklen_t size = sizeof(peer);
        if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
            peer.sin_family == AF_INET && ntohs(peer.sin_port) == port) {
            sockets.push_back(descriptor);
        }
    }
    return sockets;
}

class LiveDescriptors : public test::OnEachGeneration {
  protected:
    test::Node node_{generation()};
};
DQLITE_ON_EACH_GENERATION(LiveDescriptors);

// A program that the application starts would hold the connection open, and the write lock.
TEST_P(LiveDescriptors, AreNotForProgramsStartedMeanwhile) {
    const auto session = open_session(node_.address());
    const auto sockets = sockets_to(node_.port());
    ASSERT_EQ(sockets.size(), 1U);
    EXPECT_NE(::fcntl(sockets.front(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_P(LiveDescriptors, EndTheConnectionThoughAChildHoldsThem) {
    auto session = open_session(node_.address());
    run(*session, "CREATE TABLE t (a)");
    ASSERT_TRUE(session->begin(BeginMode::immediate));
    run(*session, "INSERT INTO t VALUES (1)");
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    session.reset();
    run(*open_session(node_.address()), "INSERT INTO t VALUES (2)");
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
}

}  // namespace
}  // namespace dqlite::client
