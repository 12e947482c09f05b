// Every attribute of ODBC 3.8 as the pages of SQLSetEnvAttr, SQLSetConnectAttr and SQLSetStmtAttr
// have it: its width, what a fresh handle says, what may be set and what may not.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "driver/odbc.h"

namespace conformance {

enum class AttributeShape : unsigned char {
    integer,     ///< SQLINTEGER or SQLUINTEGER
    length,      ///< SQLULEN
    pointer,     ///< into the application
    descriptor,  ///< a descriptor handle
    words,
};

/// On what it is set; `before_connect` can be set only there.
enum class AttributeOf : unsigned char { environment, connection, before_connect, statement };

constexpr bool is_read_only = true;

struct AttributeRow {
    AttributeOf of;
    SQLINTEGER id;
    const char* name;
    AttributeShape shape;
    std::optional<std::uint64_t> initial;     ///< absent: the driver's choice
    std::array<std::uint64_t, 4> settable{};  ///< legal values, the first `values` of them
    std::size_t values = 0;
    std::optional<std::uint64_t> illegal;  ///< HY024
    bool read_only = false;                ///< HY092
};

[[nodiscard]] std::span<const AttributeRow> attribute_rows() noexcept;

}  // namespace conformance
