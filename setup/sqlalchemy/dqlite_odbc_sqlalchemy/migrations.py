"""Alembic on dqlite: as on SQLite, so `batch_alter_table` is what changes a column."""

from alembic.ddl.sqlite import SQLiteImpl


class DqliteImpl(SQLiteImpl):
    __dialect__ = "dqlite"
