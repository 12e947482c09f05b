#include "driver/convert/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace dqlite::odbc {
namespace {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& rest) noexcept {
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_digit);
    const auto size = static_cast<std::size_t>(end - rest.begin());
    const std::string_view digits = rest.substr(0, size);
    rest.remove_prefix(size);
    return digits;
}

/// Takes the exponent of a literal; false if there are no digits where digits must be.
bool take_exponent(std::string_view& rest, int& exponent) noexcept {
    if (rest.empty() || (rest.front() != 'e' && rest.front() != 'E')) return true;
    rest.remove_prefix(1);
    const bool negative = !rest.empty() && rest.front() == '-';
    if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) rest.remove_prefix(1);
    const std::string_view digits = take_digits(rest);
    constexpr int clamp = 100'000;
    for (const char c : digits) exponent = std::min(exponent * 10 + (c - '0'), clamp);
    if (negative) exponent = -exponent;
    return !digits.empty();
}

constexpr auto powers_of_ten = [] {
    std::array<Decimal::Digits, max_decimal_digits + 1> powers{};
    Decimal::Digits power = 1;
    for (auto& entry : powers) {
        entry = power;
        power *= 10;
    }
    return powers;
}();

constexpr Decimal::Digits power_of_ten(int exponent) noexcept {
    return powers_of_ten[static_cast<std::size_t>(exponent)];
}

/// The digit `place` places before (>= 0) or behind (< 0) the point of a literal.
int digit_at(const NumericLiteral& literal, long place) noexcept {
    const long index = static_cast<long>(literal.whole.size()) + literal.exponent - 1 - place;
    const auto whole = static_cast<long>(literal.whole.size());
    const auto all = whole + static_cast<long>(literal.fraction.size());
    if (index < 0 || index >= all) return 0;
    const auto i = static_cast<std::size_t>(index);
    return index < whole ? literal.whole[i] - '0'
                         : literal.fraction[i - literal.whole.size()] - '0';
}

template <typename Floating>
void print_floating(Floating value, ShortText& out) noexcept {
    if (std::isnan(value)) return out.append("NaN");
    if (std::isinf(value)) return out.append(value < 0 ? "-Inf" : "Inf");
    const double size = std::fabs(static_cast<double>(value));
    const bool plain = size == 0 || (size >= 1e-5 && size < 1e15);
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    out.resize_to(std::to_chars(out.end(), out.limit(), value, format).ptr);
}

}  // namespace

void ShortText::append(std::string_view text) noexcept {
    std::memcpy(end(), text.data(), text.size());
    size_ += text.size();
}

void ShortText::append_padded(std::uint32_t number, unsigned width) noexcept {
    std::array<char, 10> digits;
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    const auto length = static_cast<std::size_t>(result.ptr - digits.data());
    for (std::size_t i = length; i < width; ++i) append('0');
    append({digits.data(), length});
}

