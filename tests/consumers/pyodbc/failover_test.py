"""The leader is killed under a connection."""

import time

import pyodbc
import pytest

LOST = ("40001", "08S01")


@pytest.fixture
def kill_leader(cluster):
    killed = []

    def kill():
        killed.append(cluster.kill_leader())

    yield kill
    for node in killed:
        node.restart()
    cluster.leader()


def test_the_next_statement_outside_a_transaction_works(db, table, kill_leader):
    name = table("a INTEGER")
    db.execute(f"INSERT INTO {name} VALUES (1)")
    kill_leader()
    started = time.monotonic()
    assert db.execute(f"SELECT count(*) FROM {name}").fetchval() == 1
    db.execute(f"INSERT INTO {name} VALUES (?)", 2)
    assert db.execute(f"SELECT count(*) FROM {name}").fetchval() == 2
    assert time.monotonic() - started < 20


def test_a_lost_transaction_is_told_and_the_next_one_works(manual, table, kill_leader):
    name = table("a INTEGER")
    manual.execute(f"INSERT INTO {name} VALUES (1)")
    kill_leader()
    with pytest.raises(pyodbc.Error) as raised:
        manual.execute(f"INSERT INTO {name} VALUES (2)")
    assert raised.value.args[0] in LOST
    manual.rollback()
    manual.execute(f"INSERT INTO {name} VALUES (3)")
    manual.commit()
    assert [row.a for row in manual.execute(f"SELECT a FROM {name}")] == [3]


def test_a_commit_that_cannot_be_sent_is_told(manual, table, kill_leader):
    name = table("a INTEGER")
    manual.execute(f"INSERT INTO {name} VALUES (1)")
    kill_leader()
    with pytest.raises(pyodbc.Error) as raised:
        manual.commit()
    # 08007 where the request may have left before the loss was seen.
    assert raised.value.args[0] in (*LOST, "08007")
    manual.rollback()
    assert manual.execute(f"SELECT count(*) FROM {name}").fetchval() == 0


def test_a_transaction_lost_while_a_parameter_is_described_is_told(manual, table, kill_leader):
    """pyodbc describes parameters that are None, and goes on if that fails."""
    name = table("a INTEGER, b TEXT")
    manual.execute(f"INSERT INTO {name} VALUES (?, ?)", 1, None)
    kill_leader()
    with pytest.raises(pyodbc.Error) as raised:
        manual.execute(f"INSERT INTO {name} VALUES (?, ?)", 2, None)
    assert raised.value.args[0] == "40001"
    manual.rollback()
    manual.execute(f"INSERT INTO {name} VALUES (?, ?)", 3, None)
    manual.commit()
    assert [row.a for row in manual.execute(f"SELECT a FROM {name}")] == [3]
