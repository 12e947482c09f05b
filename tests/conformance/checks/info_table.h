// Every InfoType of ODBC 3.8 as SQLGetInfo's page has it: how wide the answer is, and which answers
// are legal. Stated from the specification, not from any driver.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "driver/odbc.h"

namespace conformance {

enum class InfoShape : unsigned char {
    yes_no,   ///< "Y" or "N"
    words,    ///< any text
    version,  ///< "##.##" or "##.##.####…"
    count16,  ///< any SQLUSMALLINT
    count32,  ///< any SQLUINTEGER
    one16,    ///< a SQLUSMALLINT of the listed values
    one32,    ///< a SQLUINTEGER of the listed values
    mask32,   ///< a SQLUINTEGER with none but the listed bits
    handle,   ///< of the driver, by the driver manager
};

struct InfoRow {
    SQLUSMALLINT type;
    const char* name;
    InfoShape shape;
    std::array<std::uint32_t, 6> legal{};  ///< one…: the values; mask32: the mask
    std::size_t values = 0;                ///< how many of them
    bool since_380 = false;                ///< a driver of an older ODBC may not know it (HY096)
};

[[nodiscard]] std::span<const InfoRow> info_rows() noexcept;

}  // namespace conformance
