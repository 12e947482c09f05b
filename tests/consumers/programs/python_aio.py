"""Python's asyncio with aioodbc."""

import asyncio
import datetime
import sys
from importlib.metadata import version

import aioodbc
import pyodbc

from steps import TEXT, expect, ok

INSERT = "INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
FIRST = (1, 9007199254740993, 0.1, "it's ; ? fine", b"\x00\x01\xff", datetime.date(2024, 2, 29),
         datetime.datetime(2024, 2, 29, 12, 34, 56), True)


async def rows(db, sql, *values):
    async with db.cursor() as cursor:
        await cursor.execute(sql, *values)
        return [tuple(each) for each in await cursor.fetchall()]


async def state_of(db, sql):
    try:
        await db.execute(sql)
    except pyodbc.Error as failure:
        return failure.args[0]
    return "no failure"


async def main(string):
    db = await aioodbc.connect(dsn=string, autocommit=True)
    print("version aioodbc", version("aioodbc"), "pyodbc", version("pyodbc"))
    expect("the sum", await rows(db, "SELECT 1 + 1"), [(2,)])
    ok("connect")
    await db.execute("CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, "
                     "t VARCHAR(100), b BLOB, day DATE, moment TIMESTAMP, flag BOOLEAN)")
    await db.execute("CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)")
    await db.execute("CREATE TABLE gone (a)")
    await db.execute("DROP TABLE gone")
    ok("ddl")
    await db.execute(INSERT, *FIRST)
    expect("row 1", await rows(db, "SELECT * FROM typed WHERE id = ?", 1), [FIRST])
    ok("types")
    await db.execute(INSERT, 2, *[None] * 7)
    expect("row 2", await rows(db, "SELECT * FROM typed WHERE id = 2"), [(2, *[None] * 7)])
    ok("nulls")
    await db.execute("INSERT INTO typed (id, t) VALUES (3, ?)", TEXT)
    expect("the text", await rows(db, "SELECT t FROM typed WHERE id = 3"), [(TEXT,)])
    expect("its row", await rows(db, "SELECT id FROM typed WHERE t = ?", TEXT), [(3,)])
    ok("unicode")
    large = ("x" * 1_000_000, b"\xab" * 300_000)
    await db.execute("INSERT INTO large VALUES (1, ?, ?)", *large)
    expect("the large values are the same", await rows(db, "SELECT t, b FROM large") == [large], True)
    ok("large")
    other = await aioodbc.connect(dsn=string)
    await other.execute("INSERT INTO typed (id) VALUES (5)")
    await other.rollback()
    await other.execute("INSERT INTO typed (id) VALUES (6)")
    await other.commit()
    expect("the rows", await rows(db, "SELECT id FROM typed WHERE id IN (5, 6)"), [(6,)])
    ok("transactions")
    expect("a duplicate", await state_of(db, "INSERT INTO typed (id) VALUES (1)"), "23000")
    expect("bad syntax", await state_of(db, "SELEC 1"), "42000")
    expect("the sum", await rows(db, "SELECT 1 + 1"), [(2,)])
    ok("errors")
    async with db.cursor() as cursor:
        await cursor.tables(table="typed")
        expect("the tables", [row.table_name for row in await cursor.fetchall()], ["typed"])
        await cursor.columns(table="typed")
        expect("the columns", [row.column_name for row in await cursor.fetchall()],
               "id i d t b day moment flag".split())
    ok("metadata")
    await db.execute("CREATE TABLE bulk (n INTEGER, s VARCHAR(40))")
    async with other.cursor() as cursor:
        await cursor.executemany("INSERT INTO bulk VALUES (?, ?)",
                                 [(n, f"row {n}") for n in range(1, 1001)])
    await other.commit()
    expect("the sum", await rows(db, "SELECT sum(n) FROM bulk"), [(500500,)])
    ok("bulk")
    await other.close()
    await db.close()


asyncio.run(main(sys.argv[1]))
