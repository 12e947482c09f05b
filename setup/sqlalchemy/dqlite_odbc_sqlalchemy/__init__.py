"""SQLAlchemy on dqlite through dqlite-odbc. See README.md beside this package."""

from .connection_string import make_url

__all__ = ["make_url"]
