// The SQL type of a column by the words it was declared with.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>
#include <vector>

#include "driver/tables/sql_type.h"

namespace dqlite::odbc {
namespace {

enum class Family : unsigned char {
    tiny,
    small,
    medium,
    big,
    real,
    boolean,
    exact,
    money,
    fixed_text,
    varying_text,
    long_text,
    fixed_binary,
    varying_binary,
    long_binary,
    date,
    time,
    timestamp,
    uuid,
    any,  ///< STRICT tables' ANY: as good as undeclared
};

struct DeclaredName {
    std::string_view name;
    Family family;
};

// INTEGER and INT are 64 bits wide in SQLite: reported as less, values would fail to come over.
constexpr std::array declared_names{
    DeclaredName{"ANY", Family::any},
    DeclaredName{"BINARY", Family::fixed_binary},
    DeclaredName{"BINARY VARYING", Family::varying_binary},
    DeclaredName{"BIT", Family::boolean},
    DeclaredName{"BOOL", Family::boolean},
    DeclaredName{"BOOLEAN", Family::boolean},
    DeclaredName{"BPCHAR", Family::fixed_text},
    DeclaredName{"BYTEA", Family::long_binary},
    DeclaredName{"BYTEINT", Family::tiny},
    DeclaredName{"CHAR", Family::fixed_text},
    DeclaredName{"CHAR VARYING", Family::varying_text},
    DeclaredName{"CHARACTER", Family::fixed_text},
    DeclaredName{"CHARACTER LARGE OBJECT", Family::long_text},
    DeclaredName{"CHARACTER VARYING", Family::varying_text},
    DeclaredName{"CURRENCY", Family::money},
    DeclaredName{"DATE", Family::date},
    DeclaredName{"DATETIME", Family::timestamp},
    DeclaredName{"DATETIME2", Family::timestamp},
    DeclaredName{"DATETIMEOFFSET", Family::timestamp},
    DeclaredName{"DEC", Family::exact},
    DeclaredName{"DECIMAL", Family::exact},
    DeclaredName{"FIXED", Family::exact},
    DeclaredName{"GUID", Family::uuid},
    DeclaredName{"IMAGE", Family::long_binary},
    DeclaredName{"INT1", Family::tiny},
    DeclaredName{"INT2", Family::small},
    DeclaredName{"INT3", Family::medium},
    DeclaredName{"INT4", Family::medium},
    DeclaredName{"INTERVAL", Family::long_text},
    DeclaredName{"LONG VARBINARY", Family::long_binary},
    DeclaredName{"LONG VARCHAR", Family::long_text},
    DeclaredName{"LONGVARBINARY", Family::long_binary},
    DeclaredName{"LONGVARCHAR", Family::long_text},
    DeclaredName{"MEDIUMINT", Family::medium},
    DeclaredName{"MONEY", Family::money},
    DeclaredName{"NCHAR", Family::fixed_text},
    DeclaredName{"NUMBER", Family::exact},
    DeclaredName{"NUMERIC", Family::exact},
    DeclaredName{"POINT", Family::long_text},
    DeclaredName{"RAW", Family::varying_binary},
    DeclaredName{"SERIAL", Family::big},
    DeclaredName{"BIGSERIAL", Family::big},
    DeclaredName{"SMALLDATETIME", Family::timestamp},
    DeclaredName{"SMALLINT", Family::small},
    DeclaredName{"TIME", Family::time},
    DeclaredName{"TIME WITH TIME ZONE", Family::time},
    DeclaredName{"TIME WITHOUT TIME ZONE", Family::time},
    DeclaredName{"TIMESTAMP", Family::timestamp},
    DeclaredName{"TIMESTAMP WITH LOCAL TIME ZONE", Family::timestamp},
    DeclaredName{"TIMESTAMP WITH TIME ZONE", Family::timestamp},
    DeclaredName{"TIMESTAMP WITHOUT TIME ZONE", Family::timestamp},
    DeclaredName{"TIMESTAMPTZ", Family::timestamp},
    DeclaredName{"TIMETZ", Family::time},
    DeclaredName{"TINYINT", Family::tiny},
    DeclaredName{"UNIQUEIDENTIFIER", Family::uuid},
    DeclaredName{"UUID", Family::uuid},
    DeclaredName{"VARBINARY", Family::varying_binary},
    DeclaredName{"YEAR", Family::big},
};

struct AffinityRule {
    std::string_view fragment;
    Family family;
};

// SQLite's rules for the affinity of a name, in their order.
constexpr std::array affinity_rules{
    AffinityRule{"INT", Family::big},          AffinityRule{"CHAR", Family::varying_text},
    AffinityRule{"CLOB", Family::long_text},   AffinityRule{"TEXT", Family::long_text},
    AffinityRule{"BLOB", Family::long_binary}, AffinityRule{"REAL", Family::real},
    AffinityRule{"FLOA", Family::real},        AffinityRule{"DOUB", Family::real},
};

struct Declaration {
    std::string name;  ///< upper case, single spaces, sign words and arguments left out
    bool is_unsigned = false;
    std::vector<SQLULEN> arguments;
};

constexpr SQLULEN max_argument = 0x7FFFFFFF;  // lengths must fit the 32-bit fields of ODBC

void add_word(Declaration& declaration, std::string& word) {
    if (word == "UNSIGNED") {
        declaration.is_unsigned = true;
    } else if (!word.empty() && word != "SIGNED" && word != "ZEROFILL" && word != "NATIONAL" &&
               word != "NATIVE") {
        if (!declaration.name.empty()) declaration.name += ' ';
        declaration.name += word;
    }
    word.clear();
}

/// Arguments that are no plain numbers (`MAX`, an ENUM's words) count as none given.
std::vector<SQLULEN> parse_arguments(std::string_view text) {
    std::vector<SQLULEN> numbers;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        std::string_view part = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        while (part.starts_with(' ')) part.remove_prefix(1);
        SQLULEN number = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
        if (error != std::errc{} || number > max_argument) return {};
        const std::string_view rest = part.substr(static_cast<std::size_t>(end - part.data()));
        const std::size_t unit = rest.find_first_not_of(' ');
        // "VARCHAR2(20 CHAR)" and the like: a unit may follow, a fraction may not.
        if (unit != std::string_view::npos &&
            std::isalpha(static_cast<unsigned char>(rest[unit])) == 0) {
            return {};
        }
        numbers.push_back(number);
    }
    return numbers;
}

Declaration parse(std::string_view text) {
    Declaration declaration;
    std::string word;
    bool seen_arguments = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '(') {
            add_word(declaration, word);
            const std::size_t close = std::min(text.find(')', i), text.size());
            if (!seen_arguments) {
                declaration.arguments = parse_arguments(text.substr(i + 1, close - i - 1));
            }
            seen_arguments = true;
            i = close;
        } else if (std::isspace(c) != 0) {
            add_word(declaration, word);
        } else if (c != '"' && c != '`' && c != '[' && c != ']') {
            word += static_cast<char>(std::toupper(c));
        }
    }
    add_word(declaration, word);
    return declaration;
}

