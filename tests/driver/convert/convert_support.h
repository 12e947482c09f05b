// What the conversion tests share: guarded buffers and one-line conversions.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "driver/convert/from_c.h"
#include "driver/convert/text.h"
#include "driver/convert/to_c.h"

namespace dqlite::odbc {

inline void PrintTo(SqlState state, std::ostream* out) {
    *out << entry(state).code;
}

namespace testing_support {

/// A buffer between guard bytes that nobody may touch. Its start is odd on purpose: application
/// buffers may be unaligned.
class GuardedBuffer {
  public:
    explicit GuardedBuffer(std::size_t size) : bytes_(size + 2 * guard, fill), size_{size} {}

    [[nodiscard]] char* data() noexcept { return bytes_.data() + guard; }
    [[nodiscard]] SQLLEN capacity() const noexcept { return static_cast<SQLLEN>(size_); }
    [[nodiscard]] bool intact_from(std::size_t used) const noexcept {
        for (std::size_t i = 0; i < bytes_.size(); ++i) {
            const bool inside = i >= guard && i < guard + std::min(used, size_);
            if (!inside && bytes_[i] != fill) return false;
        }
        return true;
    }
    [[nodiscard]] bool intact() const noexcept { return intact_from(size_); }

  private:
    static constexpr std::size_t guard = 65;
    static constexpr char fill = '\x5A';
    std::vector<char> bytes_;
    std::size_t size_;
};

inline SqlType type_of(SQLSMALLINT concise, SQLSMALLINT decimal_digits = 0) {
    SqlType type;
    type.concise = concise;
    type.decimal_digits = decimal_digits;
    return type;
}

inline std::basic_string<SQLWCHAR> wide(std::string_view utf8) {
    std::basic_string<SQLWCHAR> out;
    append_wide(utf8, out);
    return out;
}

inline std::string narrow(std::basic_string_view<SQLWCHAR> units) {
    std::string out;
    append_utf8(units, out);
    return out;
}

template <typename T>
struct Fetched {
    SqlState state = SqlState::s00000;
    T value{};
    SQLLEN length = -99;
};

/// A value into a fixed-length C type, as a bound column.
template <typename T>
Fetched<T> fetch(const wire::Value& value, const SqlType& type, SQLSMALLINT c_type,
                 SQLSMALLINT precision = 0, SQLSMALLINT scale = 0) {
    Fetched<T> fetched;
    GuardedBuffer buffer{sizeof(T)};
    CTarget target;
    target.c_type = c_type;
    target.data = buffer.data();
    target.capacity = 0;  // ignored for these types
    target.octet_length = &fetched.length;
    target.indicator = &fetched.length;
    target.precision = precision;
    target.scale = scale;
    fetched.state = to_c(value, type, target).state;
    EXPECT_TRUE(buffer.intact());
    std::memcpy(&fetched.value, buffer.data(), sizeof(T));
    return fetched;
}

/// A value as text in a buffer of `capacity` bytes.
inline Fetched<std::string> fetch_text(const wire::Value& value, const SqlType& type,
                                       std::size_t capacity = 1000, SQLULEN max_length = 0) {
    Fetched<std::string> fetched;
    GuardedBuffer buffer{capacity};
    CTarget target;
    target.data = buffer.data();
    target.capacity = buffer.capacity();
    target.octet_length = &fetched.length;
    target.indicator = &fetched.length;
    target.max_length = max_length;
    fetched.state = to_c(value, type, target).state;
    EXPECT_TRUE(buffer.intact());
    if (!is_error(fetched.state) && capacity > 0 && fetched.length != SQL_NULL_DATA) {
        fetched.value.assign(buffer.data());
    }
    return fetched;
}

/// A parameter and what was made of it.
struct Sent {
    SqlState state = SqlState::s00000;
    wire::Value value;
    std::string storage;
};

inline void send(const CSource& source, Sent& sent) {
    sent.state = from_c(source, sent.value, sent.storage);
}

}  // namespace testing_support
}  // namespace dqlite::odbc
