// The schema mirror: an in-memory SQLite database with the cluster's schema and no rows, which
// describes statements before they run (design §2.4). One per cluster and database in a process,
// shared by its connections; temporary objects live in a connection's overlay.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "client/session.h"
#include "client/statement.h"
#include "driver/describe/description.h"
#include "driver/describe/keyed_query.h"

namespace dqlite::odbc {

class SchemaMirror;  // shared, thread safe

/// A connection's view of the mirror.
class Describer {
  public:
    /// `cluster_key` names the cluster and database: connections with the same key share a mirror.
    Describer(const std::string& cluster_key, const TypeOptions& options);
    ~Describer();
    Describer(const Describer&) = delete;
    Describer& operator=(const Describer&) = delete;

    /// Makes sure the mirror is that of the session's schema (one round trip when it is current:
    /// PRAGMA schema_version; loads it otherwise). Never called per execution.
    [[nodiscard]] client::Result<void> refresh(client::Session& session);
    /// The schema may have changed (own DDL, a rollback of DDL, a stale answer): the next
    /// refresh() looks again, describe() does not use what it has.
    void invalidate() noexcept;
    [[nodiscard]] bool current() const noexcept;

    /// Describes from the mirror; no I/O. What the mirror cannot prepare comes back with
    /// understood false and parameters from the lexer.
    [[nodiscard]] Description describe(const client::Statement& statement);

    /// True where the schema is known, and by it an INSERT of many rows into `table` does what as
    /// many INSERTs of one row do. `replaces`: it may replace or change rows. No I/O.
    [[nodiscard]] bool knows_rows_are_independent(std::string_view table, bool replaces);

    /// The statement as one whose rows can be changed, where it is such a one and the schema is
    /// known. No I/O.
    [[nodiscard]] std::optional<KeyedQuery> keyed_query(const client::Statement& statement);

    /// False when libsqlite3 could not be loaded: everything works on the fallbacks.
    [[nodiscard]] static bool available() noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Gives the columns of a first frame their types: what description.columns knows stays; other
/// columns are typed by all values of the frame (design §2.5). Also used with an empty
/// description, for statements nobody understood: names come from the stream. The stream's last
/// `hidden` columns are not the application's.
void type_columns_by_values(Description& description, const client::RowStream& rows,
                            const TypeOptions& options, std::size_t hidden = 0);

}  // namespace dqlite::odbc
