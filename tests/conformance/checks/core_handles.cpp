// Core: allocating and freeing handles of every kind, in every order that is allowed.
#include "tests/conformance/framework/odbc.h"

namespace conformance {
namespace {

void every_kind(const Target& target) {
    const Session session{target};
    SQLHANDLE statement = SQL_NULL_HANDLE;
    session.handle().ok(SQLAllocHandle(SQL_HANDLE_STMT, session.raw(), &statement), "statement");
    SQLHANDLE descriptor = SQL_NULL_HANDLE;
    session.handle().ok(SQLAllocHandle(SQL_HANDLE_DESC, session.raw(), &descriptor), "descriptor");
    expect(SQLFreeHandle(SQL_HANDLE_DESC, descriptor) == SQL_SUCCESS, "freeing the descriptor");
    expect(SQLFreeHandle(SQL_HANDLE_STMT, statement) == SQL_SUCCESS, "freeing the statement");
}

void statements_need_a_connection(const Target&) {
    const Environment environment;
    const Connection connection{environment};
    SQLHANDLE statement = SQL_NULL_HANDLE;
    connection.handle().fails(SQLAllocHandle(SQL_HANDLE_STMT, connection.raw(), &statement),
                              "08003", "a statement on a closed connection");
}

void open_connection_is_kept(const Target& target) {
    const Session session{target};
    session.handle().fails(SQLFreeHandle(SQL_HANDLE_DBC, session.raw()), "HY010",
                           "freeing a connection that is open");
}

void environment_is_kept(const Target& target) {
    const Session session{target};
    const Handle environment{SQL_HANDLE_ENV, session.environment()};
    environment.fails(SQLFreeHandle(SQL_HANDLE_ENV, session.environment()), "HY010",
                      "freeing an environment with a connection");
}

void version_comes_first(const Target&) {
    SQLHENV environment = SQL_NULL_HENV;
    expect(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment) == SQL_SUCCESS,
           "no environment");
    SQLHDBC connection = SQL_NULL_HDBC;
    const auto r = SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
    Handle{SQL_HANDLE_ENV, environment}.fails(r, "HY010", "a connection before the version is set");
    SQLFreeHandle(SQL_HANDLE_ENV, environment);
}

void disconnecting_frees(const Target& target) {
    const Environment environment;
    Connection connection{environment};
    connection.handle().ok(connection.connect(target.connection), "connecting");
    SQLHANDLE statement = SQL_NULL_HANDLE;
    connection.handle().ok(SQLAllocHandle(SQL_HANDLE_STMT, connection.raw(), &statement),
                           "statement");
    connection.handle().ok(SQLDisconnect(connection.raw()), "SQLDisconnect");
    connection.handle().ok(connection.connect(target.connection), "connecting again");
    connection.handle().ok(SQLAllocHandle(SQL_HANDLE_STMT, connection.raw(), &statement),
                           "a statement after connecting again");
}

void no_output_handle(const Target& target) {
    const Session session{target};
    session.handle().fails(SQLAllocHandle(SQL_HANDLE_STMT, session.raw(), nullptr), "HY009",
                           "a null pointer for the new handle");
}

void automatic_descriptors_stay(const Target& target) {
    const Session session{target};
    const Statement statement{session};
    const auto row = statement.descriptor(SQL_ATTR_APP_ROW_DESC);
    row.fails(SQLFreeHandle(SQL_HANDLE_DESC, row.raw), "HY017", "freeing an automatic descriptor");
}

const Register checks{
    "core",
    {{"handles.every-kind", "handles of every kind are allocated and freed", every_kind},
     {"handles.08003", "no statement without a connection", statements_need_a_connection},
     {"handles.open-connection", "an open connection is not freed", open_connection_is_kept},
     {"handles.environment", "an environment with connections is not freed", environment_is_kept},
     {"handles.version-first", "no connection before the version is declared", version_comes_first},
     {"handles.disconnect", "SQLDisconnect frees what the connection had", disconnecting_frees},
     {"handles.no-output", "a null output handle is HY009", no_output_handle},
     {"handles.automatic", "automatic descriptors are not freed", automatic_descriptors_stay}}};

}  // namespace
}  // namespace conformance
