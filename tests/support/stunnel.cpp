#include "tests/support/stunnel.h"

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/support/raw_peer.h"

namespace dqlite::test {

using namespace std::chrono_literals;

Stunnel::Stunnel(const std::vector<std::string>& backends, const Identity& identity,
                 const std::string& clients) {
    const std::string file = directory_.path() + "/stunnel.conf";
    std::ofstream config{file};
    config << "foreground = yes\npid =\ndebug = notice\n"
              "socket = l:TCP_NODELAY=1\nsocket = r:TCP_NODELAY=1\n";
    std::vector<std::uint16_t> ports;
    for (const std::string& backend : backends) {
        ports.push_back(free_port());
        addresses_.push_back("127.0.0.1:" + std::to_string(ports.back()));
        config << "[" << backend << "]\naccept = " << addresses_.back() << "\nconnect = " << backend
               << "\ncert = " << identity.certificate_file << "\nkey = " << identity.key_file
               << "\nCAfile = " << clients << "\nverifyChain = yes\nrequireCert = yes\n";
    }
    config.close();
    process_.start({"/usr/bin/stunnel4", file});
    for (const std::uint16_t port : ports) wait_for(port);
}

void Stunnel::wait_for(std::uint16_t port) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (!accepts_connections(port)) {
        if (std::chrono::steady_clock::now() > until || !process_.alive()) {
            throw std::runtime_error{"stunnel does not start: " + process_.output()};
        }
        std::this_thread::sleep_for(5ms);
    }
}

}  // namespace dqlite::test
