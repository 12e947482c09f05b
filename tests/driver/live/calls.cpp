#include "tests/driver/live/calls.h"

#include <array>
#include <cstdint>
#include <dlfcn.h>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include "tests/driver/live/odbc.h"

namespace dqlite::test {
namespace {

/// `find` gives each function by its name.
template <typename Find>
OdbcCalls table_of(Find find) {
    OdbcCalls calls{};
    find("SQLAllocHandle", calls.alloc_handle);
    find("SQLFreeHandle", calls.free_handle);
    find("SQLSetEnvAttr", calls.set_env_attr);
    find("SQLDriverConnect", calls.driver_connect);
    find("SQLDisconnect", calls.disconnect);
    find("SQLSetConnectAttr", calls.set_connect_attr);
    find("SQLEndTran", calls.end_tran);
    find("SQLGetStmtAttr", calls.get_stmt_attr);
    find("SQLPrepare", calls.prepare);
    find("SQLExecute", calls.execute);
    find("SQLExecDirect", calls.exec_direct);
    find("SQLBindCol", calls.bind_col);
    find("SQLBindParameter", calls.bind_parameter);
    find("SQLPutData", calls.put_data);
    find("SQLParamData", calls.param_data);
    find("SQLFetch", calls.fetch);
    find("SQLGetData", calls.get_data);
    find("SQLFreeStmt", calls.free_stmt);
    find("SQLCancel", calls.cancel);
    find("SQLGetDiagRec", calls.get_diag_rec);
    find("SQLGetDiagField", calls.get_diag_field);
    find("SQLGetDescField", calls.get_desc_field);
    find("SQLCopyDesc", calls.copy_desc);
    find("SQLSetStmtAttr", calls.set_stmt_attr);
    find("SQLGetConnectAttr", calls.get_connect_attr);
    find("SQLConnect", calls.connect);
    find("SQLBrowseConnect", calls.browse_connect);
    find("SQLGetInfo", calls.get_info);
    find("SQLGetFunctions", calls.get_functions);
    find("SQLNativeSql", calls.native_sql);
    find("SQLNumResultCols", calls.num_result_cols);
    find("SQLDescribeCol", calls.describe_col);
    find("SQLColAttribute", calls.col_attribute);
    find("SQLNumParams", calls.num_params);
    find("SQLDescribeParam", calls.describe_param);
    find("SQLRowCount", calls.row_count);
    find("SQLFetchScroll", calls.fetch_scroll);
    find("SQLSetPos", calls.set_pos);
    find("SQLMoreResults", calls.more_results);
    find("SQLCancelHandle", calls.cancel_handle);
    find("SQLTables", calls.tables);
    find("SQLColumns", calls.columns);
    find("SQLPrimaryKeys", calls.primary_keys);
    find("SQLForeignKeys", calls.foreign_keys);
    find("SQLStatistics", calls.statistics);
    find("SQLSpecialColumns", calls.special_columns);
    find("SQLTablePrivileges", calls.table_privileges);
    find("SQLColumnPrivileges", calls.column_privileges);
    find("SQLProcedures", calls.procedures);
    find("SQLProcedureColumns", calls.procedure_columns);
    find("SQLGetTypeInfo", calls.get_type_info);
    return calls;
}

}  // namespace

OdbcCalls load_calls(void* library) {
    return table_of([library](const char* name, auto& function) {
        void* const found = dlsym(library, name);
        if (found == nullptr) throw std::runtime_error{dlerror()};
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(found);
    });
}

const OdbcCalls& through_driver_manager() {
    static const OdbcCalls calls = load_calls(RTLD_DEFAULT);
    return calls;
}

const OdbcCalls& on_the_driver() {
    static const OdbcCalls calls = [] {
        void* const library = dlopen(driver_path().c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) throw std::runtime_error{dlerror()};
        return load_calls(library);
    }();
    return calls;
}

RawHandle::RawHandle(const OdbcCalls& calls, SQLSMALLINT type, SQLHANDLE parent)
    : calls_{calls}, type_{type} {
    EXPECT_EQ(calls_.alloc_handle(type, parent, &handle_), SQL_SUCCESS);
    if (type != SQL_HANDLE_ENV) return;
    const auto version = static_cast<std::intptr_t>(SQL_OV_ODBC3_80);
    EXPECT_EQ(calls_.set_env_attr(handle_, SQL_ATTR_ODBC_VERSION,
                                  reinterpret_cast<SQLPOINTER>(version), 0),
              SQL_SUCCESS);
}

RawHandle::~RawHandle() {
    if (handle_ != SQL_NULL_HANDLE) free();
}

SQLRETURN RawHandle::free() {
    return calls_.free_handle(type_, std::exchange(handle_, SQLHANDLE{SQL_NULL_HANDLE}));
}

Connected::Connected(const OdbcCalls& calls, SQLHENV environment, const std::string& text)
    : calls_{calls}, handle_{calls, SQL_HANDLE_DBC, environment} {
    std::string in = text;
    const auto connected =
        calls_.driver_connect(get(), nullptr, reinterpret_cast<SQLCHAR*>(in.data()), SQL_NTS,
                              nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
    EXPECT_EQ(connected, SQL_SUCCESS) << first_state(calls_, SQL_HANDLE_DBC, get());
}

Connected::~Connected() {
    calls_.disconnect(get());
}

std::string first_state(const OdbcCalls& calls, SQLSMALLINT type, SQLHANDLE handle) {
    std::array<SQLCHAR, 6> state{};
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;
    calls.get_diag_rec(type, handle, 1, state.data(), &native, nullptr, 0, &length);
    return reinterpret_cast<const char*>(state.data());
}

}  // namespace dqlite::test
