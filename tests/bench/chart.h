// The figures as a picture: one panel for each kind of work, one bar for each who did it.
#pragma once

#include <string>

#include "tests/bench/samples.h"

namespace dqlite::bench {

/// SVG that reads well on light and on dark pages.
[[nodiscard]] std::string chart(const Samples& samples);

}  // namespace dqlite::bench
