"""LibreOffice Base without a window: a Base document on an ODBC data source, driven over UNO as its
own table view, queries and forms drive it. Takes DSN=NAME, as Base does."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sdb.CommandType import QUERY, TABLE
from com.sun.star.sdbc import SQLException
from com.sun.star.sdbc.DataType import (BIT, BLOB, DATE, DOUBLE, INTEGER, LONGVARCHAR, TIMESTAMP,
                                        VARCHAR)
from com.sun.star.sdbc.ResultSetConcurrency import UPDATABLE
from com.sun.star.sdbc.ResultSetType import SCROLL_INSENSITIVE
from com.sun.star.util import Date, DateTime

from steps import TEXT, expect, ok

COLUMNS = ("id", "i", "d", "t", "b", "day", "moment", "flag")
TIME_TO_START = 60.0


def properties(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


class Office:
    """A LibreOffice of its own: a profile and a pipe nobody else has."""

    def __init__(self, folder):
        self.folder = folder
        pipe = f"dqlite-consumer-{Path(folder).name}"
        self.process = subprocess.Popen(
            ["soffice", "--headless", "--invisible", "--norestore", "--nologo", "--nodefault",
             f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
             f"--accept=pipe,name={pipe};urp;"])
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local)
        deadline = time.monotonic() + TIME_TO_START
        while True:
            try:
                self.context = resolver.resolve(
                    f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                return
            except NoConnectException:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    sys.exit("LibreOffice does not start")
                time.sleep(0.2)

    def make(self, service):
        return self.context.ServiceManager.createInstanceWithContext(service, self.context)

    def version(self):
        provider = self.make("com.sun.star.configuration.ConfigurationProvider")
        setup = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess",
            properties(nodepath="/org.openoffice.Setup/Product"))
        return setup.getByName("ooSetupVersionAboutBox")

    def end(self):
        self.make("com.sun.star.frame.Desktop").terminate()
        self.process.wait(timeout=30)


def register(office, dsn):
    """A Base document, stored and registered: the data source of that name from then on."""
    databases = office.make("com.sun.star.sdb.DatabaseContext")
    source = databases.createInstance()
    source.URL = f"sdbc:odbc:{dsn}"
    source.Info = properties(CharSet="utf-8")
    source.getQueryDefinitions().insertByName("typed_by_id", query(source))
    document = (Path(office.folder) / "consumer.odb").as_uri()
    source.DatabaseDocument.storeAsURL(document, ())
    databases.registerObject("consumer", source)
    return databases.getByName("consumer")


def query(source):
    kept = source.getQueryDefinitions().createInstance()
    kept.Command = 'SELECT "id", "t" FROM "typed" WHERE "id" > 0 ORDER BY "id"'
    return kept


def main(string):
    with tempfile.TemporaryDirectory() as folder:
        office = Office(folder)
        try:
            consume(office, string.removeprefix("DSN="))
        finally:
            office.end()


def consume(office, dsn):
    print("version LibreOffice", office.version())
    source = register(office, dsn)
    connection = source.getIsolatedConnection("", "")
    expect("the sum", value_of(connection, "SELECT 1 + 1"), 2)
    ok("connect")
    make_tables(connection)
    ok("ddl")
    write_types(connection)
    ok("types")
    write_nulls(connection)
    ok("nulls")
    write_unicode(connection)
    ok("unicode")
    write_large(connection)
    ok("large")
    be_transactional(connection)
    ok("transactions")
    meet_errors(connection)
    ok("errors")
    list_metadata(source, connection)
    read_kept_query(office, connection)
    ok("metadata")
    load(connection)
    ok("bulk")
    edit_by_cursor(office, dsn, connection)
    edit_by_form(office, connection)
    ok("edit")
    connection.close()


def value_of(connection, sql):
    rows = connection.createStatement().executeQuery(sql)
    assert rows.next()
    return rows.getLong(1)


def execute(connection, sql):
    statement = connection.createStatement()
    statement.executeUpdate(sql)
    statement.close()


def make_tables(connection):
    execute(connection, "CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, "
            "t VARCHAR(100), b BLOB, day DATE, moment TIMESTAMP, flag BOOLEAN)")
    execute(connection, "CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)")
    execute(connection, "CREATE TABLE gone (a)")
    execute(connection, "DROP TABLE gone")


def moment():
    return DateTime(Year=2024, Month=2, Day=29, Hours=12, Minutes=34, Seconds=56)


def write_types(connection):
    insert = connection.prepareStatement("INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    insert.setInt(1, 1)
    insert.setLong(2, 9007199254740993)
    insert.setDouble(3, 0.1)
    insert.setString(4, "it's ; ? fine")
    insert.setBytes(5, uno.ByteSequence(b"\x00\x01\xff"))
    insert.setDate(6, Date(Year=2024, Month=2, Day=29))
    insert.setTimestamp(7, moment())
    insert.setBoolean(8, True)
    expect("rows inserted", insert.executeUpdate(), 1)
    rows = connection.createStatement().executeQuery("SELECT * FROM typed WHERE id = 1")
    assert rows.next()
    day, instant = rows.getDate(6), rows.getTimestamp(7)
    expect("row 1", (rows.getInt(1), rows.getLong(2), rows.getDouble(3), rows.getString(4),
                     rows.getBytes(5).value, (day.Year, day.Month, day.Day), instant,
                     rows.getBoolean(8)),
           (1, 9007199254740993, 0.1, "it's ; ? fine", b"\x00\x01\xff", (2024, 2, 29), moment(),
            True))


def write_nulls(connection):
    insert = connection.prepareStatement("INSERT INTO typed VALUES (2, ?, ?, ?, ?, ?, ?, ?)")
    for at, kind in enumerate((INTEGER, DOUBLE, VARCHAR, BLOB, DATE, TIMESTAMP, BIT), 1):
        insert.setNull(at, kind)
    insert.executeUpdate()
    rows = connection.createStatement().executeQuery("SELECT * FROM typed WHERE id = 2")
    assert rows.next()
    for at in range(2, 9):
        rows.getString(at)
        expect(f"column {at} is NULL", rows.wasNull(), True)


def write_unicode(connection):
    insert = connection.prepareStatement("INSERT INTO typed (id, t) VALUES (3, ?)")
    insert.setString(1, TEXT)
    insert.executeUpdate()
    find = connection.prepareStatement("SELECT id, t FROM typed WHERE t = ?")
    find.setString(1, TEXT)
    rows = find.executeQuery()
    assert rows.next()
    expect("the text and its row", (rows.getInt(1), rows.getString(2)), (3, TEXT))


def write_large(connection):
    text, blob = "x" * 1_000_000, b"\xab" * 300_000
    insert = connection.prepareStatement("INSERT INTO large VALUES (1, ?, ?)")
    insert.setObjectWithInfo(1, text, LONGVARCHAR, 0)
    insert.setBytes(2, uno.ByteSequence(blob))
    insert.executeUpdate()
    rows = connection.createStatement().executeQuery("SELECT t, b FROM large")
    assert rows.next()
    expect("the long text is the same", rows.getString(1) == text, True)
    expect("the blob is the same", rows.getBytes(2).value == blob, True)


def be_transactional(connection):
    connection.setAutoCommit(False)
    execute(connection, "INSERT INTO typed (id) VALUES (5)")
    connection.rollback()
    execute(connection, "INSERT INTO typed (id) VALUES (6)")
    connection.commit()
    connection.setAutoCommit(True)
    expect("the rows", value_of(connection, "SELECT sum(id) FROM typed WHERE id IN (5, 6)"), 6)


def complaint_of(connection, sql):
    try:
        execute(connection, sql)
    except SQLException as error:
        return error.SQLState
    sys.exit(f"{sql} does not fail")


def meet_errors(connection):
    expect("a duplicate", complaint_of(connection, "INSERT INTO typed (id) VALUES (1)"), "23000")
    expect("bad syntax", complaint_of(connection, "SELEC 1"), "42000")
    expect("the sum", value_of(connection, "SELECT 1 + 1"), 2)


def list_metadata(source, connection):
    tables = connection.getTables()
    tables.refresh()
    names = [name for name in tables.getElementNames() if name.split(".")[-1] == "typed"]
    expect("the tables named typed", len(names), 1)
    table = tables.getByName(names[0])
    expect("the columns", table.getColumns().getElementNames(), COLUMNS)
    keys = table.getKeys()
    expect("the key", keys.getByIndex(0).getColumns().getElementNames(), ("id",))
    expect("the kept query", source.getQueryDefinitions().getElementNames(), ("typed_by_id",))


def load(connection):
    execute(connection, "CREATE TABLE bulk (n INTEGER, s VARCHAR(40))")
    connection.setAutoCommit(False)
    insert = connection.prepareStatement("INSERT INTO bulk VALUES (?, ?)")
    for n in range(1, 1001):
        insert.setInt(1, n)
        insert.setString(2, f"row {n}")
        insert.executeUpdate()
    connection.commit()
    connection.setAutoCommit(True)
    expect("the sum", value_of(connection, "SELECT sum(n) FROM bulk"), 500500)


def rows_of(office, service, connection, kind, command):
    rows = office.make(service)
    rows.ActiveConnection = connection
    rows.CommandType = kind
    rows.Command = command
    return rows


def edit_by_cursor(office, dsn, connection):
    """An updatable result set of LibreOffice's ODBC driver: bookmarks and positioned changes."""
    execute(connection, "CREATE TABLE edited (id INTEGER PRIMARY KEY, name VARCHAR(40), born DATE)")
    execute(connection, "INSERT INTO edited VALUES (1, 'one', '2001-01-01'), (3, 'tree', NULL), "
            "(9, 'nine', NULL)")
    plain = office.make("com.sun.star.sdbc.DriverManager").getConnectionWithInfo(
        f"sdbc:odbc:{dsn}", properties(CharSet="utf-8"))
    statement = plain.createStatement()
    statement.UseBookmarks = True
    statement.ResultSetConcurrency = UPDATABLE
    statement.ResultSetType = SCROLL_INSENSITIVE
    rows = statement.executeQuery("SELECT id, name, born FROM edited ORDER BY id")
    assert rows.next() and rows.next()
    rows.updateString(2, "three")
    rows.updateDate(3, Date(Year=2003, Month=3, Day=3))
    rows.updateRow()
    assert rows.next()
    rows.deleteRow()
    rows.moveToInsertRow()
    rows.updateInt(1, 2)
    rows.updateString(2, "two")
    rows.insertRow()
    plain.close()
    expect("the ids", value_of(connection, "SELECT group_concat(id, '') FROM edited"), 123)


def edit_by_form(office, connection):
    """What a form bound to a table does when its fields and its record bar are used."""
    connection.getTables().refresh()
    form = rows_of(office, "com.sun.star.form.component.DataForm", connection, TABLE, "main.edited")
    form.load()
    assert form.first()
    form.updateString(2, TEXT)
    form.updateDate(3, Date(Year=1999, Month=12, Day=31))
    form.updateRow()
    assert form.next()
    form.deleteRow()
    form.moveToInsertRow()
    form.updateInt(1, 4)
    form.updateString(2, "four")
    form.insertRow()
    assert form.last() and form.previous()
    expect("the row shown", (form.getInt(1), form.getString(2)), (3, "three"))
    form.unload()


def read_kept_query(office, connection):
    kept = rows_of(office, "com.sun.star.sdb.RowSet", connection, QUERY, "typed_by_id")
    kept.execute()
    shown = []
    while kept.next():
        shown.append(kept.getInt(1))
    expect("the rows of the kept query", shown, [1, 2, 3, 6])
    kept.dispose()


main(sys.argv[1])
