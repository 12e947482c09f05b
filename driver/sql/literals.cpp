#include "driver/sql/literals.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace dqlite::odbc {
namespace {

constexpr std::size_t date_length = 10;
constexpr std::size_t time_length = 8;
constexpr std::size_t most_fraction_digits = 9;

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

constexpr bool is_hex_digit(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// In a shape, 9 stands for a digit and x for a hexadecimal one.
bool has_shape(std::string_view text, std::string_view shape) noexcept {
    return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char kind) {
        if (kind == '9') return is_digit(c);
        return kind == 'x' ? is_hex_digit(c) : c == kind;
    });
}

int number(std::string_view digits) noexcept {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

int days_in(int year, int month) noexcept {
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && is_leap ? 29 : days.at(static_cast<std::size_t>(month - 1));
}

}  // namespace

bool is_date(std::string_view text) noexcept {
    if (!has_shape(text, "9999-99-99")) return false;
    const int month = number(text.substr(5, 2));
    const int day = number(text.substr(8, 2));
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= days_in(number(text.substr(0, 4)), month);
}

bool is_time(std::string_view text) noexcept {
    if (!has_shape(text.substr(0, time_length), "99:99:99")) return false;
    if (number(text.substr(0, 2)) > 23 || number(text.substr(3, 2)) > 59 ||
        number(text.substr(6, 2)) > 59) {
        return false;
    }
    const std::string_view fraction = text.substr(time_length);
    return fraction.empty() || (fraction.front() == '.' && fraction.size() >= 2 &&
                                fraction.size() <= most_fraction_digits + 1 &&
                                std::all_of(fraction.begin() + 1, fraction.end(), is_digit));
}

bool is_timestamp(std::string_view text) noexcept {
    return text.size() > date_length && text[date_length] == ' ' &&
           is_date(text.substr(0, date_length)) && is_time(text.substr(date_length + 1));
}

bool is_guid(std::string_view text) noexcept {
    return has_shape(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
}

}  // namespace dqlite::odbc
