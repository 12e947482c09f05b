#include "tests/cluster/soak.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <malloc.h>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "tests/cluster/conditions.h"
#include "tests/cluster/faults.h"
#include "tests/cluster/soak_client.h"
#include "tests/support/memory.h"

namespace dqlite::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto round_time = 10s;
constexpr auto fault_time = 3s;  // as long as a call waits for an answer
// A call under way may wait for its Timeout, for others' writes and for a leader, in turn.
constexpr auto patience_for_rest = 180s;
constexpr auto patience_for_nodes = 20s;
// More than a connection keeps prepared.
constexpr std::size_t more_texts_than_kept = 300;

void create_rows(const std::string& text, const SoakOptions& options) {
    const OdbcConnection connection{text};
    must(connection, "CREATE TABLE item (id INTEGER PRIMARY KEY, client INTEGER, name TEXT)");
    must(connection, "CREATE INDEX item_client ON item (client)");
    must(connection,
         fmt::format("WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < "
                     "{0} * {1} - 1) INSERT INTO item SELECT i + 1, i / {0}, 'row ' || i FROM n",
                     SoakClient::rows_each, options.clients));
}

std::int64_t descriptors_of(const std::string& process) {
    const std::filesystem::directory_iterator open{"/proc/" + process + "/fd"};
    return std::distance(begin(open), end(open));
}

std::int64_t resident_memory(pid_t process) {
    return status_value(std::ifstream{fmt::format("/proc/{}/status", process)}, "VmRSS:");
}

template <typename Measure>
std::int64_t sum_over_nodes(Cluster& cluster, Measure measure) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < cluster.size(); ++i) sum += measure(cluster.node(i).pid());
    return sum;
}

std::int64_t nodes_descriptors(Cluster& cluster) {
    return sum_over_nodes(cluster, [](pid_t pid) { return descriptors_of(std::to_string(pid)); });
}

/// The clients' threads; they end with the object, whatever happens.
class Crowd {
  public:
    Crowd(const SoakOptions& options, const std::string& text) : gate_{options.clients} {
        for (std::size_t i = 0; i < options.clients; ++i) {
            clients_.push_back(std::make_unique<SoakClient>(
                SoakClient::Options{.connection_text = text,
                                    .number = i,
                                    .seed = options.seed,
                                    .texts_before_rest = i == 0 ? more_texts_than_kept : 0}));
        }
        for (const auto& client : clients_) {
            threads_.emplace_back([this, &client] { client->run(gate_); });
        }
    }
    ~Crowd() { end(); }
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    void rest() {
        if (gate_.close(patience_for_rest)) return;
        // Its thread cannot be joined: the program ends, with what is known.
        for (const auto& client : clients_) std::cerr << client->doing() << '\n';
        std::cerr << "a client hangs; above, what each was at" << std::endl;
        std::abort();
    }
    void go_on() { gate_.open(); }
    void end() {
        gate_.end();
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }
    [[nodiscard]] const auto& clients() const noexcept { return clients_; }

  private:
    Gate gate_;
    std::vector<std::unique_ptr<SoakClient>> clients_;
    std::vector<std::thread> threads_;
};

Sample take_sample(Cluster& cluster, const Crowd& crowd) {
    Sample sample;
    for (const auto& client : crowd.clients()) {
        sample.statements += client->server_statements();
        sample.most_statements = std::max(sample.most_statements, client->server_statements());
    }
    // What is free in each thread's arena goes back: what remains is in use, and its holes.
    malloc_trim(0);
    const struct mallinfo2 heap = mallinfo2();
    sample.heap = static_cast<std::int64_t>((heap.uordblks + heap.hblkhd) / 1024);
    sample.resident = memory("VmRSS:");
    sample.descriptors = descriptors_of("self");
    sample.threads = memory("Threads:");
    sample.nodes_resident = sum_over_nodes(cluster, resident_memory);
    return sample;
}

void print(const char* when, const Sample& sample) {
    std::cout << fmt::format(
                     "{}: heap {} KiB, resident {} KiB, {} descriptors, {} threads, {} statements "
                     "on the server, {} at most of one, nodes {} KiB",
                     when, sample.heap, sample.resident, sample.descriptors, sample.threads,
                     sample.statements, sample.most_statements, sample.nodes_resident)
              << std::endl;
}

void collect(const Crowd& crowd, SoakReport& report) {
    for (const auto& client : crowd.clients()) {
        for (const auto& [name, times] : client->done()) report.done[name] += times;
        for (const auto& [state, times] : client->failures()) report.failures[state] += times;
        report.complaints.insert(report.complaints.end(), client->surprises().begin(),
                                 client->surprises().end());
    }
}

/// A node notices that a client has gone when its loop comes to it.
void wait_for_descriptors(Cluster& cluster, std::int64_t most) {
    const auto until = Clock::now() + patience_for_nodes;
    while (nodes_descriptors(cluster) > most && Clock::now() < until) {
        std::this_thread::sleep_for(100ms);
    }
}

template <typename Choose>
Change over_thirds(const std::vector<Sample>& samples, std::int64_t Sample::*figure,
                   Choose choose) {
    std::vector<std::int64_t> values;
    for (const Sample& sample : samples) values.push_back(sample.*figure);
    const auto third = static_cast<std::ptrdiff_t>(std::max<std::size_t>(values.size() / 3, 1));
    return {choose(std::vector(values.begin(), values.begin() + third)),
            choose(std::vector(values.end() - third, values.end()))};
}

}  // namespace

SoakReport soak(const SoakOptions& options) {
    SoakReport report;
    Cluster cluster{options.generation, 3, run_latency_ms};
    const std::string text = client_text(cluster.addresses());
    create_rows(text, options);
    report.nodes_descriptors_before = nodes_descriptors(cluster);
    Faults faults{cluster, nullptr, options.seed};
    {
        Crowd crowd{options, text};
        const auto start = Clock::now();
        for (auto now = start; now < start + options.duration; now = Clock::now()) {
            report.faults.emplace_back(name(faults.make()));
            std::this_thread::sleep_for(fault_time);
            faults.repair();
            std::this_thread::sleep_until(now + round_time);
            crowd.rest();
            const Sample sample = take_sample(cluster, crowd);
            const bool warm = now - start >= options.duration / 4;
            print(warm ? "measured" : "warming up", sample);
            if (warm) report.samples.push_back(sample);
            crowd.go_on();
        }
        crowd.end();
        collect(crowd, report);
    }
    wait_for_descriptors(cluster, report.nodes_descriptors_before);
    report.nodes_descriptors_after = nodes_descriptors(cluster);
    return report;
}

Change medians(const std::vector<Sample>& samples, std::int64_t Sample::*figure) {
    return over_thirds(samples, figure, [](std::vector<std::int64_t> values) {
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        return *middle;
    });
}

Change maxima(const std::vector<Sample>& samples, std::int64_t Sample::*figure) {
    return over_thirds(samples, figure, [](const std::vector<std::int64_t>& values) {
        return *std::max_element(values.begin(), values.end());
    });
}

}  // namespace dqlite::test
