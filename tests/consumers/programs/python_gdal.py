"""GDAL/OGR's ODBC driver. It reads tables as layers; what is written goes by SQL text. Takes DSN=NAME:
what it makes of a longer connection string ends at the first colon or comma."""

import sys

from osgeo import gdal, ogr

from steps import TEXT, expect, ok

COLUMNS = ["id", "i", "d", "t", "b", "day", "moment", "flag"]


def execute(source, sql):
    result = source.ExecuteSQL(sql)
    if result is not None:
        source.ReleaseResultSet(result)


def value_of(source, sql):
    result = source.ExecuteSQL(sql)
    value = result.GetNextFeature().GetField(0)
    source.ReleaseResultSet(result)
    return value


def complaint_of(source, sql):
    try:
        execute(source, sql)
    except RuntimeError as error:
        return str(error)
    sys.exit(f"{sql} does not fail")


def features(source, layer, condition=None):
    layer = source.GetLayerByName(layer)
    layer.SetAttributeFilter(condition)
    return {feature.GetFID(): feature.items() for feature in layer}


def main(string):
    gdal.UseExceptions()
    ogr.UseExceptions()
    print("version GDAL", gdal.__version__)
    source = ogr.Open(f"ODBC:{string}")
    expect("the sum", value_of(source, "SELECT 1 + 1"), 2)
    ok("connect")
    execute(source, "CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, "
            "t VARCHAR(100), b BLOB, day DATE, moment TIMESTAMP, flag BOOLEAN)")
    execute(source, "CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)")
    execute(source, "CREATE TABLE gone (a)")
    execute(source, "DROP TABLE gone")
    ok("ddl")
    execute(source, "INSERT INTO typed VALUES (1, 9007199254740993, 0.1, 'it''s ; ? fine', "
            "X'0001FF', '2024-02-29', '2024-02-29 12:34:56', 1)")
    execute(source, "INSERT INTO typed (id) VALUES (2)")
    execute(source, f"INSERT INTO typed (id, t) VALUES (3, '{TEXT}')")
    execute(source, f"INSERT INTO large VALUES (1, '{'x' * 1_000_000}', X'{'AB' * 300_000}')")
    source = ogr.Open(f"ODBC:{string}")  # it lists the tables when it opens
    rows = features(source, "main.typed")
    expect("row 1", list(rows[1].values()),
           [1, 9007199254740993, 0.1, "it's ; ? fine", "0001FF", "2024/02/29",
            "2024/02/29 12:34:56", "1"])
    ok("types")
    expect("row 2", list(rows[2].values()), [2] + [None] * 7)
    ok("nulls")
    expect("the text", rows[3]["t"], TEXT)
    expect("its row", list(features(source, "main.typed", f"t = '{TEXT}'")), [3])
    ok("unicode")
    large = features(source, "main.large")[1]
    expect("the long text is the same", large["t"] == "x" * 1_000_000, True)
    expect("the blob is the same", large["b"] == "AB" * 300_000, True)
    ok("large")
    expect("a duplicate", complaint_of(source, "INSERT INTO typed (id) VALUES (1)")[:7], "[23000]")
    # It speaks ODBC 2, whose state of bad syntax this is.
    expect("bad syntax", complaint_of(source, "SELEC 1")[:7], "[37000]")
    expect("the sum", value_of(source, "SELECT 1 + 1"), 2)
    ok("errors")
    layers = [source.GetLayer(at).GetName() for at in range(source.GetLayerCount())]
    expect("the table is listed", "main.typed" in layers, True)
    fields = source.GetLayerByName("main.typed").GetLayerDefn()
    expect("the columns", [fields.GetFieldDefn(at).GetName() for at in
                           range(fields.GetFieldCount())], COLUMNS)
    ok("metadata")


main(sys.argv[1])
