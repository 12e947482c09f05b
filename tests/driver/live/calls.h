// The ODBC functions as a table, so that a test runs the same through the driver manager and on
// the driver alone: a driver manager orders calls among themselves, and keeps freed handles away.
#pragma once

#include <string>

#include <sql.h>
#include <sqlext.h>

namespace dqlite::test {

struct OdbcCalls {
    decltype(&SQLAllocHandle) alloc_handle;
    decltype(&SQLFreeHandle) free_handle;
    decltype(&SQLSetEnvAttr) set_env_attr;
    decltype(&SQLDriverConnect) driver_connect;
    decltype(&SQLDisconnect) disconnect;
    decltype(&SQLSetConnectAttr) set_connect_attr;
    decltype(&SQLEndTran) end_tran;
    decltype(&SQLGetStmtAttr) get_stmt_attr;
    decltype(&SQLPrepare) prepare;
    decltype(&SQLExecute) execute;
    decltype(&SQLExecDirect) exec_direct;
    decltype(&SQLBindCol) bind_col;
    decltype(&SQLBindParameter) bind_parameter;
    decltype(&SQLPutData) put_data;
    decltype(&SQLParamData) param_data;
    decltype(&SQLFetch) fetch;
    decltype(&SQLGetData) get_data;
    decltype(&SQLFreeStmt) free_stmt;
    decltype(&SQLCancel) cancel;
    decltype(&SQLGetDiagRec) get_diag_rec;
    decltype(&SQLGetDiagField) get_diag_field;
    decltype(&SQLGetDescField) get_desc_field;
    decltype(&SQLCopyDesc) copy_desc;
    decltype(&SQLSetStmtAttr) set_stmt_attr;
    decltype(&SQLGetConnectAttr) get_connect_attr;
    decltype(&SQLConnect) connect;
    decltype(&SQLBrowseConnect) browse_connect;
    decltype(&SQLGetInfo) get_info;
    decltype(&SQLGetFunctions) get_functions;
    decltype(&SQLNativeSql) native_sql;
    decltype(&SQLNumResultCols) num_result_cols;
    decltype(&SQLDescribeCol) describe_col;
    decltype(&SQLColAttribute) col_attribute;
    decltype(&SQLNumParams) num_params;
    decltype(&SQLDescribeParam) describe_param;
    decltype(&SQLRowCount) row_count;
    decltype(&SQLFetchScroll) fetch_scroll;
    decltype(&SQLSetPos) set_pos;
    decltype(&SQLMoreResults) more_results;
    decltype(&SQLCancelHandle) cancel_handle;
    decltype(&SQLTables) tables;
    decltype(&SQLColumns) columns;
    decltype(&SQLPrimaryKeys) primary_keys;
    decltype(&SQLForeignKeys) foreign_keys;
    decltype(&SQLStatistics) statistics;
    decltype(&SQLSpecialColumns) special_columns;
    decltype(&SQLTablePrivileges) table_privileges;
    decltype(&SQLColumnPrivileges) column_privileges;
    decltype(&SQLProcedures) procedures;
    decltype(&SQLProcedureColumns) procedure_columns;
    decltype(&SQLGetTypeInfo) get_type_info;
};

[[nodiscard]] const OdbcCalls& through_driver_manager();
/// The driver under test, loaded without one.
[[nodiscard]] const OdbcCalls& on_the_driver();

/// The functions of a library that dlopen() gave.
[[nodiscard]] OdbcCalls load_calls(void* library);

/// A handle of either; freed with the object.
class RawHandle {
  public:
    RawHandle(const OdbcCalls& calls, SQLSMALLINT type, SQLHANDLE parent);
    ~RawHandle();
    RawHandle(const RawHandle&) = delete;
    RawHandle& operator=(const RawHandle&) = delete;
    [[nodiscard]] SQLHANDLE get() const noexcept { return handle_; }
    SQLRETURN free();

  private:
    const OdbcCalls& calls_;
    SQLSMALLINT type_;
    SQLHANDLE handle_ = SQL_NULL_HANDLE;
};

/// A connection handle that is connected by a string, and disconnected with the object.
class Connected {
  public:
    Connected(const OdbcCalls& calls, SQLHENV environment, const std::string& text);
    ~Connected();
    Connected(const Connected&) = delete;
    Connected& operator=(const Connected&) = delete;
    [[nodiscard]] SQLHDBC get() const noexcept { return handle_.get(); }

  private:
    const OdbcCalls& calls_;
    RawHandle handle_;
};

/// SQLSTATE of the handle's first record, empty if it has none.
[[nodiscard]] std::string first_state(const OdbcCalls& calls, SQLSMALLINT type, SQLHANDLE handle);

}  // namespace dqlite::test
