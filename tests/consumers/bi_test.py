"""What the Tableau and Power Query files claim, tried on a node: a claimed piece of SQL runs, one that
is denied does not."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pyodbc
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import nodes  # noqa: E402
from fixtures import generation, node  # noqa: E402, F401

DRIVER = nodes.driver()
SETUP = nodes.REPOSITORY / "setup"
READ_UNCOMMITTED, READ_COMMITTED, REPEATABLE_READ, SERIALIZABLE = 1, 2, 4, 8

# A statement that runs where the capability is there, or a level of SQL_TXN_ISOLATION_OPTION.
TABLEAU = {
    "CAP_CREATE_TEMP_TABLES": "CREATE TEMP TABLE scratch (x INTEGER)",
    "CAP_SELECT_INTO": "SELECT id INTO copied FROM t",
    "CAP_SELECT_TOP_INTO": "SELECT TOP 1 id INTO copied FROM t",
    "CAP_QUERY_SUBQUERIES": "SELECT x FROM (SELECT id AS x FROM t) AS s",
    "CAP_QUERY_SUBQUERIES_WITH_TOP": "SELECT x FROM (SELECT id AS x FROM t LIMIT 1) AS s",
    "CAP_QUERY_SORT_BY": "SELECT id FROM t ORDER BY word, id DESC",
    "CAP_QUERY_TOP_N": "SELECT id FROM t ORDER BY id LIMIT 1",
    "CAP_QUERY_TOPSTYLE_LIMIT": "SELECT id FROM t LIMIT 1",
    "CAP_QUERY_TOPSTYLE_TOP": "SELECT TOP 1 id FROM t",
    "CAP_QUERY_TOPSTYLE_ROWNUM": "SELECT id FROM t WHERE ROWNUM <= 1",
    "CAP_QUERY_GROUP_BY_ALIAS": "SELECT upper(word) AS w, count(*) FROM t GROUP BY w",
    "CAP_QUERY_GROUP_BY_DEGREE": "SELECT upper(word), count(*) FROM t GROUP BY 1",
    "CAP_QUERY_BOOLEXPR_TO_INTEXPR": "SELECT sum(id > 1) FROM t",
    "CAP_ISOLATION_LEVEL_SERIALIZABLE": SERIALIZABLE,
    "CAP_ISOLATION_LEVEL_REPEATABLE_READS": REPEATABLE_READ,
    "CAP_ISOLATION_LEVEL_READ_COMMITTED": READ_COMMITTED,
    "CAP_ISOLATION_LEVEL_READ_UNCOMMITTED": READ_UNCOMMITTED,
    # Denied: a query without a table and subqueries without an alias run.
    "CAP_QUERY_FROM_REQUIRES_ALIAS": None,
}
POWER_QUERY = {
    "SupportsTop": "SELECT TOP 1 id FROM t",
    "LimitClauseKind": "SELECT id FROM t LIMIT 1 OFFSET 1",
    "SupportsNumericLiterals": "SELECT id FROM t WHERE id > 1 AND id < 2.5e3",
    "SupportsStringLiterals": "SELECT id FROM t WHERE word = 'it''s'",
    "SupportsOdbcDateLiterals": "SELECT id FROM t WHERE day >= {d '2026-01-31'}",
    "SupportsOdbcTimeLiterals": "SELECT id FROM t WHERE day >= {t '23:59:59'}",
    "SupportsOdbcTimestampLiterals": "SELECT id FROM t WHERE day >= {ts '2026-01-31 23:59:59.123'}",
}


@pytest.fixture
def connection(node):  # noqa: F811
    with pyodbc.connect(f"Driver={DRIVER};Server={node.address}", autocommit=True) as one:
        one.execute("DROP TABLE IF EXISTS t")
        one.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, word VARCHAR(10), day TIMESTAMP)")
        one.execute("INSERT INTO t VALUES (1, 'a', '2026-11-21 06:00:00'), (2, 'b', NULL)")
        yield one
        one.execute("DROP TABLE t")


def runs(connection, sql):
    try:
        connection.execute(sql).close()
        return True
    except pyodbc.Error:
        return False


def tableau_claims():
    root = ElementTree.parse(SETUP / "tableau/dqlite.tdc").getroot()
    return root, {each.get("name"): each.get("value") for each in root.iter("customization")}


def power_query_claims():
    text = (SETUP / "powerquery/dqlite.pq").read_text()
    block = re.search(r"capabilities = \[(.*?)\]", text, re.DOTALL).group(1)
    return dict(re.findall(r"(\w+) = ([\w.]+)", block))


def test_tableau_finds_the_file_by_what_the_driver_tells(connection):
    root, _ = tableau_claims()
    assert root.find("vendor").get("name") == connection.getinfo(pyodbc.SQL_DBMS_NAME)
    assert root.find("driver").get("name") == connection.getinfo(pyodbc.SQL_DRIVER_NAME)


def test_what_the_tableau_file_claims_holds(connection):
    _, claims = tableau_claims()
    assert claims.keys() == TABLEAU.keys()
    levels = connection.getinfo(pyodbc.SQL_TXN_ISOLATION_OPTION)
    for name, value in claims.items():
        probe = TABLEAU[name]
        if probe is None:
            continue
        there = bool(levels & probe) if isinstance(probe, int) else runs(connection, probe)
        assert there == (value == "yes"), name
    assert claims["CAP_QUERY_FROM_REQUIRES_ALIAS"] == "no"
    assert runs(connection, "SELECT id FROM (SELECT id FROM t)")


def test_what_the_power_query_file_claims_holds(connection):
    claims = power_query_claims()
    assert claims.pop("GroupByCapabilities") == str(connection.getinfo(pyodbc.SQL_GROUP_BY))
    assert claims.pop("Sql92Conformance") == str(connection.getinfo(pyodbc.SQL_SQL_CONFORMANCE))
    digits = int(claims.pop("FractionalSecondsScale"))
    literal = "2026-01-31 23:59:59." + "123456789"[:digits]
    told = connection.execute(f"SELECT {{ts '{literal}'}}").fetchval()
    assert str(told).startswith(literal)
    assert claims.keys() == POWER_QUERY.keys()
    for name, value in claims.items():
        assert runs(connection, POWER_QUERY[name]) == (value != "false"), name
