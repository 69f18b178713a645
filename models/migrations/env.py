"""Alembic's environment: one connection, batch mode on SQLite.

A batch makes a table anew, drops the old one and takes its name. SQLite would see its references as broken meanwhile, so they are
checked once, at the end.
"""

from alembic import context

from models.migrate import engine_for
from models.tables import Base

engine = engine_for(context.config.attributes["url"])
with engine.connect() as connection:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:  # on the driver's own connection, since inside a transaction it does nothing
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise ValueError(f"references would be broken: {broken}")
    connection.commit()
engine.dispose()
