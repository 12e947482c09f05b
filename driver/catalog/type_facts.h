// What catalogue rows say of a column's type, from its declaration.
#pragma once

#include <string>
#include <string_view>

#include "driver/catalog/catalog.h"
#include "wire/value.h"

namespace dqlite::odbc::catalog {

struct TypeFacts {
    SqlType type;
    std::string name;  ///< TYPE_NAME: as declared, without the sizes in parentheses

    [[nodiscard]] wire::Value data_type(bool odbc2) const noexcept;
    [[nodiscard]] wire::Value column_size() const noexcept;
    [[nodiscard]] wire::Value buffer_length() const noexcept;
    [[nodiscard]] wire::Value decimal_digits() const noexcept;
    [[nodiscard]] wire::Value num_prec_radix() const noexcept;
    [[nodiscard]] wire::Value sql_data_type() const noexcept;
    [[nodiscard]] wire::Value datetime_sub() const noexcept;
    [[nodiscard]] wire::Value char_octet_length() const noexcept;
};

[[nodiscard]] TypeFacts type_facts(std::string_view declared, const TypeOptions& options);

/// SQL_TYPE_DATE and its like as ODBC 2 numbers them; other types as they are. The reverse of
/// odbc3_type().
[[nodiscard]] SQLSMALLINT odbc2_type(SQLSMALLINT concise) noexcept;

}  // namespace dqlite::odbc::catalog
