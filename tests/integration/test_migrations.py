"""The revisions make exactly the tables that the models describe, on a filled database too, and can be taken back."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from models.engine import connect
from models.migrate import configuration, upgrade
from models.tables import Base

FILLED = (
    "INSERT INTO schedule (id, key, kind, title, runs) VALUES (1, 's', 'duty', 'S', 0)",
    "INSERT INTO schedule_version (id, schedule_id, no, spec_json, digest, applied_at) VALUES (1, 1, 1, '{}', 'd', '2026-01-01 00:00:00')",
    "INSERT INTO party (id, kind, key, title) VALUES (1, 'person', 'p', 'P')",
    "INSERT INTO occurrence (id, schedule_id, key, version_id, title, held_on, opens_at, provisional, state) "
    "VALUES (1, 1, 'k', 1, 'S', '2026-01-01', '2026-01-01 00:00:00', false, 'open')",
    "INSERT INTO obligation (id, occurrence_id, part, party_id, state, opened_at) VALUES (1, 1, '', 1, 'open', '2026-01-01 00:00:00')",
)


def test_the_models_and_the_revisions_agree(empty_database_url):
    upgrade(empty_database_url)

    database = connect(empty_database_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    database.dispose()

    assert differences == []


def test_a_filled_database_of_the_first_revision_is_brought_up_and_back(empty_database_url):
    config = configuration(empty_database_url)
    command.upgrade(config, "0001")
    database = connect(empty_database_url)
    with database.engine.begin() as connection:
        for statement in FILLED:
            connection.execute(text(statement))

    command.upgrade(config, "head")
    with database.engine.begin() as connection:
        assert connection.execute(text("SELECT state FROM obligation")).scalars().all() == ["open"]
    command.downgrade(config, "0001")
    with database.engine.begin() as connection:
        assert connection.execute(text("SELECT state FROM obligation")).scalars().all() == ["open"]
        connection.execute(text("DELETE FROM obligation"))
        connection.execute(text("DELETE FROM occurrence"))
    command.downgrade(config, "base")

    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    database.dispose()


def test_there_is_one_newest_revision():
    assert len(ScriptDirectory.from_config(configuration("")).get_heads()) == 1
