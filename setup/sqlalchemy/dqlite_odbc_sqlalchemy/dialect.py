"""dqlite+pyodbc: SQLite's dialect on a dqlite cluster, spoken to through ODBC."""

import contextlib
import types

from sqlalchemy import exc, pool, schema
from sqlalchemy.connectors.pyodbc import PyODBCConnector
from sqlalchemy.dialects.sqlite import base as sqlite

from .connection_string import connection_string
from .types import COLSPECS

try:
    from . import migrations  # noqa: F401  (tells Alembic of the dialect)
except ModuleNotFoundError as missing:
    if missing.name != "alembic":
        raise

# Older than any server's SQLite: SQLAlchemy asks before there is a connection to ask.
OLDEST_SQLITE = (3, 35, 0)

# What happened to the link, or what nobody can know, ends the connection's use. A transaction that
# was rolled back (40001) does not: the driver has a leader again before it says so.
_LOST_LINK = ("08", "HYT")
_UNKNOWN_OUTCOME = "40003"


def sqlstate(error):
    """The SQLSTATE of an error of pyodbc; empty if it has none."""
    state = error.args[0] if error.args else ""
    return state if isinstance(state, str) and len(state) == 5 else ""


@contextlib.contextmanager
def outside_transaction(dbapi_connection):
    """What is executed inside begins no transaction."""
    dbapi_connection.autocommit = True
    try:
        yield
    finally:
        dbapi_connection.autocommit = False


def refuse_session_mode(options):
    """sqlalchemy-dqlite's option, which would be ignored here, and a writer let in with it."""
    if "dqlite_session_mode" in options:
        raise exc.ArgumentError("dqlite_session_mode is not an execution option here: make an engine "
                                "of its own with session_mode in the URL")


class DqliteExecutionContext(sqlite.SQLiteExecutionContext):
    def get_lastrowid(self):
        # pyodbc has no cursor.lastrowid. The cursor of the INSERT keeps its row count.
        cursor = self.root_connection.connection.cursor()
        try:
            cursor.execute("SELECT last_insert_rowid()")
            return cursor.fetchone()[0]
        finally:
            cursor.close()


class DqliteCompiler(sqlite.SQLiteCompiler):
    def _no_regexp(self, binary, operator, **kw):
        raise exc.CompileError("dqlite servers have no regular expressions")

    visit_regexp_match_op_binary = _no_regexp
    visit_not_regexp_match_op_binary = _no_regexp


class DqliteDialect(sqlite.SQLiteDialect):
    """What holds for dqlite whichever Python module is between."""

    name = "dqlite"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    supports_native_decimal = False
    returns_native_bytes = True
    supports_sane_rowcount_returning = False
    supports_sane_multi_rowcount = False
    colspecs = COLSPECS
    execution_ctx_cls = DqliteExecutionContext
    statement_compiler = DqliteCompiler

    # DDL options are sqlite_…; a dqlite_… one would be ignored, so it is an error.
    construct_arguments = [
        (kind, {}) for kind in (schema.Table, schema.Index, schema.Column, schema.Constraint)
    ]

    # Until a server has said that it can.
    insert_returning = update_returning = delete_returning = False

    _isolation_lookup = {"SERIALIZABLE": 0}

    def __init__(self, driver_name="dqlite", fast_executemany=False, **kw):
        super().__init__(**kw)
        self.driver_name = driver_name
        self.fast_executemany = fast_executemany
        self._set_returning(False)

    def _set_returning(self, can):
        self.insert_returning = self.update_returning = self.delete_returning = can
        self.favor_returning_over_lastrowid = can

    def _get_server_version_info(self, connection):
        dbapi_connection = connection.connection.dbapi_connection
        cursor = dbapi_connection.cursor()
        try:
            with outside_transaction(dbapi_connection):
                cursor.execute("SELECT sqlite_version()")
            return tuple(int(part) for part in cursor.fetchone()[0].split("."))
        finally:
            cursor.close()

    def initialize(self, connection):
        super().initialize(connection)
        self._set_returning(self._server_can_return(connection.connection.dbapi_connection))

    def _server_can_return(self, dbapi_connection):
        """Whether RETURNING is safe with this server, which only the driver knows.

        It refuses RETURNING with 42000 where it is not. Where it is, the server looks for the
        table, and there is none of that name: nothing is written either way.
        """
        cursor = dbapi_connection.cursor()
        try:
            with outside_transaction(dbapi_connection):
                cursor.execute('DELETE FROM "dqlite odbc: no such table" WHERE 0 RETURNING 1')
        except self.loaded_dbapi.Error as error:
            return sqlstate(error) == "42S02"
        finally:
            cursor.close()
        return True

    def set_engine_execution_options(self, engine, opts):
        refuse_session_mode(opts)
        super().set_engine_execution_options(engine, opts)

    def set_connection_execution_options(self, connection, opts):
        refuse_session_mode(opts)
        super().set_connection_execution_options(connection, opts)

    def get_isolation_level_values(self, dbapi_connection):
        return ["SERIALIZABLE"]

    def get_default_isolation_level(self, dbapi_connection):
        return "SERIALIZABLE"

    def get_isolation_level(self, dbapi_connection):
        return "SERIALIZABLE"

    def set_isolation_level(self, dbapi_connection, level):
        """Nothing to do: SQLAlchemy has compared the level with the only one there is."""

    def do_executemany(self, cursor, statement, parameters, context=None):
        if self.fast_executemany:
            cursor.fast_executemany = True
        super().do_executemany(cursor, statement, parameters, context)

    def do_ping(self, dbapi_connection):
        cursor = dbapi_connection.cursor()
        try:
            with outside_transaction(dbapi_connection):
                cursor.execute("SELECT 1")
        finally:
            cursor.close()
        return True

    def is_disconnect(self, e, connection, cursor):
        if not isinstance(e, self.loaded_dbapi.Error):
            return False
        state = sqlstate(e)
        return (state.startswith(_LOST_LINK) or state == _UNKNOWN_OUTCOME
                or super().is_disconnect(e, connection, cursor))

    @classmethod
    def get_pool_class(cls, url):
        return pool.QueuePool


class DqliteDialect_pyodbc(DqliteDialect, PyODBCConnector):
    driver = "pyodbc"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls):
        # SQLite's dialect asks the module for a version of SQLite; pyodbc itself is left as it is.
        import pyodbc

        return types.SimpleNamespace(**{**vars(pyodbc), "sqlite_version_info": OLDEST_SQLITE})

    def create_connect_args(self, url):
        return (connection_string(url, self.driver_name),), {}


dialect = DqliteDialect_pyodbc