/// Long text where neither the table nor the rules know the name: such a column has numeric
/// affinity and may hold anything.
Family family_of(std::string_view name) {
    const auto* const known = std::ranges::find(declared_names, name, &DeclaredName::name);
    if (known != declared_names.end()) return known->family;
    const auto* const rule = std::ranges::find_if(affinity_rules, [name](const AffinityRule& r) {
        return name.find(r.fragment) != std::string_view::npos;
    });
    return rule == affinity_rules.end() ? Family::long_text : rule->family;
}

SqlType sized(SQLSMALLINT varying, SQLSMALLINT long_form, SQLULEN size, bool prefer_long,
              const TypeOptions& options) {
    const bool too_large = options.max_varchar_size != 0 && size > options.max_varchar_size;
    if (size == 0) return {long_form, options.max_long_varchar_size, 0};
    return {prefer_long || too_large ? long_form : varying, size, 0};
}

/// Unsigned values up to the declared width need the next wider signed type.
SqlType integer(Family family, bool is_unsigned) {
    constexpr SqlType tiny{SQL_TINYINT, 3, 0};
    constexpr SqlType small{SQL_SMALLINT, 5, 0};
    constexpr SqlType medium{SQL_INTEGER, 10, 0};
    constexpr SqlType big{SQL_BIGINT, 19, 0};
    switch (family) {
        case Family::tiny:
            return is_unsigned ? small : tiny;
        case Family::small:
            return is_unsigned ? medium : small;
        case Family::medium:
            return is_unsigned ? big : medium;
        default:
            return big;
    }
}

