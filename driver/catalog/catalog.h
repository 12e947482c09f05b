// The catalogue functions: each is one SQL query for the facts, and a finisher that makes the
// result set the ODBC Reference describes out of them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/error.h"
#include "client/rows.h"
#include "driver/describe/description.h"
#include "driver/diag/sqlstate.h"
#include "driver/odbc.h"
#include "driver/tables/procedures.h"
#include "wire/bytes.h"

namespace dqlite::odbc {

/// An argument as the application gave it: null pointer and "" differ.
using Argument = std::optional<std::string>;

struct CatalogOptions {
    bool metadata_id = false;   ///< SQL_ATTR_METADATA_ID: arguments are identifiers
    bool hide_schemas = false;  ///< HideSchemas: TABLE_SCHEM is NULL everywhere
    TypeOptions types;
    bool odbc2 = false;  ///< SQL_OV_ODBC2: 2.x date types (names are the DM's business)
    std::string user;    ///< SQL_USER_NAME: whose privileges are told
};

/// Sends one statement with text parameters and gives its rows: how catalogue calls reach the
/// server.
using RunQuery = std::function<client::Result<std::unique_ptr<client::RowStream>>(
    const std::string& sql, const std::vector<Argument>& parameters)>;

struct CatalogQuery {
    /// Not 00000 where the arguments are wrong (HY009, HY090, HY097 …): nothing is sent.
    SqlState state = SqlState::s00000;
    std::string message;

    /// One statement with plain ? for `parameters` (text or NULL). Empty: nothing is asked of the
    /// server, and finish is called with a null pointer.
    std::string sql;
    /// The same without views that do not resolve, over one of which SQLite fails all of `sql`.
    /// Empty: views cannot make it fail.
    std::string guarded_sql;
    std::vector<Argument> parameters;

    /// The result's columns: fixed by the ODBC Reference.
    std::vector<ColumnDescription> columns;
    /// Reads the rows of `sql` and makes one whole ROWS frame with `columns`.
    std::function<client::Result<wire::Buffer>(client::RowStream*)> finish;
};

/// Runs a query whose state is 00000 and gives its result: one round trip, or none, unless a
/// broken view is in the way.
[[nodiscard]] client::Result<std::unique_ptr<client::RowStream>> run(const CatalogQuery& query,
                                                                     const RunQuery& send);

[[nodiscard]] CatalogQuery tables(const Argument& catalog, const Argument& schema,
                                  const Argument& table, const Argument& table_type,
                                  const CatalogOptions&);
[[nodiscard]] CatalogQuery columns(const Argument& catalog, const Argument& schema,
                                   const Argument& table, const Argument& column,
                                   const CatalogOptions&);
[[nodiscard]] CatalogQuery primary_keys(const Argument& catalog, const Argument& schema,
                                        const Argument& table, const CatalogOptions&);
[[nodiscard]] CatalogQuery foreign_keys(const Argument& pk_catalog, const Argument& pk_schema,
                                        const Argument& pk_table, const Argument& fk_catalog,
                                        const Argument& fk_schema, const Argument& fk_table,
                                        const CatalogOptions&);
[[nodiscard]] CatalogQuery statistics(const Argument& catalog, const Argument& schema,
                                      const Argument& table, SQLUSMALLINT unique,
                                      SQLUSMALLINT reserved, const CatalogOptions&);
[[nodiscard]] CatalogQuery special_columns(SQLUSMALLINT identifier_type, const Argument& catalog,
                                           const Argument& schema, const Argument& table,
                                           SQLUSMALLINT scope, SQLUSMALLINT nullable,
                                           const CatalogOptions&);
[[nodiscard]] CatalogQuery table_privileges(const Argument& catalog, const Argument& schema,
                                            const Argument& table, const CatalogOptions&);
[[nodiscard]] CatalogQuery column_privileges(const Argument& catalog, const Argument& schema,
                                             const Argument& table, const Argument& column,
                                             const CatalogOptions&);
[[nodiscard]] CatalogQuery procedures(const Argument& catalog, const Argument& schema,
                                      const Argument& procedure, const CatalogOptions&);
[[nodiscard]] CatalogQuery procedure_columns(const Argument& catalog, const Argument& schema,
                                             const Argument& procedure, const Argument& column,
                                             const CatalogOptions&);
/// The columns of a procedure's result set.
[[nodiscard]] std::vector<ColumnDescription> procedure_result(const Procedure& procedure,
                                                              const TypeOptions& types);
/// Its parameters, the return value first where there is one.
[[nodiscard]] std::vector<ColumnDescription> procedure_parameters(const Procedure& procedure,
                                                                  const TypeOptions& types);
/// SQLGetTypeInfo: made here; state HY004 for a type nobody knows, no rows for one that is not
/// offered.
[[nodiscard]] CatalogQuery type_info(SQLSMALLINT data_type, const CatalogOptions&);

}  // namespace dqlite::odbc
