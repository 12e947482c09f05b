#include "tests/bench/clients.h"

#include <atomic>
#include <barrier>
#include <exception>
#include <thread>
#include <vector>

#include "tests/bench/workload.h"

namespace dqlite::bench {

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
    std::vector<std::thread> threads;
    for (std::size_t client = 0; client < count; ++client) {
        threads.emplace_back([&, client] {
            RoundTrip work;
            try {
                work = make(client);
                for (int i = 0; i < 50; ++i) work();
            } catch (...) {
                errors[client] = std::current_exception();
            }
            start.arrive_and_wait();
            std::size_t done = 0;
            try {
                while (work && !errors[client] && !stop.load(std::memory_order_relaxed)) {
                    work();
                    ++done;
                }
            } catch (...) {
                errors[client] = std::current_exception();
            }
            total += done;
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
}

void run_connects(const RoundTrip& connect, Figures& figures) {
    add_rate(figures, "connect", connects, measure([&] {
                 for (int i = 0; i < connects; ++i) connect();
             }));
}

}  // namespace dqlite::bench
