// What the driver's library shows to the world: ODBC functions and nothing else.
#include <algorithm>
#include <array>
#include <cstdio>
#include <dlfcn.h>
#include <memory>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "driver/tables/functions.h"
#include "tests/driver/live/odbc.h"

namespace dqlite::test {
namespace {

std::string output_of(const std::string& command) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe{::popen(command.c_str(), "r"),
                                                               ::pclose};
    std::string text;
    std::array<char, 4096> part{};
    while (pipe != nullptr) {
        const auto size = std::fread(part.data(), 1, part.size(), pipe.get());
        if (size == 0) break;
        text.append(part.data(), size);
    }
    return text;
}

std::set<std::string> exported() {
    // "address type name", a line each.
    std::istringstream lines{output_of("nm -D --defined-only '" + driver_path() + "'")};
    std::set<std::string> names;
    std::string address;
    std::string type;
    std::string name;
    while (lines >> address >> type >> name) names.insert(name);
    return names;
}

struct Function {
    SQLUSMALLINT id;
    const char* name;
    bool has_text = false;  ///< arguments with text: a W function too
};

// The functions of ODBC 3.8 by their identifiers; not those the driver manager maps to others.
constexpr auto functions = std::to_array<Function>({
    {SQL_API_SQLALLOCHANDLE, "SQLAllocHandle"},
    {SQL_API_SQLBINDCOL, "SQLBindCol"},
    {SQL_API_SQLBINDPARAMETER, "SQLBindParameter"},
    {SQL_API_SQLBROWSECONNECT, "SQLBrowseConnect", true},
    {SQL_API_SQLBULKOPERATIONS, "SQLBulkOperations"},
    {SQL_API_SQLCANCEL, "SQLCancel"},
    {SQL_API_SQLCANCELHANDLE, "SQLCancelHandle"},
    {SQL_API_SQLCLOSECURSOR, "SQLCloseCursor"},
    {SQL_API_SQLCOLATTRIBUTE, "SQLColAttribute", true},
    {SQL_API_SQLCOLUMNPRIVILEGES, "SQLColumnPrivileges", true},
    {SQL_API_SQLCOLUMNS, "SQLColumns", true},
    {SQL_API_SQLCONNECT, "SQLConnect", true},
    {SQL_API_SQLCOPYDESC, "SQLCopyDesc"},
    {SQL_API_SQLDESCRIBECOL, "SQLDescribeCol", true},
    {SQL_API_SQLDESCRIBEPARAM, "SQLDescribeParam"},
    {SQL_API_SQLDISCONNECT, "SQLDisconnect"},
    {SQL_API_SQLDRIVERCONNECT, "SQLDriverConnect", true},
    {SQL_API_SQLENDTRAN, "SQLEndTran"},
    {SQL_API_SQLEXECDIRECT, "SQLExecDirect", true},
    {SQL_API_SQLEXECUTE, "SQLExecute"},
    {SQL_API_SQLEXTENDEDFETCH, "SQLExtendedFetch"},
    {SQL_API_SQLFETCH, "SQLFetch"},
    {SQL_API_SQLFETCHSCROLL, "SQLFetchScroll"},
    {SQL_API_SQLFOREIGNKEYS, "SQLForeignKeys", true},
    {SQL_API_SQLFREEHANDLE, "SQLFreeHandle"},
    {SQL_API_SQLFREESTMT, "SQLFreeStmt"},
    {SQL_API_SQLGETCONNECTATTR, "SQLGetConnectAttr", true},
    {SQL_API_SQLGETCURSORNAME, "SQLGetCursorName", true},
    {SQL_API_SQLGETDATA, "SQLGetData"},
    {SQL_API_SQLGETDESCFIELD, "SQLGetDescField", true},
    {SQL_API_SQLGETDESCREC, "SQLGetDescRec", true},
    {SQL_API_SQLGETDIAGFIELD, "SQLGetDiagField", true},
    {SQL_API_SQLGETDIAGREC, "SQLGetDiagRec", true},
    {SQL_API_SQLGETENVATTR, "SQLGetEnvAttr"},
    {SQL_API_SQLGETFUNCTIONS, "SQLGetFunctions"},
    {SQL_API_SQLGETINFO, "SQLGetInfo", true},
    {SQL_API_SQLGETSTMTATTR, "SQLGetStmtAttr", true},
    {SQL_API_SQLGETTYPEINFO, "SQLGetTypeInfo", true},
    {SQL_API_SQLMORERESULTS, "SQLMoreResults"},
    {SQL_API_SQLNATIVESQL, "SQLNativeSql", true},
    {SQL_API_SQLNUMPARAMS, "SQLNumParams"},
    {SQL_API_SQLNUMRESULTCOLS, "SQLNumResultCols"},
    {SQL_API_SQLPARAMDATA, "SQLParamData"},
    {SQL_API_SQLPREPARE, "SQLPrepare", true},
    {SQL_API_SQLPRIMARYKEYS, "SQLPrimaryKeys", true},
    {SQL_API_SQLPROCEDURECOLUMNS, "SQLProcedureColumns", true},
    {SQL_API_SQLPROCEDURES, "SQLProcedures", true},
    {SQL_API_SQLPUTDATA, "SQLPutData"},
    {SQL_API_SQLROWCOUNT, "SQLRowCount"},
    {SQL_API_SQLSETCONNECTATTR, "SQLSetConnectAttr", true},
    {SQL_API_SQLSETCURSORNAME, "SQLSetCursorName", true},
    {SQL_API_SQLSETDESCFIELD, "SQLSetDescField", true},
    {SQL_API_SQLSETDESCREC, "SQLSetDescRec"},
    {SQL_API_SQLSETENVATTR, "SQLSetEnvAttr"},
    {SQL_API_SQLSETPOS, "SQLSetPos"},
    {SQL_API_SQLSETSTMTATTR, "SQLSetStmtAttr", true},
    {SQL_API_SQLSPECIALCOLUMNS, "SQLSpecialColumns", true},
    {SQL_API_SQLSTATISTICS, "SQLStatistics", true},
    {SQL_API_SQLTABLEPRIVILEGES, "SQLTablePrivileges", true},
    {SQL_API_SQLTABLES, "SQLTables", true},
});

TEST(Exports, AreTheSupportedFunctionsAndNothingElse) {
    std::set<std::string> expected;
    for (const SQLUSMALLINT id : odbc::supported_functions()) {
        const auto* const function = std::ranges::find(functions, id, &Function::id);
        ASSERT_NE(function, functions.end()) << id;
        expected.insert(function->name);
        if (function->has_text) expected.insert(std::string{function->name} + "W");
    }
    EXPECT_EQ(exported(), expected);
}

TEST(Exports, NeedNoDriverManager) {
    const auto dynamic = output_of("readelf -d '" + driver_path() + "'");
    EXPECT_NE(dynamic.find("NEEDED"), std::string::npos);
    EXPECT_EQ(dynamic.find("libodbc.so"), std::string::npos) << dynamic;
    EXPECT_EQ(dynamic.find("libiodbc.so"), std::string::npos) << dynamic;
    EXPECT_EQ(dynamic.find("libsqlite3.so"), std::string::npos) << "it is loaded at run time";
}

TEST(Exports, TheLibraryLoadsAndUnloads) {
    for (int time = 0; time < 3; ++time) {
        void* const library = ::dlopen(driver_path().c_str(), RTLD_NOW | RTLD_LOCAL);
        ASSERT_NE(library, nullptr) << ::dlerror();
        for (const auto& name : exported()) {
            EXPECT_NE(::dlsym(library, name.c_str()), nullptr) << name;
        }
        EXPECT_EQ(::dlclose(library), 0) << ::dlerror();
    }
}

}  // namespace
}  // namespace dqlite::test
