// SQLSTATEs of class HY: arguments and sequences no driver can take.
#include <array>

#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

/// A statement of an open connection, and how one call on it must fail.
template <typename Call>
auto fails(const char* states, Call call) {
    return [states, call](const Target& target) {
        const Session session{target};
        const Statement statement{session};
        statement.handle().fails(call(statement.raw()), states, "the call");
    };
}

void hy007(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    const auto ird = statement.descriptor(SQL_ATTR_IMP_ROW_DESC);
    SQLSMALLINT count = 0;
    ird.fails(SQLGetDescField(ird.raw, 0, SQL_DESC_COUNT, &count, sizeof count, nullptr), "HY007",
              "an IRD before anything is prepared");
}

void hy010_fetch(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.prepare("SELECT 1");
    statement.handle().fails(SQLFetch(statement.raw()), "24000 HY010",
                             "SQLFetch before SQLExecute");
}

void hy011(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 1");
    const auto r = statement.try_set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    statement.handle().fails(r, "24000 HY011", "SQL_ATTR_CURSOR_TYPE with an open cursor");
}

void hy012(const Target& target) {
    const Session session{target};
    session.handle().fails(SQLEndTran(SQL_HANDLE_DBC, session.raw(), 99), "HY012",
                           "SQLEndTran with completion type 99");
}

void hy016(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 1");
    const auto ird = statement.descriptor(SQL_ATTR_IMP_ROW_DESC);
    ird.fails(SQLSetDescField(ird.raw, 1, SQL_DESC_TYPE, reinterpret_cast<SQLPOINTER>(4), 0),
              "HY016 HY091", "setting a field of an IRD");
}

/// Leads a statement to where SQLPutData is due for one parameter.
void need_data(const Statement& statement, SQLSMALLINT c_type, SQLSMALLINT sql_type,
               SQLLEN* later) {
    statement.bind_parameter(1, c_type, sql_type, 20, 0, later, 0, later);
    expect_equal(statement.try_direct("INSERT INTO sh_put VALUES (?)"), SQL_NEED_DATA,
                 "SQLExecDirect");
    SQLPOINTER which = nullptr;
    expect_equal(SQLParamData(statement.raw(), &which), SQL_NEED_DATA, "SQLParamData");
}

void hy019(const Target& target) {
    const Session session{target};
    const Table table{session, "sh_put", "id INTEGER"};
    const Statement statement{session};
    SQLLEN later = SQL_DATA_AT_EXEC;
    need_data(statement, SQL_C_SLONG, SQL_INTEGER, &later);
    SQLINTEGER value = 1;
    statement.handle().ok(SQLPutData(statement.raw(), &value, sizeof value), "SQLPutData");
    statement.handle().fails(SQLPutData(statement.raw(), &value, sizeof value), "HY019",
                             "an integer in two pieces");
}

void hy020(const Target& target) {
    const Session session{target};
    const Table table{session, "sh_put", "name VARCHAR(20)"};
    const Statement statement{session};
    SQLLEN later = SQL_DATA_AT_EXEC;
    need_data(statement, SQL_C_CHAR, SQL_VARCHAR, &later);
    statement.handle().ok(SQLPutData(statement.raw(), text("abc"), 3), "SQLPutData");
    statement.handle().fails(SQLPutData(statement.raw(), nullptr, SQL_NULL_DATA), "HY020 HY011",
                             "NULL behind a piece");
}

void hy021(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    const auto ard = statement.descriptor(SQL_ATTR_APP_ROW_DESC);
    SQLINTEGER value = 0;
    const auto r = SQLSetDescRec(ard.raw, 1, SQL_DATETIME, 99, 0, 0, 0, &value, nullptr, nullptr);
    ard.fails(r, "HY021", "a date and time of no kind");
}

void hy090_info(const Target& target) {
    const Session session{target};
    std::array<char, 10> value{};
    session.handle().fails(SQLGetInfo(session.raw(), SQL_DBMS_NAME, value.data(), -1, nullptr),
                           "HY090", "a buffer of -1 bytes");
}