std::string_view trim_blanks(std::string_view text) noexcept {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::optional<NumericLiteral> parse_literal(std::string_view text) noexcept {
    NumericLiteral literal;
    std::string_view rest = trim_blanks(text);
    if (!rest.empty() && rest.front() == '+') {
        rest.remove_prefix(1);
        literal.text = rest;
    } else {
        literal.text = rest;
        literal.negative = !rest.empty() && rest.front() == '-';
        if (literal.negative) rest.remove_prefix(1);
    }
    literal.whole = take_digits(rest);
    if (!rest.empty() && rest.front() == '.') {
        rest.remove_prefix(1);
        literal.fraction = take_digits(rest);
    }
    if (literal.whole.empty() && literal.fraction.empty()) return std::nullopt;
    if (!take_exponent(rest, literal.exponent) || !rest.empty()) return std::nullopt;
    return literal;
}

Parsed<Decimal> to_decimal(const NumericLiteral& literal) noexcept {
    // The first digit that is not zero decides how many places there are; a huge exponent must
    // not be walked digit by digit.
    const auto first_place = static_cast<long>(literal.whole.size()) + literal.exponent - 1;
    const auto last_place = -static_cast<long>(literal.fraction.size()) + literal.exponent;
    long top = first_place;
    while (top >= last_place && digit_at(literal, top) == 0) --top;
    Parsed<Decimal> result;
    result.value.negative = literal.negative;
    if (top < last_place) {
        result.value.negative = false;
        return result;  // zero, however written
    }
    if (top >= max_decimal_digits) return {{}, SqlState::s22003};
    long bottom = last_place;
    while (bottom < 0 && digit_at(literal, bottom) == 0) ++bottom;
    const long fits = std::max<long>({bottom, -max_decimal_digits, top - (max_decimal_digits - 1)});
    if (bottom < fits) result.state = SqlState::s01S07;
    for (long place = top; place >= std::min<long>(fits, 0); --place) {
        result.value.digits =
            result.value.digits * 10 + static_cast<unsigned>(digit_at(literal, place));
    }
    result.value.scale = static_cast<int>(std::max<long>(-fits, 0));
    if (result.value.digits == 0) result.value.negative = false;
    return result;
}

Parsed<Decimal> to_decimal(std::string_view text) noexcept {
    const auto literal = parse_literal(text);
    if (!literal) return {{}, SqlState::s22018};
    return to_decimal(*literal);
}

Decimal to_decimal(std::int64_t value) noexcept {
    const auto bits = static_cast<std::uint64_t>(value);
    return {value < 0 ? std::uint64_t{0} - bits : bits, 0, value < 0};
}

Decimal to_decimal_unsigned(std::uint64_t value) noexcept {
    return {value, 0, false};
}

Parsed<Decimal> to_decimal(double value) noexcept {
    if (!std::isfinite(value)) return {{}, SqlState::s22003};
    ShortText text;
    print(value, text);
    return to_decimal(text.view());
}

Parsed<double> to_double(const NumericLiteral& literal) noexcept {
    double value = 0;
    const char* const end = literal.text.data() + literal.text.size();
    const auto result = std::from_chars(literal.text.data(), end, value);
    if (result.ec == std::errc{}) return {value, SqlState::s00000};
    // Out of range at one end or the other; what is too small to tell from 0 is 0.
    long top = static_cast<long>(literal.whole.size()) + literal.exponent - 1;
    const long last = -static_cast<long>(literal.fraction.size()) + literal.exponent;
    while (top > last && digit_at(literal, top) == 0) --top;
    if (top > 0) return {0, SqlState::s22003};
    return {literal.negative ? -0.0 : 0.0, SqlState::s00000};
}

Parsed<double> to_double(std::string_view text) noexcept {
    const auto literal = parse_literal(text);
    if (!literal) return {0, SqlState::s22018};
    return to_double(*literal);
}

template <typename Integer>
Parsed<Integer> to_integer(const Decimal& value) noexcept {
    const Decimal::Digits power = power_of_ten(value.scale);
    const Decimal::Digits whole = value.digits / power;
    const SqlState state = value.digits % power == 0 ? SqlState::s00000 : SqlState::s01S07;
    const bool negative = value.negative && whole != 0;
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<Integer>::max());
    if constexpr (std::numeric_limits<Integer>::is_signed) {
        if (whole > Decimal::Digits{most} + (negative ? 1 : 0)) return {0, SqlState::s22003};
        const auto bits = static_cast<std::uint64_t>(whole);
        return {static_cast<Integer>(negative ? std::uint64_t{0} - bits : bits), state};
    } else {
        if (negative || whole > most) return {0, SqlState::s22003};
        return {static_cast<Integer>(whole), state};
    }
}
template Parsed<std::int64_t> to_integer<std::int64_t>(const Decimal&) noexcept;
template Parsed<std::uint64_t> to_integer<std::uint64_t>(const Decimal&) noexcept;

