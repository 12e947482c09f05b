// The whole client, session and cluster, against a server that does what the input says (see
// session_script.h). Whatever that is, each call ends soon, in little memory (the limits of
// tests/fuzz/run), every error says something, and no address is dialled that the client was not
// told of.
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

#include "tests/client/whole_client.h"
#include "tests/fuzz/session_script.h"

namespace {

using namespace dqlite;
using fuzz::Act;
using fuzz::Script;
using fuzz::Step;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;

// Of what one step may send.
constexpr std::size_t most_bytes = std::size_t{4} << 20U;
constexpr std::chrono::milliseconds call_limit{20};

void require(bool condition) {
    if (!condition) std::abort();
}

void send_again_and_again(FakePeer& peer, const Step& step) {
    if (step.bytes.empty()) return;
    const std::size_t times = std::min<std::size_t>(step.times, most_bytes / step.bytes.size());
    for (std::size_t i = 0; i < std::max<std::size_t>(times, 1); ++i) peer.send(step.bytes);
}

void answer_as_node(FakePeer& peer, const FakeRequest& request) {
    if (!peer.answer_opening(request)) test::answer_honestly(peer, request);
}

void answer_with(const test::Lie& lie, FakePeer& peer, const FakeRequest& request) {
    peer.corrupt([&](std::string& bytes) { lie.apply(bytes); });
    answer_as_node(peer, request);
    peer.corrupt({});
}

/// False where the connection is to end.
bool take_step(const Step& step, FakePeer& peer, const FakeRequest& request,
               const std::string& outsider) {
    switch (step.act) {
        case Act::lie:
            answer_with(step.lie, peer, request);
            return true;
        case Act::bytes:
            send_again_and_again(peer, step);
            return true;
        case Act::batches:
            for (int i = 0; i < step.times; ++i) test::send_row_batch(peer, false);
            return true;
        case Act::own:
            peer.send_leader(1, peer.own_address());
            return true;
        case Act::second:
            peer.send_leader(2, fuzz::told_second);
            return true;
        case Act::outsider:
            peer.send_leader(3, outsider);
            return true;
        case Act::silence:
            peer.stay_silent();
            return false;
        case Act::close:
            return false;
        case Act::reset:
            peer.reset();
            return false;
        default:
            answer_as_node(peer, request);
            return true;
    }
}

FakeServer::Script following(Script& script, const std::string& outsider) {
    return [&](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) {
            if (!take_step(script.next(), peer, request, outsider)) return;
        }
    };
}

client::Options hasty_options(const FakeServer& first, const FakeServer& second) {
    client::Options options;
    options.servers = {first.address()};
    options.redirects = client::Redirects::listed;
    options.address_map = {{fuzz::told_first, first.address()},
                           {fuzz::told_second, second.address()}};
    options.timeout = options.login_timeout = call_limit;
    options.failover_timeout = options.busy_timeout = call_limit;
    options.max_message_size = std::size_t{1} << 20U;
    options.max_buffered_bytes = std::size_t{1} << 20U;
    return options;
}

/// Empty for each input, and gone at the end. In memory: a dump is synced to disk.
class Folder {
  public:
    Folder() {
        std::string name = "/dev/shm/fuzz-session-XXXXXX";
        require(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Script script{std::span{data, size}};
    const Folder folder;
    const FakeServer outsider{[](FakePeer& peer) { peer.close(); }};
    const FakeServer first{following(script, outsider.address())};
    const FakeServer second{following(script, outsider.address())};
    client::use_whole_client(hasty_options(first, second), folder.path(),
                             [](const client::Error& error) { require(!error.message.empty()); });
    require(outsider.connections() == 0);
    return 0;
}
