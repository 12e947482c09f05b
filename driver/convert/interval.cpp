#include "driver/convert/interval.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "driver/convert/datetime.h"

namespace dqlite::odbc {
namespace {

enum class Field : std::uint8_t { year, month, day, hour, minute, second };

/// One interval type: its fields and SQL_INTERVAL_STRUCT's own code for it.
struct Shape {
    SQLSMALLINT concise;
    SQLINTERVAL code;
    Field first;
    Field last;
    std::string_view qualifier;
};

// Types of several fields come from the longest to the shortest: text without a qualifier is read
// as the first that fits.
constexpr std::array shapes{
    Shape{SQL_INTERVAL_YEAR_TO_MONTH, SQL_IS_YEAR_TO_MONTH, Field::year, Field::month,
          "YEAR TO MONTH"},
    Shape{SQL_INTERVAL_DAY_TO_SECOND, SQL_IS_DAY_TO_SECOND, Field::day, Field::second,
          "DAY TO SECOND"},
    Shape{SQL_INTERVAL_DAY_TO_MINUTE, SQL_IS_DAY_TO_MINUTE, Field::day, Field::minute,
          "DAY TO MINUTE"},
    Shape{SQL_INTERVAL_DAY_TO_HOUR, SQL_IS_DAY_TO_HOUR, Field::day, Field::hour, "DAY TO HOUR"},
    Shape{SQL_INTERVAL_HOUR_TO_SECOND, SQL_IS_HOUR_TO_SECOND, Field::hour, Field::second,
          "HOUR TO SECOND"},
    Shape{SQL_INTERVAL_HOUR_TO_MINUTE, SQL_IS_HOUR_TO_MINUTE, Field::hour, Field::minute,
          "HOUR TO MINUTE"},
    Shape{SQL_INTERVAL_MINUTE_TO_SECOND, SQL_IS_MINUTE_TO_SECOND, Field::minute, Field::second,
          "MINUTE TO SECOND"},
    Shape{SQL_INTERVAL_YEAR, SQL_IS_YEAR, Field::year, Field::year, "YEAR"},
    Shape{SQL_INTERVAL_MONTH, SQL_IS_MONTH, Field::month, Field::month, "MONTH"},
    Shape{SQL_INTERVAL_DAY, SQL_IS_DAY, Field::day, Field::day, "DAY"},
    Shape{SQL_INTERVAL_HOUR, SQL_IS_HOUR, Field::hour, Field::hour, "HOUR"},
    Shape{SQL_INTERVAL_MINUTE, SQL_IS_MINUTE, Field::minute, Field::minute, "MINUTE"},
    Shape{SQL_INTERVAL_SECOND, SQL_IS_SECOND, Field::second, Field::second, "SECOND"},
};

struct FieldEntry {
    std::uint32_t units;  ///< months or seconds in one of it
    std::uint32_t limit;  ///< the largest value where it is not the leading field
    char separator;       ///< what stands before it
};
constexpr std::array field_table{
    FieldEntry{12, 0, '\0'},    FieldEntry{1, 11, '-'},  FieldEntry{86'400, 0, '\0'},
    FieldEntry{3'600, 23, ' '}, FieldEntry{60, 59, ':'}, FieldEntry{1, 59, ':'},
};
constexpr const FieldEntry& entry_of(Field field) noexcept {
    return field_table[static_cast<std::size_t>(field)];
}
constexpr Field after(Field field) noexcept {
    return static_cast<Field>(static_cast<std::uint8_t>(field) + 1);
}
constexpr bool is_year_month(const Shape& shape) noexcept {
    return shape.last <= Field::month;
}

/// The one place where fields are told apart from the structure's members.
template <typename Interval>
auto& member(Interval& interval, Field field) noexcept {
    switch (field) {
        case Field::year:
            return interval.intval.year_month.year;
        case Field::month:
            return interval.intval.year_month.month;
        case Field::day:
            return interval.intval.day_second.day;
        case Field::hour:
            return interval.intval.day_second.hour;
        case Field::minute:
            return interval.intval.day_second.minute;
        case Field::second:
            break;
    }
    return interval.intval.day_second.second;
}

/// An interval without its fields: months, or seconds and billionths.
struct Span {
    std::uint64_t whole = 0;
    std::uint32_t billionths = 0;
    bool negative = false;
};

const Shape* find_shape(SQLSMALLINT concise) noexcept {
    const auto* const found = std::find_if(
        shapes.begin(), shapes.end(), [&](const Shape& shape) { return shape.concise == concise; });
    return found == shapes.end() ? nullptr : found;
}

std::uint32_t power(int exponent) noexcept {
    std::uint32_t result = 1;
    for (; exponent > 0; --exponent) result *= 10;
    return result;
}

Parsed<SQL_INTERVAL_STRUCT> distribute(const Span& span, const Shape& shape,
                                       const IntervalType& type) noexcept {
    Parsed<SQL_INTERVAL_STRUCT> result;
    SQL_INTERVAL_STRUCT& interval = result.value;
    interval.interval_type = shape.code;
    std::uint64_t rest = span.whole;
    for (Field field = shape.first;; field = after(field)) {
        const std::uint64_t count = rest / entry_of(field).units;
        rest %= entry_of(field).units;
        if (count > std::numeric_limits<SQLUINTEGER>::max()) return {{}, SqlState::s22015};
        if (field == shape.first && type.leading_precision > 0 && type.leading_precision < 10 &&
            count >= power(type.leading_precision)) {
            return {{}, SqlState::s22015};
        }
        member(interval, field) = static_cast<SQLUINTEGER>(count);
        if (field == shape.last) break;
    }
    bool lost = rest != 0;
    if (shape.last == Field::second) {
        const std::uint32_t step = power(9 - std::clamp(type.seconds_precision, 0, 9));
        interval.intval.day_second.fraction = span.billionths / step * step;
        lost = lost || span.billionths % step != 0;
    } else {
        lost = lost || span.billionths != 0;
    }
    interval.interval_sign = span.negative ? SQL_TRUE : SQL_FALSE;
    if (lost) result.state = SqlState::s01S07;
    return result;
}

/// The digits at the front of `rest` as a field; false if there are none, or past 12 of them.
bool take_count(std::string_view& rest, std::uint64_t& count) noexcept {
    constexpr std::size_t most_digits = 12;
    std::size_t digits = 0;
    count = 0;
    for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits) {
        if (digits == most_digits) return false;
        count = count * 10 + static_cast<std::uint64_t>(rest[digits] - '0');
    }
    rest.remove_prefix(digits);
    return digits != 0;
}

/// Reads the fields of one shape; nullopt if the text is of another.
std::optional<Span> read_fields(std::string_view text, const Shape& shape) noexcept {
    Span span;
    for (Field field = shape.first;; field = after(field)) {
        if (field != shape.first) {
            if (text.empty() || text.front() != entry_of(field).separator) return std::nullopt;
            text.remove_prefix(1);
        }
        std::uint64_t count = 0;
        if (!take_count(text, count)) return std::nullopt;
        if (field != shape.first && count > entry_of(field).limit) return std::nullopt;
        span.whole += count * entry_of(field).units;
        if (field == shape.last) break;
    }
    if (shape.last == Field::second && !text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        if (text.empty()) return span;
        const auto fraction = take_fraction(text);
        if (!fraction) return std::nullopt;
        span.billionths = *fraction;
    }
    if (!text.empty()) return std::nullopt;
    return span;
}

bool take_sign(std::string_view& text) noexcept {
    if (text.empty() || (text.front() != '-' && text.front() != '+')) return false;
    const bool negative = text.front() == '-';
    text = trim_blanks(text.substr(1));
    return negative;
}

bool equal_ignoring_case(std::string_view text, std::string_view upper) noexcept {
    return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), [](char a, char b) {
        return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
    });
}

/// A literal's string, sign and shape; for a bare interval-string the shape is null.
struct Literal {
    std::string_view text;
    const Shape* shape = nullptr;
    bool negative = false;
};

std::optional<Literal> read_literal(std::string_view text) noexcept {
    constexpr std::string_view keyword = "INTERVAL";
    Literal literal;
    literal.text = trim_blanks(text);
    if (!equal_ignoring_case(literal.text.substr(0, keyword.size()), keyword)) {
        literal.negative = take_sign(literal.text);
        return literal;
    }
    std::string_view rest = trim_blanks(literal.text.substr(keyword.size()));
    literal.negative = take_sign(rest);
    if (rest.empty() || rest.front() != '\'') return std::nullopt;
    const std::size_t close = rest.find('\'', 1);
    if (close == std::string_view::npos) return std::nullopt;
    literal.text = trim_blanks(rest.substr(1, close - 1));
    if (take_sign(literal.text)) literal.negative = !literal.negative;
    const std::string_view qualifier = trim_blanks(rest.substr(close + 1));
    for (const Shape& shape : shapes) {
        if (equal_ignoring_case(qualifier, shape.qualifier)) literal.shape = &shape;
    }
    if (literal.shape == nullptr) return std::nullopt;
    return literal;
}

std::optional<Span> read_span(const Literal& literal, const Shape& target) noexcept {
    if (literal.shape != nullptr) {
        if (is_year_month(*literal.shape) != is_year_month(target)) return std::nullopt;
        return read_fields(literal.text, *literal.shape);
    }
    if (auto own = read_fields(literal.text, target)) return own;
    for (const Shape& shape : shapes) {
        if (shape.first == shape.last || is_year_month(shape) != is_year_month(target)) continue;
        if (auto other = read_fields(literal.text, shape)) return other;
    }
    return std::nullopt;
}

std::optional<Span> span_of(const SQL_INTERVAL_STRUCT& interval, const Shape& shape) noexcept {
    Span span;
    for (Field field = shape.first;; field = after(field)) {
        const std::uint32_t count = member(interval, field);
        if (field != shape.first && count > entry_of(field).limit) return std::nullopt;
        span.whole += std::uint64_t{count} * entry_of(field).units;
        if (field == shape.last) break;
    }
    if (shape.last == Field::second) span.billionths = interval.intval.day_second.fraction;
    if (span.billionths >= 1'000'000'000) return std::nullopt;
    span.negative = interval.interval_sign == SQL_TRUE;
    return span;
}

}  // namespace

Parsed<SQL_INTERVAL_STRUCT> parse_interval(std::string_view text,
                                           const IntervalType& type) noexcept {
    const Shape* const shape = find_shape(type.concise);
    const auto literal = read_literal(text);
    if (shape == nullptr || !literal) return {{}, SqlState::s22018};
    auto span = read_span(*literal, *shape);
    if (!span) return {{}, SqlState::s22018};
    span->negative = literal->negative && (span->whole != 0 || span->billionths != 0);
    return distribute(*span, *shape, type);
}

Parsed<SQL_INTERVAL_STRUCT> interval_of_number(const Decimal& number,
                                               const IntervalType& type) noexcept {
    const Shape* const shape = find_shape(type.concise);
    if (shape == nullptr || shape->first != shape->last) return {{}, SqlState::s22015};
    Decimal size = number;
    size.negative = false;
    const Parsed<std::uint64_t> whole = to_integer<std::uint64_t>(size);
    if (is_error(whole.state) || whole.value > std::numeric_limits<SQLUINTEGER>::max()) {
        return {{}, SqlState::s22015};
    }
    Span span{whole.value * entry_of(shape->first).units, 0, number.negative};
    SqlState state = whole.state;
    if (shape->last == Field::second) {
        // What is behind the whole seconds is at most 38 digits: nine of them are billionths.
        const Parsed<Decimal> fine = rescale(size, max_decimal_digits, std::min(size.scale, 9));
        const Decimal whole_part{whole.value, 0, false};
        const Parsed<Decimal> scaled = rescale(whole_part, max_decimal_digits, fine.value.scale);
        const auto fraction = static_cast<std::uint32_t>(fine.value.digits - scaled.value.digits);
        span.billionths = fraction * power(9 - fine.value.scale);
        state = fine.state;
    }
    Parsed<SQL_INTERVAL_STRUCT> result = distribute(span, *shape, type);
    if (result.state == SqlState::s00000) result.state = state;
    return result;
}

Parsed<SQL_INTERVAL_STRUCT> convert_interval(const SQL_INTERVAL_STRUCT& interval,
                                             SQLSMALLINT from_type,
                                             const IntervalType& to) noexcept {
    const Shape* const from = find_shape(from_type);
    const Shape* const shape = find_shape(to.concise);
    if (from == nullptr || shape == nullptr || is_year_month(*from) != is_year_month(*shape)) {
        return {{}, SqlState::s22015};
    }
    const auto span = span_of(interval, *from);
    if (!span) return {{}, SqlState::s22015};
    return distribute(*span, *shape, to);
}

SqlState print(const SQL_INTERVAL_STRUCT& interval, SQLSMALLINT concise, ShortText& out) noexcept {
    const Shape* const shape = find_shape(concise);
    if (shape == nullptr || !span_of(interval, *shape)) return SqlState::s22015;
    if (interval.interval_sign == SQL_TRUE) out.append('-');
    for (Field field = shape->first;; field = after(field)) {
        if (field != shape->first) out.append(entry_of(field).separator);
        out.append_padded(member(interval, field), field == shape->first ? 1 : 2);
        if (field == shape->last) break;
    }
    if (shape->last == Field::second) print_fraction(interval.intval.day_second.fraction, out);
    return SqlState::s00000;
}

Decimal number_of_interval(const SQL_INTERVAL_STRUCT& interval, SQLSMALLINT concise) noexcept {
    const Shape* const shape = find_shape(concise);
    if (shape == nullptr) return {};
    Decimal number{member(interval, shape->first), 0, interval.interval_sign == SQL_TRUE};
    if (shape->last == Field::second) {
        number.digits = number.digits * 1'000'000'000U + interval.intval.day_second.fraction;
        number.scale = 9;
    }
    if (number.digits == 0) number.negative = false;
    return trim_zeros(number);
}

}  // namespace dqlite::odbc
