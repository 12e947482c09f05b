#!/usr/bin/env python3
"""Other ODBC drivers, each on a database of its own that is gone afterwards.

    with postgresql() as connection_string: …

usage: other_drivers.py COMMAND…

Runs COMMAND with SQLITEODBC and PSQLODBC set to connection strings, or with SQLITEODBC_ABSENT and
PSQLODBC_ABSENT set to the reason.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import nodes


class Absent(Exception):
    """Why a driver or its database is not here."""


def debian_driver(name):
    found = next(Path("/usr/lib").glob(f"*-linux-gnu/odbc/{name}"), None)
    if found is None:
        raise Absent(f"{name} is not installed: see setup/install-dependencies full")
    return found


def unprivileged():
    """Options of subprocess for programs that refuse to be root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def sqlite():
    driver = debian_driver("libsqlite3odbc.so")
    with tempfile.TemporaryDirectory(prefix="dqlite-test-sqlite-") as folder:
        yield f"Driver={driver};Database={folder}/data.sqlite;"


@contextmanager
def postgresql():
    driver = debian_driver("psqlodbcw.so")
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        raise Absent("no PostgreSQL server: see setup/install-dependencies full")
    who = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="dqlite-test-postgresql-"))
    port = nodes.free_port()
    if who:
        os.chown(folder, who["user"], who["group"])

    def run(program, *arguments):
        done = subprocess.run([programs / program, *arguments], cwd=folder, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, **who)
        if done.returncode != 0:
            raise Absent(f"{program}: {done.stdout}")

    log = folder / "log"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
    try:
        run("initdb", "--pgdata", folder / "data", "--username=tester", "--auth=trust",
            "--encoding=UTF8", "--locale=C")
        run("pg_ctl", "--pgdata", folder / "data", "--log", log, "--wait", "--options", options,
            "start")
        yield f"Driver={driver};Server=127.0.0.1;Port={port};Database=postgres;UID=tester;"
    finally:
        if (folder / "data/postmaster.pid").exists():
            run("pg_ctl", "--pgdata", folder / "data", "--mode=immediate", "stop")
        shutil.rmtree(folder)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    environment = dict(os.environ)
    with ExitStack() as stack:
        for name, database in (("SQLITEODBC", sqlite), ("PSQLODBC", postgresql)):
            try:
                environment[name] = stack.enter_context(database())
            except Absent as reason:
                environment[f"{name}_ABSENT"] = str(reason)
        code = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    sys.exit(code)


if __name__ == "__main__":
    main()