Parsed<Decimal> rescale(const Decimal& value, int precision, int scale) noexcept {
    Parsed<Decimal> result{value, SqlState::s00000};
    result.value.scale = scale;
    if (scale < value.scale) {
        const Decimal::Digits power = power_of_ten(value.scale - scale);
        result.value.digits = value.digits / power;
        if (value.digits % power != 0) result.state = SqlState::s01S07;
    } else if (scale > value.scale && value.digits != 0) {
        if (count_digits(value.digits) + scale - value.scale > max_decimal_digits) {
            return {{}, SqlState::s22003};
        }
        result.value.digits = value.digits * power_of_ten(scale - value.scale);
    }
    if (count_digits(result.value.digits) > precision) return {{}, SqlState::s22003};
    if (result.value.digits == 0) result.value.negative = false;
    return result;
}

Decimal trim_zeros(Decimal value) noexcept {
    while (value.scale > 0 && value.digits % 10 == 0) {
        value.digits /= 10;
        --value.scale;
    }
    return value;
}

int count_digits(Decimal::Digits digits) noexcept {
    const auto* const above = std::upper_bound(powers_of_ten.begin(), powers_of_ten.end(), digits);
    return static_cast<int>(above - powers_of_ten.begin());
}

void print(std::int64_t value, ShortText& out) noexcept {
    out.resize_to(std::to_chars(out.end(), out.limit(), value).ptr);
}

void print(std::uint64_t value, ShortText& out) noexcept {
    out.resize_to(std::to_chars(out.end(), out.limit(), value).ptr);
}

void print(double value, ShortText& out) noexcept {
    print_floating(value, out);
}
void print(float value, ShortText& out) noexcept {
    print_floating(value, out);
}

void print(const Decimal& value, ShortText& out) noexcept {
    if (value.negative) out.append('-');
    std::array<char, max_decimal_digits + 1> digits;
    std::size_t count = 0;
    for (Decimal::Digits rest = value.digits; rest != 0; rest /= 10) {
        digits[count++] = static_cast<char>('0' + static_cast<int>(rest % 10));
    }
    const auto scale = static_cast<std::size_t>(value.scale);
    if (count <= scale) out.append('0');
    while (count > scale) out.append(digits[--count]);
    if (scale == 0) return;
    out.append('.');
    for (std::size_t i = scale; i > count; --i) out.append('0');
    while (count > 0) out.append(digits[--count]);
}

SQL_NUMERIC_STRUCT to_numeric_struct(const Decimal& value, int precision) noexcept {
    SQL_NUMERIC_STRUCT numeric{};
    numeric.precision = static_cast<SQLCHAR>(precision);
    numeric.scale = static_cast<SQLSCHAR>(value.scale);
    numeric.sign = value.negative ? 0 : 1;
    Decimal::Digits rest = value.digits;
    for (SQLCHAR& byte : numeric.val) {
        byte = static_cast<SQLCHAR>(rest & 0xFFU);
        rest >>= 8U;
    }
    return numeric;
}

Parsed<Decimal> to_decimal(const SQL_NUMERIC_STRUCT& numeric, int scale) noexcept {
    Decimal value;
    for (std::size_t i = std::size(numeric.val); i > 0; --i) {
        value.digits = (value.digits << 8U) | numeric.val[i - 1];
    }
    value.negative = numeric.sign == 0 && value.digits != 0;
    // A negative scale counts zeros before the point.
    for (; scale < 0 && value.digits != 0; ++scale) {
        if (count_digits(value.digits) >= max_decimal_digits) return {{}, SqlState::s22003};
        value.digits *= 10;
    }
    value.scale = std::max(scale, 0);
    if (value.scale > max_decimal_digits || count_digits(value.digits) > max_decimal_digits) {
        return {{}, SqlState::s22003};
    }
    return {value, SqlState::s00000};
}

std::size_t whole_length(std::string_view number) noexcept {
    if (number.find('e') != std::string_view::npos) return number.size();
    return std::min(number.find('.'), number.size());
}

}  // namespace dqlite::odbc
