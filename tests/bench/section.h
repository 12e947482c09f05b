// One measurement in a process of its own: memory, processor affinity and the state of the polling
// heuristics begin afresh, and a crash is told.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/measure.h"

namespace dqlite::bench {

enum class Processors : unsigned char { all, two };

/// Forks, runs `work` there, and returns the figures it fills in. Throws if it fails.
[[nodiscard]] Figures in_own_process(Processors processors,
                                     const std::function<void(Figures&)>& work);

/// Runs a program, and returns the figures it prints: "NAME VALUE", one a line.
[[nodiscard]] Figures from_program(Processors processors, const std::vector<std::string>& command);

/// The most memory this process has had, in MB.
[[nodiscard]] double peak_megabytes();

}  // namespace dqlite::bench
