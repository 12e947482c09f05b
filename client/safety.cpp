#include "client/safety.h"

#include <algorithm>
#include <array>

#include "client/sql_lexer.h"

namespace dqlite::client {
namespace {

enum class RuleId : std::uint8_t {
    empty_name,
    colon_name,
    file_name,
    long_name,
    nul_name,
    companion_name,
    many_columns,
    returning,
    page_size,
    journal_mode,
    locking_mode,
    synchronous,
    wal_checkpoint,
    wal_autocheckpoint,
    count_changes,
    heap_limit,
    temp_store,
    cache_spill,
    incremental_vacuum,
    optimize_table,
    fts_optimize,
    fts_tokenizer,
    extension,
    attach,
    vacuum_into,
};

constexpr std::size_t longest_database_name = 400;
/// A response frame of names alone that fills the server's first buffer never ends.
constexpr std::size_t most_name_bytes = 4080;

// In the order of RuleId.
constexpr auto rules = std::to_array<SafetyRule>({
    {"empty-name", "", "a database without a name makes the server process crash",
     "name the database", false, RuleSubject::database_name},
    {"colon-name",
     ":memory:", "a database name that begins with ':' makes the server process crash",
     "use a plain name", false, RuleSubject::database_name},
    {"file-name", "file:app.db",
     "a database name that begins with 'file:' makes the server process"
     " crash",
     "use a plain name", false, RuleSubject::database_name},
    {"long-name",
     "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012"
     "3"
     "456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456"
     "7"
     "890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
     "1"
     "234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234"
     "5"
     "67890123456789012345678901234567890123",
     "a database name longer than 400 bytes can make the server process crash",
     "use a shorter name", false, RuleSubject::database_name},
    {"nul-name", std::string_view{"a\0b", 3}, "a database name cannot contain a U+0000",
     "leave it out", false, RuleSubject::database_name},
    {"companion-name", "app-wal",
     "the server takes a name that ends in '-wal' or '-journal' for a file of another database",
     "use another ending", false, RuleSubject::database_name},
    {"many-columns", "510 columns of up to 7 bytes of name",
     "column names of 4080 bytes or more in sum make the server send empty answers for ever",
     "select fewer columns or give them shorter names", false, RuleSubject::column_names},
    {"returning", "INSERT INTO t VALUES (1) RETURNING id",
     "this server loses the rows of a statement with RETURNING and then aborts",
     "leave RETURNING out, or use servers of dqlite 1.18.3 or later", true},
    {"pragma-page-size", "PRAGMA page_size = 8192", "setting the page size makes a server abort",
     "keep the page size the server chose"},
    {"pragma-journal-mode", "PRAGMA main.journal_mode(DELETE)",
     "setting the journal mode makes a server abort", "leave it: dqlite is built on WAL"},
    {"pragma-locking-mode", "PRAGMA locking_mode = EXCLUSIVE",
     "an exclusive lock takes the write-ahead log out of the server's sight",
     "use BEGIN IMMEDIATE to keep writers out"},
    {"pragma-synchronous", "PRAGMA synchronous = FULL", "the server aborts at its next write",
     "leave it: the cluster's log is what is durable"},
    {"pragma-wal-checkpoint", "PRAGMA wal_checkpoint(TRUNCATE)",
     "a checkpoint that the cluster did not agree on makes a server abort at its next write",
     "leave it: servers checkpoint by themselves"},
    {"pragma-wal-autocheckpoint", "PRAGMA wal_autocheckpoint = 100",
     "when to checkpoint is for the cluster to decide",
     "leave it: servers checkpoint by themselves"},
    {"pragma-count-changes", "PRAGMA count_changes = ON",
     "writes that return a row are lost by the server, which then aborts or blocks every writer",
     "ask for the number of changed rows, which every write is answered with"},
    {"pragma-heap-limit", "PRAGMA hard_heap_limit = 1000000",
     "a heap limit holds for the whole server process: every database of it runs out of memory",
     "limit the memory of the server process from outside"},
    {"pragma-temp-store", "PRAGMA temp_store = FILE",
     "a temporary table that outgrows memory makes the server process crash",
     "leave it: sessions keep temporary data in memory"},
    {"pragma-cache-spill", "PRAGMA cache_spill = ON",
     "a transaction that outgrows the page cache fails, or leaves the database corrupt",
     "leave it: sessions keep what is not committed in memory"},
    {"pragma-incremental-vacuum", "PRAGMA incremental_vacuum(10)",
     "a write that returns rows is lost by the server, which then aborts or blocks every writer",
     "use VACUUM"},
    {"pragma-optimize-table", "SELECT * FROM pragma_optimize",
     "it writes inside a SELECT, which is not replicated: the server aborts at its next write",
     "use the statement PRAGMA optimize"},
    {"fts-optimize", "SELECT optimize(docs) FROM docs LIMIT 1",
     "it writes inside a SELECT, which is not replicated: the server aborts at its next write",
     "use INSERT INTO docs(docs) VALUES ('optimize')"},
    {"fts-tokenizer", "SELECT fts3_tokenizer('t', x'4141414141414141')",
     "it lets any text become an address the server process jumps to",
     "name one of the built-in tokenizers when the table is created"},
    {"load-extension", "SELECT load_extension('x')",
     "an extension would run foreign code in the server process", "link it into the server"},
    {"attach", "ATTACH DATABASE 'other' AS o",
     "what is written to an attached database is not replicated and its commits fail",
     "open a connection for each database"},
    {"vacuum-into", "VACUUM INTO 'copy.db'", "it would write a file on the server's host",
     "copy the database with {call dqlite_dump(database, directory)}"},
});
static_assert(rules.size() == static_cast<std::size_t>(RuleId::vacuum_into) + 1);

Error refusal(RuleId id) {
    const SafetyRule& rule = rules.at(static_cast<std::size_t>(id));
    Error error;
    error.kind = ErrorKind::refused;
    error.message = "not sent: ";
    error.message.append(rule.reason).append("; ").append(rule.advice);
    return error;
}

struct RefusedPragma {
    std::string_view name;
    bool also_bare;  ///< harmful without a value too
    RuleId rule;
};
constexpr auto refused_pragmas = std::to_array<RefusedPragma>({
    {"page_size", false, RuleId::page_size},
    {"journal_mode", false, RuleId::journal_mode},
    {"locking_mode", false, RuleId::locking_mode},
    {"synchronous", false, RuleId::synchronous},
    {"wal_checkpoint", true, RuleId::wal_checkpoint},
    {"wal_autocheckpoint", false, RuleId::wal_autocheckpoint},
    {"count_changes", false, RuleId::count_changes},
    {"hard_heap_limit", false, RuleId::heap_limit},
    {"soft_heap_limit", false, RuleId::heap_limit},
    {"temp_store", false, RuleId::temp_store},
    {"cache_spill", false, RuleId::cache_spill},
    {"incremental_vacuum", true, RuleId::incremental_vacuum},
});

struct RefusedFunction {
    std::string_view name;
    bool only_as_call;  ///< otherwise a table-valued one, which needs no parenthesis
    RuleId rule;
};
constexpr auto refused_functions = std::to_array<RefusedFunction>({
    {"pragma_optimize", false, RuleId::optimize_table},
    {"optimize", true, RuleId::fts_optimize},
    {"fts3_tokenizer", true, RuleId::fts_tokenizer},
    {"load_extension", true, RuleId::extension},
});

/// The rule of the first refused name; the parser has already found that there is one.
RuleId refused_function_rule(std::string_view sql) {
    SqlLexer lexer{sql};
    std::string storage;
    for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
        const std::string_view name = unquoted(token, storage);
        const auto* const found = std::ranges::find_if(
            refused_functions,
            [name](const RefusedFunction& function) { return same_word(function.name, name); });
        if (found != refused_functions.end()) return found->rule;
    }
    return RuleId::extension;
}

bool has_into(std::string_view sql) {
    SqlLexer lexer{sql};
    for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
        if (token.kind == TokenKind::word && same_word(token.text, "INTO")) return true;
    }
    return false;
}

