#include "tests/support/network.h"

#include <exception>
#include <fcntl.h>
#include <sched.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "tests/support/process.h"

namespace dqlite::test {
namespace {

constexpr std::chrono::seconds time_for_a_script{30};
constexpr const char* this_thread = "/proc/thread-self/ns/net";

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error{errno, std::generic_category(), what};
}

void run(const std::string& script) {
    Process shell;
    shell.start({"/bin/sh", "-euc", "PATH=$PATH:/usr/sbin:/sbin\n" + script});
    const auto code = shell.wait(time_for_a_script);
    if (code != 0) throw std::runtime_error{"failed: " + script + ": " + shell.output()};
}

/// What decides who is heard: packets are dropped where they arrive.
constexpr const char* make_filter =
    "nft add table inet partition\n"
    "nft add set inet partition unheard '{ type ipv4_addr; }'\n"
    "nft add chain inet partition arriving '{ type filter hook input priority 0; }'\n"
    "nft add rule inet partition arriving ip saddr @unheard drop\n";

std::string give_address(std::size_t host, const std::string& device) {
    return "ip link set lo up\nip address add " + Network::address(host) + "/24 dev " + device +
           "\nip link set " + device + " up\n";
}

}  // namespace

NetworkNamespace NetworkNamespace::make() {
    if (unshare(CLONE_NEWNET) != 0) fail("making a network namespace");
    return current();
}

NetworkNamespace NetworkNamespace::current() {
    const int fd = open(this_thread, O_RDONLY | O_CLOEXEC);
    if (fd < 0) fail(this_thread);
    return NetworkNamespace{fd};
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)} {}

NetworkNamespace::~NetworkNamespace() {
    if (fd_ >= 0) close(fd_);
}

void NetworkNamespace::enter() const {
    if (setns(fd_, CLONE_NEWNET) != 0) fail("entering a network namespace");
}

std::string NetworkNamespace::path() const {
    return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd_);
}

namespace {

/// The thread is elsewhere while this lives.
class Visit {
  public:
    explicit Visit(const NetworkNamespace& to) : from_{NetworkNamespace::current()} { to.enter(); }
    ~Visit() { from_.enter(); }  // A thread that cannot come back has no place in this program.
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

  private:
    NetworkNamespace from_;
};

}  // namespace

Network::Network(std::size_t others)
    : outside_{NetworkNamespace::current()}, deaf_(others + 1, false) {
    try {
        for (std::size_t host = 0; host <= others; ++host) {
            hosts_.push_back(NetworkNamespace::make());
        }
        on(0, [] { run("ip link add hub type bridge\n" + give_address(0, "hub") + make_filter); });
        for (std::size_t host = 1; host <= others; ++host) {
            const std::string port = "port" + std::to_string(host);
            on(0, [&] {
                run("ip link add " + port + " type veth peer name uplink netns " +
                    hosts_[host].path() + "\nip link set " + port + " master hub up\n");
            });
            on(host, [&] { run(give_address(host, "uplink") + make_filter); });
        }
        hosts_.front().enter();
    } catch (...) {
        if (!hosts_.empty()) outside_.enter();
        throw;
    }
}

Network::~Network() {
    outside_.enter();
}

const std::optional<std::string>& Network::unavailable() {
    static const std::optional<std::string> reason = []() -> std::optional<std::string> {
        try {
            Network{1}.cut({0}, {1});
            return std::nullopt;
        } catch (const std::exception& error) {
            return error.what();
        }
    }();
    return reason;
}

std::string Network::address(std::size_t host) {
    return "10.77.0." + std::to_string(host + 1);
}

void Network::on(std::size_t host, const std::function<void()>& work) const {
    const Visit visit{hosts_.at(host)};
    work();
}

void Network::deafen(std::size_t host, const Hosts& others) {
    std::string unheard;
    for (const std::size_t other : others)
        unheard += (unheard.empty() ? "" : ", ") + address(other);
    deaf_.at(host) = true;
    on(host, [&] { run("nft add element inet partition unheard '{ " + unheard + " }'\n"); });
}

void Network::cut(const Hosts& one_side, const Hosts& other_side) {
    for (const std::size_t host : one_side) deafen(host, other_side);
    for (const std::size_t host : other_side) deafen(host, one_side);
}

void Network::heal() {
    for (std::size_t host = 0; host < hosts_.size(); ++host) {
        if (!deaf_[host]) continue;
        on(host, [] { run("nft flush set inet partition unheard\n"); });
        deaf_[host] = false;
    }
}

}  // namespace dqlite::test
