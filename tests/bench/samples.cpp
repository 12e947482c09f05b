#include "tests/bench/samples.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

namespace dqlite::bench {

Spread Spread::of(std::vector<double> values) {
    if (values.empty()) throw std::invalid_argument{"no values"};
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    const double median =
        values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    return {.median = median, .lowest = values.front(), .highest = values.back()};
}

Samples Samples::read(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error{"cannot read " + path};
    Samples samples;
    std::string name;
    double value = 0;
    while (file >> name >> value) samples.values_[name].push_back(value);
    if (!file.eof()) throw std::runtime_error{path + " is no file of figures"};
    return samples;
}

const std::vector<double>* Samples::find(std::string_view prefix, std::string_view figure) const {
    const auto found = values_.find(fmt::format("{}.{}", prefix, figure));
    return found == values_.end() ? nullptr : &found->second;
}

std::optional<Spread> Samples::spread(std::string_view prefix, std::string_view figure) const {
    const auto* const values = find(prefix, figure);
    return values == nullptr ? std::nullopt : std::optional{Spread::of(*values)};
}

std::size_t Samples::rounds() const noexcept {
    std::size_t most = 0;
    for (const auto& [name, values] : values_) most = std::max(most, values.size());
    return most;
}

void append_figures(const std::string& path, const std::string& prefix, const Figures& figures) {
    std::ofstream file{path, std::ios::app};
    for (const auto& [name, value] : figures) {
        file << fmt::format("{}.{} {:.6g}\n", prefix, name, value);
    }
    if (!file.flush()) throw std::runtime_error{"cannot write " + path};
}

}  // namespace dqlite::bench
