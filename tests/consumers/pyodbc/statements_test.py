"""What may be executed, with which parameters, and what is refused before the network is used."""

import os

import pyodbc
import pytest

from helpers import all_rows, first_row, refused


def test_the_pyodbc_under_test():
    """Which one it is, is told by who starts this: a fallback to the other would go unseen."""
    variant = os.environ.get("DQLITE_TEST_PYODBC", "debian")
    major = int(pyodbc.version.split(".")[0])
    if variant == "debian":
        assert pyodbc.__file__.startswith("/usr/lib/python3/dist-packages/")
    else:
        assert variant == "newest" and major >= 5


def test_qmark_parameters(db):
    assert pyodbc.paramstyle == "qmark"
    assert first_row(db.execute("SELECT ?, ?", 1, "a")) == (1, "a")
    assert first_row(db.execute("SELECT ?, ?", [2, "b"])) == (2, "b")
    assert first_row(db.execute("SELECT ? + ?", (3, 4))) == (7,)


def test_question_marks_that_are_no_parameters(db):
    cursor = db.execute("""SELECT '?', "a?" /* ? */, [b?], ? -- ?
                           FROM (SELECT 1 AS "a?", 2 AS "b?")""", "it")
    assert first_row(cursor) == ("?", 1, 2, "it")


@pytest.mark.parametrize("parameters", [(), (1,), (1, 2, 3)])
def test_wrong_number_of_parameters(db, sniffer, parameters):
    with refused(sniffer, pyodbc.Error):
        db.execute("SELECT ?, ?", parameters)


def test_mappings_are_refused(db, sniffer):
    with refused(sniffer, pyodbc.ProgrammingError, "HY105"):
        db.execute("SELECT ?", {"a": 1})
    assert first_row(db.execute("SELECT ?", 1)) == (1,)


@pytest.mark.parametrize("sql", [" \t\n", ";", "-- nothing", "/* nothing */ ; "])
def test_empty_sql_is_refused(db, sniffer, sql):
    with refused(sniffer, pyodbc.ProgrammingError, "42000"):
        db.execute(sql)


def test_sql_of_length_zero_is_refused(db, sniffer):
    """By unixODBC already, which sees a length of 0."""
    with refused(sniffer, pyodbc.Error):
        db.execute("")


@pytest.mark.parametrize("sql, parameters", [
    ("SELECT 1; SELECT 2", ()),
    ("SELECT 1; -- and\n DELETE FROM t", ()),
    ("SELECT ?; SELECT 2", (1,)),
    ("INSERT INTO t VALUES (1); DROP TABLE t", ()),
])
def test_a_second_statement_is_refused(db, sniffer, sql, parameters):
    with refused(sniffer, pyodbc.ProgrammingError, "42000"):
        db.execute(sql, parameters)
    assert first_row(db.execute("SELECT 1")) == (1,)


def test_what_follows_one_statement(db):
    assert first_row(db.execute("SELECT 1;")) == (1,)
    assert first_row(db.execute("SELECT 2; -- the end ; indeed")) == (2,)
    assert first_row(db.execute("SELECT ';'; /* ; */ ;")) == (";",)


def test_a_trigger_is_one_statement(db, table):
    name = table("a INTEGER, b INTEGER")
    db.execute(f"""CREATE TRIGGER {name}_twice AFTER INSERT ON {name} BEGIN
                       UPDATE {name} SET b = new.a * 2 WHERE rowid = new.rowid;
                       UPDATE {name} SET a = -a WHERE rowid = new.rowid;
                   END;""")
    db.execute(f"INSERT INTO {name} VALUES (21, NULL)")
    assert all_rows(db.execute(f"SELECT * FROM {name}")) == [(-21, 42)]


def test_text_with_a_nul_is_refused_in_sql(db, sniffer):
    with refused(sniffer, pyodbc.Error):
        db.execute("SELECT 'a\0b'")


def test_300_parameters(db, generation):
    """A server before 1.12 takes 255: said so, not cut."""
    sql = "SELECT " + " + ".join(["?"] * 300)
    if generation == "debian12":
        with pytest.raises(pyodbc.Error, match="255"):
            db.execute(sql, [1] * 300)
        assert first_row(db.execute("SELECT 1")) == (1,)
    else:
        assert db.execute(sql, list(range(300))).fetchval() == sum(range(300))


def test_255_parameters(db):
    cursor = db.execute("SELECT " + ", ".join(["?"] * 255), list(range(255)))
    assert first_row(cursor) == tuple(range(255))


def test_executemany(db, table):
    name = table("a INTEGER PRIMARY KEY, b TEXT")
    rows = [(1, "one"), (2, None), (3, "")]
    db.cursor().executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)
    assert all_rows(db.execute(f"SELECT * FROM {name} ORDER BY a")) == rows


def test_executemany_stops_at_a_bad_row(manual, db, table):
    name = table("a INTEGER PRIMARY KEY")
    with pytest.raises(pyodbc.IntegrityError):
        manual.cursor().executemany(f"INSERT INTO {name} VALUES (?)", [(1,), (1,), (2,)])
    manual.rollback()
    assert db.execute(f"SELECT count(*) FROM {name}").fetchval() == 0


FAST_ROWS = [(i, i / 8, f"t{i} \U0001d11e", bytes([i % 256]) * (i % 5), None if i % 3 else i)
             for i in range(1000)]


def test_fast_executemany(db, table):
    name = table("a INTEGER PRIMARY KEY, b REAL, c VARCHAR(40), d VARBINARY(40), e INTEGER")
    cursor = db.cursor()
    cursor.fast_executemany = True
    cursor.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?)", FAST_ROWS)
    assert all_rows(db.execute(f"SELECT * FROM {name} ORDER BY a")) == FAST_ROWS


def test_fast_executemany_of_columns_without_sizes(db, table):
    """TEXT and BLOB are told as 65536 long: rows of 400 kB in pyodbc's buffer."""
    name = table("a INTEGER PRIMARY KEY, b TEXT, c BLOB")
    rows = [(1, "x", b"y"), (2, "", b""), (3, None, None), (4, "\U0001f600" * 100, bytes(256))]
    cursor = db.cursor()
    cursor.fast_executemany = True
    cursor.executemany(f"INSERT INTO {name} VALUES (?, ?, ?)", rows)
    assert all_rows(db.execute(f"SELECT * FROM {name} ORDER BY a")) == rows


def test_fast_executemany_with_a_bad_row_loses_none_in_silence(db, table):
    name = table("a INTEGER PRIMARY KEY")
    cursor = db.cursor()
    cursor.fast_executemany = True
    with pytest.raises(pyodbc.IntegrityError):
        cursor.executemany(f"INSERT INTO {name} VALUES (?)", [(1,), (2,), (1,), (3,)])
    assert db.execute(f"SELECT count(*) FROM {name}").fetchval() == 0
