"""Rows, counts, descriptions, errors and the catalogue."""

import pyodbc
import pytest

import nodes
from conftest import DRIVER
from helpers import all_rows, failing

NUMBERS = ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0}) "
           "SELECT i FROM n")


@pytest.fixture
def people(db, table):
    name = table("id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, born DATE, height DOUBLE")
    db.execute(f"INSERT INTO {name} VALUES (1, 'Ada', '1815-12-10', 1.65), (2, 'Alan', NULL, NULL)")
    return name


def test_rowcount(db, people):
    def rowcount(sql, *parameters):
        return db.execute(sql, *parameters).rowcount

    assert rowcount(f"INSERT INTO {people} VALUES (3, 'B', NULL, ?), (4, 'C', NULL, ?)", 1, 2) == 2
    assert rowcount(f"UPDATE {people} SET height = 0 WHERE id > ?", 1) == 3
    assert rowcount(f"UPDATE {people} SET height = 0 WHERE id > 9") == 0
    assert rowcount(f"WITH w AS (SELECT 2 AS x) UPDATE {people} SET born = NULL "
                    "WHERE id > (SELECT x FROM w)") == 2
    assert rowcount(f"WITH w(a) AS (VALUES (7), (8)) INSERT INTO {people} SELECT a, 'x', NULL, 1 "
                    "FROM w") == 2
    assert rowcount(f"WITH w AS (SELECT 7 AS x) DELETE FROM {people} WHERE id IN w") == 1
    assert rowcount(f"REPLACE INTO {people} VALUES (8, 'y', NULL, 1)") == 1
    assert rowcount(f"DELETE FROM {people}") == 5
    assert rowcount(f"CREATE TABLE {people}_2 (a)") == -1
    assert rowcount("PRAGMA user_version = 0") == -1
    assert rowcount("SELECT 1 UNION ALL SELECT 2") == 2


def test_rowcount_of_a_long_result_is_no_guess(db):
    cursor = db.execute(NUMBERS.format(5000))
    assert cursor.rowcount == -1
    assert len(cursor.fetchall()) == 5000


def test_description(db, people):
    cursor = db.execute(f"SELECT id, name, born AS birthday, height, height * 2 FROM {people}")
    names = [column[0] for column in cursor.description]
    assert names == ["id", "name", "birthday", "height", "height * 2"]
    types = [column[1].__name__ for column in cursor.description]
    assert types == ["int", "str", "date", "float", "float"]
    assert cursor.description[1][3] == 40
    assert [column[6] for column in cursor.description[:3]] == [False, False, True]


def test_nothing_to_describe(db, people):
    for sql in (f"DELETE FROM {people}", f"DROP TABLE {people}", "PRAGMA user_version = 0"):
        cursor = db.execute(sql)
        assert cursor.description is None
        with pytest.raises(pyodbc.ProgrammingError):
            cursor.fetchall()


def test_an_empty_result_is_described(db, people):
    cursor = db.execute(f"SELECT id, born FROM {people} WHERE 0")
    assert [column[1].__name__ for column in cursor.description] == ["int", "date"]
    assert cursor.fetchall() == [] and cursor.fetchone() is None


def test_fetching(db):
    cursor = db.execute(NUMBERS.format(10))
    assert cursor.fetchone()[0] == 1
    assert [row.i for row in cursor.fetchmany(3)] == [2, 3, 4]
    assert len(cursor.fetchmany()) == cursor.arraysize == 1
    assert [row.i for row in cursor] == [6, 7, 8, 9, 10]
    assert cursor.fetchmany(5) == [] and cursor.fetchone() is None


def test_two_cursors_interleaved(db):
    one, other = db.cursor(), db.cursor()
    one.execute(NUMBERS.format(3000))
    other.execute(NUMBERS.format(3000).replace("SELECT i FROM", "SELECT -i FROM"))
    for i in range(1, 3001):
        assert (one.fetchval(), other.fetchval()) == (i, -i)
    assert one.fetchone() is None and other.fetchone() is None


def test_writing_while_reading(manual, table):
    name = table("a INTEGER")
    reader = manual.execute(NUMBERS.format(2000))
    for (i,) in reader:
        if i % 500 == 0:
            manual.execute(f"INSERT INTO {name} VALUES (?)", i)
    manual.commit()
    asked = manual.execute(f"SELECT a FROM {name} ORDER BY a")
    assert all_rows(asked) == [(500,), (1000,), (1500,), (2000,)]


def test_a_result_left_unread(db):
    for _ in range(3):
        assert db.execute(NUMBERS.format(20000)).fetchone()[0] == 1
    assert db.execute("SELECT 1").fetchval() == 1


def test_returning(db, table, generation):
    """Servers before 1.18.2 do not run it safely."""
    name = table("a INTEGER PRIMARY KEY, b TEXT")
    sql = f"INSERT INTO {name} (b) VALUES ('x'), ('y') RETURNING a, b"
    if generation in ("debian12", "trixie"):
        with pytest.raises(pyodbc.Error, match="RETURNING"):
            db.execute(sql)
    else:
        assert all_rows(db.execute(sql)) == [(1, "x"), (2, "y")]


ERRORS = [
    ("SELEC 1", pyodbc.ProgrammingError, "42000"),
    ("SELECT * FROM no_such_table", pyodbc.ProgrammingError, "42S02"),
    ("SELECT nosuch FROM {0}", pyodbc.ProgrammingError, "42S22"),
    ("CREATE TABLE {0} (a)", pyodbc.ProgrammingError, "42S01"),
    ("INSERT INTO {0} (id, name) VALUES (1, 'again')", pyodbc.IntegrityError, "23000"),
    ("INSERT INTO {0} (id) VALUES (9)", pyodbc.IntegrityError, "23000"),
    ("INSERT INTO {0} (id) VALUES (9, 8)", pyodbc.Error, "21S01"),
    ("ATTACH '/tmp/x.db' AS x", pyodbc.Error, "42000"),
]


