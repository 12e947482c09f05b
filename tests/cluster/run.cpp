#include "tests/cluster/run.h"

#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "tests/cluster/client.h"
#include "tests/cluster/conditions.h"
#include "tests/cluster/faults.h"
#include "tests/cluster/witness.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;

constexpr auto patience_for_service = 40s;
// After so many writes under a fault every client has most likely met it.
constexpr std::uint64_t writes_per_fault = 24;
// Where nobody can write: longer than the clients' Timeout and than an election.
constexpr auto time_without_leader = 4s;
constexpr const char* witness_sql = "UPDATE account SET balance = balance";

std::string text_for(const RunOptions& options, const std::string& servers) {
    return client_text(servers, options.commit_proof ? "CommitProof=1" : "");
}

void create_tables(const OdbcConnection& connection) {
    must(connection,
         "CREATE TABLE entry (id INTEGER PRIMARY KEY, token INTEGER NOT NULL, register INTEGER, "
         "value INTEGER, source INTEGER, target INTEGER, amount INTEGER)");
    must(connection, "CREATE TABLE register (number INTEGER PRIMARY KEY, value INTEGER NOT NULL)");
    must(connection, "CREATE TABLE account (number INTEGER PRIMARY KEY, balance INTEGER NOT NULL)");
    for (std::size_t i = 1; i <= registers; ++i) {
        must(connection, fmt::format("INSERT INTO register VALUES ({}, 0)", i));
    }
    for (std::size_t i = 1; i <= accounts; ++i) {
        must(connection, fmt::format("INSERT INTO account VALUES ({}, {})", i, opening_balance));
    }
}

std::vector<std::int64_t> column(const OdbcConnection& connection, const std::string& sql) {
    std::vector<std::int64_t> out;
    must_read(connection, sql, [&](const OdbcStatement& row) { out.push_back(row.integer(1)); });
    return out;
}

Entry read_entry(const OdbcStatement& row) {
    const auto index = [&](SQLUSMALLINT number) {
        return static_cast<std::size_t>(row.integer(number));
    };
    return {.id = row.integer(1),
            .token = row.integer(2),
            .reg = index(3),
            .value = row.integer(4),
            .source = index(5),
            .target = index(6),
            .amount = row.integer(7)};
}

FinalState read_state(const OdbcConnection& connection) {
    FinalState left;
    must_read(connection,
              "SELECT id, token, register, value, source, target, amount FROM entry ORDER BY id",
              [&](const OdbcStatement& row) { left.entries.push_back(read_entry(row)); });
    left.values = column(connection, "SELECT value FROM register ORDER BY number");
    left.balances = column(connection, "SELECT balance FROM account ORDER BY number");
    return left;
}

/// The clients' threads; they end with the object, whatever happens.
class Load {
  public:
    Load(const RunOptions& options, const std::string& servers) {
        for (std::size_t i = 0; i < options.clients; ++i) {
            clients_.push_back(
                std::make_unique<Client>(text_for(options, servers), i, options.seed * 1000));
        }
        for (const auto& client : clients_) {
            threads_.emplace_back([this, &client] { client->run(stop_, acknowledged_); });
        }
    }
    ~Load() { stop(); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    void stop() {
        stop_ = true;
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }
    /// False if there is no service.
    [[nodiscard]] bool wait_for_writes(std::uint64_t more) const {
        const std::uint64_t enough = acknowledged_ + more;
        const auto until = Clock::now() + patience_for_service;
        while (acknowledged_ < enough) {
            if (Clock::now() > until) return false;
            std::this_thread::sleep_for(10ms);
        }
        return true;
    }
    [[nodiscard]] std::vector<ClientHistory> histories() const {
        std::vector<ClientHistory> all;
        for (const auto& client : clients_) all.push_back(client->history());
        return all;
    }

  private:
    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> acknowledged_{0};
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<std::thread> threads_;
};

/// Faults one after another, until the load no longer gets on.
class Trial {
  public:
    Trial(Cluster& cluster, Faults& faults, const Load& load)
        : cluster_{cluster}, faults_{faults}, load_{load} {}

    void run(std::size_t number) {
        for (std::size_t i = 0; i < number && expect_service("before fault", i); ++i) {
            made_.push_back(Clock::now());
            const FaultKind kind = faults_.make();
            if (is_partition(kind)) ++partitions_;
            // What is printed is shown where a run fails: the way there.
            std::cout << fmt::format("fault {}: {}", i, name(kind)) << std::endl;
            if (!is_survivable(kind)) {
                std::this_thread::sleep_for(time_without_leader);
            } else if (!expect_service("with fault", i)) {
                return;
            }
            faults_.repair();
        }
        (void)expect_service("after fault", number - 1);
    }
    [[nodiscard]] const std::vector<Clock::time_point>& made() const noexcept { return made_; }
    [[nodiscard]] std::size_t partitions() const noexcept { return partitions_; }
    [[nodiscard]] const std::vector<std::string>& complaints() const noexcept {
        return complaints_;
    }

  private:
    bool expect_service(const char* when, std::size_t fault) {
        if (!complaints_.empty()) return false;
        if (load_.wait_for_writes(writes_per_fault)) return true;
        complaints_.push_back(
            fmt::format("no service {} {}; {}", when, fault, describe(cluster_, witness_sql)));
        return false;
    }

    Cluster& cluster_;
    Faults& faults_;
    const Load& load_;
    std::vector<Clock::time_point> made_;
    std::size_t partitions_ = 0;
    std::vector<std::string> complaints_;
};

}  // namespace

RunReport run_with_faults(const RunOptions& options) {
    std::optional<Network> network;
    if (options.partitions) network.emplace(options.nodes);
    Network* const partitioned = network ? &*network : nullptr;
    Cluster cluster{options.generation, options.nodes, run_latency_ms, partitioned};
    const OdbcConnection connection{text_for(options, cluster.addresses())};
    create_tables(connection);
    Faults faults{cluster, partitioned, options.seed};
    Load load{options, cluster.addresses()};
    Trial trial{cluster, faults, load};
    trial.run(options.faults);
    // What is left is read where the cluster is whole.
    if (!trial.complaints().empty()) faults.repair();
    load.stop();
    const std::vector<ClientHistory> histories = load.histories();
    const FinalState left = read_state(connection);
    RunReport report{count(histories, left, trial.made()), trial.partitions(),
                     check(histories, left)};
    report.complaints.insert(report.complaints.end(), trial.complaints().begin(),
                             trial.complaints().end());
    return report;
}

std::string table_head() {
    return "| servers | nodes | faults | partitions | seed | acknowledged | failed | unknown "
           "| retried | reads | s without service | longest, s |";
}

std::string table_row(const RunOptions& options, const RunReport& report) {
    const Figures& figures = report.figures;
    const auto seconds = [](Clock::duration duration) {
        return std::chrono::duration<double>(duration).count();
    };
    return fmt::format(
        "| {}{} | {} | {} | {} | {} | {} | {} | {} ({} applied) | {} | {} | {:.1f} | {:.1f} |",
        name(options.generation), options.commit_proof ? " CommitProof=1" : "", options.nodes,
        options.faults, report.partitions, options.seed, figures.acknowledged, figures.failed,
        figures.unknown, figures.unknown_applied, figures.retried, figures.reads,
        seconds(figures.without_service), seconds(figures.longest_gap));
}

}  // namespace dqlite::test
