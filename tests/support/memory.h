// How much memory this process takes.
#pragma once

#include <fstream>
#include <string>

namespace dqlite::test {

/// A number of a /proc/PID/status, such as "VmRSS:" or "VmHWM:" (KiB) or "Threads:"; -1 without.
[[nodiscard]] inline long status_value(std::istream&& status, const std::string& what) {
    std::string word;
    long value = -1;
    while (status >> word) {
        if (word == what) status >> value;
    }
    return value;
}

/// Of this process.
[[nodiscard]] inline long memory(const std::string& what) {
    return status_value(std::ifstream{"/proc/self/status"}, what);
}

/// How much the resident memory of this process grows while it lives, at most.
class MemoryGrowth {
  public:
    MemoryGrowth() {
        // Forgets the peak of earlier tests (proc(5)).
        std::ofstream{"/proc/self/clear_refs"} << 5;
        start_ = memory("VmRSS:");
    }
    [[nodiscard]] long peak() const { return memory("VmHWM:") - start_; }  ///< KiB

  private:
    long start_ = 0;
};

}  // namespace dqlite::test
