"""Types that take what the driver delivers.

A column declared DATE or TIMESTAMP comes as a Python date or datetime, while the same value out of
an expression (max(ts), a subquery, JSON) is the text that is stored. SQLite's types of SQLAlchemy
know the text only.
"""

import datetime
import decimal

from sqlalchemy import types as sqltypes
from sqlalchemy.dialects.sqlite import base as sqlite
from sqlalchemy.dialects.sqlite import json as sqlite_json


def _text_only(process, native):
    """A processor that leaves alone what the driver has made a value of that type already."""

    def process_unless_native(value):
        return native(value) if not isinstance(value, str) else process(value)

    return process_unless_native


class DATETIME(sqlite.DATETIME):
    def result_processor(self, dialect, coltype):
        return _text_only(super().result_processor(dialect, coltype), lambda value: value)


class DATE(sqlite.DATE):
    def result_processor(self, dialect, coltype):
        def native(value):
            return value.date() if isinstance(value, datetime.datetime) else value

        return _text_only(super().result_processor(dialect, coltype), native)


class TIME(sqlite.TIME):
    def result_processor(self, dialect, coltype):
        def native(value):
            return value.time() if isinstance(value, datetime.datetime) else value

        return _text_only(super().result_processor(dialect, coltype), native)


class _NumericMixin:
    """Exact decimals are stored as SQLite stores them: as the nearest double."""

    def result_processor(self, dialect, coltype):
        if self.asdecimal:
            return super().result_processor(dialect, coltype)

        def to_float(value):
            return float(value) if isinstance(value, decimal.Decimal) else value

        return to_float


class Numeric(_NumericMixin, sqltypes.Numeric):
    pass


class Float(_NumericMixin, sqltypes.Float):
    pass


class JSON(sqlite_json.JSON):
    def result_processor(self, dialect, coltype):
        deserialize = super().result_processor(dialect, coltype)

        # The affinity of a column declared JSON makes a number of a text that looks like one.
        def process(value):
            return deserialize(value if value is None or isinstance(value, str) else str(value))

        return process


COLSPECS = {
    **sqlite.SQLiteDialect.colspecs,
    sqltypes.Date: DATE,
    sqltypes.DateTime: DATETIME,
    sqltypes.Time: TIME,
    sqltypes.Numeric: Numeric,
    sqltypes.Float: Float,
    sqltypes.JSON: JSON,
}
