// An in-memory SQLite database that stands in for a server: catalogue queries run on it as they
// are, and results come back as text to compare with golden rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "driver/catalog/catalog.h"

namespace dqlite::odbc::test {

class Database {
  public:
    explicit Database(const std::string& schema);

    void execute(const std::string& sql);

    /// Sends what a catalogue call asks for to this database; counts the requests.
    [[nodiscard]] RunQuery sender();
    [[nodiscard]] int requests() const { return requests_; }

    /// The lines of a catalogue query on this database.
    [[nodiscard]] std::vector<std::string> rows(const CatalogQuery& query);

  private:
    [[nodiscard]] client::Result<std::unique_ptr<client::RowStream>> query(
        const std::string& sql, const std::vector<Argument>& parameters);

    struct Close {
        void operator()(sqlite3* db) const { sqlite3_close(db); }
    };
    std::unique_ptr<sqlite3, Close> db_;
    int requests_ = 0;
};

using Lines = std::vector<std::string>;

/// Runs a catalogue query; each row is its values with '|' between them, "NULL" for NULL.
[[nodiscard]] Lines lines_of(const CatalogQuery& query, const RunQuery& send);

/// The columns of each line that `wanted` lists (from 1).
[[nodiscard]] Lines cut(const Lines& lines, const std::vector<std::size_t>& wanted);

}  // namespace dqlite::odbc::test
