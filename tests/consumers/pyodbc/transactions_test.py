"""Autocommit, transactions, and what of them goes over the wire."""

import time

import pyodbc
import pytest

from helpers import all_rows, failing

TRANSACTION_VERBS = ("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE")


def transaction_texts(sniffer):
    return [sql for sql in sniffer.sql() if sql.upper().startswith(TRANSACTION_VERBS)]


def count(db, name):
    return db.execute(f"SELECT count(*) FROM {name}").fetchval()


def test_autocommit_issues_no_begin(db, sniffer, table):
    name = table("a INTEGER")
    sniffer.forget()
    db.execute(f"INSERT INTO {name} VALUES (1)")
    db.execute(f"INSERT INTO {name} VALUES (?)", 2)
    db.cursor().executemany(f"INSERT INTO {name} VALUES (?)", [(3,), (4,)])
    assert count(db, name) == 4
    db.execute(f"UPDATE {name} SET a = 0")
    db.execute(f"DELETE FROM {name}")
    assert transaction_texts(sniffer) == []


def test_autocommit_off_groups_statements_until_commit(manual, db, sniffer, table):
    name = table("a INTEGER")
    sniffer.forget()
    manual.execute(f"INSERT INTO {name} VALUES (1)")
    manual.execute(f"INSERT INTO {name} VALUES (2)")
    assert count(db, name) == 0
    manual.commit()
    assert count(db, name) == 2
    assert transaction_texts(sniffer) == ["BEGIN IMMEDIATE", "COMMIT"]


def test_rollback(manual, db, sniffer, table):
    name = table("a INTEGER")
    sniffer.forget()
    manual.execute(f"INSERT INTO {name} VALUES (1)")
    manual.rollback()
    assert count(db, name) == 0
    assert transaction_texts(sniffer) == ["BEGIN IMMEDIATE", "ROLLBACK"]


def test_a_reader_does_not_hold_the_write_lock(manual, db, table):
    name = table("a INTEGER")
    assert count(manual, name) == 0
    started = time.monotonic()
    db.execute(f"INSERT INTO {name} VALUES (1)")
    assert time.monotonic() - started < 3  # BusyTimeout is 5
    assert count(manual, name) == 0  # as of when its transaction began
    manual.rollback()
    assert count(manual, name) == 1


@pytest.mark.parametrize("autocommit", [True, False])
@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_ending_nothing_is_silent_and_sends_nothing(connect, sniffer, autocommit, end):
    db = connect(autocommit=autocommit)
    sniffer.forget()
    getattr(db, end)()
    assert sniffer.requests == []
    assert db.execute("SELECT 1").fetchval() == 1
    getattr(db, end)()
    sniffer.forget()
    getattr(db, end)()
    assert sniffer.requests == []


@pytest.mark.parametrize("begin", ["BEGIN", "begin immediate transaction;", "/* go */ BEGIN"])
@pytest.mark.parametrize("autocommit", [True, False])
def test_explicit_begin_and_commit(connect, db, sniffer, table, autocommit, begin):
    name = table("a INTEGER")
    mine = connect(autocommit=autocommit)
    sniffer.forget()
    mine.execute(begin)
    mine.execute(f"INSERT INTO {name} VALUES (1)")
    mine.execute(f"INSERT INTO {name} VALUES (2)")
    assert count(db, name) == 0
    mine.commit()
    assert count(db, name) == 2
    begins = [sql for sql in sniffer.sql() if "begin" in sql.lower()]
    assert len(begins) == 1


@pytest.mark.parametrize("autocommit", [True, False])
def test_explicit_begin_and_rollback(connect, db, table, autocommit):
    name = table("a INTEGER")
    mine = connect(autocommit=autocommit)
    mine.execute("BEGIN")
    mine.execute(f"INSERT INTO {name} VALUES (1)")
    mine.rollback()
    assert count(db, name) == 0
    mine.execute("BEGIN")
    mine.execute(f"INSERT INTO {name} VALUES (2)")
    mine.execute("ROLLBACK")
    assert count(db, name) == 0


def test_commit_in_sql(connect, db, sniffer, table):
    name = table("a INTEGER")
    mine = connect()
    mine.execute("BEGIN")
    mine.execute(f"INSERT INTO {name} VALUES (1)")
    mine.execute("COMMIT")
    assert count(db, name) == 1
    sniffer.forget()
    mine.commit()
    assert sniffer.requests == []


