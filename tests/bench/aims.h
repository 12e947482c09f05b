// The aims of design §6: what is measured, what it is divided by, and what is to come out.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "tests/bench/samples.h"

namespace dqlite::bench {

struct Aim {
    enum class Goal : unsigned char { none, at_least, at_most };

    std::string_view work;
    std::string_view figure;
    std::string_view reference = {};        ///< nothing: the figure stands by itself
    std::string_view other_reference = {};  ///< the better of the two counts
    Goal goal = Goal::none;
    double bound = 0;
    double bound_since_1_18 = 0;  ///< where it is another one
    std::string_view shown = {};  ///< the rate told beside the ratio; nothing: the figure

    [[nodiscard]] double bound_on(std::string_view server) const noexcept;
    [[nodiscard]] bool met(double value, std::string_view server) const noexcept;
};

/// All, in the order they are told in.
[[nodiscard]] std::span<const Aim> all_aims() noexcept;

/// The ratios of all rounds, or the figures themselves. Nothing where a part was not measured.
[[nodiscard]] std::optional<Spread> reached(const Samples& samples, const Aim& aim,
                                            std::string_view server);

}  // namespace dqlite::bench
