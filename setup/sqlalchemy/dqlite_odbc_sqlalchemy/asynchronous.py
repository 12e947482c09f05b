"""dqlite+aioodbc: the same dialect for asyncio."""

from sqlalchemy import pool
from sqlalchemy.connectors.aioodbc import aiodbcConnector

from .connection_string import connection_string
from .dialect import OLDEST_SQLITE, DqliteDialect


class DqliteDialect_aioodbc(DqliteDialect, aiodbcConnector):
    driver = "aioodbc"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls):
        dbapi = aiodbcConnector.import_dbapi()
        dbapi.sqlite_version_info = OLDEST_SQLITE
        return dbapi

    def create_connect_args(self, url):
        return (), {"dsn": connection_string(url, self.driver_name)}

    @classmethod
    def get_pool_class(cls, url):
        return pool.AsyncAdaptedQueuePool


dialect = DqliteDialect_aioodbc
