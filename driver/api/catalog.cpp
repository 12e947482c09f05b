// The catalogue functions. All their text arguments are read the same way, so each function is the
// list of its arguments and the query it makes of them.
#include "driver/catalog/catalog.h"

#include <array>
#include <tuple>

#include "driver/api/waiting.h"
#include "driver/handle/connection.h"
#include "driver/handle/statement.h"

using namespace dqlite::odbc;
using api::Arguments;
using api::call_waiting;

namespace {

template <typename Char>
struct Text {
    const Char* text;
    SQLSMALLINT length;
};
template <typename Char>  // Clang 14 deduces nothing for an aggregate
Text(Char*, SQLSMALLINT)->Text<Char>;

/// Reads `texts`, makes the query of them and runs it.
template <typename Make, typename... Texts>
SQLRETURN catalog_call(SQLUSMALLINT function, SQLHSTMT handle, Make make, Texts... texts) {
    return call_waiting<Statement>(function, handle, [&](Arguments& arguments) {
        // In braces: they are read in their order.
        std::array<Argument, sizeof...(Texts)> read{arguments.text(texts.text, texts.length)...};
        return [make, read = std::move(read)](Statement& statement) {
            const auto query = std::apply(
                [&](const auto&... each) { return make(each..., statement.catalog_options()); },
                read);
            return statement.run_catalog(query);
        };
    });
}

// The functions that take more than texts: what is left to make of them once the rest is known.

auto statistics_of(SQLUSMALLINT unique, SQLUSMALLINT reserved) {
    return [=](const Argument& catalog, const Argument& schema, const Argument& table,
               const CatalogOptions& options) {
        return statistics(catalog, schema, table, unique, reserved, options);
    };
}

auto special_columns_of(SQLUSMALLINT identifier, SQLUSMALLINT scope, SQLUSMALLINT nullable) {
    return [=](const Argument& catalog, const Argument& schema, const Argument& table,
               const CatalogOptions& options) {
        return special_columns(identifier, catalog, schema, table, scope, nullable, options);
    };
}

auto type_info_of(SQLSMALLINT type) {
    return [=](const CatalogOptions& options) { return type_info(type, options); };
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLTables(SQLHSTMT handle, SQLCHAR* catalog, SQLSMALLINT catalog_length,
                            SQLCHAR* schema, SQLSMALLINT schema_length, SQLCHAR* table,
                            SQLSMALLINT table_length, SQLCHAR* type, SQLSMALLINT type_length) {
    return catalog_call(SQL_API_SQLTABLES, handle, dqlite::odbc::tables,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length}, Text{type, type_length});
}

SQLRETURN SQL_API SQLTablesW(SQLHSTMT handle, SQLWCHAR* catalog, SQLSMALLINT catalog_length,
                             SQLWCHAR* schema, SQLSMALLINT schema_length, SQLWCHAR* table,
                             SQLSMALLINT table_length, SQLWCHAR* type, SQLSMALLINT type_length) {
    return catalog_call(SQL_API_SQLTABLES, handle, dqlite::odbc::tables,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length}, Text{type, type_length});
}

SQLRETURN SQL_API SQLColumns(SQLHSTMT handle, SQLCHAR* catalog, SQLSMALLINT catalog_length,
                             SQLCHAR* schema, SQLSMALLINT schema_length, SQLCHAR* table,
                             SQLSMALLINT table_length, SQLCHAR* column, SQLSMALLINT column_length) {
    return catalog_call(SQL_API_SQLCOLUMNS, handle, dqlite::odbc::columns,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length}, Text{column, column_length});
}

SQLRETURN SQL_API SQLColumnsW(SQLHSTMT handle, SQLWCHAR* catalog, SQLSMALLINT catalog_length,
                              SQLWCHAR* schema, SQLSMALLINT schema_length, SQLWCHAR* table,
                              SQLSMALLINT table_length, SQLWCHAR* column,
                              SQLSMALLINT column_length) {
    return catalog_call(SQL_API_SQLCOLUMNS, handle, dqlite::odbc::columns,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length}, Text{column, column_length});
}

SQLRETURN SQL_API SQLPrimaryKeys(SQLHSTMT handle, SQLCHAR* catalog, SQLSMALLINT catalog_length,
                                 SQLCHAR* schema, SQLSMALLINT schema_length, SQLCHAR* table,
                                 SQLSMALLINT table_length) {
    return catalog_call(SQL_API_SQLPRIMARYKEYS, handle, dqlite::odbc::primary_keys,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length});
}

