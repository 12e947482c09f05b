"""SQLAlchemy's own test plugin, and the skips it has no requirement for."""

import re

import pytest

pytest.register_assert_rewrite("sqlalchemy.testing.assertions")

from sqlalchemy.testing.plugin import pytestplugin  # noqa: E402
from sqlalchemy.testing.plugin.pytestplugin import *  # noqa: E402, F401, F403


def pytest_collection_modifyitems(session, config, items):
    from requirements import SKIPPED

    pytestplugin.pytest_collection_modifyitems(session, config, items)
    is_whole_suite = not config.option.keyword and not any("::" in a for a in config.args)
    for pattern, reason in SKIPPED.items():
        matching = [item for item in items if re.search(pattern, item.nodeid)]
        if is_whole_suite and not matching:
            raise pytest.UsageError(f"requirements.py skips {pattern}, which is no test any more")
        for item in matching:
            item.add_marker(pytest.mark.skip(reason=reason))
