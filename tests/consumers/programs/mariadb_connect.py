"""MariaDB with the CONNECT engine, which reads and fills a dqlite table as one of its own."""

import sys
import time
from contextlib import contextmanager

import pyodbc

from foreign_tables import make_tables, server
from steps import TEXT, expect, ok

TIME_TO_START = 60.0


@contextmanager
def mariadb(own):
    """Runs SQL in a MariaDB without a network."""
    data, socket = own.folder / "data", own.folder / "socket"
    own.run("mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
            "--auth-root-authentication-method=normal")
    process = own.start("mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}",
                        "--skip-networking", "--plugin-maturity=unknown",
                        "--plugin-load-add=ha_connect", f"--pid-file={own.folder}/pid")

    def sql(text, check=True, database="mysql"):
        return own.run("mariadb", "--no-defaults", f"--socket={socket}", "--user=root",
                       "--default-character-set=utf8mb4", "--batch", "--raw",
                       "--skip-column-names", "--execute", text, database, check=check).removesuffix("\n")

    try:
        deadline = time.monotonic() + TIME_TO_START
        while sql("SELECT 1", check=False) != "1":
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"MariaDB does not start: {(own.folder / 'log').read_text()}")
            time.sleep(0.1)
        yield sql
    finally:
        process.terminate()
        process.wait(timeout=30)


def main(string):
    make_tables(string)
    db = pyodbc.connect(string, autocommit=True)
    db.execute("CREATE TABLE bulk (n INTEGER, s VARCHAR(40))")
    db.execute("CREATE TABLE edited (id INTEGER PRIMARY KEY, name VARCHAR(40), born DATE)")
    db.execute("INSERT INTO edited VALUES (1, 'one', '2001-01-01'), (2, 'two', NULL), "
               "(3, 'three', '2003-03-03')")
    db.close()
    with server(string) as own, mariadb(own) as sql:
        print("version MariaDB", sql("SELECT version()").split("-")[0])
        sql("CREATE DATABASE consumer")
        use(lambda text: sql(text, database="consumer"))


def connected(sql, name, columns="", options=""):
    sql(f"CREATE TABLE {name} {columns} ENGINE=CONNECT TABLE_TYPE=ODBC CHARSET=utf8mb4 "
        f"DATA_CHARSET=utf8mb4 CONNECTION='DSN=consumer' {options}")


def use(sql):
    connected(sql, "tables", options="CATFUNC=Tables")
    ok("connect")
    # It knows no LONG types, so a table with one is described here; bytes come as texts.
    connected(sql, "typed", "(id INT NOT NULL, i BIGINT, d DOUBLE, t VARCHAR(100), b VARCHAR(20), "
              "day DATE, moment DATETIME, flag TINYINT)", "TABNAME=typed")
    expect("row 1", sql("SELECT * FROM typed WHERE id = 1"), "\t".join(
        ("1", "9007199254740993", "0.1", "it's ; ? fine", "0001FF", "2024-02-29",
         "2024-02-29 12:34:56", "1")))
    ok("types")
    expect("row 2", sql("SELECT * FROM typed WHERE id = 2"), "\t".join(["2"] + ["NULL"] * 7))
    ok("nulls")
    expect("the text and its row", sql(f"SELECT id, t FROM typed WHERE t = '{TEXT}'"), f"3\t{TEXT}")
    ok("unicode")
    expect("the table is listed", sql("SELECT count(*) FROM tables WHERE Table_Name = 'typed'"), "1")
    connected(sql, "columns", options="CATFUNC=Columns TABNAME=typed")
    expect("the columns", sql("SELECT group_concat(Column_Name SEPARATOR ' ') FROM columns"),
           "id i d t b day moment flag")
    ok("metadata")
    connected(sql, "bulk", options="TABNAME=bulk")
    sql("INSERT INTO bulk SELECT seq, concat('row ', seq) FROM seq_1_to_1000")
    expect("the sum", sql("SELECT sum(n) FROM bulk"), "500500")
    ok("bulk")
    connected(sql, "edited", options="TABNAME=edited")
    sql(f"UPDATE edited SET name = '{TEXT}', born = '1999-12-31' WHERE id = 1")
    sql("DELETE FROM edited WHERE id = 2")
    sql("INSERT INTO edited VALUES (4, 'four', NULL)")
    expect("the ids", sql("SELECT group_concat(id ORDER BY id) FROM edited"), "1,3,4")
    ok("edit")


main(sys.argv[1])