SQLRETURN SQL_API SQLPrimaryKeysW(SQLHSTMT handle, SQLWCHAR* catalog, SQLSMALLINT catalog_length,
                                  SQLWCHAR* schema, SQLSMALLINT schema_length, SQLWCHAR* table,
                                  SQLSMALLINT table_length) {
    return catalog_call(SQL_API_SQLPRIMARYKEYS, handle, dqlite::odbc::primary_keys,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length});
}

SQLRETURN SQL_API SQLForeignKeys(SQLHSTMT handle, SQLCHAR* pk_catalog,
                                 SQLSMALLINT pk_catalog_length, SQLCHAR* pk_schema,
                                 SQLSMALLINT pk_schema_length, SQLCHAR* pk_table,
                                 SQLSMALLINT pk_table_length, SQLCHAR* fk_catalog,
                                 SQLSMALLINT fk_catalog_length, SQLCHAR* fk_schema,
                                 SQLSMALLINT fk_schema_length, SQLCHAR* fk_table,
                                 SQLSMALLINT fk_table_length) {
    return catalog_call(SQL_API_SQLFOREIGNKEYS, handle, dqlite::odbc::foreign_keys,
                        Text{pk_catalog, pk_catalog_length}, Text{pk_schema, pk_schema_length},
                        Text{pk_table, pk_table_length}, Text{fk_catalog, fk_catalog_length},
                        Text{fk_schema, fk_schema_length}, Text{fk_table, fk_table_length});
}

SQLRETURN SQL_API SQLForeignKeysW(SQLHSTMT handle, SQLWCHAR* pk_catalog,
                                  SQLSMALLINT pk_catalog_length, SQLWCHAR* pk_schema,
                                  SQLSMALLINT pk_schema_length, SQLWCHAR* pk_table,
                                  SQLSMALLINT pk_table_length, SQLWCHAR* fk_catalog,
                                  SQLSMALLINT fk_catalog_length, SQLWCHAR* fk_schema,
                                  SQLSMALLINT fk_schema_length, SQLWCHAR* fk_table,
                                  SQLSMALLINT fk_table_length) {
    return catalog_call(SQL_API_SQLFOREIGNKEYS, handle, dqlite::odbc::foreign_keys,
                        Text{pk_catalog, pk_catalog_length}, Text{pk_schema, pk_schema_length},
                        Text{pk_table, pk_table_length}, Text{fk_catalog, fk_catalog_length},
                        Text{fk_schema, fk_schema_length}, Text{fk_table, fk_table_length});
}

SQLRETURN SQL_API SQLTablePrivileges(SQLHSTMT handle, SQLCHAR* catalog, SQLSMALLINT catalog_length,
                                     SQLCHAR* schema, SQLSMALLINT schema_length, SQLCHAR* table,
                                     SQLSMALLINT table_length) {
    return catalog_call(SQL_API_SQLTABLEPRIVILEGES, handle, dqlite::odbc::table_privileges,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length});
}

SQLRETURN SQL_API SQLTablePrivilegesW(SQLHSTMT handle, SQLWCHAR* catalog,
                                      SQLSMALLINT catalog_length, SQLWCHAR* schema,
                                      SQLSMALLINT schema_length, SQLWCHAR* table,
                                      SQLSMALLINT table_length) {
    return catalog_call(SQL_API_SQLTABLEPRIVILEGES, handle, dqlite::odbc::table_privileges,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length});
}

SQLRETURN SQL_API SQLColumnPrivileges(SQLHSTMT handle, SQLCHAR* catalog, SQLSMALLINT catalog_length,
                                      SQLCHAR* schema, SQLSMALLINT schema_length, SQLCHAR* table,
                                      SQLSMALLINT table_length, SQLCHAR* column,
                                      SQLSMALLINT column_length) {
    return catalog_call(SQL_API_SQLCOLUMNPRIVILEGES, handle, dqlite::odbc::column_privileges,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length}, Text{column, column_length});
}

SQLRETURN SQL_API SQLColumnPrivilegesW(SQLHSTMT handle, SQLWCHAR* catalog,
                                       SQLSMALLINT catalog_length, SQLWCHAR* schema,
                                       SQLSMALLINT schema_length, SQLWCHAR* table,
                                       SQLSMALLINT table_length, SQLWCHAR* column,
                                       SQLSMALLINT column_length) {
    return catalog_call(SQL_API_SQLCOLUMNPRIVILEGES, handle, dqlite::odbc::column_privileges,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length}, Text{column, column_length});
}

SQLRETURN SQL_API SQLProcedures(SQLHSTMT handle, SQLCHAR* catalog, SQLSMALLINT catalog_length,
                                SQLCHAR* schema, SQLSMALLINT schema_length, SQLCHAR* procedure,
                                SQLSMALLINT procedure_length) {
    return catalog_call(SQL_API_SQLPROCEDURES, handle, dqlite::odbc::procedures,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{procedure, procedure_length});
}

