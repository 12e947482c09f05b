"""The steps of SQLAlchemy's unified tutorial that use the ORM, and a session whose leader dies."""

import pytest
from sqlalchemy import ForeignKey, String, create_engine, delete, exc, func, select, update
from sqlalchemy.orm import (DeclarativeBase, Mapped, Session, aliased, joinedload, mapped_column,
                            relationship, selectinload)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    fullname: Mapped[str | None]
    addresses: Mapped[list["Address"]] = relationship(
        back_populates="user", cascade="all, delete-orphan")


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    email_address: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship(back_populates="addresses")


@pytest.fixture
def people(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([
            User(name="spongebob", fullname="Spongebob Squarepants",
                 addresses=[Address(email_address="spongebob@sqlalchemy.org")]),
            User(name="sandy", fullname="Sandy Cheeks",
                 addresses=[Address(email_address="sandy@sqlalchemy.org"),
                            Address(email_address="sandy@squirrelpower.org")]),
            User(name="patrick", fullname="Patrick Star"),
        ])
        session.commit()
    return engine


def test_select_join_and_aggregate(people):
    with Session(people) as session:
        sandy = session.scalars(
            select(Address).join(Address.user).where(User.name == "sandy")
            .where(Address.email_address == "sandy@sqlalchemy.org")).one()
        assert sandy.user.fullname == "Sandy Cheeks"
        counts = session.execute(
            select(User.name, func.count(Address.id)).join(User.addresses, isouter=True)
            .group_by(User.name).order_by(User.name)).all()
        assert counts == [("patrick", 0), ("sandy", 2), ("spongebob", 1)]


def test_subquery_cte_and_exists(people):
    with Session(people) as session:
        inner = select(Address).where(~Address.email_address.like("%@sqlalchemy.org")).subquery()
        other = aliased(Address, inner)
        assert [user.name for user in session.scalars(select(User).join(User.addresses.of_type(other)))
                ] == ["sandy"]
        with_mail = select(Address.user_id).distinct().cte()
        assert session.scalar(select(func.count()).select_from(with_mail)) == 2
        assert session.scalars(select(User.name).where(~User.addresses.any())).all() == ["patrick"]


def test_unit_of_work(people):
    with Session(people) as session:
        krabs = User(name="ehkrabs", fullname="Eugene H. Krabs")
        session.add(krabs)
        session.flush()
        assert krabs.id == 4
        sandy = session.scalars(select(User).filter_by(name="sandy")).one()
        sandy.fullname = "Sandy Squirrel"
        assert session.scalar(select(User.fullname).where(User.id == sandy.id)) == "Sandy Squirrel"
        sandy.addresses.pop()
        session.delete(session.get(User, 1))
        session.commit()
        assert session.scalar(select(func.count(Address.id))) == 1
        session.delete(krabs)
        session.flush()
        session.rollback()
        assert session.get(User, 4) is krabs


def test_bulk_statements(people):
    with Session(people) as session:
        assert session.execute(update(User).where(User.name != "sandy").values(fullname="x")).rowcount == 2
        assert session.execute(delete(Address).where(Address.user_id == 2)).rowcount == 2
        session.execute(User.__table__.insert(), [{"name": f"n{i}"} for i in range(300)])
        session.commit()
        assert session.scalar(select(func.count(User.id)).where(User.fullname == "x")) == 2
        assert session.scalar(select(func.count(User.id))) == 303


def test_eager_loading(people):
    with Session(people) as session:
        users = session.scalars(select(User).options(selectinload(User.addresses)).order_by(User.id))
        assert [len(user.addresses) for user in users] == [1, 2, 0]
        addresses = session.scalars(select(Address).options(joinedload(Address.user))).all()
        assert len(addresses) == 3


def test_the_next_transaction_survives_a_killed_leader(people, cluster):
    with Session(people) as session:
        session.add(User(name="in flight"))
        session.flush()
        killed = cluster.kill_leader()
        try:
            with pytest.raises(exc.DBAPIError) as raised:
                session.add(User(name="after the kill"))
                session.commit()
            # Known to be rolled back: nothing of it was committed, and nobody repeats it.
            assert raised.value.orig.args[0] == "40001"
            session.rollback()

            session.add(User(name="next"))
            session.commit()
            names = session.scalars(select(User.name).order_by(User.id)).all()
            assert names == ["spongebob", "sandy", "patrick", "next"]
        finally:
            killed.restart()


def test_a_commit_nobody_answers_is_unknown_and_not_repeated(people, cluster, url):
    """The leader freezes before the COMMIT: whether it is applied, only the cluster knows later."""
    engine = create_engine(url.update_query_dict({"timeout": "1", "failover_timeout": "15"}))
    with Session(engine) as session:
        session.add(User(name="perhaps"))
        session.flush()
        frozen = cluster.leader()
        frozen.sigstop()
        try:
            with pytest.raises(exc.DBAPIError) as raised:
                session.commit()
            assert raised.value.orig.args[0] == "08007"
            assert raised.value.connection_invalidated
        finally:
            frozen.sigcont()
        session.rollback()
        cluster.leader()
        assert session.scalar(select(func.count()).where(User.name == "perhaps")) in (0, 1)
    engine.dispose()
