// C++ values as parameters of a statement, and values of a result as C++ types. NULL is
// std::nullopt; nothing is converted silently: a type that does not fit is an error.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "client/error.h"
#include "wire/value.h"

namespace dqlite::client {

using Blob = std::vector<std::byte>;

// ----------------------------------------------------------------------------------- parameters

/// Borrows texts and blobs: they must live until the call that sends them has ended.
template <typename T>
[[nodiscard]] wire::Value to_value(const T& value) noexcept {
    if constexpr (std::same_as<T, wire::Value>) {
        return value;
    } else if constexpr (std::same_as<T, std::nullptr_t> || std::same_as<T, std::nullopt_t>) {
        return wire::Value::null();
    } else if constexpr (std::same_as<T, bool>) {
        return wire::Value::boolean(value);
    } else if constexpr (std::integral<T>) {
        static_assert(std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t),
                      "SQLite's integers are signed");
        return wire::Value::integer(static_cast<std::int64_t>(value));
    } else if constexpr (std::floating_point<T>) {
        return wire::Value::real(static_cast<double>(value));
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return wire::Value::text(value);
    } else if constexpr (std::convertible_to<const T&, std::span<const std::byte>>) {
        const std::span<const std::byte> bytes{value};
        return wire::Value::blob({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    } else {
        return value ? to_value(*value) : wire::Value::null();  // std::optional
    }
}

template <typename... Ts>
[[nodiscard]] std::array<wire::Value, sizeof...(Ts)> to_values(const Ts&... values) noexcept {
    return {to_value(values)...};
}

// --------------------------------------------------------------------------------------- results

namespace detail {

template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Whether the value is of that type; `out` is set if so.
[[nodiscard]] inline bool read_value(const wire::Value& value, bool& out) {
    if (!value.holds_integer()) return false;
    out = value.as_integer() != 0;
    return true;
}
template <std::integral T>
[[nodiscard]] bool read_value(const wire::Value& value, T& out) {
    if (!value.holds_integer() || !std::in_range<T>(value.as_integer())) return false;
    out = static_cast<T>(value.as_integer());
    return true;
}
template <std::floating_point T>
[[nodiscard]] bool read_value(const wire::Value& value, T& out) {
    if (value.type() == wire::ValueType::real) {
        out = static_cast<T>(value.as_real());
        return true;
    }
    if (value.type() != wire::ValueType::integer) return false;
    out = static_cast<T>(value.as_integer());
    return true;
}
[[nodiscard]] inline bool read_value(const wire::Value& value, std::string& out) {
    if (!value.holds_text()) return false;
    out = value.as_bytes();
    return true;
}
[[nodiscard]] inline bool read_value(const wire::Value& value, Blob& out) {
    if (value.type() != wire::ValueType::blob) return false;
    const auto* const begin = reinterpret_cast<const std::byte*>(value.as_bytes().data());
    out.assign(begin, begin + value.as_bytes().size());
    return true;
}
template <typename T>
[[nodiscard]] bool read_value(const wire::Value& value, std::optional<T>& out) {
    if (value.is_null()) {
        out.reset();
        return true;
    }
    return read_value(value, out.emplace());
}

/// The error of a value that is of another type; `column` counts from 0.
[[nodiscard]] Error wrong_type(const wire::Value& value, std::size_t column,
                               std::span<const std::string> names);
[[nodiscard]] Error wrong_column_count(std::size_t columns, std::size_t types);

}  // namespace detail

/// A row as the types asked for: the value itself where that is one, else a tuple.
template <typename... Ts>
using RowAs = std::conditional_t<sizeof...(Ts) == 1, std::tuple_element_t<0, std::tuple<Ts...>>,
                                 std::tuple<Ts...>>;

/// Reads a row of a stream (RowStream, AsyncRowStream) that stands on one.
template <typename... Ts, typename Stream>
[[nodiscard]] Result<RowAs<Ts...>> read_row(const Stream& stream) {
    const std::span<const wire::Value> values = stream.row();
    if (values.size() != sizeof...(Ts)) {
        return fail(detail::wrong_column_count(values.size(), sizeof...(Ts)));
    }
    std::tuple<Ts...> row;
    std::size_t column = 0;
    const bool fits = std::apply(
        [&](Ts&... fields) {
            return ((detail::read_value(values[column], fields) && (++column, true)) && ...);
        },
        row);
    if (!fits) return fail(detail::wrong_type(values[column], column, stream.column_names()));
    if constexpr (sizeof...(Ts) == 1) {
        return std::get<0>(std::move(row));
    } else {
        return row;
    }
}

}  // namespace dqlite::client
