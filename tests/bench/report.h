// The figures as tables in Markdown.
#pragma once

#include <map>
#include <string>

#include "tests/bench/samples.h"

namespace dqlite::bench {

/// Why a peer could not be measured.
using Reasons = std::map<std::string, std::string>;

/// The aims of design §6 and what was reached, and the drivers side by side.
[[nodiscard]] std::string report(const Samples& samples, const Reasons& absent);

/// "1.27M", "37k", "512".
[[nodiscard]] std::string short_number(double value);

}  // namespace dqlite::bench
