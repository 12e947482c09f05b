#include "tests/conformance/framework/target.h"

#include <algorithm>
#include <array>

namespace conformance {
namespace {

// Some seconds, in steps that a server of any generation can be made to stop between.
constexpr const char* long_count =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000000) "
    "SELECT count(*) FROM n";

constexpr std::array dialects{
    Dialect{.name = "dqlite",
            .blob = "BLOB",
            .real = "DOUBLE",
            .bit = "BIT",
            .tiny = "TINYINT",
            .identity = "INTEGER PRIMARY KEY AUTOINCREMENT",
            .blob_literal = "X'%s'",
            .nobody_there = "Server=127.0.0.1:1;LoginTimeout=2;",
            .impatient = "BusyTimeout=0;",
            .batches = "AllowMultiStatements=1;",
            .long_query = long_count,
            .procedure = "dqlite_nodes",
            .make_procedure = nullptr,
            .call_with_output = "{call dqlite_leader(?)}",
            .make_output_procedure = nullptr,
            .schema = "main",
            .embedded = false},
    Dialect{.name = "sqlite",
            .blob = "BLOB",
            .real = "DOUBLE",
            .bit = "BIT",
            .tiny = "TINYINT",
            .identity = "INTEGER PRIMARY KEY AUTOINCREMENT",
            .blob_literal = "X'%s'",
            .nobody_there = "",
            .impatient = "Timeout=100;",
            .batches = "",
            .long_query = long_count,
            .procedure = nullptr,
            .make_procedure = nullptr,
            .call_with_output = nullptr,
            .make_output_procedure = nullptr,
            .schema = "main",
            .embedded = true},
    Dialect{.name = "postgresql",
            .blob = "BYTEA",
            .real = "DOUBLE PRECISION",
            .bit = "BOOLEAN",
            .tiny = "SMALLINT",
            .identity = "SERIAL PRIMARY KEY",
            .blob_literal = "decode('%s','hex')",
            .nobody_there = "Server=127.0.0.1;Port=1;UID=tester;Database=postgres;",
            .impatient = "",
            .batches = "",
            .long_query = long_count,
            .procedure = "cf_nodes",
            .make_procedure = "CREATE OR REPLACE FUNCTION cf_nodes() RETURNS INTEGER "
                              "AS 'SELECT 1' LANGUAGE SQL",
            .call_with_output = "{call cf_leader(?)}",
            .make_output_procedure = "CREATE OR REPLACE FUNCTION cf_leader(OUT leader INTEGER) "
                                     "AS 'SELECT 1' LANGUAGE SQL",
            .schema = "public",
            .embedded = false},
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