def test_savepoints(manual, db, table):
    name = table("a INTEGER")
    manual.execute(f"INSERT INTO {name} VALUES (1)")
    manual.execute("SAVEPOINT s")
    manual.execute(f"INSERT INTO {name} VALUES (2)")
    manual.execute("ROLLBACK TO s")
    manual.execute(f"INSERT INTO {name} VALUES (3)")
    manual.execute("RELEASE s")
    manual.commit()
    assert all_rows(db.execute(f"SELECT a FROM {name}")) == [(1,), (3,)]


def test_a_failed_statement_leaves_its_transaction(manual, db, table):
    name = table("a INTEGER PRIMARY KEY")
    manual.execute(f"INSERT INTO {name} VALUES (1)")
    with failing(pyodbc.IntegrityError, "23000"):
        manual.execute(f"INSERT INTO {name} VALUES (1)")
    manual.execute(f"INSERT INTO {name} VALUES (2)")
    manual.commit()
    assert count(db, name) == 2


def test_a_transaction_that_ends_by_itself_is_told(manual, db, table):
    name = table("a INTEGER PRIMARY KEY")
    manual.execute(f"INSERT INTO {name} VALUES (1)")
    with failing(pyodbc.Error, "40001"):
        manual.execute(f"INSERT OR ROLLBACK INTO {name} VALUES (1)")
    manual.rollback()
    assert count(db, name) == 0


def test_autocommit_can_be_switched(connect, db, table):
    name = table("a INTEGER")
    mine = connect(autocommit=False)
    mine.execute(f"INSERT INTO {name} VALUES (1)")
    mine.autocommit = True  # commits, as SQLSetConnectAttr's page has it
    assert count(db, name) == 1
    mine.execute(f"INSERT INTO {name} VALUES (2)")
    assert count(db, name) == 2


def test_a_transaction_that_waits_too_long(connect, table):
    name = table("a INTEGER")
    holder, other = connect(autocommit=False), connect(autocommit=False, BusyTimeout=0.2)
    holder.execute(f"INSERT INTO {name} VALUES (1)")
    with failing(pyodbc.Error, "40001"):
        other.execute(f"INSERT INTO {name} VALUES (2)")
    holder.commit()
    other.execute(f"INSERT INTO {name} VALUES (2)")
    other.commit()
    assert count(holder, name) == 2


def test_busy_timeout_is_answered_by_the_driver(connect, sniffer):
    db = connect(BusyTimeout=1.5)
    sniffer.forget()
    assert db.execute("PRAGMA busy_timeout").fetchval() == 1500
    assert db.execute("PRAGMA busy_timeout = 250").fetchval() == 250
    assert db.execute("pragma busy_timeout;").fetchval() == 250
    assert db.execute("PRAGMA busy_timeout(-1)").fetchval() == 0
    assert sniffer.requests == []


def test_connection_as_context_manager(connect, db, table):
    name = table("a INTEGER")
    mine = connect(autocommit=False)
    with mine:
        mine.execute(f"INSERT INTO {name} VALUES (1)")
    assert count(db, name) == 1
    with pytest.raises(ZeroDivisionError), mine:
        mine.execute(f"INSERT INTO {name} VALUES (2)")
        1 / 0
    assert count(db, name) == 1
    mine.execute("SELECT 1")  # not closed


def test_cursor_as_context_manager(connect, db, table):
    name = table("a INTEGER")
    mine = connect(autocommit=False)
    with mine.cursor() as cursor:
        cursor.execute(f"INSERT INTO {name} VALUES (1)")
    assert count(db, name) == 1


def test_closing_rolls_back(connect, db, table):
    name = table("a INTEGER")
    mine = connect(autocommit=False)
    mine.execute(f"INSERT INTO {name} VALUES (1)")
    mine.close()
    assert count(db, name) == 0
    with pytest.raises(pyodbc.ProgrammingError):
        mine.execute("SELECT 1")


def test_foreign_keys_are_enforced(db, table):
    parent = table("a INTEGER PRIMARY KEY")
    child = table(f"a INTEGER REFERENCES {parent}")
    with failing(pyodbc.IntegrityError, "23000"):
        db.execute(f"INSERT INTO {child} VALUES (1)")
    db.execute(f"INSERT INTO {parent} VALUES (1)")
    db.execute(f"INSERT INTO {child} VALUES (1)")
    with failing(pyodbc.IntegrityError, "23000"):
        db.execute(f"DELETE FROM {parent}")


def test_a_deferred_foreign_key_fails_the_commit(manual, db, table):
    parent = table("a INTEGER PRIMARY KEY")
    child = table(f"a INTEGER REFERENCES {parent} DEFERRABLE INITIALLY DEFERRED")
    manual.execute(f"INSERT INTO {child} VALUES (1)")
    with failing(pyodbc.Error, "40002"):
        manual.commit()
    assert count(db, child) == 0
