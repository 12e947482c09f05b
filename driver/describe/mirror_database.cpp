#include "driver/describe/mirror_database.h"

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>

#include <fmt/format.h>

#include "client/sql_lexer.h"
#include "driver/describe/tokens.h"

namespace dqlite::odbc {
namespace {

/// Past these a schema is not mirrored: statements are described by the fallbacks.
constexpr std::size_t max_schema_rows = 200'000;
constexpr std::size_t max_schema_bytes = std::size_t{64} << 20U;
constexpr int max_statement_bytes = 4 << 20;

struct Limit {
    int id;
    int value;
};
/// What one statement or schema row may cost to parse. The expression depth keeps SQLite's
/// recursion within the small stacks some hosts give their threads.
constexpr std::array<Limit, 7> limits{{
    {SQLITE_LIMIT_LENGTH, 16 << 20},
    {SQLITE_LIMIT_SQL_LENGTH, max_statement_bytes},
    {SQLITE_LIMIT_EXPR_DEPTH, 500},
    {SQLITE_LIMIT_VDBE_OP, 1'000'000},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
}};

/// Modules that need no rows of their own to be connected. Others would look for their shadow
/// tables' content, or do what their host built them for.
constexpr std::array<const char*, 3> kept_modules{"json_each", "json_tree", nullptr};

/// Pragmas that read, whatever their argument. All others may be prepared without one only: many
/// take effect while they are prepared, some of them on the whole process.
constexpr std::array<std::string_view, 14> reading_pragmas{
    "collation_list",   "compile_options", "database_list", "foreign_key_check", "function_list",
    "foreign_key_list", "index_info",      "index_list",    "index_xinfo",       "integrity_check",
    "quick_check",      "table_info",      "table_list",    "table_xinfo",
};

/// The root page every table is given: one empty table, since no row is ever read.
constexpr std::int64_t table_root = 2;
constexpr std::int64_t first_index_root = 3;
constexpr int page_size = 512;
/// SQLite wants different roots for the indexes of one table.
constexpr std::int64_t max_indexes_per_table = 4'096;

[[nodiscard]] std::string_view view_of(const char* text) noexcept {
    return text == nullptr ? std::string_view{} : std::string_view{text};
}

[[nodiscard]] bool within_limits(const Schema& schema) noexcept {
    if (schema.main.size() + schema.temp.size() > max_schema_rows) return false;
    std::size_t bytes = 0;
    for (const auto* rows : {&schema.main, &schema.temp}) {
        for (const SchemaRow& row : *rows) bytes += row.sql.size();
    }
    return bytes <= max_schema_bytes;
}

/// Root pages for rows: distinct among the indexes of a table.
class Roots {
  public:
    [[nodiscard]] std::int64_t next(const SchemaRow& row) {
        if (row.type == "view" || row.type == "trigger") return 0;
        if (row.type != "index") return table_root;
        const std::int64_t ordinal = indexes_[row.table]++;
        return first_index_root + std::min(ordinal, max_indexes_per_table - 1);
    }

    [[nodiscard]] static std::int64_t most_indexes(const std::vector<SchemaRow>& rows) {
        std::unordered_map<std::string_view, std::int64_t> counts;
        std::int64_t most = 0;
        for (const SchemaRow& row : rows) {
            if (row.type == "index") most = std::max(most, ++counts[row.table]);
        }
        return std::min(most, max_indexes_per_table);
    }

  private:
    std::unordered_map<std::string, std::int64_t> indexes_;
};

/// Makes the pages the rows of `schema` will name as roots: page 2 an empty table, the others
/// anything. The rows that made them are deleted by number, so that no name is taken.
[[nodiscard]] std::string make_pages(const char* schema, const std::vector<SchemaRow>& rows) {
    const std::int64_t bytes = (Roots::most_indexes(rows) + 2) * page_size;
    return fmt::format(
        "CREATE TABLE {0}.dqlite_root(x);"
        "CREATE TABLE {0}.dqlite_pages(x);"
        "INSERT INTO {0}.dqlite_pages VALUES(zeroblob({1}));",
        schema, bytes);
}

[[nodiscard]] const char* schema_table(std::string_view schema) noexcept {
    return schema == "temp" ? "temp.sqlite_temp_schema" : "main.sqlite_schema";
}

}  // namespace

const TableColumn* Table::column(std::string_view column_name) const noexcept {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [column_name](const TableColumn& column) {
            return client::same_word(column.name, column_name);
        });
    return found == columns.end() ? nullptr : &*found;
}

