"""Holds a run of the suite against SQLAlchemy's own run on SQLite, both as JUnit's XML."""

import re
import xml.etree.ElementTree as xml
from collections import Counter

from requirements import LACKS, SAID, SKIPPED

SERVER = re.compile(r"_(sqlite|dqlite)\+\w+$")  # what the suite adds to a class's name
OWN_REASONS = {**LACKS, **SKIPPED}.values()


def outcomes(path):
    """Test -> None if it ran, else what was said when it was skipped."""
    found = {}
    for case in xml.parse(path).iter("testcase"):
        name = SERVER.sub("", case.get("classname").split(".")[-1]) + "::" + case.get("name")
        skipped = case.find("skipped")
        found[name] = None if skipped is None else skipped.get("message")
    return found


def reason(test, said):
    for own in OWN_REASONS:
        if own in said:
            return own
    return next((why for pattern, why in SAID.items()
                 if re.search(pattern, test) or re.search(pattern, said)), None)


def compare(ours, pysqlite):
    """Reason -> how many tests are left out that pysqlite runs; the key None: without a reason."""
    ours, peer = outcomes(ours), outcomes(pysqlite)
    counts, unexplained = Counter(), []
    for test, skipped in peer.items():
        said = ours.get(test, "not collected")
        if skipped is None and said is not None:
            why = reason(test, said)
            counts[why] += 1
            if why is None:
                unexplained.append(f"{test}: {said}")
    return counts, unexplained
