"""Bring a database to the newest revision."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from models.engine import connect


def configuration(url: str) -> Config:
    """Alembic's configuration without an ini file; the scripts live beside this module."""
    config = Config()
    config.set_main_option("script_location", "models:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Create or upgrade every table; safe to run again."""
    command.upgrade(configuration(url), "head")


def pending(engine: Engine) -> bool:
    """Whether the database is behind the newest revision, or empty."""
    head = ScriptDirectory.from_config(configuration("")).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() != head


def is_empty(engine: Engine) -> bool:
    """Whether nothing was ever migrated there."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() is None


def is_newer(engine: Engine) -> bool:
    """Whether the database is at a revision that this program does not know: a newer one has been at it."""
    scripts = ScriptDirectory.from_config(configuration(""))
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    return revision is not None and revision not in {script.revision for script in scripts.walk_revisions()}


def engine_for(url: str) -> Engine:
    """An engine for migrating only."""
    return connect(url).engine