@pytest.mark.parametrize("sql, error, state", ERRORS, ids=[state for _, _, state in ERRORS])
def test_errors(db, people, sql, error, state):
    with failing(error, state):
        db.execute(sql.format(people))
    assert db.execute(f"SELECT count(*) FROM {people}").fetchval() == 2


def test_errors_of_prepared_statements(db, people):
    with failing(pyodbc.ProgrammingError, "42S02"):
        db.execute("SELECT * FROM no_such_table WHERE a = ?", 1)
    with failing(pyodbc.IntegrityError, "23000"):
        db.execute(f"INSERT INTO {people} (id, name) VALUES (?, ?)", 1, "again")


def test_errors_tell_what_and_who(db):
    with pytest.raises(pyodbc.Error, match=r"\[dqlite-odbc\]\[dqlite\].*no such table: nowhere"):
        db.execute("SELECT * FROM nowhere")


def test_no_server():
    with failing(pyodbc.OperationalError, "08001"):
        pyodbc.connect(f"Driver={DRIVER};Server=127.0.0.1:{nodes.free_port()};LoginTimeout=1")


def test_the_driver_tells_itself(db):
    assert db.getinfo(pyodbc.SQL_DBMS_NAME) == "dqlite"
    assert db.getinfo(pyodbc.SQL_DRIVER_NAME) == "libdqliteodbc.so"
    assert db.getinfo(pyodbc.SQL_DRIVER_ODBC_VER) == "03.80"
    assert db.getinfo(pyodbc.SQL_IDENTIFIER_QUOTE_CHAR) == '"'


def test_tables(db, people):
    db.execute(f"CREATE VIEW {people}_view AS SELECT id FROM {people}")
    found = {row.table_name: row.table_type for row in db.cursor().tables()}
    assert found[people] == "TABLE" and found[f"{people}_view"] == "VIEW"
    assert [row.table_name for row in db.cursor().tables(table=people)] == [people]
    views = [row.table_name for row in db.cursor().tables(tableType="VIEW")]
    assert f"{people}_view" in views and people not in views


def test_columns(db, people):
    columns = db.cursor().columns(table=people).fetchall()
    assert [(c.column_name, c.type_name, c.ordinal_position) for c in columns] == [
        ("id", "INTEGER", 1), ("name", "VARCHAR", 2), ("born", "DATE", 3), ("height", "DOUBLE", 4)]
    assert [c.nullable for c in columns] == [pyodbc.SQL_NO_NULLS, pyodbc.SQL_NO_NULLS,
                                             pyodbc.SQL_NULLABLE, pyodbc.SQL_NULLABLE]
    assert columns[1].column_size == 40


def test_keys_and_indexes(db, people, table):
    child = table(f"a INTEGER REFERENCES {people}(id), b INTEGER, c INTEGER, PRIMARY KEY (c, b)")
    db.execute(f"CREATE INDEX {child}_index ON {child} (a)")
    cursor = db.cursor()
    keys = [(row.column_name, row.key_seq) for row in cursor.primaryKeys(table=child)]
    assert sorted(keys) == [("b", 2), ("c", 1)]
    (foreign,) = cursor.foreignKeys(foreignTable=child).fetchall()
    assert (foreign.pktable_name, foreign.pkcolumn_name) == (people, "id")
    assert foreign.fkcolumn_name == "a"
    indexes = [row.index_name for row in cursor.statistics(child) if row.index_name]
    assert f"{child}_index" in indexes
    assert [row.column_name for row in cursor.rowIdColumns(people)] == ["id"]


def test_types(db):
    names = [row.type_name for row in db.cursor().getTypeInfo()]
    assert {"BIGINT", "DOUBLE", "TEXT", "BLOB", "DATE", "TIMESTAMP", "BOOLEAN"} <= set(names)
    for code in (pyodbc.SQL_VARCHAR, pyodbc.SQL_WVARCHAR, pyodbc.SQL_TYPE_TIMESTAMP):
        assert db.cursor().getTypeInfo(code).fetchone() is not None


def test_procedures(connect):
    db = connect(AllowAdmin=1)
    listed = {row.procedure_name for row in db.cursor().procedures()}
    assert {"dqlite_add", "dqlite_leader", "dqlite_transfer"} <= listed
    parameters = [(row.column_name, row.column_type) for row in
                  db.cursor().procedureColumns("dqlite_weight")]
    assert parameters == [("weight", pyodbc.SQL_PARAM_INPUT), ("address", pyodbc.SQL_PARAM_INPUT)]
    (leader, address), = db.execute("{call dqlite_leader()}").fetchall()
    nodes = {row.id: row for row in db.execute("{call dqlite_nodes()}")}
    assert len(nodes) == 3 and nodes[leader].address == address
    db.execute("{call dqlite_weight(?, ?)}", 5, address)
    assert db.execute("{call dqlite_describe(?)}", address).fetchone().weight == 5
    other = next(id for id in nodes if id != leader)
    db.execute("{call dqlite_transfer(?)}", other)
    assert db.execute("{call dqlite_leader()}").fetchone().id == other
    with pytest.raises(pyodbc.Error, match="AllowAdmin"):
        connect().execute("{call dqlite_remove(?)}", other)
