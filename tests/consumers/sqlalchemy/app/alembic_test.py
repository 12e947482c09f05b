"""Alembic: what it finds between a cluster and the models, up and down again."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

ENVIRONMENT = """
from alembic import context
engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=context.config.attributes["metadata"],
                      render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
"""
TEMPLATE = '''
from alembic import op
import sqlalchemy as sa
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
def upgrade():
    ${upgrades}
def downgrade():
    ${downgrades}
'''


def first_models():
    metadata = sa.MetaData()
    sa.Table("authors", metadata, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("name", sa.String(50), nullable=False))
    return metadata


def later_models():
    metadata = sa.MetaData()
    sa.Table("authors", metadata, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("name", sa.Text(), nullable=False), sa.Column("born", sa.Date))
    sa.Table("books", metadata, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("title", sa.String(200), index=True),
             sa.Column("author_id", sa.ForeignKey("authors.id", name="by")),
             sa.Column("price", sa.Numeric(8, 2)))
    return metadata


@pytest.fixture
def migrations(engine, tmp_path):
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENVIRONMENT)
    (tmp_path / "script.py.mako").write_text(TEMPLATE)
    config = Config()
    config.set_main_option("script_location", str(tmp_path))
    config.attributes["engine"] = engine
    return config


def differences(engine, metadata):
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), metadata)


def test_autogenerate_upgrade_and_downgrade(engine, migrations):
    for models in (first_models(), later_models()):
        migrations.attributes["metadata"] = models
        assert differences(engine, models)
        command.revision(migrations, "step", autogenerate=True)
        command.upgrade(migrations, "head")
        left = [d for d in differences(engine, models) if d[1].name != "alembic_version"]
        assert left == []
        if models.tables.keys() == {"authors"}:
            with engine.begin() as connection:
                connection.exec_driver_sql("INSERT INTO authors (name) VALUES ('Ursula')")

    # The table was made anew for the changed type: its rows came along.
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, name, born FROM authors").all() == [
            (1, "Ursula", None)]

    command.downgrade(migrations, "-1")
    inspector = sa.inspect(engine)
    assert not inspector.has_table("books")
    assert [c["name"] for c in inspector.get_columns("authors")] == ["id", "name"]
    command.downgrade(migrations, "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
