// The figures as tables in Markdown.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/measure.h"

namespace dqlite::bench {

/// A file of lines "name value", one figure each; written behind what is there already.
[[nodiscard]] Figures read_figures(const std::string& path);
void append_figures(const std::string& path, const std::string& prefix, const Figures& figures);

/// The aims of design §6 and what was reached, and the drivers side by side.
[[nodiscard]] std::string report(const Figures& figures);

}  // namespace dqlite::bench