void hy095(const Target& target) {
    const Session session{target};
    SQLUSMALLINT answer = 0;
    session.handle().fails(SQLGetFunctions(session.raw(), 60000, &answer), "HY095",
                           "SQLGetFunctions(60000)");
}

void hy103(const Target&) {
    using DataSources = SQLRETURN (*)(SQLHENV, SQLUSMALLINT, SQLCHAR*, SQLSMALLINT, SQLSMALLINT*,
                                      SQLCHAR*, SQLSMALLINT, SQLSMALLINT*);
    const auto list = reinterpret_cast<DataSources>(find_function("SQLDataSources"));
    if (list == nullptr) refuse("without a driver manager");
    const Environment environment;
    std::array<SQLCHAR, 100> name{};
    std::array<SQLCHAR, 100> text{};
    SQLSMALLINT length = 0;
    environment.handle().fails(list(environment.raw(), 999, name.data(), name.size(), &length,
                                    text.data(), text.size(), &length),
                               "HY103", "SQLDataSources in direction 999");
}

void hy107(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    statement.direct("SELECT 1");
    statement.fetch();
    statement.handle().fails(SQLSetPos(statement.raw(), 9, SQL_POSITION, SQL_LOCK_NO_CHANGE),
                             "HY107", "row 9 of a rowset of one");
}

void hy109(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    statement.direct("SELECT 1");
    statement.fetch();
    expect_equal(SQLFetch(statement.raw()), SQL_NO_DATA, "the end");
    SQLINTEGER value = 0;
    statement.handle().fails(SQLGetData(statement.raw(), 1, SQL_C_SLONG, &value, 0, nullptr),
                             "HY109 24000", "SQLGetData past the end");
}

void hy110(const Target& target) {
    const Environment environment;
    const Connection connection{environment};
    const auto r = SQLDriverConnect(connection.raw(), nullptr, text(target.connection), SQL_NTS,
                                    nullptr, 0, nullptr, 99);
    connection.handle().fails(r, "HY110", "driver completion 99");
}

void hy111(const Target& target) {
    const Session session{target};
    const bool claimed = (session.info(SQL_STATIC_CURSOR_ATTRIBUTES1) & SQL_CA1_BOOKMARK) != 0;
    const Statement statement{session};
    statement.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
    if (!claimed) {
        statement.handle().refuses(statement.try_set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE),
                                   "HYC00", "SQL_UB_VARIABLE");
    }
    statement.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE);
    statement.direct("SELECT 1");
    statement.handle().fails(SQLFetchScroll(statement.raw(), SQL_FETCH_BOOKMARK, 0), "HY111",
                             "SQL_FETCH_BOOKMARK without a bookmark");
}

void im001(const Target& target) {
    const Session session{target};
    if (session.supports(SQL_API_SQLBULKOPERATIONS)) return;
    using BulkOperations = SQLRETURN (*)(SQLHSTMT, SQLSMALLINT);
    const auto operate = reinterpret_cast<BulkOperations>(find_function("SQLBulkOperations"));
    if (operate == nullptr) refuse("no such function");
    const Statement statement{session};
    statement.direct("SELECT 1");
    statement.fetch();
    statement.handle().fails(operate(statement.raw(), SQL_ADD), "IM001",
                             "a function that is not supported");
}

SQLCHAR* table_name() {
    return text("sh_none");
}

