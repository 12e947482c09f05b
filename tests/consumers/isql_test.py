"""isql and iusql on a data source registered as a user registers it, in ini files of its own."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import nodes  # noqa: E402
from fixtures import generation, node  # noqa: E402, F401

DRIVER = nodes.driver()
SANITIZER = ("LD_PRELOAD", "ASAN_OPTIONS")  # what a driver built with one needs
TABLE = "people"
LARGEST, SMALLEST = 2**63 - 1, -2**63
TEXTS = ["\U0001d11e clef", "é漢\U0001f600", "", "a 'quoted' one"]
PROMPT = "SQL> "
DOUBLES = ["0.1", "5e-324", "1.7976931348623157e+308", "-123456789.12345679"]


class Shell:
    """isql or iusql in a terminal without one: statements in, what it prints out."""

    def __init__(self, program, folder):
        self.program = program
        # iusql converts by the locale, so there has to be one that is UTF-8.
        self._environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder),
                             "ODBCSYSINI": str(folder), "ODBCINI": str(folder / "odbc.ini"),
                             **{name: os.environ[name] for name in SANITIZER if name in os.environ}}

    def run(self, options, *statements):
        done = subprocess.run([self.program, "dqlite", *options], env=self._environment,
                              input="".join(each + "\n" for each in statements).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        said = done.stdout.decode()  # strictly: what is not UTF-8 is a failure
        assert done.returncode == 0, said
        return said

    def batch(self, *statements):
        """The rows printed, their columns between bars: nothing else is printed."""
        return self.run(["-b", "-d|"], *statements).splitlines()

    def talk(self, *statements):
        """All that is printed with -v."""
        return self.run(["-v"], *statements)

    def converse(self, *statements):
        """What a terminal shows, from the first prompt on: each statement is typed at a prompt."""
        here, there = pty.openpty()
        process = subprocess.Popen([self.program, "dqlite", "-v"], stdin=there, stdout=there,
                                   stderr=there, env={**self._environment, "TERM": "dumb"})
        os.close(there)
        shown = ""
        try:
            for statement in (*statements, "quit"):
                shown += read_until(here, PROMPT)
                os.write(here, f"{statement}\n".encode())
            assert process.wait(timeout=60) == 0, shown
        finally:
            process.kill()
            process.wait()
            os.close(here)
        return PROMPT + shown.replace("\r\n", "\n").split(PROMPT, 1)[1].removesuffix(PROMPT)


def read_until(terminal, end):
    shown = b""
    while not shown.endswith(end.encode()):
        shown += os.read(terminal, 4096)
    return shown.decode()


@pytest.fixture(params=["isql", "iusql"])
def shell(request, node, tmp_path):  # noqa: F811
    (tmp_path / "odbcinst.ini").write_text(f"[dqlite]\nDescription = dqlite\nDriver = {DRIVER}\n")
    (tmp_path / "odbc.ini").write_text(f"[dqlite]\nDriver = dqlite\nServer = {node.address}\n")
    one = Shell(request.param, tmp_path)
    one.batch(f"CREATE TABLE {TABLE} (id INTEGER PRIMARY KEY, name VARCHAR(20), photo BLOB, "
              "height DOUBLE)")
    yield one
    one.batch(f"DROP TABLE {TABLE}")


def test_connects_and_says_so(shell):
    assert "| Connected!" in shell.talk("quit")


def test_counts_of_ddl_and_dml(shell):
    said = shell.talk("CREATE TABLE other (a)",
                      "INSERT INTO other VALUES (1), (2), (3)",
                      "UPDATE other SET a = 0 WHERE a > 1",
                      "DELETE FROM other WHERE a = 9",
                      "WITH w AS (SELECT 0 AS x) DELETE FROM other WHERE a IN w",
                      "DROP TABLE other")
    counts = [line.rsplit(" ", 1)[1] for line in said.splitlines() if "SQLRowCount" in line]
    assert counts == ["-1", "3", "2", "0", "2", "-1"]


def test_a_result_as_a_table(shell):
    lines = shell.talk("SELECT 1 AS one, 'x' AS text").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| one"))
    cells = [cell.strip() for cell in next(
        line for line in lines[start + 1:] if line.startswith("| 1")).split("|")]
    assert cells[1:3] == ["1", "x"]
    assert "1 rows fetched" in lines


def insert_texts(shell):
    values = ", ".join("('" + text.replace("'", "''") + "')" for text in TEXTS)
    shell.batch(f"INSERT INTO {TABLE} (name) VALUES {values}")


def test_texts_are_exact(shell):
    insert_texts(shell)
    assert shell.batch(f"SELECT name FROM {TABLE} ORDER BY id") == TEXTS


@pytest.mark.parametrize("shell", ["isql"], indirect=True)
def test_texts_are_stored_as_characters(shell):
    """Not with iusql: it makes a character of each byte it reads (unixODBC 2.3.11) and a byte of
    each character it prints, so that only what it wrote itself comes back."""
    insert_texts(shell)
    assert shell.batch(f"SELECT length(name), name FROM {TABLE} ORDER BY id") == [
        f"{len(text)}|{text}" for text in TEXTS]


def test_64_bit_extremes(shell):
    shell.batch(f"INSERT INTO {TABLE} (id) VALUES ({LARGEST}), ({SMALLEST}), (0)")
    printed = shell.batch(f"SELECT id FROM {TABLE} ORDER BY id")
    assert [int(line.rstrip("|")) for line in printed] == [SMALLEST, 0, LARGEST]


def test_doubles_are_exact(shell):
    shell.batch(f"INSERT INTO {TABLE} (height) VALUES " + ", ".join(f"({d})" for d in DOUBLES))
    printed = shell.batch(f"SELECT height FROM {TABLE} ORDER BY id")
    assert [float(line.rstrip("|")) for line in printed] == [float(d) for d in DOUBLES]


def test_blobs_are_hexadecimal(shell):
    shell.batch(f"INSERT INTO {TABLE} (photo) VALUES (x'00ff41'), (x'')")
    printed = shell.batch(f"SELECT photo FROM {TABLE}")
    assert [line.rstrip("|") for line in printed] == ["00FF41", ""]


def test_null_is_empty(shell):
    shell.batch(f"INSERT INTO {TABLE} DEFAULT VALUES")
    printed = shell.batch(f"SELECT name, photo, height, 'end' FROM {TABLE}")
    assert [line.rstrip("|") for line in printed] == ["|||end"]


def test_help(shell):
    assert f"|main|{TABLE}|TABLE|" in shell.batch("help")


def test_help_on_a_table(shell):
    columns = [line.split("|")[3:6] for line in shell.batch(f"help {TABLE}")]
    assert columns == [["id", "-5", "INTEGER"], ["name", "-9", "VARCHAR"], ["photo", "-4", "BLOB"],
                       ["height", "8", "DOUBLE"]]


@pytest.mark.parametrize("sql, complaint", [
    ("SELEC 1", 'near "SELEC": syntax error'),
    ("SELECT * FROM nowhere", "no such table: nowhere"),
    ("SELECT 1; SELECT 2", "one statement at a time"),
])
def test_errors_are_told_and_survived(shell, sql, complaint):
    said = shell.talk(sql, "SELECT 'still here' AS a")
    assert "[dqlite-odbc]" in said and complaint in said
    assert "still here" in said


def test_many_rows(shell):
    printed = shell.batch("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                          "WHERE i < 3000) SELECT i FROM n")
    assert [int(line.rstrip("|")) for line in printed] == list(range(1, 3001))


@pytest.mark.parametrize("shell", ["isql"], indirect=True)
def test_the_session_in_the_readme(shell):
    """It is what a terminal shows; DQLITE_TEST_WRITE_README=1 puts in what it shows now."""
    path = nodes.REPOSITORY / "README.md"
    session = re.compile(r"(?<=<!-- isql -->\n```text\n).*?(?=```)", re.DOTALL)
    written = session.search(path.read_text())[0]
    shown = shell.converse(*re.findall(rf"^{PROMPT}(.+)$", written, re.MULTILINE))
    if os.environ.get("DQLITE_TEST_WRITE_README"):
        path.write_text(session.sub(lambda _: shown, path.read_text()))
    assert shown == written
