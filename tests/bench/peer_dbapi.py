#!/usr/bin/env python3
"""The same work by python dqlite-dbapi, on a node of each generation: adds its figures to a file."""

import resource
import sys
import time
from pathlib import Path

import dqlitedbapi

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import nodes  # noqa: E402  (the path above)

ROWS, POINTS, ROUND_TRIPS, ARRAY_ROWS, CONNECTS = 200_000, 10_000, 2_000, 10_000, 100


def timed(work):
    """Wall and CPU seconds."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu


def fill(cursor, table, rows, values):
    cursor.execute(
        f"INSERT INTO {table} WITH RECURSIVE n(i) AS "
        f"(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT {values} FROM n"
    )


def measure(address):
    def connect():
        return dqlitedbapi.connect(address, database="bench")

    connection = connect()
    cursor = connection.cursor()
    cursor.execute("CREATE TABLE many(i INTEGER, r REAL, t20 TEXT, t100 TEXT, b16 BLOB)")
    cursor.execute("CREATE TABLE points(id INTEGER PRIMARY KEY, v TEXT)")
    cursor.execute("CREATE TABLE inserts(a INTEGER, b TEXT)")
    fill(cursor, "many", ROWS,
         "i, i * 0.5, printf('%020d', i), printf('%0100d', i), randomblob(16)")
    fill(cursor, "points", POINTS, "i, 'value ' || i")
    connection.commit()

    def fetch():
        cursor.execute("SELECT i, r, t20, t100, b16 FROM many")
        assert len(cursor.fetchall()) == ROWS

    def select():
        for number in range(ROUND_TRIPS):
            cursor.execute("SELECT v FROM points WHERE id = ?", (number % POINTS + 1,))
            assert cursor.fetchone()

    def insert():
        cursor.execute("BEGIN IMMEDIATE")
        for number in range(ROUND_TRIPS):
            cursor.execute("INSERT INTO inserts VALUES (?, ?)", (number, "twenty bytes of text"))
        cursor.execute("ROLLBACK")

    def array():
        cursor.execute("BEGIN IMMEDIATE")
        cursor.executemany("INSERT INTO inserts VALUES (?, ?)",
                           [(number, "twenty bytes of text") for number in range(ARRAY_ROWS)])
        cursor.execute("COMMIT")

    def connects():
        for _ in range(CONNECTS):
            again = connect()
            again.cursor().execute("SELECT 1")
            again.close()

    figures = {}
    for name, work, units in (
        ("block", fetch, ROWS), ("select.1", select, ROUND_TRIPS), ("insert.1", insert, ROUND_TRIPS),
        ("array", array, ARRAY_ROWS), ("connect", connects, CONNECTS),
    ):
        wall, cpu = min(timed(work) for _ in range(2))
        figures[f"{name}.rate"] = units / wall
        figures[f"{name}.cpu"] = cpu * 1e9 / units / (5 if name == "block" else 1)
    connection.close()
    return figures


def main():
    with open(sys.argv[1], "a", encoding="utf-8") as out:
        for generation in nodes.generations():
            with nodes.Node(generation) as node:
                for name, value in measure(node.address).items():
                    out.write(f"{generation}.dbapi.{name} {value:.6g}\n")


if __name__ == "__main__":
    main()
