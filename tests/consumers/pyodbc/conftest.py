"""pyodbc against three nodes, through a follower's address, with every request on record.

DQLITE_ODBC_DRIVER names the driver if it is not the release build's.
"""

import itertools
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
# Nothing the machine has registered is to matter: only what is read before pyodbc is loaded counts.
os.environ["ODBCSYSINI"] = tempfile.mkdtemp(prefix="dqlite-test-ini-")

import pyodbc  # noqa: E402

import nodes  # noqa: E402
from fixtures import generation  # noqa: E402, F401
from sniffer import Sniffer  # noqa: E402

DRIVER = nodes.driver()
pyodbc.pooling = False


def pytest_sessionfinish():
    shutil.rmtree(os.environ["ODBCSYSINI"])


@pytest.fixture(scope="module")
def cluster(generation):  # noqa: F811
    # Elections after 300 ms: a busy machine must not hold some while other things are tested.
    with nodes.Cluster(generation, latency_ms=20) as three:
        three.leader()
        yield three


@pytest.fixture(scope="module")
def sniffer(cluster):
    with Sniffer(*(node.address for node in cluster.nodes)) as all_nodes:
        yield all_nodes


@pytest.fixture
def connect(cluster, sniffer):
    """Makes connections that enter the cluster at a follower; keys in Python's spelling."""
    opened = []

    def connected(autocommit=True, **keys):
        server = sniffer.addresses[cluster.follower().address]
        text = f"Driver={DRIVER};Server={server};AddressMap={sniffer.address_map};"
        text += "".join(f"{key}={value};" for key, value in keys.items())
        opened.append(pyodbc.connect(text, autocommit=autocommit))
        return opened[-1]

    yield connected
    for connection in opened:
        try:
            connection.rollback()
        except pyodbc.Error:
            pass  # closed by the test, or lost with its node
        try:
            connection.close()
        except pyodbc.Error:
            pass


@pytest.fixture
def db(connect):
    """A connection in autocommit."""
    return connect()


@pytest.fixture
def manual(connect):
    """A connection with autocommit off, as pyodbc opens them unless told."""
    return connect(autocommit=False)


_numbers = itertools.count(1)


@pytest.fixture
def table(db):
    """Makes a table of the columns given; its name, used by no other test."""

    def make(columns):
        name = f"t{next(_numbers)}"
        db.execute(f"CREATE TABLE {name} ({columns})")
        return name

    return make
