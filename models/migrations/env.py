"""Alembic's environment: one connection, batch mode on SQLite."""

from alembic import context

from models.migrate import engine_for
from models.tables import Base

engine = engine_for(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
