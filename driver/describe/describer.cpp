#include "driver/describe/describer.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "driver/describe/columns.h"
#include "driver/describe/parameters.h"
#include "driver/describe/projection.h"
#include "driver/describe/returning.h"
#include "driver/describe/tokens.h"

namespace dqlite::odbc {
namespace {

using client::Statement;
using client::Token;
using client::Verb;

/// A statement as the mirror prepared it.
struct Prepared {
    PreparedStatement statement;
    bool quoted_strings;  ///< only because "x" may be a string: a new column x would change it
};

[[nodiscard]] std::optional<Prepared> prepare(MirrorDatabase& mirror, const std::string& sql) {
    using QuotedStrings = MirrorDatabase::QuotedStrings;
    if (auto strict = mirror.prepare(sql, QuotedStrings::no)) {
        return Prepared{std::move(*strict), false};
    }
    if (sql.find('"') == std::string::npos) return std::nullopt;
    if (auto lenient = mirror.prepare(sql, QuotedStrings::yes)) {
        return Prepared{std::move(*lenient), true};
    }
    return std::nullopt;
}

/// True where a server might send a column under its declared type, today or after another
/// client has redefined a view, or where the names alone would make the result endless.
[[nodiscard]] bool needs_projection(const Prepared& prepared,
                                    const std::vector<ColumnDescription>& columns) {
    if (prepared.quoted_strings || prepared.statement.observed().views) return true;
    std::size_t header = 0;
    for (const ColumnDescription& column : columns) {
        if (!column.base_column.empty() || !column.declared_type.empty()) return true;
        header += header_bytes(column.name);
    }
    return header >= endless_header_bytes;
}

void project_columns(const Statement& statement, const Prepared& prepared, MirrorDatabase& mirror,
                     Description& description) {
    if (description.columns.size() > max_result_columns) {
        description.refusal = too_many_columns(description.columns.size());
    } else if (needs_projection(prepared, description.columns)) {
        description.sql = project(
            statement, description.columns.size(),
            [&mirror](const std::string& name) { return mirror.table({}, name) != nullptr; });
    }
}

/// No column of the rewritten statement may carry a declared type.
[[nodiscard]] bool is_safe(MirrorDatabase& mirror, const std::string& sql, std::size_t columns) {
    const auto rewritten = mirror.prepare(sql, MirrorDatabase::QuotedStrings::yes);
    if (!rewritten || rewritten->column_count() != columns) return false;
    for (std::size_t i = 0; i < columns; ++i) {
        if (!rewritten->column(i).declared_type.empty()) return false;
    }
    return true;
}

void rewrite(const Statement& statement, const std::vector<Token>& tokens, MirrorDatabase* mirror,
             Description& description) {
    Returning returning = rewrite_returning(statement, tokens, mirror);
    if (mirror != nullptr && description.understood && returning.refusal.empty() &&
        !is_safe(*mirror, returning.sql, description.columns.size())) {
        returning.refusal = "its RETURNING list could not be made safe for the server";
    }
    description.refusal = std::move(returning.refusal);
    if (description.refusal.empty()) description.sql = std::move(returning.sql);
}

}  // namespace

Description describe_statement(const Statement& statement, MirrorDatabase* mirror,
                               const TypeOptions& options) {
    Description description;
    description.read_only = !statement.writes;
    description.has_rows = statement.returns_rows;
    std::unique_lock<std::mutex> lock;
    if (mirror != nullptr) lock = mirror->lock();

    const bool needs_tokens = statement.parameters > 0 || statement.returns_rows;
    const std::vector<Token> tokens =
        needs_tokens ? significant_tokens(statement.sql) : std::vector<Token>{};
    description.parameters = describe_parameters(statement, tokens, mirror, options);
    if (!statement.returns_rows) {
        description.understood = mirror != nullptr && statement.verb != Verb::unknown;
        return description;
    }

    const auto prepared = mirror == nullptr ? std::nullopt : prepare(*mirror, statement.sql);
    if (prepared) {
        description.understood = true;
        description.columns = describe_columns(*mirror, prepared->statement, tokens, options);
        description.has_rows = !description.columns.empty();
    }
    if (statement.returning) {
        rewrite(statement, tokens, mirror, description);
    } else if (prepared && (statement.verb == Verb::select || statement.verb == Verb::values)) {
        project_columns(statement, *prepared, *mirror, description);
    }
    return description;
}

}  // namespace dqlite::odbc
