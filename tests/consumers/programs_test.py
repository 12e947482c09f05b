"""Runs the consumers of programs.py on a node and looks at what they left there.

DQLITE_TEST_CONSUMERS: the names to run, between spaces. DQLITE_TEST_CONSUMER_RESULTS: a folder for
one file a run, from which the README's table is made (consumer-table).
"""

import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyodbc
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import nodes  # noqa: E402
from fixtures import generation, node  # noqa: E402, F401
from programs import CONSUMERS, STEPS  # noqa: E402

DRIVER = nodes.driver()
RESULTS = os.environ.get("DQLITE_TEST_CONSUMER_RESULTS")
NAMES = os.environ.get("DQLITE_TEST_CONSUMERS", "").split() or list(CONSUMERS)
TEXT = "é漢\U0001f600\U0001d11e"
TYPED = (1, 9007199254740993, 0.1, "it's ; ? fine", b"\x00\x01\xff", datetime.date(2024, 2, 29),
         datetime.datetime(2024, 2, 29, 12, 34, 56), True)
# What the step `edit` makes of (1, 'one', …), (2, …) and (3, 'three', …).
EDITED = [(1, TEXT, datetime.date(1999, 12, 31)), (3, "three", datetime.date(2003, 3, 3)),
          (4, "four", None)]


@pytest.fixture(scope="module", params=NAMES)
def consumer(request):
    one = CONSUMERS[request.param]
    assert not one.missing(), f"{one.missing()} is not installed (setup/install-dependencies full)"
    if one.build:
        done = subprocess.run(one.build, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout.decode(errors="replace")
    return request.param


@pytest.fixture
def database(node):  # noqa: F811
    """A connection string for a database without the consumers' tables, and pyodbc's eye on it."""
    string = f"Driver={DRIVER};Server={node.address};Database=consumers"
    eye = pyodbc.connect(string, autocommit=True)
    for table in ("typed", "large", "bulk", "edited"):
        eye.execute(f"DROP TABLE IF EXISTS {table}")
    yield string, eye
    eye.close()


@pytest.fixture
def registered(node, tmp_path):  # noqa: F811
    """An environment in which the database is the data source `consumer`."""
    (tmp_path / "odbcinst.ini").write_text(f"[dqlite]\nDriver = {DRIVER}\n")
    (tmp_path / "odbc.ini").write_text(
        f"[consumer]\nDriver = dqlite\nServer = {node.address}\nDatabase = consumers\n")
    return {**os.environ, "ODBCSYSINI": str(tmp_path), "ODBCINI": str(tmp_path / "odbc.ini")}


def test_consumer(consumer, database, registered, generation):  # noqa: F811
    string, eye = database
    known = CONSUMERS[consumer]
    done = subprocess.run([*known.command, known.string.format(string=string)], env=registered,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=240)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said
    steps = re.findall(r"^ok (\w+)$", said, re.MULTILINE)
    expected = [*(step for step in STEPS if step not in known.cannot), *(["edit"] if known.edit else [])]
    assert steps == expected, said
    look(eye, known.cannot)
    if known.edit:
        assert [tuple(row) for row in eye.execute("SELECT * FROM edited ORDER BY id")] == EDITED
    if RESULTS:
        version = re.search(r"^version (.+)$", said, re.MULTILINE)[1]
        Path(RESULTS).mkdir(parents=True, exist_ok=True)
        (Path(RESULTS) / f"{consumer}-{generation}.json").write_text(json.dumps(
            {"consumer": consumer, "generation": generation, "version": version, "steps": steps}))


def look(eye, cannot):
    """What a program says of its work, seen from outside."""
    if "types" not in cannot:
        assert tuple(eye.execute("SELECT * FROM typed WHERE id = 1").fetchone()) == TYPED
        classes = eye.execute("SELECT typeof(i), typeof(d), typeof(t), typeof(b) FROM typed "
                              "WHERE id = 1").fetchone()
        assert tuple(classes) == ("integer", "real", "text", "blob")
    if "nulls" not in cannot:
        assert tuple(eye.execute("SELECT * FROM typed WHERE id = 2").fetchone())[1:] == (None,) * 7
    if "unicode" not in cannot:
        assert eye.execute("SELECT t FROM typed WHERE id = 3").fetchval() == TEXT
    if "large" not in cannot:
        large = eye.execute("SELECT t, b FROM large").fetchone()
        assert large[0] == "x" * 1_000_000 and large[1] == b"\xab" * 300_000
    if "transactions" not in cannot:
        assert [row.id for row in eye.execute("SELECT id FROM typed WHERE id IN (5, 6)")] == [6]
    if "bulk" not in cannot:
        filled = eye.execute("SELECT count(*), sum(n), count(s = 'row ' || n OR NULL) FROM bulk")
        assert tuple(filled.fetchone()) == (1000, 500500, 1000)
