#include "tests/bench/clients.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <exception>
#include <thread>
#include <vector>

#include "tests/bench/workload.h"

namespace dqlite::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Duration = std::chrono::duration<float, std::milli>;
using Milliseconds = std::vector<float>;

/// Of one client in one measurement; more only need more memory meanwhile.
constexpr std::size_t most_requests = std::size_t{1} << 16U;

/// Milliseconds that the slowest thousandth of all requests took, at least.
double slowest_thousandth(const std::vector<Milliseconds>& of_clients) {
    Milliseconds all;
    for (const auto& some : of_clients) all.insert(all.end(), some.begin(), some.end());
    if (all.empty()) return 0;
    const auto at = all.end() - 1 - static_cast<std::ptrdiff_t>(all.size() / 1000);
    std::nth_element(all.begin(), at, all.end());
    return *at;
}

}  // namespace

std::string name(Work work) {
    switch (work) {
        case Work::select:
            return "select";
        case Work::insert:
            return "insert";
        case Work::connect:
            return "connect";
    }
    return {};
}

void run_clients(const std::string& name, std::size_t count, const MakeWorker& make,
                 Figures& figures) {
    std::barrier start{static_cast<std::ptrdiff_t>(count) + 1};
    std::barrier end{static_cast<std::ptrdiff_t>(count) + 1};
    std::atomic<std::size_t> total{0};
    std::atomic<bool> stop{false};
    std::vector<std::exception_ptr> errors(count);
    std::vector<Milliseconds> took(count);
    std::vector<std::thread> threads;
    for (std::size_t client = 0; client < count; ++client) {
        threads.emplace_back([&, client] {
            RoundTrip work;
            try {
                work = make(client);
                for (int i = 0; i < 50; ++i) work();
                took[client].reserve(most_requests);
            } catch (...) {
                errors[client] = std::current_exception();
            }
            start.arrive_and_wait();
            try {
                auto begun = Clock::now();
                while (work && !errors[client] && !stop.load(std::memory_order_relaxed)) {
                    work();
                    const auto ended = Clock::now();
                    took[client].push_back(Duration{ended - begun}.count());
                    begun = ended;
                }
            } catch (...) {
                errors[client] = std::current_exception();
            }
            total += took[client].size();
            end.arrive_and_wait();
        });
    }
    start.arrive_and_wait();
    const auto sample = measure([&] {
        std::this_thread::sleep_for(sizes.latency);
        stop = true;
        end.arrive_and_wait();
    });
    for (auto& thread : threads) thread.join();
    for (const auto& error : errors) {
        if (error) std::rethrow_exception(error);
    }
    add_rate(figures, name, static_cast<double>(total), sample);
    figures[name + ".slow"] = slowest_thousandth(took);
}

void run_connects(const std::string& name, const RoundTrip& connect, Figures& figures) {
    add_rate(figures, name, connects, measure([&] {
                 for (int i = 0; i < connects; ++i) connect();
             }));
}

}  // namespace dqlite::bench
