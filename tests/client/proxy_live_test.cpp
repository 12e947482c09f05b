// A session whose connection is cut at every byte of every message in turn, or whose messages
// arrive in pieces split at every byte: it neither hangs nor crashes, and what it says of each
// write is what the database then holds.
#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "tests/client/session_fixture.h"
#include "tests/support/each_generation.h"
#include "tests/support/node.h"
#include "tests/support/proxy.h"

namespace dqlite::client {
namespace {

using namespace std::chrono_literals;
using test::Carried;
using test::Direction;
using test::ProxyScript;

constexpr std::size_t workers = 4;
// A cut is noticed at once; only a lost answer would be waited for until the call's deadline.
constexpr auto longest_session = 4s;

// The answer to the heap guard, early in what a session is sent, is 5,000 bytes of one value: there
// a byte is like the next.
constexpr std::size_t alike_from = 300;
constexpr std::size_t alike_until = 4900;
constexpr std::size_t alike_step = 97;

struct Told {
    bool success = false;
    Outcome outcome = Outcome::not_applied;
};

/// Sessions of one worker. It has a node and a proxy of its own: dqlite 1.18.1 frees pages in use,
/// and crashes later, where a database grows while a snapshot of a node with several is taken.
class Scripted {
  public:
    Scripted(test::ServerGeneration generation, bool proving)
        : node_{generation}, proxy_{node_.port()}, proving_{proving} {
        const auto session = open_session(direct());
        run(*session, "CREATE TABLE t (token INTEGER NOT NULL)");
    }

    /// All that a session does, with one fault. What is wrong with it, or nothing.
    std::string session(const ProxyScript& script) {
        proxy_.script_next(script);
        const auto begun = Clock::now();
        Options options = direct();
        options.address_map = {{node_.address(), proxy_.address()}};
        if (auto connected = Session::connect(options)) {
            statements(**connected);
        } else if (script.act == ProxyScript::Act::pause) {
            return "no connection: " + connected.error().message;
        }
        if (Clock::now() - begun > longest_session) return "it took too long";
        return {};
    }

    [[nodiscard]] Carried carried() const { return proxy_.carried(); }
    [[nodiscard]] std::size_t unknown() const { return unknown_; }
    [[nodiscard]] std::size_t failed() const { return failed_; }
    [[nodiscard]] bool alive() { return node_.alive(); }

    /// What was told and what is there, compared.
    void compare() {
        const auto session = open_session(direct());
        auto rows = session->query(sql("SELECT token, count(*) FROM t GROUP BY token"));
        ASSERT_TRUE(rows) << rows.error().message;
        std::map<std::int64_t, std::int64_t> found;
        while ((*rows)->next() == RowStream::Step::row) {
            found[(*rows)->row()[0].as_integer()] = (*rows)->row()[1].as_integer();
        }
        ASSERT_FALSE((*rows)->failed());
        for (const auto& [token, told] : told_) {
            const std::int64_t times = found.count(token) == 0 ? 0 : found[token];
            if (told.success) {
                EXPECT_EQ(times, 1) << "an acknowledged write";
            } else if (told.outcome == Outcome::unknown) {
                EXPECT_LE(times, 1) << "an unknown write";
            } else {
                EXPECT_EQ(times, 0) << "a write that was told not to be applied";
            }
        }
    }

  private:
    [[nodiscard]] Options direct() const {
        Options options = quick_options({node_.address()});
        options.commit_proof = proving_;
        return options;
    }

    void statements(Session& session) {
        write(session, false);
        write(session, true);
        read(session);
        transaction(session, true);
        transaction(session, false);
    }

    [[nodiscard]] static Result<Execution> insert(Session& session, std::int64_t token,
                                                  bool prepared) {
        const wire::Value value = wire::Value::integer(token);
        return session.execute(sql("INSERT INTO t VALUES (?)"), {&value, 1},
                               {.prepared = prepared});
    }

    void note(std::int64_t token, const Error* error) {
        told_[token] = error == nullptr ? Told{true} : Told{false, error->outcome};
        if (error == nullptr) return;
        ++(error->outcome == Outcome::unknown ? unknown_ : failed_);
    }

    void write(Session& session, bool prepared) {
        const std::int64_t token = ++last_token_;
        const auto inserted = insert(session, token, prepared);
        note(token, inserted ? nullptr : &inserted.error());
    }

    // Reads are repeated by the session itself: whatever is cut, they succeed.
    static void read(Session& session) {
        auto rows = session.query(sql("SELECT 1, 'two' UNION ALL SELECT 3, 'four'"));
        ASSERT_TRUE(rows) << rows.error().message;
        while ((*rows)->next() == RowStream::Step::row) {
        }
    }

