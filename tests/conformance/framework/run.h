// Runs checks, each in a process of its own: a driver that crashes or hangs fails one check.
#pragma once

#include "tests/conformance/framework/check.h"
#include "tests/conformance/framework/target.h"

namespace conformance {

/// How a check ended, whatever became of its process.
[[nodiscard]] Ending run_apart(const Check& check, const Target& target);

}  // namespace conformance
