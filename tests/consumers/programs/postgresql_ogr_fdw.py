"""PostgreSQL with ogr_fdw, which reads a dqlite table by GDAL's ODBC driver as a foreign table."""

import sys
from contextlib import contextmanager
from pathlib import Path

from foreign_tables import make_tables, server
from steps import TEXT, expect, ok


@contextmanager
def postgresql(own):
    """Runs SQL in a PostgreSQL without a network."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
    data = own.folder / "data"
    own.run(programs / "initdb", "--pgdata", data, "--username=tester", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8")
    # Without --log it would keep the pipe that its output is read by.
    own.run(programs / "pg_ctl", "--pgdata", data, "--log", own.folder / "log", "--wait",
            "--options", f"-c listen_addresses='' -c fsync=off -k {own.folder}", "start")

    def sql(text):
        return own.run(programs / "psql", "--host", own.folder, "--username=tester", "--quiet",
                       "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1",
                       "--command", text, "postgres").removesuffix("\n")

    try:
        yield sql
    finally:
        own.run(programs / "pg_ctl", "--pgdata", data, "--mode=immediate", "stop")


def main(string):
    make_tables(string)
    with server(string) as own, postgresql(own) as sql:
        sql("CREATE EXTENSION ogr_fdw")
        print("version", ", ".join([f"PostgreSQL {sql('SHOW server_version').split()[0]}",
                                    "ogr_fdw " + sql("SELECT extversion FROM pg_extension "
                                                     "WHERE extname = 'ogr_fdw'")]))
        sql("CREATE SERVER dqlite FOREIGN DATA WRAPPER ogr_fdw "
            "OPTIONS (datasource 'ODBC:DSN=consumer;TextAs=narrow', format 'ODBC')")
        sql("IMPORT FOREIGN SCHEMA ogr_all FROM SERVER dqlite INTO public")
        ok("connect")
        read(sql)


def read(sql):
    columns = "i, d, t, b, day, moment, flag"
    expect("row 1", sql(f"SELECT {columns} FROM main_typed WHERE id = 1"),
           "9007199254740993|0.1|it's ; ? fine|\\x0001ff|2024-02-29|2024-02-29 12:34:56|1")
    ok("types")
    expect("row 2", sql(f"SELECT num_nulls({columns}) FROM main_typed WHERE id = 2"), "7")
    ok("nulls")
    expect("the text and its row", sql(f"SELECT id, t FROM main_typed WHERE t = '{TEXT}'"),
           f"3|{TEXT}")
    ok("unicode")
    expect("the large values are the same",
           sql("SELECT t = repeat('x', 1000000), b = decode(repeat('ab', 300000), 'hex') "
               "FROM main_large"), "t|t")
    ok("large")
    expect("the columns", sql(
        "SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_name "
        "= 'main_typed' AND column_name NOT IN ('fid', 'geom') ORDER BY ordinal_position"),
        "id bigint\ni bigint\nd double precision\nt character varying\nb bytea\nday date\n"
        "moment timestamp without time zone\nflag character varying")
    ok("metadata")


main(sys.argv[1])
