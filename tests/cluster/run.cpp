#include "tests/cluster/run.h"

#include <iostream>
#include <memory>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "tests/cluster/client.h"
#include "tests/cluster/faults.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;

// Two processors cannot tell a busy node from a dead one in less.
constexpr unsigned latency_ms = 50;
constexpr auto patience_for_service = 40s;
// After so many writes under a fault every client has most likely met it.
constexpr std::uint64_t writes_per_fault = 24;

std::string text_for(const RunOptions& options, const std::string& servers) {
    const std::string keys = "Timeout=3;LoginTimeout=20;FailoverTimeout=20;BusyTimeout=5";
    return connection_string(servers, options.commit_proof ? keys + ";CommitProof=1" : keys);
}

void must(OdbcConnection& connection, const std::string& sql) {
    OdbcStatement statement{connection};
    if (!SQL_SUCCEEDED(statement.direct(sql))) {
        throw std::runtime_error{sql + ": " + statement.state() + " " + statement.message()};
    }
}

void create_tables(OdbcConnection& connection) {
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

std::vector<std::int64_t> column(OdbcConnection& connection, const std::string& sql) {
    std::vector<std::int64_t> out;
    OdbcStatement statement{connection};
    for (const auto& row : statement.query(sql)) out.push_back(std::stoll(row.at(0).value()));
    return out;
}

FinalState read_state(OdbcConnection& connection) {
    FinalState left;
    OdbcStatement statement{connection};
    if (!SQL_SUCCEEDED(statement.direct(
            "SELECT id, token, register, value, source, target, amount FROM entry ORDER BY id"))) {
        throw std::runtime_error{statement.message()};
    }
    while (SQL_SUCCEEDED(statement.fetch())) {
        const auto index = [&](SQLUSMALLINT number) {
            return static_cast<std::size_t>(statement.integer(number));
        };
        left.entries.push_back({.id = statement.integer(1),
                                .token = statement.integer(2),
                                .reg = index(3),
                                .value = statement.integer(4),
                                .source = index(5),
                                .target = index(6),
                                .amount = statement.integer(7)});
    }
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

}  // namespace

RunReport run_with_faults(const RunOptions& options) {
    Cluster cluster{options.generation, options.nodes, latency_ms};
    OdbcConnection connection{text_for(options, cluster.addresses())};
    create_tables(connection);
    Faults faults{cluster, options.seed};
    std::vector<Clock::time_point> made;
    std::vector<std::string> without_service;
    Load load{options, cluster.addresses()};
    for (std::size_t i = 0; i < options.faults && without_service.empty(); ++i) {
        bool served = load.wait_for_writes(writes_per_fault);
        made.push_back(Clock::now());
        const FaultKind kind = faults.make();
        served = served && load.wait_for_writes(writes_per_fault);
        faults.repair();
        if (!served) {
            without_service.push_back(fmt::format("no service with fault {}: {}", i, name(kind)));
        }
    }
    if (!load.wait_for_writes(writes_per_fault)) without_service.emplace_back("no service left");
    load.stop();
    const std::vector<ClientHistory> histories = load.histories();
    const FinalState left = read_state(connection);
    RunReport report{count(histories, left, made), check(histories, left)};
    report.complaints.insert(report.complaints.end(), without_service.begin(),
                             without_service.end());
    return report;
}

std::string table_row(const RunOptions& options, const Figures& figures) {
    const auto seconds = [](Clock::duration duration) {
        return std::chrono::duration<double>(duration).count();
    };
    return fmt::format(
        "| {}{} | {} | {} | {} | {} | {} | {} ({} applied) | {} | {} | {:.1f} | {:.1f} |",
        name(options.generation), options.commit_proof ? " CommitProof=1" : "", options.nodes,
        options.faults, options.seed, figures.acknowledged, figures.failed, figures.unknown,
        figures.unknown_applied, figures.retried, figures.reads, seconds(figures.without_service),
        seconds(figures.longest_gap));
}

}  // namespace dqlite::test
