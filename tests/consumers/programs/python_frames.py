"""Data frames: pandas over pyodbc, and polars by Arrow with arrow-odbc, which reads and writes
blocks of columns."""

import sys
import warnings
from importlib.metadata import version

import arrow_odbc
import pandas
import polars
import pyarrow
import pyodbc

from steps import TEXT, expect, ok


def arrow(string, sql):
    """A result by Arrow, as polars' data frame."""
    reader = arrow_odbc.read_arrow_batches_from_odbc(query=sql, connection_string=string,
                                                     max_text_size=2_000_000,
                                                     max_binary_size=2_000_000, batch_size=500)
    return polars.from_arrow(pyarrow.Table.from_batches(list(reader), schema=reader.schema))


def main(string):
    # pandas warns of every connection that is not SQLAlchemy's.
    warnings.filterwarnings("ignore", message="pandas only supports SQLAlchemy")
    print("version", ", ".join(f"{name} {version(name)}" for name in
                               ("pandas", "polars", "arrow-odbc")))
    db = pyodbc.connect(string, autocommit=True)
    expect("the sum", arrow(string, "SELECT 1 + 1 AS two")["two"].to_list(), [2])
    ok("connect")
    db.execute("CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), "
               "b BLOB, day DATE, moment TIMESTAMP, flag BOOLEAN)")
    db.execute("CREATE TABLE bulk (n INTEGER, s VARCHAR(40))")
    ok("ddl")
    db.execute("INSERT INTO typed VALUES (1, 9007199254740993, 0.1, 'it''s ; ? fine', X'0001FF', "
               "'2024-02-29', '2024-02-29 12:34:56', 1)")
    table = arrow(string, "SELECT * FROM typed WHERE id = 1")
    row = table.row(0)
    expect("row 1 by Arrow", (*row[:5], str(row[5]), str(row[6])[:19], bool(row[7])),
           (1, 9007199254740993, 0.1, "it's ; ? fine", b"\x00\x01\xff", "2024-02-29",
            "2024-02-29 12:34:56", True))
    frame = pandas.read_sql("SELECT i, d, t FROM typed WHERE id = 1", db)
    expect("row 1 by pandas", frame.iloc[0].tolist(), [9007199254740993, 0.1, "it's ; ? fine"])
    ok("types")
    db.execute("INSERT INTO typed (id) VALUES (2)")
    expect("row 2", arrow(string, "SELECT * FROM typed WHERE id = 2").row(0)[1:], (None,) * 7)
    ok("nulls")
    db.execute("INSERT INTO typed (id, t) VALUES (3, ?)", TEXT)
    expect("the text by Arrow", arrow(string, "SELECT t FROM typed WHERE id = 3").row(0), (TEXT,))
    expect("the text by pandas", pandas.read_sql("SELECT t FROM typed WHERE id = 3", db)["t"][0],
           TEXT)
    ok("unicode")
    columns = pyarrow.table({"n": list(range(1, 1001)), "s": [f"row {n}" for n in range(1, 1001)]})
    arrow_odbc.insert_into_table(connection_string=string, table="bulk", chunk_size=300,
                                 reader=columns.to_reader())
    expect("the sum", pandas.read_sql("SELECT n FROM bulk", db)["n"].sum(), 500500)
    expect("the sum by Arrow", arrow(string, "SELECT n FROM bulk")["n"].sum(), 500500)
    ok("bulk")


main(sys.argv[1])