const Register checks{
    "sqlstate",
    {{"HY003", "no C type",
      fails("HY003",
            [](SQLHSTMT s) {
                static SQLINTEGER value = 0;
                return SQLBindCol(s, 1, 9999, &value, 0, nullptr);
            })},
     {"HY004", "no SQL type",
      fails("HY004 HYC00",
            [](SQLHSTMT s) {
                static SQLINTEGER value = 0;
                return SQLBindParameter(s, 1, SQL_PARAM_INPUT, SQL_C_SLONG, 9999, 0, 0, &value, 0,
                                        nullptr);
            })},
     {"HY004.type-info", "no SQL type to tell of",
      fails("HY004", [](SQLHSTMT s) { return SQLGetTypeInfo(s, 9999); })},
     {"HY007", "an IRD before anything is prepared", hy007},
     {"HY009", "no statement text",
      fails("HY009", [](SQLHSTMT s) { return SQLPrepare(s, nullptr, SQL_NTS); })},
     {"HY010", "executing what is not prepared",
      fails("HY010", [](SQLHSTMT s) { return SQLExecute(s); })},
     {"HY010.fetch", "fetching before executing", hy010_fetch},
     {"HY010.param-data", "SQLParamData out of turn",
      fails("HY010",
            [](SQLHSTMT s) {
                SQLPOINTER which = nullptr;
                return SQLParamData(s, &which);
            })},
     {"HY011", "a cursor's type while it is open", hy011},
     {"HY012", "no way to end a transaction", hy012},
     {"HY016", "changing an IRD", hy016},
     {"HY019", "an integer in pieces", hy019},
     {"HY020", "NULL behind a piece", hy020},
     {"HY021", "a type that is none", hy021},
     {"HY090", "a text of length -7",
      fails("HY090", [](SQLHSTMT s) { return SQLPrepare(s, text("SELECT 1"), -7); })},
     {"HY090.bind", "a buffer of length -1",
      fails("HY090",
            [](SQLHSTMT s) {
                static char value = 0;
                return SQLBindCol(s, 1, SQL_C_CHAR, &value, -1, nullptr);
            })},
     {"HY090.info", "a buffer of length -1 for SQLGetInfo", hy090_info},
     {"HY095", "no function", hy095},
     {"HY097", "no kind of special columns",
      fails("HY097",
            [](SQLHSTMT s) {
                return SQLSpecialColumns(s, 99, nullptr, 0, nullptr, 0, table_name(), SQL_NTS,
                                         SQL_SCOPE_CURROW, SQL_NULLABLE);
            })},
     {"HY098", "no scope",
      fails("HY098",
            [](SQLHSTMT s) {
                return SQLSpecialColumns(s, SQL_BEST_ROWID, nullptr, 0, nullptr, 0, table_name(),
                                         SQL_NTS, 99, SQL_NULLABLE);
            })},
     {"HY099", "no kind of nullable",
      fails("HY099",
            [](SQLHSTMT s) {
                return SQLSpecialColumns(s, SQL_BEST_ROWID, nullptr, 0, nullptr, 0, table_name(),
                                         SQL_NTS, SQL_SCOPE_CURROW, 99);
            })},
     {"HY100", "no kind of index",
      fails("HY100",
            [](SQLHSTMT s) {
                return SQLStatistics(s, nullptr, 0, nullptr, 0, table_name(), SQL_NTS, 99,
                                     SQL_QUICK);
            })},
     {"HY101", "no accuracy",
      fails("HY101",
            [](SQLHSTMT s) {
                return SQLStatistics(s, nullptr, 0, nullptr, 0, table_name(), SQL_NTS,
                                     SQL_INDEX_ALL, 99);
            })},
     {"HY103", "no direction", hy103},
     {"HY104", "a decimal with more digits behind the point than in all",
      fails("HY104",
            [](SQLHSTMT s) {
                static SQL_NUMERIC_STRUCT value{};
                return SQLBindParameter(s, 1, SQL_PARAM_INPUT, SQL_C_NUMERIC, SQL_DECIMAL, 5, 9,
                                        &value, 0, nullptr);
            })},
     {"HY105", "no direction of a parameter",
      fails("HY105",
            [](SQLHSTMT s) {
                static SQLINTEGER value = 0;
                return SQLBindParameter(s, 1, 99, SQL_C_SLONG, SQL_INTEGER, 0, 0, &value, 0,
                                        nullptr);
            })},
     {"HY106", "no way to scroll",
      [](const Target& target) {
          const Session session{target};
          const Statement statement{session};
          statement.direct("SELECT 1");
          statement.handle().fails(SQLFetchScroll(statement.raw(), 99, 0), "HY106",
                                   "SQLFetchScroll(99)");
      }},
     {"HY107", "no row of the rowset", hy107},
     {"HY109", "no row to read from", hy109},
     {"HY110", "no way to complete a connection string", hy110},
     {"HY111", "no bookmark", hy111},
     {"IM001", "no such function in the driver", im001}}};

}  // namespace
}  // namespace conformance
