"""pytest fixtures over nodes.py: every test that takes one runs once for each server generation.

A folder of Python tests takes them in by a conftest.py of its own, with tests/support on sys.path:

    from fixtures import cluster, generation, node  # noqa: F401
"""

import pytest

import nodes


@pytest.fixture(scope="module", params=nodes.generations())
def generation(request):
    return request.param


@pytest.fixture(scope="module")
def node(generation):
    """One node for all tests of a module."""
    with nodes.Node(generation) as one:
        one.wait_for_leader()
        yield one


@pytest.fixture(scope="module")
def cluster(generation):
    """Three nodes for all tests of a module. A test that stops one starts it again."""
    with nodes.Cluster(generation) as three:
        three.leader()
        yield three
