"""SQLAlchemy's dialect compliance suite."""

import provision  # noqa: F401
from sqlalchemy.testing.suite import *  # noqa: F401, F403