    void transaction(Session& session, bool commit) {
        const std::int64_t token = ++last_token_;
        Result<void> done = session.begin(BeginMode::immediate);
        if (done) {
            const auto inserted = insert(session, token, false);
            if (!inserted) done = fail(inserted.error());
        }
        if (done && commit) done = session.commit();
        const Error undone{.outcome = Outcome::rolled_back};
        note(token, !done ? &done.error() : (commit ? nullptr : &undone));
        // Whatever has happened, afterwards no transaction is open.
        EXPECT_TRUE(session.rollback());
        EXPECT_EQ(session.transaction(), TransactionState::none);
    }

    test::Node node_;
    test::Proxy proxy_;
    bool proving_;
    std::int64_t last_token_ = 0;
    std::map<std::int64_t, Told> told_;
    std::size_t unknown_ = 0;
    std::size_t failed_ = 0;
};

class ScriptedProxy : public test::OnEachGeneration {
  protected:
    explicit ScriptedProxy(bool proving = false) : proving_{proving} {}
    void SetUp() override {
        for (std::size_t i = 0; i < workers; ++i) {
            workers_.push_back(std::make_unique<Scripted>(generation(), proving_));
        }
        ASSERT_EQ(workers_[0]->session({}), "");
        whole_ = workers_[0]->carried();
    }

    struct Place {
        Direction direction;
        std::size_t after;
    };
    [[nodiscard]] std::vector<Place> places() const {
        std::vector<Place> all;
        for (std::size_t i = 0; i < whole_.to_server; ++i) {
            all.push_back({Direction::to_server, i});
        }
        for (std::size_t i = 0; i < whole_.to_client; ++i) {
            const bool alike = i >= alike_from && i < alike_until && i % alike_step != 0;
            if (!alike) all.push_back({Direction::to_client, i});
        }
        return all;
    }

    /// One session for every byte of both directions, or every `step`th, shared among the workers.
    void at_every_byte(const std::vector<ProxyScript::Act>& acts, std::size_t step = 1) {
        const std::vector<Place> all = places();
        std::atomic<std::size_t> next{0};
        std::vector<std::thread> threads;
        for (const auto& worker : workers_) {
            threads.emplace_back([&] {
                for (std::size_t at = step * next++; at < all.size(); at = step * next++) {
                    const ProxyScript script{.act = acts[at % acts.size()],
                                             .direction = all[at].direction,
                                             .after = all[at].after};
                    const bool to_server = script.direction == Direction::to_server;
                    EXPECT_EQ(worker->session(script), "")
                        << (to_server ? "to the server" : "to the client") << ", byte "
                        << script.after;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        for (const auto& worker : workers_) worker->compare();
    }

    [[nodiscard]] std::size_t failed() const {
        std::size_t sum = 0;
        for (const auto& worker : workers_) sum += worker->failed();
        return sum;
    }
    [[nodiscard]] std::size_t unknown() const {
        std::size_t sum = 0;
        for (const auto& worker : workers_) sum += worker->unknown();
        return sum;
    }

    [[nodiscard]] bool alive() const {
        return std::ranges::all_of(workers_, [](auto& worker) { return worker->alive(); });
    }

    bool proving_;
    std::vector<std::unique_ptr<Scripted>> workers_;
    Carried whole_;
};
DQLITE_ON_EACH_GENERATION(ScriptedProxy);

TEST_P(ScriptedProxy, CutsAtEveryByteLeaveTheTruth) {
    at_every_byte({ProxyScript::Act::close, ProxyScript::Act::reset});
    // Each write has bytes of its own and of its answer to be cut at.
    EXPECT_GT(unknown(), 0U);
    RecordProperty("unknown", static_cast<int>(unknown()));
    EXPECT_TRUE(alive());
}

class ProvingProxy : public ScriptedProxy {
  protected:
    ProvingProxy() : ScriptedProxy{true} {}
};
DQLITE_ON_EACH_GENERATION(ProvingProxy);

TEST_P(ProvingProxy, CutsLeaveNothingUnknown) {
    // Coprime to the length of a word: all its bytes have their turn, in one message or another.
    at_every_byte({ProxyScript::Act::close, ProxyScript::Act::reset}, 7);
    EXPECT_EQ(unknown(), 0U);
    EXPECT_TRUE(alive());
}

TEST_P(ScriptedProxy, PausesAtEveryByteChangeNothing) {
    at_every_byte({ProxyScript::Act::pause});
    EXPECT_EQ(unknown(), 0U);
    EXPECT_EQ(failed(), places().size() + 1) << "only what each session rolls back on purpose";
}

TEST_P(ScriptedProxy, BytesOneByOneChangeNothing) {
    EXPECT_EQ(workers_[0]->session({.piece = 1}), "");
    workers_[0]->compare();
    EXPECT_EQ(failed(), 2U) << "only what each session rolls back on purpose";
}

}  // namespace
}  // namespace dqlite::client
