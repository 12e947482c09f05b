// One loaded schema: an in-memory SQLite database that holds the rows of a server's sqlite_schema
// and no data. Statements are prepared in it and never run; text a server sent is only parsed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/describe/sqlite_library.h"

namespace dqlite::odbc {

/// A row of sqlite_schema. Rows without SQL (automatic indexes) need not be given.
struct SchemaRow {
    std::string type;
    std::string name;
    std::string table;
    std::string sql;
};

struct Schema {
    std::int64_t version = 0;
    std::vector<SchemaRow> main;
    std::vector<SchemaRow> temp;
};

struct TableColumn {
    std::string name;
    std::string declared_type;
    bool not_null = false;
    bool key = false;
    bool rowid_alias = false;  ///< INTEGER PRIMARY KEY
    bool hidden = false;       ///< of a virtual table: not part of *
    bool generated = false;
    bool case_sensitive = true;
};

struct Table {
    std::string schema;  ///< "main" or "temp"
    std::string name;
    std::vector<TableColumn> columns;
    bool holds_rows = false;  ///< a table, no view
    std::string rowid;        ///< a name of its rowid; empty: WITHOUT ROWID, or all hidden
    [[nodiscard]] const TableColumn* column(std::string_view column_name) const noexcept;
};

/// What the authorizer saw while a statement was prepared.
struct Observation {
    int selects = 0;         ///< SELECTs in it, those of views and subqueries too
    bool functions = false;  ///< it calls a function, which may be an aggregate
    bool views = false;      ///< it reads through a view
};

/// A column of a prepared statement. Texts borrow from the statement.
struct PreparedColumn {
    std::string_view name;
    std::string_view schema;
    std::string_view table;
    std::string_view origin;         ///< empty for expressions
    std::string_view declared_type;  ///< empty for expressions
};

class PreparedStatement {
  public:
    [[nodiscard]] std::size_t column_count() const noexcept;
    [[nodiscard]] PreparedColumn column(std::size_t index) const noexcept;
    [[nodiscard]] const Observation& observed() const noexcept { return observed_; }

  private:
    friend class MirrorDatabase;
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
    Observation observed_;
};

class MirrorDatabase {
  public:
    /// Null where the library is missing or the schema is past the mirror's limits.
    [[nodiscard]] static std::shared_ptr<MirrorDatabase> load(const Schema& schema);
    ~MirrorDatabase();
    MirrorDatabase(const MirrorDatabase&) = delete;
    MirrorDatabase& operator=(const MirrorDatabase&) = delete;

    [[nodiscard]] std::int64_t version() const noexcept { return version_; }

    /// Held over every use of the functions below and of the statements they return.
    [[nodiscard]] std::unique_lock<std::mutex> lock() { return std::unique_lock{mutex_}; }

    /// Whether "name" in double quotes may stand for a string where no column has that name.
    enum class QuotedStrings : bool { no, yes };
    /// The statement, or nothing where it does not fit this schema (or the mirror's limits).
    [[nodiscard]] std::optional<PreparedStatement> prepare(
        const std::string& sql, QuotedStrings quoted_strings = QuotedStrings::no);

    /// A table or view by name; `schema` empty: temp before main, as SQLite looks names up. Null
    /// where there is none.
    [[nodiscard]] const Table* table(std::string_view schema, std::string_view name);

    /// Whether an INSERT of many rows into `table` does what as many INSERTs of one row do.
    /// `replaces`: it may replace or change rows that are there.
    [[nodiscard]] bool rows_are_independent(const Table& table, bool replaces);

  private:
    struct Closer {
        void operator()(sqlite3* database) const noexcept;
    };
    explicit MirrorDatabase(const SqliteLibrary& library, std::int64_t version) noexcept
        : library_{library}, version_{version} {}

    [[nodiscard]] bool open();
    [[nodiscard]] bool insert_rows(const char* schema, const std::vector<SchemaRow>& rows);
    [[nodiscard]] bool parse_rows();
    [[nodiscard]] bool run(const char* sql) const noexcept;
    void set(int option, bool on) const noexcept;
    [[nodiscard]] Table read_table(const std::string& schema, const std::string& name);
    void find_rowid(Table& table);
    [[nodiscard]] bool holds_rows(const Table& table);
    static int authorize(void* self, int action, const char* first, const char* second,
                         const char* database, const char* context) noexcept;

    const SqliteLibrary& library_;
    const std::int64_t version_;
    std::mutex mutex_;
    std::unique_ptr<sqlite3, Closer> database_;
    Observation observed_;
    std::map<std::pair<std::string, std::string>, Table> tables_;
};

}  // namespace dqlite::odbc
