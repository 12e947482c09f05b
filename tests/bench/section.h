// One measurement in a process of its own: memory, processor affinity and the state of the polling
// heuristics begin afresh, and a crash is told.
#pragma once

#include <functional>

#include "tests/bench/measure.h"

namespace dqlite::bench {

/// Forks, runs `work` there, and returns the figures it fills in. Throws if it fails.
[[nodiscard]] Figures in_own_process(const std::function<void(Figures&)>& work);

/// Restricts this process to two processors.
void use_two_processors();

}  // namespace dqlite::bench
