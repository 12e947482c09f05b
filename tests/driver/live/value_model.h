// What the ODBC Reference (Appendix D, "Converting Data from SQL to C Data Types") says must
// arrive: a model that knows how a value was made, and so never parses or renders one as the driver
// does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sql.h>
#include <sqlext.h>

#include "tests/support/seed.h"

namespace dqlite::test {

/// What a value is, and the column it lies in.
enum class SampleKind {
    null,            ///< in a BIGINT column
    integer,         ///< BIGINT
    real,            ///< DOUBLE
    text,            ///< TEXT: letters that read as nothing
    number_text,     ///< TEXT: an integer, perhaps with a fraction
    date_text,       ///< TEXT: a date
    timestamp_text,  ///< TEXT: a timestamp
    blob,            ///< BLOB
    date,            ///< DATE
    time,            ///< TIME
    timestamp,       ///< TIMESTAMP
    guid             ///< UUID, which is told as text: SQLite has them as either
};
constexpr std::size_t sample_kinds = 12;

struct Sample {
    SampleKind kind = SampleKind::null;
    std::int64_t integer = 0;  ///< and the whole part of a number_text
    bool fraction = false;     ///< of a number_text: there is one
    double real = 0;
    SQL_TIMESTAMP_STRUCT at{};
    SQLGUID guid{};
    std::string text;  ///< its characters in UTF-8, or a blob's bytes

    [[nodiscard]] const char* declared_type() const;
    [[nodiscard]] bool has_time() const;
};

[[nodiscard]] Sample random_sample(Random& random);

/// What a fetch into a bound buffer has to give.
struct Expected {
    std::string state;                ///< "" for SQL_SUCCESS
    std::optional<std::string> data;  ///< the buffer's first bytes; nothing: not compared
    std::optional<SQLLEN> length;     ///< nothing: not compared
};

/// `room`: bytes of the buffer, for the types of no fixed size.
[[nodiscard]] Expected expected_of(const Sample& sample, SQLSMALLINT c_type, std::size_t room);

/// Bytes of a fixed-length C type; 0 for character and binary.
[[nodiscard]] std::size_t size_of_c_type(SQLSMALLINT c_type);

/// UTF-16 of UTF-8, in the machine's byte order.
[[nodiscard]] std::string utf16(std::string_view utf8);

}  // namespace dqlite::test
