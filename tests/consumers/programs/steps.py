"""What the programs in Python share: how a step is told, and how it fails."""

import sys

TEXT = "é漢\U0001f600\U0001d11e"


def expect(what, is_, should):
    if is_ != should:
        sys.exit(f"{what} is {is_!r}, not {should!r}")


def ok(step):
    print("ok", step, flush=True)
