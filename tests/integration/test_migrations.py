"""The migrations make what the models say, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models.engine import connect
from models.tables import Base


def test_models_and_migrations_agree(database_url: str) -> None:
    database = connect(database_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False}
        )

        differences = compare_metadata(context, Base.metadata)

    database.dispose()
    assert differences == []
