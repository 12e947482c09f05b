// What one measurement yields, and how it is taken.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <sys/resource.h>

namespace dqlite::bench {

/// Figures by name: "block.rate", "block.cpu".
using Figures = std::map<std::string, double>;

struct Sample {
    double seconds = 0;
    double cpu = 0;  ///< user and system seconds of this process
};

inline double cpu_seconds() noexcept {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <typename Work>
Sample measure(Work&& work) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            cpu_seconds() - cpu};
}

/// A rate, and the CPU nanoseconds a unit, or a value of it, took.
inline void add_rate(Figures& figures, const std::string& name, double units, const Sample& sample,
                     double values_a_unit = 1) {
    figures[name + ".rate"] = units / sample.seconds;
    figures[name + ".cpu"] = sample.cpu * 1e9 / (units * values_a_unit);
}

}  // namespace dqlite::bench
