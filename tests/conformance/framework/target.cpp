#include "tests/conformance/framework/target.h"

#include <algorithm>
#include <array>

namespace conformance {
namespace {

constexpr std::array dialects{
    Dialect{"dqlite", "BLOB", "DOUBLE", "BIT", "TINYINT", "INTEGER PRIMARY KEY AUTOINCREMENT",
            "X'%s'", false},
    Dialect{"sqlite", "BLOB", "DOUBLE", "BIT", "TINYINT", "INTEGER PRIMARY KEY AUTOINCREMENT",
            "X'%s'", true},
    Dialect{"postgresql", "BYTEA", "DOUBLE PRECISION", "BOOLEAN", "SMALLINT", "SERIAL PRIMARY KEY",
            "decode('%s','hex')", false},
};

void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
        text.replace(at, what.size(), with);
        at += with.size();
    }
}

}  // namespace

const Dialect* find_dialect(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(dialects, name, &Dialect::name);
    return found == dialects.end() ? nullptr : found;
}

std::string expand(const Dialect& dialect, std::string sql) {
    replace_all(sql, "{blob}", dialect.blob);
    replace_all(sql, "{real}", dialect.real);
    replace_all(sql, "{bit}", dialect.bit);
    replace_all(sql, "{tiny}", dialect.tiny);
    replace_all(sql, "{identity}", dialect.identity);
    constexpr std::string_view opening = "{x:";
    for (auto at = sql.find(opening); at != std::string::npos; at = sql.find(opening)) {
        const auto end = sql.find('}', at);
        const auto digits = sql.substr(at + opening.size(), end - at - opening.size());
        std::string literal{dialect.blob_literal};
        replace_all(literal, "%s", digits);
        sql.replace(at, end + 1 - at, literal);
    }
    return sql;
}

}  // namespace conformance