SQLRETURN SQL_API SQLProceduresW(SQLHSTMT handle, SQLWCHAR* catalog, SQLSMALLINT catalog_length,
                                 SQLWCHAR* schema, SQLSMALLINT schema_length, SQLWCHAR* procedure,
                                 SQLSMALLINT procedure_length) {
    return catalog_call(SQL_API_SQLPROCEDURES, handle, dqlite::odbc::procedures,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{procedure, procedure_length});
}

SQLRETURN SQL_API SQLProcedureColumns(SQLHSTMT handle, SQLCHAR* catalog, SQLSMALLINT catalog_length,
                                      SQLCHAR* schema, SQLSMALLINT schema_length,
                                      SQLCHAR* procedure, SQLSMALLINT procedure_length,
                                      SQLCHAR* column, SQLSMALLINT column_length) {
    return catalog_call(SQL_API_SQLPROCEDURECOLUMNS, handle, dqlite::odbc::procedure_columns,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{procedure, procedure_length}, Text{column, column_length});
}

SQLRETURN SQL_API SQLProcedureColumnsW(SQLHSTMT handle, SQLWCHAR* catalog,
                                       SQLSMALLINT catalog_length, SQLWCHAR* schema,
                                       SQLSMALLINT schema_length, SQLWCHAR* procedure,
                                       SQLSMALLINT procedure_length, SQLWCHAR* column,
                                       SQLSMALLINT column_length) {
    return catalog_call(SQL_API_SQLPROCEDURECOLUMNS, handle, dqlite::odbc::procedure_columns,
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{procedure, procedure_length}, Text{column, column_length});
}

SQLRETURN SQL_API SQLStatistics(SQLHSTMT handle, SQLCHAR* catalog, SQLSMALLINT catalog_length,
                                SQLCHAR* schema, SQLSMALLINT schema_length, SQLCHAR* table,
                                SQLSMALLINT table_length, SQLUSMALLINT unique,
                                SQLUSMALLINT reserved) {
    return catalog_call(SQL_API_SQLSTATISTICS, handle, statistics_of(unique, reserved),
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length});
}

SQLRETURN SQL_API SQLSpecialColumns(SQLHSTMT handle, SQLUSMALLINT identifier, SQLCHAR* catalog,
                                    SQLSMALLINT catalog_length, SQLCHAR* schema,
                                    SQLSMALLINT schema_length, SQLCHAR* table,
                                    SQLSMALLINT table_length, SQLUSMALLINT scope,
                                    SQLUSMALLINT nullable) {
    return catalog_call(
        SQL_API_SQLSPECIALCOLUMNS, handle, special_columns_of(identifier, scope, nullable),
        Text{catalog, catalog_length}, Text{schema, schema_length}, Text{table, table_length});
}

SQLRETURN SQL_API SQLGetTypeInfo(SQLHSTMT handle, SQLSMALLINT type) {
    return catalog_call(SQL_API_SQLGETTYPEINFO, handle, type_info_of(type));
}

SQLRETURN SQL_API SQLStatisticsW(SQLHSTMT handle, SQLWCHAR* catalog, SQLSMALLINT catalog_length,
                                 SQLWCHAR* schema, SQLSMALLINT schema_length, SQLWCHAR* table,
                                 SQLSMALLINT table_length, SQLUSMALLINT unique,
                                 SQLUSMALLINT reserved) {
    return catalog_call(SQL_API_SQLSTATISTICS, handle, statistics_of(unique, reserved),
                        Text{catalog, catalog_length}, Text{schema, schema_length},
                        Text{table, table_length});
}

SQLRETURN SQL_API SQLSpecialColumnsW(SQLHSTMT handle, SQLUSMALLINT identifier, SQLWCHAR* catalog,
                                     SQLSMALLINT catalog_length, SQLWCHAR* schema,
                                     SQLSMALLINT schema_length, SQLWCHAR* table,
                                     SQLSMALLINT table_length, SQLUSMALLINT scope,
                                     SQLUSMALLINT nullable) {
    return catalog_call(
        SQL_API_SQLSPECIALCOLUMNS, handle, special_columns_of(identifier, scope, nullable),
        Text{catalog, catalog_length}, Text{schema, schema_length}, Text{table, table_length});
}

SQLRETURN SQL_API SQLGetTypeInfoW(SQLHSTMT handle, SQLSMALLINT type) {
    return catalog_call(SQL_API_SQLGETTYPEINFO, handle, type_info_of(type));
}

}  // extern "C"
