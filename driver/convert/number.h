// Numbers as text and as 38-digit decimals. Nothing here looks at the locale.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "driver/diag/sqlstate.h"
#include "driver/odbc.h"

namespace dqlite::odbc {

/// Printed text on the stack: what any number, date or GUID needs at most.
class ShortText {
  public:
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), size_}; }
    [[nodiscard]] char* data() noexcept { return bytes_.data(); }
    [[nodiscard]] char* end() noexcept { return bytes_.data() + size_; }
    [[nodiscard]] char* limit() noexcept { return bytes_.data() + bytes_.size(); }
    void resize_to(const char* end) noexcept {
        size_ = static_cast<std::size_t>(end - bytes_.data());
    }
    void append(std::string_view text) noexcept;
    void append(char c) noexcept { bytes_[size_++] = c; }
    /// A non-negative number, with leading zeros up to `width`.
    void append_padded(std::uint32_t number, unsigned width) noexcept;

  private:
    std::array<char, 88> bytes_;  // -0.(38 digits after up to 38 zeros) is the longest
    std::size_t size_ = 0;
};

/// digits × 10^-scale. `scale` is 0 to max_decimal_digits.
struct Decimal {
    using Digits = unsigned __int128;
    Digits digits = 0;
    int scale = 0;
    bool negative = false;
};
inline constexpr int max_decimal_digits = 38;

/// Blanks at both ends are no part of a number, a date or an interval (Appendix D).
[[nodiscard]] std::string_view trim_blanks(std::string_view text) noexcept;

/// The parts of a numeric-literal: [+|-] digits [. digits] [E [+|-] digits].
struct NumericLiteral {
    std::string_view text;      ///< as std::from_chars takes it: no leading plus
    std::string_view whole;     ///< digits before the point
    std::string_view fraction;  ///< digits behind it
    int exponent = 0;           ///< clamped to ±100,000
    bool negative = false;
};
/// Blanks at both ends are allowed. Empty: not a numeric-literal (22018).
[[nodiscard]] std::optional<NumericLiteral> parse_literal(std::string_view text) noexcept;

/// A conversion's outcome where value and state come together.
template <typename T>
struct Parsed {
    T value{};
    SqlState state = SqlState::s00000;
};

/// Exact as far as 38 digits go: 22003 when whole digits do not fit, 01S07 when digits behind the
/// point had to go, 22018 for what is no number.
[[nodiscard]] Parsed<Decimal> to_decimal(const NumericLiteral& literal) noexcept;
[[nodiscard]] Parsed<Decimal> to_decimal(std::string_view text) noexcept;
[[nodiscard]] Decimal to_decimal(std::int64_t value) noexcept;
[[nodiscard]] Decimal to_decimal_unsigned(std::uint64_t value) noexcept;
/// By the shortest text that reads back as this double; 22003 for infinities and NaN.
[[nodiscard]] Parsed<Decimal> to_decimal(double value) noexcept;

/// 22003 past the range of a double; what is too small becomes 0.
[[nodiscard]] Parsed<double> to_double(const NumericLiteral& literal) noexcept;
[[nodiscard]] Parsed<double> to_double(std::string_view text) noexcept;

/// The whole part, 01S07 if there was a fraction, 22003 past 64 bits.
template <typename Integer>  // std::int64_t, std::uint64_t
[[nodiscard]] Parsed<Integer> to_integer(const Decimal& value) noexcept;

/// Another scale (0 to 38) for the same value: 01S07 when digits other than zeros go, 22003 when
/// more than `precision` digits are needed.
[[nodiscard]] Parsed<Decimal> rescale(const Decimal& value, int precision, int scale) noexcept;
/// Without zeros at the end of the fraction.
[[nodiscard]] Decimal trim_zeros(Decimal value) noexcept;
[[nodiscard]] int count_digits(Decimal::Digits digits) noexcept;

void print(std::int64_t value, ShortText& out) noexcept;
void print(std::uint64_t value, ShortText& out) noexcept;
/// The shortest text that reads back as the same double: plain from 1e-5 to 1e15, else with an
/// exponent, at most 24 characters (the display size of a DOUBLE). Inf, -Inf and NaN as SQLite's
/// shell has them.
void print(double value, ShortText& out) noexcept;
void print(float value, ShortText& out) noexcept;
/// All digits, the scale kept: "-12.50".
void print(const Decimal& value, ShortText& out) noexcept;

/// SQL_NUMERIC_STRUCT has its digits as a little-endian integer.
[[nodiscard]] SQL_NUMERIC_STRUCT to_numeric_struct(const Decimal& value, int precision) noexcept;
/// 22003 for a scale or digits past 38.
[[nodiscard]] Parsed<Decimal> to_decimal(const SQL_NUMERIC_STRUCT& numeric, int scale) noexcept;

/// Characters that cannot be cut off a printed number without making it another one: the sign
/// and the digits before the point, or all with an exponent.
[[nodiscard]] std::size_t whole_length(std::string_view number) noexcept;

}  // namespace dqlite::odbc
