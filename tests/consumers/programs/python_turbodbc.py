"""turbodbc, which reads and writes in blocks: arrays of parameters, and columns as NumPy's arrays."""

import datetime
import sys
from importlib.metadata import version

import numpy
import turbodbc

from steps import TEXT, expect, ok

# It knows no bytes: they go in and come out as SQL text.
ROW = [1, 9007199254740993, 0.1, "it's ; ? fine", datetime.date(2024, 2, 29),
       datetime.datetime(2024, 2, 29, 12, 34, 56), True]
INSERT = "INSERT INTO typed VALUES (?, ?, ?, ?, X'0001FF', ?, ?, ?)"


def rows(db, sql, values=()):
    with db.cursor() as cursor:
        return [list(row) for row in cursor.execute(sql, list(values)).fetchall()]


def run(db, sql, values=()):
    with db.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.rowcount


def complaint_of(db, sql):
    try:
        run(db, sql)
    except turbodbc.DatabaseError as error:
        return str(error)
    sys.exit(f"{sql} does not fail")


def main(string):
    options = turbodbc.make_options(autocommit=True, large_decimals_as_64_bit_types=True)
    db = turbodbc.connect(connection_string=string, turbodbc_options=options)
    print("version turbodbc", version("turbodbc"))
    expect("the sum", rows(db, "SELECT 1 + 1"), [[2]])
    ok("connect")
    run(db, "CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), "
        "b BLOB, day DATE, moment TIMESTAMP, flag BOOLEAN)")
    run(db, "CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)")
    run(db, "CREATE TABLE gone (a)")
    run(db, "DROP TABLE gone")
    ok("ddl")
    expect("rows inserted", run(db, INSERT, ROW), 1)
    expect("row 1", rows(db, "SELECT id, i, d, t, day, moment, flag, hex(b) FROM typed "
                         "WHERE id = 1"), [[*ROW, "0001FF"]])
    ok("types")
    run(db, INSERT.replace("X'0001FF'", "NULL"), [2] + [None] * 6)
    expect("row 2", rows(db, "SELECT i, d, t, day, moment, flag, typeof(b) FROM typed "
                         "WHERE id = 2"), [[None] * 6 + ["null"]])
    ok("nulls")
    run(db, "INSERT INTO typed (id, t) VALUES (3, ?)", [TEXT])
    expect("the text and its row", rows(db, "SELECT id, t FROM typed WHERE t = ?", [TEXT]),
           [[3, TEXT]])
    ok("unicode")
    text, blob = "x" * 1_000_000, b"\xab" * 300_000
    run(db, f"INSERT INTO large VALUES (1, ?, X'{blob.hex()}')", [text])
    expect("the large values are the same",
           rows(db, "SELECT t, hex(b) FROM large") == [[text, blob.hex().upper()]], True)
    ok("large")
    be_transactional(string)
    ok("transactions")
    expect("a duplicate", "state: 23000" in complaint_of(db, "INSERT INTO typed (id) VALUES (1)"),
           True)
    expect("bad syntax", "state: 42000" in complaint_of(db, "SELEC 1"), True)
    expect("the sum", rows(db, "SELECT 1 + 1"), [[2]])
    ok("errors")
    load(db)
    ok("bulk")


def be_transactional(string):
    db = turbodbc.connect(connection_string=string)
    run(db, "INSERT INTO typed (id) VALUES (5)")
    db.rollback()
    run(db, "INSERT INTO typed (id) VALUES (6)")
    db.commit()
    expect("the rows", rows(db, "SELECT id FROM typed WHERE id IN (5, 6)"), [[6]])
    db.close()


def load(db):
    run(db, "CREATE TABLE bulk (n INTEGER, s VARCHAR(40))")
    numbers = numpy.arange(1, 1001, dtype=numpy.int64)
    texts = [f"row {n}" for n in numbers]
    with db.cursor() as cursor:
        cursor.executemanycolumns("INSERT INTO bulk VALUES (?, ?)",
                                  [numbers, numpy.array(texts, dtype=object)])
    with db.cursor() as cursor:
        columns = cursor.execute("SELECT n, s FROM bulk ORDER BY n").fetchallnumpy()
    expect("the numbers", columns["n"].tolist(), numbers.tolist())
    expect("the texts", columns["s"].tolist(), texts)


main(sys.argv[1])