std::optional<RuleId> refused_pragma(const PragmaUse& pragma) noexcept {
    for (const RefusedPragma& refused : refused_pragmas) {
        if (pragma.name == refused.name && (pragma.has_value || refused.also_bare)) {
            return refused.rule;
        }
    }
    return std::nullopt;
}

bool ends_with(std::string_view text, std::string_view ending) noexcept {
    return text.size() >= ending.size() &&
           same_word(text.substr(text.size() - ending.size()), ending);
}

}  // namespace

std::span<const SafetyRule> safety_rules() noexcept {
    return rules;
}

bool is_refused_function(std::string_view name, bool is_call) noexcept {
    return std::ranges::any_of(refused_functions, [=](const RefusedFunction& function) {
        return (is_call || !function.only_as_call) && same_word(function.name, name);
    });
}

bool needs_server_class(const Statement& statement) noexcept {
    return statement.returning;
}

std::optional<Error> check_statement(const Statement& statement, const ServerTraits& traits) {
    if (statement.returning && !traits.returning_is_safe()) return refusal(RuleId::returning);
    if (statement.verb == Verb::attach) return refusal(RuleId::attach);
    if (statement.verb == Verb::vacuum && has_into(statement.sql)) {
        return refusal(RuleId::vacuum_into);
    }
    if (const auto rule = refused_pragma(statement.pragma)) return refusal(*rule);
    if (statement.names_refused_function) return refusal(refused_function_rule(statement.sql));
    return std::nullopt;
}

std::optional<Error> check_database_name(std::string_view name) {
    if (name.empty()) return refusal(RuleId::empty_name);
    if (name.front() == ':') return refusal(RuleId::colon_name);
    if (same_word(name.substr(0, 5), "file:")) return refusal(RuleId::file_name);
    if (name.size() > longest_database_name) return refusal(RuleId::long_name);
    if (name.find('\0') != std::string_view::npos) return refusal(RuleId::nul_name);
    if (ends_with(name, "-wal") || ends_with(name, "-journal")) {
        return refusal(RuleId::companion_name);
    }
    return std::nullopt;
}

std::optional<Error> check_column_names(std::span<const std::string_view> names) {
    std::size_t bytes = 0;
    for (const std::string_view name : names) {
        bytes += (name.size() + 1 + 7) / 8 * 8;  // with its NUL, padded to words
        if (bytes >= most_name_bytes) return refusal(RuleId::many_columns);
    }
    return std::nullopt;
}

}  // namespace dqlite::client
