// What all rounds of a run gave, and the file they are kept in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/measure.h"

namespace dqlite::bench {

/// The middle of what the rounds gave, and how far they are apart.
struct Spread {
    double median = 0;
    double lowest = 0;
    double highest = 0;
    [[nodiscard]] static Spread of(std::vector<double> values);
};

/// Figures by "SERVER.SYSTEM.FIGURE", in the order of the rounds.
class Samples {
  public:
    /// From a file of lines "NAME VALUE".
    [[nodiscard]] static Samples read(const std::string& path);

    /// Nothing for what was not measured.
    [[nodiscard]] const std::vector<double>* find(std::string_view prefix,
                                                  std::string_view figure) const;
    [[nodiscard]] std::optional<Spread> spread(std::string_view prefix,
                                               std::string_view figure) const;
    /// How many rounds there were: the most values of any figure.
    [[nodiscard]] std::size_t rounds() const noexcept;

  private:
    std::map<std::string, std::vector<double>> values_;
};

/// One round's figures, written behind what is there already: a run that is broken off loses none.
void append_figures(const std::string& path, const std::string& prefix, const Figures& figures);

}  // namespace dqlite::bench
