// Servers that mean harm: every field of every answer at its extremes, answers without end, and
// addresses that lead astray. A session ends with an error that says something, soon, and in
// little memory.
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <sys/resource.h>
#include <thread>

#include <fmt/format.h>

#include "tests/client/session_fixture.h"
#include "tests/client/whole_client.h"
#include "tests/support/fake_server.h"
#include "tests/support/lies.h"
#include "tests/support/node.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::answer_honestly;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;
using test::Lie;
using wire::RequestType;

constexpr auto call_limit = 200ms;
constexpr auto longest_meeting = 6s;
// A sanitizer keeps freed memory for a while.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long kib = 8;
#else
constexpr long kib = 1;
#endif
constexpr long most_memory_kib = 64 * 1024 * kib;

long peak_memory_kib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

Options hasty_options(const std::string& address) {
    Options options = quick_options({address});
    options.timeout = call_limit;
    options.login_timeout = call_limit;
    options.failover_timeout = call_limit;
    options.busy_timeout = call_limit;
    return options;
}

/// A server that lies in one of its answers; `on_answer` sees the size of each as it was meant.
FakeServer::Script lying(const Lie& lie, const std::function<void(std::size_t)>& on_answer) {
    const auto answers = std::make_shared<std::atomic<std::size_t>>(0);
    return [=](FakePeer& peer) {
        peer.corrupt([=](std::string& bytes) {
            if (on_answer) on_answer(bytes.size());
            if ((*answers)++ == lie.answer) lie.apply(bytes);
        });
        FakeServer::node(answer_honestly)(peer);
    };
}

/// The whole client against such a server. Every error met must say something.
void meet(const Lie& lie, const std::function<void(std::size_t)>& on_answer = {}) {
    const std::string what =
        fmt::format("answer {}, byte {}: {:#x}", lie.answer, lie.at, lie.value);
    const test::TemporaryDirectory folder;
    const FakeServer server{lying(lie, on_answer)};
    use_whole_client(hasty_options(server.address()), folder.path(),
                     [&](const Error& error) { EXPECT_FALSE(error.message.empty()) << what; });
}

/// The sizes of the answers of an honest server.
std::vector<std::size_t> answer_sizes() {
    std::vector<std::size_t> sizes;
    meet(Lie{}, [&](std::size_t size) { sizes.push_back(size); });
    return sizes;
}

TEST(MaliciousServer, LiesInEveryFieldOfEveryAnswerInVain) {
    const std::vector<Lie> lies = test::all_lies(answer_sizes());
    ASSERT_GT(lies.size(), 1000U);
    const long before = peak_memory_kib();
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < lies.size(); i = next++) {
            const auto begun = Clock::now();
            meet(lies[i]);
            EXPECT_LT(Clock::now() - begun, longest_meeting) << i;
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
    EXPECT_LT(peak_memory_kib() - before, most_memory_kib);
}

TEST(MaliciousServer, DribblesAnAnswerAndIsLeftAtTheDeadline) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        peer.send(std::string{"\x02\0\0\0\x06\0\0\0", 8});
        for (int i = 0; i < 15; ++i) {
            std::this_thread::sleep_for(50ms);
            peer.send(std::string_view{"\0", 1});
        }
        return false;
    })};
    const auto session = open_session(hasty_options(server.address()));
    const auto begun = Clock::now();
    const Error error = run_error(*session, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error.kind, ErrorKind::timeout);
    EXPECT_EQ(error.outcome, Outcome::unknown);
    EXPECT_LT(Clock::now() - begun, 2 * call_limit);
}

TEST(MaliciousServer, FillsAFrameForEverWithinTheCap) {
    // The header announces what is allowed, so it is read; the bytes never make a result.
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        const std::string zeros(std::size_t{1} << 20U, '\0');
        peer.send(std::string{"\0\0\x02\0\x07\0\0\0", 8});  // 1 MiB
        for (int i = 0; i < 64; ++i) peer.send(zeros);
        return false;
    })};
    Options options = quick_options({server.address()});
    options.max_message_size = std::size_t{1} << 20U;
    const long before = peak_memory_kib();
    const auto session = open_session(options);
    auto rows = session->query(sql("SELECT 1"));
    ASSERT_TRUE(rows) << "no columns, as of a statement without rows";
    EXPECT_EQ((*rows)->next(), RowStream::Step::failed);
    EXPECT_EQ((*rows)->error().kind, ErrorKind::protocol) << (*rows)->error().message;
    EXPECT_LT(peak_memory_kib() - before, 16 * 1024 * kib);
}

TEST(MaliciousServer, SendsRowsForEverAndIsReadInOneBuffer) {
    FakeServer server{FakeServer::node([](FakePeer& peer, const FakeRequest&) {
        for (int i = 0; i < 20'000; ++i) test::send_row_batch(peer, false);
        return false;
    })};
    const auto session = open_session(server.address());
    auto rows = session->query(sql("SELECT number, text FROM t"));
    ASSERT_TRUE(rows);
    const long before = peak_memory_kib();
    while ((*rows)->next() == RowStream::Step::row) {
    }
    EXPECT_EQ((*rows)->row_number(), 40'000U);
    EXPECT_EQ((*rows)->error().kind, ErrorKind::lost);
    EXPECT_LT(peak_memory_kib() - before, 16 * 1024 * kib);
}

TEST(MaliciousServer, LeadsInACircle) {
    std::array<std::string, 2> addresses;
    const auto name_other = [&addresses](std::size_t own) {
        return [&addresses, own](FakePeer& peer) {
            if (!peer.read_handshake()) return;
            FakeRequest request;
            while (peer.read_request(request)) peer.send_leader(9, addresses.at(1 - own));
        };
    };
    FakeServer one{name_other(0)};
    FakeServer two{name_other(1)};
    addresses = {one.address(), two.address()};
    const auto session = Session::connect(hasty_options(one.address()));
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ErrorKind::no_leader) << session.error().message;
    // Each search asks one, then the other, and no further; a handful fits into the time.
    EXPECT_LT(one.connections() + two.connections(), 30);
}

TEST(MaliciousServer, LeadsOutsideTheList) {
    const FakeServer outsider{[](FakePeer& peer) { peer.close(); }};
    const FakeServer server{[&](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) peer.send_leader(3, outsider.address());
    }};
    Options options = hasty_options(server.address());
    options.redirects = Redirects::listed;
    const auto session = Session::connect(options);
    ASSERT_FALSE(session);
    EXPECT_EQ(session.error().kind, ErrorKind::policy) << session.error().message;
    EXPECT_EQ(outsider.connections(), 0);
}

TEST(MaliciousServer, NamesAThousandNodes) {
    std::atomic<int> reached{0};
    FakeServer outsider{[&](FakePeer& peer) {
        ++reached;
        peer.stay_silent();
    }};
    FakeServer server{[&](FakePeer& peer) {
        if (!peer.read_handshake()) return;
        FakeRequest request;
        while (peer.read_request(request)) {
            if (request.is(RequestType::cluster)) {
                wire::Buffer body;
                wire::Writer writer{body};
                writer.u64(9000);
                for (std::uint64_t i = 1; i <= 9000; ++i) {
                    writer.u64(i);
                    writer.text(outsider.address());
                    writer.u64(0);
                }
                peer.send_frame(wire::ResponseType::servers, body);
            } else if (!peer.answer_opening(request)) {
                answer_honestly(peer, request);
            }
        }
    }};
    Options options = hasty_options(server.address());
    options.redirects = Redirects::listed;
    const auto session = open_session(options);
    run(*session, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(reached, 0) << "it is not listed";
}

}  // namespace
}  // namespace dqlite::client
