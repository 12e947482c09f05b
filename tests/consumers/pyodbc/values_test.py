"""Every value comes back as it went in."""

import datetime
import decimal
import math
import uuid

import pyodbc
import pytest

from helpers import all_rows, failing, first_row

DATETIME = datetime.datetime


def returned(db, name, value):
    """What a table's only column gives back."""
    db.execute(f"INSERT INTO {name} VALUES (?)", value)
    return db.execute(f"SELECT * FROM {name}").fetchval()


@pytest.mark.parametrize("declared", ["INTEGER", "BIGINT", ""])
@pytest.mark.parametrize("value", [0, 1, -1, 2**31 - 1, -2**31, 2**31, 2**53 + 1, 2**63 - 1,
                                   -2**63])
def test_integers(db, table, declared, value):
    back = returned(db, table(f"a {declared}"), value)
    assert back == value and type(back) is int


@pytest.mark.parametrize("value", [0.1, -0.0, 1 / 3, 5e-324, 2.2250738585072014e-308,
                                   1.7976931348623157e308, 1e22, 123456789.123456789, 2.0**63])
def test_doubles_are_exact(db, table, value):
    back = returned(db, table("a DOUBLE"), value)
    assert back == value and type(back) is float
    if value == 0:  # SQLite keeps a whole real number as an integer: its sign is gone
        assert math.copysign(1, back) == 1


def test_infinities(db, table):
    assert returned(db, table("a DOUBLE"), math.inf) == math.inf
    assert returned(db, table("a DOUBLE"), -math.inf) == -math.inf


TEXTS = {"latin": "é", "bmp": "漢字", "beyond": "\U0001d11e \U0001f600\U0010fffd",
         "combining": "e\u0301", "blanks": "  a  \t\n", "quotes": "'\"`[?]{}",
         # pyodbc's buffers end within a pair of surrogates in one of the two.
         "pairs": "\U0001f600" * 8000, "odd pairs": "x" + "\U0001f600" * 8000,
         "64k": "x" * 65536, "1 MB": "ab\u00e9\U0001d11e" * 250_000}


@pytest.mark.parametrize("declared", ["TEXT", "VARCHAR(20)", ""])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_texts(db, table, declared, text):
    assert returned(db, table(f"a {declared}"), text) == text


@pytest.mark.parametrize("size", [0, 1, 255, 4096, 8001, 65537, 5_000_000])
def test_blobs(db, table, size):
    blob = bytes(i * 7 % 256 for i in range(min(size, 1021))) * (size // 1021 + 1)
    assert returned(db, table("a BLOB"), blob[:size]) == blob[:size]


def test_null_and_empty_differ(db, table):
    name = table("id INTEGER PRIMARY KEY, t TEXT, b BLOB")
    values = [(1, None, None), (2, "", b""), (3, "\\0", b"\0")]
    for each in values:
        db.execute(f"INSERT INTO {name} VALUES (?, ?, ?)", each)
    assert all_rows(db.execute(f"SELECT * FROM {name} ORDER BY id")) == values
    asked = db.execute(f"SELECT t IS NULL, typeof(t), b IS NULL, typeof(b) FROM {name} ORDER BY id")
    filled = (0, "text", 0, "blob")
    assert all_rows(asked) == [(1, "null", 1, "null"), filled, filled]


@pytest.mark.parametrize("declared", ["INTEGER", "DOUBLE", "TEXT", "BLOB", "BOOLEAN", "DATE",
                                      "TIME", "DATETIME", "TIMESTAMP", "DECIMAL(10,2)", "BIT", ""])
def test_null_in_every_type(db, table, declared):
    assert returned(db, table(f"a {declared}"), None) is None


def test_text_with_a_nul_is_refused(db, table):
    name = table("a TEXT")
    with failing(pyodbc.Error, "22018"):
        db.execute(f"INSERT INTO {name} VALUES (?)", "a\0b")
    assert all_rows(db.execute(f"SELECT * FROM {name}")) == []


def test_booleans(db, table):
    name = table("a BOOLEAN")
    for value in (True, False, None):
        db.execute(f"INSERT INTO {name} VALUES (?)", value)
    values = [value for (value,) in all_rows(db.execute(f"SELECT * FROM {name} ORDER BY rowid"))]
    assert [type(value) for value in values] == [bool, bool, type(None)]
    assert values == [True, False, None]


@pytest.mark.parametrize("value", [DATETIME(2024, 2, 29, 23, 59, 59), DATETIME(1, 1, 1),
                                   DATETIME(9999, 12, 31, 23, 59, 59, 999999),
                                   DATETIME(1969, 12, 31, 1, 2, 3, 40)])
@pytest.mark.parametrize("declared", ["DATETIME", "TIMESTAMP"])
def test_dates_with_times(db, table, declared, value):
    assert returned(db, table(f"a {declared}"), value) == value


def test_dates(db, table):
    for value in (datetime.date(1, 1, 1), datetime.date(2024, 2, 29), datetime.date(9999, 12, 31)):
        assert returned(db, table("a DATE"), value) == value


def test_times(db, table):
    for value in (datetime.time(0), datetime.time(23, 59, 59)):
        assert returned(db, table("a TIME"), value) == value


def test_dates_are_what_sqlite_functions_take(db, table):
    name = table("d DATE, t DATETIME")
    db.execute(f"INSERT INTO {name} VALUES (?, ?)", datetime.date(2024, 2, 29),
               DATETIME(2024, 2, 29, 12, 30))
    asked = db.execute(f"SELECT typeof(d), date(d, '+1 day'), strftime('%H:%M', t) FROM {name}")
    assert first_row(asked) == ("text", "2024-03-01", "12:30")


def test_decimals(db, table):
    value = decimal.Decimal("123.45")
    assert returned(db, table("a DECIMAL(10,2)"), value) == value


def test_uuids(db, table):
    value = uuid.UUID("12345678-9abc-def0-1234-56789abcdef0")
    assert uuid.UUID(str(returned(db, table("a UUID"), value))) == value


def test_expressions_are_typed_by_their_values(db, table):
    name = table("a INTEGER")
    asked = f"SELECT sum(a), avg(a), max(a), count(*), min(a) || 'x' FROM {name}"
    assert first_row(db.execute(asked)) == (None, None, None, 0, None)
    db.execute(f"INSERT INTO {name} VALUES (1), (2)")
    assert first_row(db.execute(asked)) == (3, 1.5, 2, 2, "1x")


def test_mixed_storage_in_an_untyped_column(db):
    """An integer, a real and a text: text is what holds them all."""
    asked = db.execute("SELECT 1 AS a UNION ALL SELECT 2.5 UNION ALL SELECT 'x'")
    assert [str(value) for (value,) in all_rows(asked)] == ["1", "2.5", "x"]


def test_names_beyond_ascii(db, table):
    db.execute('CREATE TABLE IF NOT EXISTS "tä\U0001f600" ("größe \U0001d11e" INTEGER)')
    db.execute('DELETE FROM "tä\U0001f600"')
    db.execute('INSERT INTO "tä\U0001f600" VALUES (7)')
    cursor = db.execute('SELECT * FROM "tä\U0001f600"')
    assert cursor.description[0][0] == "größe \U0001d11e"
    assert cursor.fetchval() == 7
