"""SQLAlchemy's own test plugin. What it needs besides is `--dburi` and `--requirements`."""

import pytest

pytest.register_assert_rewrite("sqlalchemy.testing.assertions")

from sqlalchemy.testing.plugin.pytestplugin import *  # noqa: E402, F401, F403
