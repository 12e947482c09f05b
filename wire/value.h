// A value as it travels: a type and a borrowed view of its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "wire/protocol.h"

namespace dqlite::wire {

/// One value. Text and blob borrow their bytes from the frame (or from the application): the view
/// is good only as long as those bytes are. Trivially copyable, no allocation.
class Value {
  public:
    constexpr Value() noexcept : integer_{0} {}

    static constexpr Value null() noexcept { return {}; }
    static constexpr Value integer(std::int64_t v) noexcept { return {ValueType::integer, v}; }
    static constexpr Value boolean(bool v) noexcept { return {ValueType::boolean, v ? 1 : 0}; }
    static constexpr Value unix_time(std::int64_t seconds) noexcept {
        return {ValueType::unix_time, seconds};
    }
    /// A boolean as a server sends it: any 64-bit integer.
    static constexpr Value raw_boolean(std::int64_t v) noexcept { return {ValueType::boolean, v}; }
    static constexpr Value real(double v) noexcept {
        Value r;
        r.type_ = ValueType::real;
        r.real_ = v;
        return r;
    }
    static constexpr Value text(std::string_view v) noexcept { return {ValueType::text, v}; }
    static constexpr Value iso8601(std::string_view v) noexcept { return {ValueType::iso8601, v}; }
    static constexpr Value blob(std::string_view v) noexcept { return {ValueType::blob, v}; }

    [[nodiscard]] constexpr ValueType type() const noexcept { return type_; }
    [[nodiscard]] constexpr bool is_null() const noexcept { return type_ == ValueType::null; }
    /// integer, boolean, unix_time
    [[nodiscard]] constexpr std::int64_t as_integer() const noexcept { return integer_; }
    [[nodiscard]] constexpr double as_real() const noexcept { return real_; }
    /// text, iso8601 (UTF-8 as the server has it, not checked) and blob
    [[nodiscard]] constexpr std::string_view as_bytes() const noexcept { return {data_, size_}; }

    [[nodiscard]] constexpr bool holds_integer() const noexcept {
        return type_ == ValueType::integer || type_ == ValueType::boolean ||
               type_ == ValueType::unix_time;
    }
    [[nodiscard]] constexpr bool holds_text() const noexcept {
        return type_ == ValueType::text || type_ == ValueType::iso8601;
    }

  private:
    constexpr Value(ValueType t, std::int64_t v) noexcept : type_{t}, integer_{v} {}
    constexpr Value(ValueType t, std::string_view v) noexcept
        : type_{t}, integer_{0}, data_{v.data()}, size_{v.size()} {}

    ValueType type_ = ValueType::null;
    union {
        std::int64_t integer_;
        double real_;
    };
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace dqlite::wire
