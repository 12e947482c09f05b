"""SQLAlchemy on three nodes of each server generation.

DQLITE_ODBC_DRIVER names the driver if it is not the release build's.
"""

import itertools
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "support"))

import sqlalchemy as sa  # noqa: E402

import nodes  # noqa: E402

DRIVER = nodes.driver()
_numbers = itertools.count(1)


@pytest.fixture(scope="session", params=nodes.generations())
def cluster(request):
    # Elections after 300 ms: a busy machine must not hold some while other things are tested.
    with nodes.Cluster(request.param, latency_ms=20) as three:
        three.leader()
        yield three


@pytest.fixture
def url(cluster):
    """A database of the test's own."""
    return sa.URL.create("dqlite", database=f"db{next(_numbers)}",
                         query={"host": cluster.addresses.split(","), "driver": DRIVER})


@pytest.fixture
def engine(url):
    engine = sa.create_engine(url)
    yield engine
    engine.dispose()
