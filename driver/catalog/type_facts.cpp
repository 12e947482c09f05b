#include "driver/catalog/type_facts.h"

#include <algorithm>
#include <limits>

namespace dqlite::odbc::catalog {

namespace {

using wire::Value;

/// ODBC's INTEGER columns cannot hold more.
template <typename Number>
Value capped(Number number) {
    constexpr Number most = std::numeric_limits<SQLINTEGER>::max();
    return Value::integer(static_cast<std::int64_t>(std::min(number, most)));
}

/// Appendix D: what has DECIMAL_DIGITS.
bool has_decimal_digits(SQLSMALLINT concise) {
    switch (concise) {
        case SQL_BIT:
        case SQL_TINYINT:
        case SQL_SMALLINT:
        case SQL_INTEGER:
        case SQL_BIGINT:
        case SQL_NUMERIC:
        case SQL_DECIMAL:
        case SQL_TYPE_TIME:
        case SQL_TYPE_TIMESTAMP:
            return true;
        default:
            return false;
    }
}

void trim(std::string& text) {
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

/// "decimal(10, 2) unsigned" → "decimal unsigned".
std::string name_of(std::string_view declared) {
    const auto open = declared.find('(');
    std::string name{declared.substr(0, open)};
    trim(name);
    const auto close = declared.find(')', std::min(open, declared.size()));
    if (close != std::string_view::npos) {
        name += ' ';
        name += declared.substr(close + 1);
    }
    trim(name);
    return name;
}

}  // namespace

TypeFacts type_facts(std::string_view declared, const TypeOptions& options) {
    TypeFacts facts;
    if (!type_of_declaration(declared, options, facts.type)) facts.type = long_text_type(options);
    facts.name = name_of(declared);
    if (facts.name.empty()) facts.name = type_name(facts.type.concise);
    return facts;
}

Value TypeFacts::data_type(bool odbc2) const noexcept {
    return Value::integer(odbc2 ? odbc2_type(type.concise) : type.concise);
}

Value TypeFacts::column_size() const noexcept {
    return capped(type.column_size);
}

Value TypeFacts::buffer_length() const noexcept {
    return capped(octet_length(type));
}

Value TypeFacts::decimal_digits() const noexcept {
    return has_decimal_digits(type.concise) ? Value::integer(type.decimal_digits) : Value::null();
}

Value TypeFacts::num_prec_radix() const noexcept {
    const SQLINTEGER radix = odbc::num_prec_radix(type.concise);
    return radix == 0 ? Value::null() : Value::integer(radix);
}

Value TypeFacts::sql_data_type() const noexcept {
    return Value::integer(verbose_type(type.concise));
}

Value TypeFacts::datetime_sub() const noexcept {
    const SQLSMALLINT code = datetime_interval_code(type.concise);
    return code == 0 ? Value::null() : Value::integer(code);
}

Value TypeFacts::char_octet_length() const noexcept {
    const bool applies = is_character(type.concise) || is_binary(type.concise);
    return applies ? buffer_length() : Value::null();
}

SQLSMALLINT odbc2_type(SQLSMALLINT concise) noexcept {
    switch (concise) {
        case SQL_TYPE_DATE:
            return SQL_DATE;
        case SQL_TYPE_TIME:
            return SQL_TIME;
        case SQL_TYPE_TIMESTAMP:
            return SQL_TIMESTAMP;
        default:
            return concise;
    }
}

}  // namespace dqlite::odbc::catalog
