// Numbers of one kind as integers of a given width, with the states of Appendix D: 01S07 for a lost
// fraction, 22003 for what does not fit, 22018 for text that is no number.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

#include "driver/convert/number.h"

namespace dqlite::odbc {

/// The graver of two outcomes of one conversion.
[[nodiscard]] constexpr SqlState worse(SqlState a, SqlState b) noexcept {
    return is_error(b) || a == SqlState::s00000 ? b : a;
}

template <typename T>
[[nodiscard]] Parsed<T> narrow(std::int64_t value) noexcept {
    if (!std::in_range<T>(value)) return {0, SqlState::s22003};
    return {static_cast<T>(value), SqlState::s00000};
}

template <typename T>
[[nodiscard]] Parsed<T> narrow(double value) noexcept {
    const double whole = std::trunc(value);
    // Both bounds are powers of two (or 0), so exact as doubles; max + 1 is the first that fails.
    constexpr auto low = static_cast<double>(std::numeric_limits<T>::min());
    constexpr T half = std::numeric_limits<T>::max() / 2 + 1;
    constexpr double high = static_cast<double>(half) * 2.0;
    if (!(whole >= low && whole < high)) return {0, SqlState::s22003};
    return {static_cast<T>(whole), whole == value ? SqlState::s00000 : SqlState::s01S07};
}

template <typename T>
[[nodiscard]] Parsed<T> narrow(std::string_view text) noexcept {
    using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    T plain{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), plain);
    if (result.ec == std::errc{} && result.ptr == text.data() + text.size()) {
        return {plain, SqlState::s00000};
    }
    const Parsed<Decimal> decimal = to_decimal(text);
    if (is_error(decimal.state)) return {0, decimal.state};
    const Parsed<Wide> wide = to_integer<Wide>(decimal.value);
    if (is_error(wide.state) || !std::in_range<T>(wide.value)) return {0, SqlState::s22003};
    return {static_cast<T>(wide.value), worse(decimal.state, wide.state)};
}

}  // namespace dqlite::odbc
