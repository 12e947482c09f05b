"""What `run` and `compare` share: running the program, reading what it says, and the differences.

A program's outcomes are {check: (result, seen)} with result one of pass, refused, fail.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = ("pass", "refused", "fail")

sys.path.insert(0, str(HERE.parent / "support"))


class ProgramError(Exception):
    """The program did not get to its end."""


def outcomes(program, dialect, connection, prefixes=(), **more):
    """Runs every check. `more` goes to subprocess.run: an environment, a user."""
    done = subprocess.run([program, dialect, connection, *prefixes], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, errors="replace", check=False, **more)
    checks, end, _ = done.stdout.partition("\n#\n")
    if done.returncode not in (0, 1) or not end:
        raise ProgramError(f"{program} ended with {done.returncode}: {done.stdout[-500:]}")
    rows = (line.split("\t", 2) for line in checks.splitlines())
    return {name: (result, seen) for name, result, seen in rows}


def differences():
    """{check: reason} of the file `differences`: where this driver is not to pass, and why."""
    found = {}
    for number, line in enumerate((HERE / "differences").read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        name, tab, reason = line.partition("\t")
        if not tab or not reason.strip() or name in found:
            raise ProgramError(f"differences, line {number}: not ID<TAB>REASON, or there twice")
        found[name] = reason
    return found
