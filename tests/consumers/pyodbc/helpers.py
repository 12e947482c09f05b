"""Rows as tuples, which compare as pyodbc's own rows do not, and what failures look like."""

import contextlib

import pytest


def first_row(cursor):
    return tuple(cursor.fetchone())


def all_rows(cursor):
    return [tuple(each) for each in cursor]


@contextlib.contextmanager
def failing(error, state, match=None):
    """The block fails with this exception and SQLSTATE."""
    with pytest.raises(error, match=match) as raised:
        yield
    assert state in raised.value.args, raised.value


@contextlib.contextmanager
def refused(sniffer, error, state=None):
    """The block fails, and no request is made of any node."""
    sniffer.forget()
    with pytest.raises(error) as raised:
        yield
    assert sniffer.requests == []
    assert state is None or state in raised.value.args, raised.value
