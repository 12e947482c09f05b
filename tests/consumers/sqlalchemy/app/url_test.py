"""URLs and what becomes of them: no server is asked."""

import re

import pytest
import sqlalchemy as sa
from dqlite_odbc_sqlalchemy import make_url
from dqlite_odbc_sqlalchemy.connection_string import KEYS, connection_string

from nodes import REPOSITORY


def keys_of(text):
    string = connection_string(make_url(text), "dqlite")
    return dict(pair.split("=", 1) for pair in string.split(";"))


@pytest.mark.parametrize("text, server", [
    ("dqlite://", "localhost:9001"),
    ("dqlite://h", "h:9001"),
    ("dqlite://h:7/db", "h:7"),
    ("dqlite://a,b:7/db", "a:7,b:7"),
    ("dqlite://a:1,b:2/db", "a:1,b:2"),
    ("dqlite+aio://a:1,b/db?timeout=3", "a:1,b:9001"),
    ("dqlite://[::1]:7/db", "[::1]:7"),
    ("dqlite:///db?host=[::1]&host=[::2]:7", "[::1]:9001,[::2]:7"),
    ("dqlite://[a:1,b:2]/db", "a:1,b:2"),
    ("dqlite:///db?host=a:1&host=b", "a:1,b:9001"),
    ("dqlite:///db?server=a:1,b", "a:1,b:9001"),
])
def test_servers(text, server):
    assert keys_of(text)["Server"] == server


def test_sqlalchemys_own_parser_takes_one_port_only():
    with pytest.raises(ValueError):
        sa.make_url("dqlite://a:1,b:2/db")


def test_keys_in_every_spelling():
    keys = keys_of("dqlite://h/app?busy_timeout=2.5&LoginTimeout=3&tls_ca=/a&timeout=1&timeout=4")
    assert keys["Database"] == "app"
    assert keys["BusyTimeout"] == "2.5"
    assert keys["LoginTimeout"] == "3"
    assert keys["Timeout"] == "4"


def test_values_are_quoted():
    assert "TLSCA={/a;b}}c}" in connection_string(sa.make_url("dqlite://h/?tls_ca=/a;b}c"), "dqlite")


def test_names_of_sqlalchemy_dqlite():
    keys = keys_of("dqlite://h/db?attempt_timeout=3&close_timeout=0.5&max_total_rows=none"
                   "&max_message_size=none&check_same_thread=false&session_mode=deferred")
    assert keys["LoginTimeout"] == "3"
    assert keys["MaxTotalRows"] == "0"
    assert keys["BeginMode"] == "deferred"
    assert "MaxMessageSize" not in keys
    assert keys_of("dqlite://h/db")["BeginMode"] == "immediate"


def test_a_data_source_keeps_its_own_settings():
    assert keys_of("dqlite:///?dsn=app") == {"DSN": "app"}


@pytest.mark.parametrize("query", ["nonsense=1", "autocommit=true", "session_mode=loose"])
def test_what_means_nothing_is_an_error(query):
    with pytest.raises(sa.exc.ArgumentError):
        sa.create_engine(f"dqlite://h/db?{query}").connect()


def test_no_key_of_the_driver_is_missing():
    readme = (REPOSITORY / "README.md").read_text()
    table = readme.split("<!-- keys -->")[1].split("<!-- /keys -->")[0]
    names = re.findall(r"^\| `(\w+)`", table, re.M)
    assert names and set(names) <= set(KEYS)
