"""From a SQLAlchemy URL to an ODBC connection string."""

import re

from sqlalchemy import exc
from sqlalchemy.engine import url as sa_url

DEFAULT_PORT = 9001

# The driver's keys, as the project's README lists them. A query may spell them in snake_case.
KEYS = (
    "Server", "NodeStore", "Database", "Timeout", "LoginTimeout", "BusyTimeout", "FailoverTimeout",
    "BeginMode", "ReadOnly", "ForeignKeys", "TLS", "TLSCA", "TLSCert", "TLSKey", "TLSServerName",
    "Redirects", "AddressMap", "MaxLongVarcharSize", "MaxVarcharSize", "TextAs", "MaxMessageSize",
    "MaxBufferedBytes", "MaxSpillBytes", "MaxTotalRows", "HideSchemas", "AllowMultiStatements",
    "AllowAdmin", "DbmsName", "SpinMicros", "CommitProof", "LogLevel", "LogFile",
    "SlowRequest", "UID", "PWD",
)
_KEYS_BY_NAME = {key.lower(): key for key in KEYS}

# sqlalchemy-dqlite's names for what the driver has under another one.
_RENAMED = {"attempt_timeout": "LoginTimeout", "dial_timeout": "LoginTimeout"}

# sqlalchemy-dqlite's settings of things the driver has not: no client pool of frames, no heartbeat
# to trust, no thread a connection belongs to. Their absence changes no result.
_WITHOUT_EFFECT = {
    "close_timeout", "max_continuation_frames", "trust_server_heartbeat", "check_same_thread",
    "async_fallback",
}

_SESSION_MODES = {
    "immediate": {"BeginMode": "immediate"},
    "exclusive": {"BeginMode": "immediate"},  # in WAL, which dqlite is built on, the same
    "deferred": {"BeginMode": "deferred"},
    "read_only": {"ReadOnly": "1", "BeginMode": "deferred"},
}


def make_url(text):
    """A SQLAlchemy URL of a text in which every host has its own port.

    SQLAlchemy's own parser takes only one port in a URL and stops at "dqlite://h1:9001,h2:9002/db".
    """
    several = re.match(r"(?P<scheme>dqlite(?:\+\w+)?)://(?P<hosts>[^/?@\[]*:\d+,[^/?@]*)(?P<rest>.*)$",
                       text)
    if several is None:
        return sa_url.make_url(text)
    url = sa_url.make_url(f"{several['scheme']}://{several['rest']}")
    return url.update_query_dict({"host": several["hosts"].split(",")})


def _last(value):
    return value if isinstance(value, str) else value[-1]


def _all(value):
    return [value] if isinstance(value, str) else list(value)


def _with_port(host, port):
    """Adds the port where the host has none."""
    return host if re.search(r"^[^:\[]*:\d+$|\]:\d+$", host) else f"{host}:{port}"


def _servers(url, extra):
    """Server's value: hosts by commas in the URL, or in brackets, or in `host` of the query."""
    named = (url.host or "").split(",")
    if len(named) == 1 and named[0].count(":") > 1:
        named = [f"[{named[0]}]"]  # SQLAlchemy's parser has taken the brackets of IPv6 away
    hosts = [*named, *(one for value in extra for one in value.split(","))]
    port = url.port or DEFAULT_PORT
    return ",".join(_with_port(host.strip(), port) for host in hosts if host.strip())


def _quoted(value):
    if re.search(r"[;{}=\s]", value):
        return "{" + value.replace("}", "}}") + "}"
    return value


def _settings(query):
    """Connection keys of the URL's query. Of a name that comes twice the last one counts."""
    settings = {}
    for name, value in query.items():
        value = _last(value)
        if name in _WITHOUT_EFFECT:
            continue
        if name == "session_mode":
            if value not in _SESSION_MODES:
                raise exc.ArgumentError(
                    f"session_mode={value}: one of {', '.join(_SESSION_MODES)}")
            settings.update(_SESSION_MODES[value])
            continue
        key = _RENAMED.get(name) or _KEYS_BY_NAME.get(name.replace("_", "").lower())
        if key is None:
            raise exc.ArgumentError(f"{name} is no connection key of dqlite")
        if value.lower() == "none":
            if key == "MaxMessageSize":
                continue
            value = "0"
        settings[key] = value
    return settings


def connection_string(url, driver_name):
    """The ODBC connection string of a dqlite URL."""
    query = dict(url.query)
    if "autocommit" in query:
        raise exc.ArgumentError("autocommit: dqlite's dialect has transactions only (SERIALIZABLE)")
    if "odbc_connect" in query:
        return _last(query["odbc_connect"])
    hosts = _all(query.pop("host", ()))
    driver, dsn = (_last(query.pop(name, "")) for name in ("driver", "dsn"))

    # A transaction that reads first and writes later would meet other writers' commits otherwise.
    settings = {} if dsn else {"BeginMode": "immediate"}
    if url.username:
        settings["UID"] = url.username
    if url.password:
        settings["PWD"] = str(url.password)
    settings.update(_settings(query))
    servers = _servers(url, [*hosts, settings["Server"]] if "Server" in settings else hosts)
    if servers or not (dsn or "NodeStore" in settings):
        settings["Server"] = servers or f"localhost:{DEFAULT_PORT}"
    if url.database:
        settings["Database"] = url.database

    source = f"DSN={_quoted(dsn)}" if dsn else "Driver={" + (driver or driver_name) + "}"
    return ";".join([source, *(f"{key}={_quoted(value)}" for key, value in settings.items())])
