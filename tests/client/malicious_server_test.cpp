// Servers that mean harm: every field of every answer at its extremes, answers without end, and
// addresses that lead astray. A session ends with an error that says something, soon, and in
// little memory.
#include <array>
#include <atomic>
#include <cstring>
#include <sys/resource.h>
#include <thread>

#include <fmt/format.h>

#include "tests/client/session_fixture.h"
#include "tests/support/fake_server.h"
#include "wire/rows.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::FakePeer;
using test::FakeRequest;
using test::FakeServer;
using wire::RequestType;

constexpr auto call_limit = 200ms;
constexpr auto longest_session = 3s;
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

constexpr std::array<std::string_view, 2> names{"number", "text"};

void send_rows(FakePeer& peer, bool last) {
    wire::RowsWriter writer{names};
    const std::array values{wire::Value::integer(7), wire::Value::text("seven")};
    writer.row(values);
    writer.row(values);
    peer.send(writer.finish(last));
}

/// An honest node with a table of two rows.
bool answer_honestly(FakePeer& peer, const FakeRequest& request) {
    switch (static_cast<RequestType>(request.type)) {
        case RequestType::prepare:
            peer.send_statement(0, 0);
            return true;
        case RequestType::query_sql:
        case RequestType::query:
            send_rows(peer, false);
            send_rows(peer, true);
            return true;
        case RequestType::exec_sql:
            if (request.sql() == "fail") {
                peer.send_failure(2067, "UNIQUE constraint failed: t.a");
                return true;
            }
            peer.send_result(1, 1);
            return true;
        default:
            peer.send_result(1, 1);
            return true;
    }
}

/// All kinds of answers in one session. Every error met must say something.
void use(const Options& options, const std::string& what) {
    const auto check = [&](const Error& error) { EXPECT_FALSE(error.message.empty()) << what; };
    const auto session = Session::connect(options);
    if (!session) return check(session.error());
    if (auto done = (*session)->execute(sql("INSERT INTO t VALUES (1, 'a')")); !done) {
        check(done.error());
    }
    const Call prepared{.prepared = true};
    if (auto done = (*session)->execute(sql("DELETE FROM t"), {}, prepared); !done) {
        check(done.error());
    }
    auto rows = (*session)->query(sql("SELECT number, text FROM t"));
    if (!rows) return check(rows.error());
    while ((*rows)->next() == RowStream::Step::row) {
    }
    if ((*rows)->failed()) check((*rows)->error());
}

/// One change to one answer.
struct Lie {
    std::size_t answer = 0;  ///< of the connection, from 0
    std::size_t at = 0;      ///< byte offset
    std::size_t size = 0;
    std::uint64_t value = 0;

    void apply(std::string& bytes) const {
        if (at + size <= bytes.size()) std::memcpy(bytes.data() + at, &value, size);
    }
};

/// The sizes of the answers of an honest session.
std::vector<std::size_t> answer_sizes() {
    std::vector<std::size_t> sizes;
    FakeServer server{[&](FakePeer& peer) {
        peer.corrupt([&](std::string& bytes) { sizes.push_back(bytes.size()); });
        FakeServer::node(answer_honestly)(peer);
    }};
    use(hasty_options(server.address()), "honest");
    return sizes;
}

std::vector<Lie> all_lies() {
    constexpr std::array<std::uint64_t, 12> words{0,          1,
                                                  0x7F,       0xFF,
                                                  0xFFFF,     0x7FFFFFFF,
                                                  0xFFFFFFFF, 1ULL << 32,
                                                  1ULL << 40, 0x7FFFFFFFFFFFFFFF,
                                                  1ULL << 63, ~std::uint64_t{0}};
    constexpr std::array<std::uint64_t, 5> header_words{0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF};
    std::vector<Lie> lies;
    const std::vector<std::size_t> sizes = answer_sizes();
    for (std::size_t answer = 0; answer < sizes.size(); ++answer) {
        for (const auto value : header_words) lies.push_back({answer, 0, 4, value});
        for (std::uint64_t type = 0; type <= 11; ++type) lies.push_back({answer, 4, 1, type});
        lies.push_back({answer, 4, 1, 0xFF});
        lies.push_back({answer, 5, 1, 0xFF});
        for (std::size_t at = wire::header_size; at < sizes[answer]; at += wire::word_size) {
            for (const auto value : words) lies.push_back({answer, at, wire::word_size, value});
        }
    }
    return lies;
}

TEST(MaliciousServer, LiesInEveryFieldOfEveryAnswerInVain) {
    const std::vector<Lie> lies = all_lies();
    ASSERT_GT(lies.size(), 500U);
    const long before = peak_memory_kib();
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < lies.size(); i = next++) {
            const Lie& lie = lies[i];
            FakeServer server{[&](FakePeer& peer) {
                std::size_t answer = 0;
                peer.corrupt([&, answer](std::string& bytes) mutable {
                    if (answer++ == lie.answer) lie.apply(bytes);
                });
                FakeServer::node(answer_honestly)(peer);
            }};
            const auto begun = Clock::now();
            const std::string what =
                fmt::format("answer {}, byte {}: {:#x}", lie.answer, lie.at, lie.value);
            use(hasty_options(server.address()), what);
            EXPECT_LT(Clock::now() - begun, longest_session) << what;
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
        for (int i = 0; i < 20'000; ++i) send_rows(peer, false);
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
