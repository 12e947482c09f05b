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
};

[[nodiscard]] const OdbcCalls& through_driver_manager();
/// The driver under test, loaded without one.
[[nodiscard]] const OdbcCalls& on_the_driver();

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

/// SQLSTATE of the handle's first record, empty if it has none.
[[nodiscard]] std::string first_state(const OdbcCalls& calls, SQLSMALLINT type, SQLHANDLE handle);

}  // namespace dqlite::test
