"""Engines and connections: transactions, values, RETURNING, errors."""

import asyncio
import datetime
import decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

metadata = sa.MetaData()
things = sa.Table(
    "things", metadata,
    sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(40), unique=True),
    sa.Column("price", sa.Numeric(10, 2)), sa.Column("weight", sa.Float),
    sa.Column("is_new", sa.Boolean), sa.Column("day", sa.Date), sa.Column("at", sa.DateTime),
    sa.Column("clock", sa.Time), sa.Column("picture", sa.LargeBinary), sa.Column("more", sa.JSON))

A_THING = dict(
    name="smörgås 🥪", price=decimal.Decimal("12.50"), weight=0.1, is_new=True,
    day=datetime.date(1066, 10, 14), at=datetime.datetime(2024, 2, 29, 23, 59, 59, 123456),
    clock=datetime.time(1, 2, 3, 4), picture=b"\0\xff" * 5000, more={"a": [1, None, "é"]})


@pytest.fixture
def tables(engine):
    metadata.create_all(engine)
    return engine


def names(engine):
    with engine.connect() as connection:
        return connection.scalars(sa.select(things.c.name).order_by(things.c.id)).all()


def test_every_type_comes_back(tables):
    with tables.begin() as connection:
        connection.execute(things.insert(), A_THING)
        connection.execute(things.insert(), {"name": None})
    with tables.connect() as connection:
        one, nothing = connection.execute(sa.select(things).order_by(things.c.id)).mappings()
    assert dict(one) == {"id": 1, **A_THING}
    assert type(one["price"]) is decimal.Decimal and one["is_new"] is True
    assert set(nothing.values()) == {2, None}


def test_types_of_expressions(tables):
    """What is stored as text keeps its type where no column tells the driver."""
    with tables.begin() as connection:
        connection.execute(things.insert(), A_THING)
        row = connection.execute(sa.select(sa.func.max(things.c.at), sa.func.max(things.c.day),
                                           sa.func.max(things.c.is_new, type_=sa.Boolean))).one()
    assert row == (A_THING["at"], A_THING["day"], True)


def test_primary_key_of_an_insert(tables):
    with tables.begin() as connection:
        first = connection.execute(things.insert().values(name="a"))
        second = connection.execute(things.insert().values(name="b"))
        assert first.inserted_primary_key == (1,) and second.inserted_primary_key == (2,)


def test_begin_is_atomic(tables):
    with pytest.raises(RuntimeError):
        with tables.begin() as connection:
            connection.execute(things.insert(), [{"name": "a"}, {"name": "b"}])
            raise RuntimeError
    assert names(tables) == []


def test_ddl_is_rolled_back(tables):
    with tables.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE short_lived (a)")
        connection.rollback()
        assert not sa.inspect(connection).has_table("short_lived")


def test_savepoints(tables):
    with tables.begin() as connection:
        connection.execute(things.insert().values(name="kept"))
        with pytest.raises(sa.exc.IntegrityError):
            with connection.begin_nested():
                connection.execute(things.insert().values(name="lost"))
                connection.execute(things.insert().values(name="kept"))
        with connection.begin_nested():
            connection.execute(things.insert().values(name="too"))
    assert names(tables) == ["kept", "too"]


def test_serializable_only(engine, url):
    with engine.connect() as connection:
        assert connection.get_isolation_level() == "SERIALIZABLE"
        for level in ("AUTOCOMMIT", "READ COMMITTED"):
            with pytest.raises(sa.exc.ArgumentError):
                connection.execution_options(isolation_level=level)
    with pytest.raises(sa.exc.ArgumentError):
        sa.create_engine(url, isolation_level="AUTOCOMMIT").connect()


def test_returning_where_the_server_can(tables):
    insert = things.insert().values(name="a").returning(things.c.id)
    with tables.begin() as connection:
        if tables.dialect.insert_returning:
            assert connection.execute(insert).scalar_one() == 1
            return
        # The dialect has not claimed too little: the driver refuses before anything is sent.
        with pytest.raises(sa.exc.ProgrammingError, match="not sent: .*RETURNING"):
            connection.execute(insert)


def test_a_second_writer_waits_its_time_and_no_longer(tables, url):
    impatient = sa.create_engine(url.update_query_dict({"busy_timeout": "0.2"}))
    with tables.begin() as connection:
        connection.execute(things.insert().values(name="first"))
        with pytest.raises(sa.exc.DBAPIError) as raised:
            with impatient.begin() as other:
                other.execute(things.insert().values(name="second"))
    impatient.dispose()
    assert raised.value.orig.args[0] == "40001" and not raised.value.connection_invalidated
    assert names(tables) == ["first"]


def test_arrays_of_parameters(tables, url):
    fast = sa.create_engine(url, fast_executemany=True)
    with fast.begin() as connection:
        connection.execute(things.insert(), [{"name": f"n{i}"} for i in range(2000)])
    fast.dispose()
    assert len(names(tables)) == 2000


def test_reflection(tables):
    with tables.begin() as connection:
        # A line each: SQLAlchemy reads SQLite's stored text.
        connection.exec_driver_sql("""CREATE TABLE parts (
            a INTEGER NOT NULL,
            b TEXT DEFAULT 'x',
            c INTEGER GENERATED ALWAYS AS (a + 1),
            thing INTEGER,
            CONSTRAINT of_thing FOREIGN KEY (thing) REFERENCES things (id) ON DELETE CASCADE,
            CONSTRAINT pk PRIMARY KEY (a, b),
            CONSTRAINT positive CHECK (a > 0))""")
        connection.exec_driver_sql("CREATE INDEX parts_b ON parts (b) WHERE a > 5")
        connection.exec_driver_sql("CREATE VIEW seen AS SELECT a FROM parts")
    inspector = sa.inspect(tables)
    assert inspector.get_view_names() == ["seen"]
    assert inspector.get_pk_constraint("parts") == {"name": "pk", "constrained_columns": ["a", "b"]}
    assert [c["name"] for c in inspector.get_check_constraints("parts")] == ["positive"]
    assert [i["name"] for i in inspector.get_indexes("parts")] == ["parts_b"]
    foreign_key, = inspector.get_foreign_keys("parts")
    assert foreign_key["name"] == "of_thing" and foreign_key["options"] == {"ondelete": "CASCADE"}
    assert inspector.get_columns("parts")[2]["computed"] == {"sqltext": "a + 1", "persisted": False}


def test_options_that_would_be_ignored_are_errors(engine, url):
    with pytest.raises(sa.exc.ArgumentError):
        sa.Table("t", sa.MetaData(), dqlite_autoincrement=True)
    read_only = {"dqlite_session_mode": "read_only"}
    with pytest.raises(sa.exc.ArgumentError, match="session_mode in the URL"):
        engine.execution_options(**read_only)
    with engine.connect() as connection, pytest.raises(sa.exc.ArgumentError):
        connection.execution_options(**read_only)
    with pytest.raises(sa.exc.ArgumentError):
        sa.create_engine(url, execution_options=read_only).connect()


def test_asyncio(url):
    async def run():
        engine = create_async_engine(url.set(drivername="dqlite+aio"))
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            inserted = await connection.execute(things.insert().values(A_THING))
            assert inserted.inserted_primary_key == (1,)
        async with engine.connect() as connection:
            row = (await connection.execute(sa.select(things))).mappings().one()
        await engine.dispose()
        return row

    assert dict(asyncio.run(run())) == {"id": 1, **A_THING}