void PreparedStatement::Finalizer::operator()(sqlite3_stmt* statement) const noexcept {
    SqliteLibrary::get()->finalize(statement);
}

void MirrorDatabase::Closer::operator()(sqlite3* database) const noexcept {
    SqliteLibrary::get()->close_v2(database);
}

std::size_t PreparedStatement::column_count() const noexcept {
    return static_cast<std::size_t>(SqliteLibrary::get()->column_count(statement_.get()));
}

PreparedColumn PreparedStatement::column(std::size_t index) const noexcept {
    const SqliteLibrary& library = *SqliteLibrary::get();
    sqlite3_stmt* const statement = statement_.get();
    const int i = static_cast<int>(index);
    return {.name = view_of(library.column_name(statement, i)),
            .schema = view_of(library.column_database_name(statement, i)),
            .table = view_of(library.column_table_name(statement, i)),
            .origin = view_of(library.column_origin_name(statement, i)),
            .declared_type = view_of(library.column_decltype(statement, i))};
}

std::shared_ptr<MirrorDatabase> MirrorDatabase::load(const Schema& schema) {
    const SqliteLibrary* const library = SqliteLibrary::get();
    if (library == nullptr || !within_limits(schema)) return nullptr;
    std::shared_ptr<MirrorDatabase> mirror{new MirrorDatabase{*library, schema.version}};
    if (!mirror->open() || !mirror->insert_rows("main", schema.main) ||
        !mirror->insert_rows("temp", schema.temp) || !mirror->parse_rows()) {
        return nullptr;
    }
    return mirror;
}

MirrorDatabase::~MirrorDatabase() = default;

bool MirrorDatabase::open() {
    sqlite3* database = nullptr;
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
    const int code = library_.open_v2(":memory:", &database, flags, nullptr);
    database_.reset(database);
    if (code != SQLITE_OK) return false;
    for (const Limit& limit : limits) library_.limit(database, limit.id, limit.value);
    set(SQLITE_DBCONFIG_TRUSTED_SCHEMA, false);
    set(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, false);
    // The terminating null is part of the list.
    library_.drop_modules(database, const_cast<const char**>(kept_modules.data()));
    return run("PRAGMA page_size=512; PRAGMA temp_store=MEMORY; PRAGMA journal_mode=OFF;");
}

bool MirrorDatabase::insert_rows(const char* schema, const std::vector<SchemaRow>& rows) {
    if (rows.empty()) return true;
    if (!run(make_pages(schema, rows).c_str())) return false;
    set(SQLITE_DBCONFIG_WRITABLE_SCHEMA, true);
    const std::string clear = fmt::format("DELETE FROM {};BEGIN;", schema_table(schema));
    if (!run(clear.c_str())) return false;
    const std::string sql =
        fmt::format("INSERT INTO {} VALUES(?1,?2,?3,?4,?5)", schema_table(schema));
    auto insert = prepare(sql);
    if (!insert) return false;
    sqlite3_stmt* const statement = insert->statement_.get();
    const auto bind = [this, statement](int index, const std::string& text) {
        return library_.bind_text(statement, index, text.data(), static_cast<int>(text.size()),
                                  SQLITE_STATIC);
    };
    Roots roots;
    for (const SchemaRow& row : rows) {
        if (row.sql.empty()) continue;
        bind(1, row.type);
        bind(2, row.name);
        bind(3, row.table);
        library_.bind_int64(statement, 4, roots.next(row));
        bind(5, row.sql);
        const bool stored = library_.step(statement) == SQLITE_DONE;
        library_.reset(statement);
        if (!stored) return false;
    }
    return run("COMMIT");
}

