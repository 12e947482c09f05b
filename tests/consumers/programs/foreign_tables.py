"""Database servers that read dqlite's tables as foreign ones: each a server of its own, with data
sources of its own, gone afterwards. The tables are made through pyodbc."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pyodbc

from steps import TEXT


def make_tables(string):
    db = pyodbc.connect(string, autocommit=True)
    db.execute("CREATE TABLE typed (id INTEGER PRIMARY KEY, i BIGINT, d DOUBLE, t VARCHAR(100), "
               "b BLOB, day DATE, moment TIMESTAMP, flag BOOLEAN)")
    db.execute("CREATE TABLE large (id INTEGER PRIMARY KEY, t TEXT, b BLOB)")
    db.execute("INSERT INTO typed VALUES (1, 9007199254740993, 0.1, 'it''s ; ? fine', X'0001FF', "
               "'2024-02-29', '2024-02-29 12:34:56', 1)")
    db.execute("INSERT INTO typed (id) VALUES (2)")
    db.execute("INSERT INTO typed (id, t) VALUES (3, ?)", TEXT)
    db.execute("INSERT INTO large VALUES (1, ?, ?)", "x" * 1_000_000, b"\xab" * 300_000)
    db.close()


class Server:
    """A folder that the server's user owns, and programs run as that user."""

    def __init__(self, folder, string):
        self.folder = folder
        self.environment = {**os.environ, "ODBCSYSINI": str(folder), "HOME": str(folder),
                            "ODBCINI": str(folder / "odbc.ini"), "LC_ALL": "C.UTF-8"}
        self._user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._register(dict(part.split("=", 1) for part in string.split(";")))

    def _register(self, keys):
        """The data source `consumer`. That user may not see the folder the driver was built in."""
        driver = shutil.copy(keys.pop("Driver"), self.folder)
        (self.folder / "odbcinst.ini").write_text(f"[dqlite]\nDriver = {driver}\n")
        (self.folder / "odbc.ini").write_text("\n".join(
            ["[consumer]", "Driver = dqlite", *(f"{key} = {keys[key]}" for key in keys), ""]))

    def _options(self):
        return {"cwd": self.folder, "env": self.environment, "stdin": subprocess.DEVNULL,
                "stderr": subprocess.STDOUT, "text": True, **self._user}

    def run(self, *command, check=True):
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                              **self._options())
        if check and done.returncode != 0:
            sys.exit(f"{command[0]}: {done.stdout}")
        return done.stdout

    def start(self, *command):
        with (self.folder / "log").open("w") as log:
            return subprocess.Popen([str(part) for part in command], stdout=log, **self._options())


@contextmanager
def server(string):
    folder = Path(tempfile.mkdtemp(prefix="dqlite-consumer-"))
    try:
        yield Server(folder, string)
    finally:
        shutil.rmtree(folder)