// What an unsized NUMERIC may hold is unknown; enough for every 64-bit integer with a fraction.
constexpr SQLULEN default_precision = 38;
constexpr SQLSMALLINT default_scale = 10;

SqlType exact(std::string_view name, const std::vector<SQLULEN>& arguments) {
    const SQLSMALLINT concise = name == "NUMERIC" ? SQL_NUMERIC : SQL_DECIMAL;
    if (arguments.empty() || arguments[0] == 0) {
        return {concise, default_precision, default_scale};
    }
    const SQLULEN scale = arguments.size() > 1 ? std::min(arguments[1], arguments[0]) : 0;
    constexpr SQLULEN max_scale = 0x7FFF;
    return {concise, arguments[0], static_cast<SQLSMALLINT>(std::min(scale, max_scale))};
}

/// `base` characters of a time without a fraction; SQLite keeps as many digits as were written,
/// ODBC knows nine.
SqlType clock(SQLSMALLINT concise, SQLULEN base, const std::vector<SQLULEN>& arguments) {
    constexpr SQLULEN max_digits = 9;
    const SQLULEN digits = arguments.empty() ? max_digits : std::min(arguments[0], max_digits);
    const SQLULEN size = digits == 0 ? base : base + 1 + digits;
    return {concise, size, static_cast<SQLSMALLINT>(digits)};
}

SqlType text(Family family, SQLULEN size, const TypeOptions& options) {
    const SQLSMALLINT long_form = long_text_type(options).concise;
    const SQLSMALLINT fixed = options.wide ? SQL_WCHAR : SQL_CHAR;
    const SQLSMALLINT varying = options.wide ? SQL_WVARCHAR : SQL_VARCHAR;
    return sized(family == Family::fixed_text ? fixed : varying, long_form, size,
                 family == Family::long_text, options);
}

SqlType binary(Family family, SQLULEN size, const TypeOptions& options) {
    return sized(family == Family::fixed_binary ? SQL_BINARY : SQL_VARBINARY, SQL_LONGVARBINARY,
                 size, family == Family::long_binary, options);
}

}  // namespace

SqlType long_text_type(const TypeOptions& options) noexcept {
    return {static_cast<SQLSMALLINT>(options.wide ? SQL_WLONGVARCHAR : SQL_LONGVARCHAR),
            options.max_long_varchar_size, 0};
}

bool type_of_declaration(std::string_view declared, const TypeOptions& options, SqlType& out) {
    const Declaration declaration = parse(declared);
    const std::vector<SQLULEN>& arguments = declaration.arguments;
    const SQLULEN size = arguments.empty() ? 0 : arguments[0];
    if (declaration.name.empty() && !declaration.is_unsigned) return false;
    const Family family = declaration.name.empty() ? Family::big : family_of(declaration.name);
    switch (family) {
        case Family::any:
            return false;
        case Family::tiny:
        case Family::small:
        case Family::medium:
        case Family::big:
            out = integer(family, declaration.is_unsigned);
            return true;
        case Family::real:
            out = {SQL_DOUBLE, 53, 0};
            return true;
        case Family::boolean:
            out = {SQL_BIT, 1, 0};
            return true;
        case Family::exact:
            out = exact(declaration.name, arguments);
            return true;
        case Family::money:
            out = {SQL_DECIMAL, 19, 4};
            return true;
        case Family::fixed_text:
        case Family::varying_text:
        case Family::long_text:
            out = text(family, size, options);
            return true;
        case Family::fixed_binary:
        case Family::varying_binary:
        case Family::long_binary:
            out = binary(family, size, options);
            return true;
        case Family::date:
            out = {SQL_TYPE_DATE, 10, 0};
            return true;
        case Family::time:
            out = clock(SQL_TYPE_TIME, 8, arguments);
            return true;
        case Family::timestamp:
            out = clock(SQL_TYPE_TIMESTAMP, 19, arguments);
            return true;
        case Family::uuid:
            out = text(Family::varying_text, 36, options);
            return true;
    }
    return false;
}

}  // namespace dqlite::odbc