/// Has SQLite read the rows as its schema. With WRITABLE_SCHEMA set, a row it cannot read is left
/// out instead of making the whole schema unusable.
bool MirrorDatabase::parse_rows() {
    if (!run("PRAGMA writable_schema=RESET")) return false;
    set(SQLITE_DBCONFIG_WRITABLE_SCHEMA, true);
    const bool parsed = prepare("SELECT 1 FROM sqlite_schema, sqlite_temp_schema").has_value();
    set(SQLITE_DBCONFIG_WRITABLE_SCHEMA, false);
    set(SQLITE_DBCONFIG_DEFENSIVE, true);
    library_.set_authorizer(database_.get(), &MirrorDatabase::authorize, this);
    return parsed;
}

bool MirrorDatabase::run(const char* sql) const noexcept {
    return library_.exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

void MirrorDatabase::set(int option, bool on) const noexcept {
    library_.db_config(database_.get(), option, on ? 1 : 0, static_cast<int*>(nullptr));
}

std::optional<PreparedStatement> MirrorDatabase::prepare(const std::string& sql,
                                                         QuotedStrings quoted_strings) {
    if (sql.size() >= static_cast<std::size_t>(max_statement_bytes)) return std::nullopt;
    set(SQLITE_DBCONFIG_DQS_DML, quoted_strings == QuotedStrings::yes);
    observed_ = {};
    sqlite3_stmt* statement = nullptr;
    // The length counts the terminating NUL, which saves SQLite a copy.
    const int code = library_.prepare_v3(database_.get(), sql.c_str(),
                                         static_cast<int>(sql.size() + 1), 0, &statement, nullptr);
    if (code != SQLITE_OK || statement == nullptr) return std::nullopt;
    PreparedStatement prepared;
    prepared.statement_.reset(statement);
    prepared.observed_ = observed_;
    return prepared;
}

int MirrorDatabase::authorize(void* self, int action, const char* first, const char* second,
                              const char* /*database*/, const char* context) noexcept {
    Observation& observed = static_cast<MirrorDatabase*>(self)->observed_;
    if (context != nullptr) observed.views = true;
    switch (action) {
        case SQLITE_SELECT:
            ++observed.selects;
            return SQLITE_OK;
        case SQLITE_FUNCTION:
            observed.functions = true;
            return SQLITE_OK;
        case SQLITE_READ:
        case SQLITE_RECURSIVE:
        case SQLITE_INSERT:
        case SQLITE_UPDATE:
        case SQLITE_DELETE:
            return SQLITE_OK;
        case SQLITE_PRAGMA: {
            const std::string_view name = view_of(first);
            const bool reads = std::any_of(
                reading_pragmas.begin(), reading_pragmas.end(),
                [name](std::string_view pragma) { return client::same_word(pragma, name); });
            return second == nullptr || reads ? SQLITE_OK : SQLITE_DENY;
        }
        default:
            return SQLITE_DENY;
    }
}

const Table* MirrorDatabase::table(std::string_view schema, std::string_view name) {
    if (schema.empty()) {
        const Table* const temporary = table("temp", name);
        return temporary != nullptr ? temporary : table("main", name);
    }
    std::pair<std::string, std::string> key{schema, name};
    auto found = tables_.find(key);
    if (found == tables_.end()) {
        Table read = read_table(key.first, key.second);
        // What is not there is not kept: names come from the application, without end.
        if (read.columns.empty()) return nullptr;
        found = tables_.emplace(std::move(key), std::move(read)).first;
    }
    return &found->second;
}

Table MirrorDatabase::read_table(const std::string& schema, const std::string& name) {
    Table table;
    table.schema = schema;
    table.name = name;
    auto query = prepare(
        "SELECT name,type,\"notnull\",pk,hidden FROM pragma_table_xinfo(?1,?2) ORDER BY cid");
    if (!query) return table;
    sqlite3_stmt* const statement = query->statement_.get();
    library_.bind_text(statement, 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
    library_.bind_text(statement, 2, schema.data(), static_cast<int>(schema.size()), SQLITE_STATIC);
    const auto text = [this, statement](int column) -> std::string {
        const auto* const bytes = library_.column_text(statement, column);
        if (bytes == nullptr) return {};
        return {reinterpret_cast<const char*>(bytes),
                static_cast<std::size_t>(library_.column_bytes(statement, column))};
    };
    while (library_.step(statement) == SQLITE_ROW) {
        TableColumn column;
        column.name = text(0);
        column.declared_type = text(1);
        column.not_null = library_.column_int64(statement, 2) != 0;
        column.key = library_.column_int64(statement, 3) != 0;
        const std::int64_t hidden = library_.column_int64(statement, 4);
        column.hidden = hidden == 1;
        column.generated = hidden == 2 || hidden == 3;
        const char* collation = nullptr;
        if (library_.table_column_metadata(database_.get(), schema.c_str(), name.c_str(),
                                           column.name.c_str(), nullptr, &collation, nullptr,
                                           nullptr, nullptr) == SQLITE_OK) {
            column.case_sensitive = !client::same_word(view_of(collation), "NOCASE");
        }
        table.columns.push_back(std::move(column));
    }
    table.holds_rows = holds_rows(table);
    find_rowid(table);
    return table;
}

// What tells the end of a statement from the end of a row:
// - a foreign key is checked at the end of the statement, so a row may refer to one that comes
//   later; and a row that others refer to may be replaced and come back;
// - changes() and total_changes() move at that end: a default or a trigger may call them, and what
//   a trigger does may satisfy the keys of earlier rows.
bool MirrorDatabase::rows_are_independent(const Table& table, bool replaces) {
    const auto query = prepare(fmt::format(
        "WITH refers AS MATERIALIZED (SELECT s.name AS child FROM {0} AS s, "
        "pragma_foreign_key_list(s.name, ?2) AS k "
        "WHERE s.type = 'table' AND k.\"table\" = ?1 COLLATE NOCASE) "
        "SELECT EXISTS (SELECT 1 FROM pragma_foreign_key_list(?1, ?2) "
        "WHERE \"table\" = ?1 COLLATE NOCASE) "
        "OR EXISTS (SELECT 1 FROM (SELECT type, tbl_name FROM sqlite_schema UNION ALL "
        "SELECT type, tbl_name FROM sqlite_temp_schema) "
        "WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE) "
        "OR EXISTS (SELECT 1 FROM pragma_table_xinfo(?1, ?2) WHERE dflt_value LIKE '%changes%') "
        "OR ((?3 OR EXISTS (SELECT 1 FROM {0} WHERE type = 'table' AND name = ?1 COLLATE NOCASE "
        "AND sql LIKE '%replace%')) AND EXISTS (SELECT 1 FROM refers))",
        schema_table(table.schema)));
    if (!query) return false;  // nobody can say that they are
    sqlite3_stmt* const statement = query->statement_.get();
    const auto bind = [this, statement](int index, const std::string& text) {
        library_.bind_text(statement, index, text.data(), static_cast<int>(text.size()),
                           SQLITE_STATIC);
    };
    bind(1, table.name);
    bind(2, table.schema);
    library_.bind_int64(statement, 3, replaces ? 1 : 0);
    return library_.step(statement) == SQLITE_ROW && library_.column_int64(statement, 0) == 0;
}

bool MirrorDatabase::holds_rows(const Table& table) {
    const auto query =
        prepare(fmt::format("SELECT 1 FROM {} WHERE type='table' AND name=?1 COLLATE NOCASE",
                            schema_table(table.schema)));
    if (!query) return false;
    sqlite3_stmt* const statement = query->statement_.get();
    library_.bind_text(statement, 1, table.name.data(), static_cast<int>(table.name.size()),
                       SQLITE_STATIC);
    return library_.step(statement) == SQLITE_ROW;
}

/// Finds a name of the rowid, and the INTEGER PRIMARY KEY that is one: no pragma tells it apart
/// from the key of a WITHOUT ROWID table.
void MirrorDatabase::find_rowid(Table& table) {
    if (!table.holds_rows) return;
    for (const char* const rowid : {"rowid", "_rowid_", "oid"}) {
        if (table.column(rowid) != nullptr) continue;
        const auto query = prepare(
            fmt::format("SELECT {} FROM {}.{}", rowid, quoted(table.schema), quoted(table.name)));
        if (!query) return;  // WITHOUT ROWID
        table.rowid = rowid;
        const auto origin = query->column(0).origin;
        for (auto& column : table.columns) {
            column.rowid_alias = client::same_word(column.name, origin);
        }
        return;
    }
}

}  // namespace dqlite::odbc
