"""The consumers that are programs of their own: how each is run, and what its library cannot do."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parent / "programs"
STEPS = ("connect", "ddl", "types", "nulls", "unicode", "large", "transactions", "errors",
         "metadata", "bulk")


@dataclass(frozen=True)
class Consumer:
    title: str  # as the README's table names it
    command: tuple  # the connection string is added
    cannot: dict = field(default_factory=dict)  # step -> why the library, not the driver, lacks it
    build: tuple = ()  # a command that is run before, once
    full: bool = True  # only with tests/run --full
    string: str = "{string}"  # what it is given in place of a whole connection string
    edit: str = ""  # how it changes rows without SQL of its own, if it does (the step `edit`)

    def missing(self):
        """The interpreter or tool that this machine lacks."""
        tools = [command[0] for command in (self.build, self.command) if command]
        return next((tool for tool in tools if not tool.startswith("/") and not shutil.which(tool)),
                    None)


DSN = "DSN=consumer"  # registered for each run


def script(interpreter, name, *options):
    return (interpreter, *options, str(PROGRAMS / name))


# Where programs that have to be built, and the packages they take, are kept between runs.
BUILT = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
             ) / "dqlite-odbc" / "consumers"


def build(name):
    return (str(PROGRAMS / "build"), name, str(BUILT))


def python(environment, name):
    """By the interpreter of a virtual environment that was built."""
    return script(str(BUILT / environment / "bin" / "python"), name)


CONSUMERS = {
    "perl": Consumer("Perl DBI (DBD::ODBC)", script("perl", "perl_dbi.pl"), full=False),
    "php": Consumer("PHP odbc", script("php", "php_odbc.php"), full=False),
    "pdo": Consumer("PHP PDO_ODBC", script("php", "php_pdo.php"),
                    {"metadata": "PDO has no catalogue functions"}, full=False),
    "r": Consumer("R RODBC", script("Rscript", "r_rodbc.R")),
    # Debian's ruby-odbc looks for libodbc.so.1, which Debian no longer has.
    "ruby": Consumer("Ruby ruby-odbc", ("env", "LD_PRELOAD=libodbc.so.2",
                                        *script("ruby", "ruby_odbc.rb")),
                     {"large": "it sends bytes as such only where one of them is zero"}),
    "node": Consumer("Node.js odbc", ("node", str(BUILT / "node" / "node_odbc.js")),
                     build=build("node")),
    "go": Consumer("Go alexbrainman/odbc", (str(BUILT / "go"),),
                   {"metadata": "database/sql has no catalogue functions"}, build("go")),
    "rust": Consumer("Rust odbc-api", (str(BUILT / "rust" / "release" / "consumer"),),
                     build=build("rust")),
    "aioodbc": Consumer("aioodbc", python("python", "python_aio.py"),
                        build=build("python")),
    "frames": Consumer("pandas; polars by arrow-odbc", python("python", "python_frames.py"),
                       {step: "done through pyodbc, which is tested by itself" for step in
                        ("large", "transactions", "errors", "metadata")}, build("python")),
    # It takes the size told for a text for the longest there is.
    "turbodbc": Consumer("turbodbc, with `MaxLongVarcharSize=1000000`",
                         python("turbodbc", "python_turbodbc.py"),
                         {"metadata": "it has no catalogue functions"}, build("turbodbc"),
                         string="{string};MaxLongVarcharSize=1000000"),
    "qt": Consumer("Qt 6 QODBC", (str(BUILT / "qt"),), build=build("qt")),
    "libreoffice": Consumer("LibreOffice Base", script("/usr/bin/python3", "libreoffice_base.py"),
                            string=DSN,
                            edit="a table edited through a cursor and a form"),
    # Of UTF-16 it takes each half of a surrogate pair for a character.
    "gdal": Consumer("GDAL/OGR, with `TextAs=narrow`", script("/usr/bin/python3", "python_gdal.py"),
                     {step: "its ODBC driver only reads" for step in ("transactions", "bulk")},
                     string=f"{DSN};TextAs=narrow"),
    "soci": Consumer("SOCI", (str(BUILT / "soci"),),
                     {"metadata": "it asks an information_schema, which SQLite has not"},
                     build=build("soci")),
    "tcl": Consumer("Tcl tdbc::odbc", script("tclsh8.6", "tcl_tdbc.tcl")),
    "erlang": Consumer("Erlang odbc", script("escript", "erlang_odbc.escript"),
                       {"large": "it reads past its own buffer of 8001 characters"}),
    "dotnet": Consumer(".NET System.Data.Odbc (Mono)", ("mono", str(BUILT / "dotnet.exe")),
                       {"metadata": "Mono lacks the file by which GetSchema goes"},
                       build("dotnet"), edit="a table edited through a data adapter"),
    "ogr_fdw": Consumer("PostgreSQL ogr_fdw", script("/usr/bin/python3", "postgresql_ogr_fdw.py"),
                        {step: "it reads tables only" for step in
                         ("ddl", "transactions", "errors", "bulk")}),
    "connect": Consumer("MariaDB CONNECT", script("/usr/bin/python3", "mariadb_connect.py"),
                        {"ddl": "it makes no tables elsewhere",
                         "large": "it knows no LONG types",
                         "transactions": "it commits each statement",
                         "errors": "it tells no SQLSTATE"},
                        edit="a table edited through one of its own"),
}
