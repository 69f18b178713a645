"""What is in a database, counted: its revision, the rows of each table, the evidence that its rows speak of."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, inspect, text

REVISIONS = "alembic_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`revision` is empty for a database without tables; `applied`: whether an office is in force in it,
    `stopped`: whether all sending is.
    """

    revision: str
    rows: Mapping[str, int]
    evidence: Mapping[str, int]  # SHA-256 of each file, and its size in bytes
    applied: bool
    stopped: bool

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost by putting another database in its place."""
        return not self.applied and not any(
            n for table, n in self.rows.items() if table in ("person", "message")
        )


def facts(connection: Connection) -> Facts:
    """Count within the connection's transaction."""
    tables = sorted(inspect(connection).get_table_names())
    if REVISIONS not in tables:
        return Facts(revision="", rows={}, evidence={}, applied=False, stopped=False)
    quoted = connection.dialect.identifier_preparer.quote
    rows = {
        table: connection.execute(text(f"SELECT count(*) FROM {quoted(table)}")).scalar_one()  # noqa: S608 - names of the database itself
        for table in tables
    }  # fmt: skip
    revision = connection.execute(text(f"SELECT version_num FROM {REVISIONS}")).scalar() or ""  # noqa: S608 - a constant
    evidence: dict[str, int] = {}
    if "file" in tables:
        evidence = {row.sha256: row.size for row in connection.execute(text("SELECT sha256, size FROM file"))}
    state = "SELECT version_id, sending_stopped FROM office_state WHERE id = 1"
    installed = connection.execute(text(state)).first() if "office_state" in tables else None
    return Facts(
        revision=revision, rows=rows, evidence=evidence, applied=bool(installed and installed.version_id),
        stopped=bool(installed and installed.sending_stopped),
    )  # fmt: skip


def facts_of(engine: Engine) -> Facts:
    """Count in a transaction of its own."""
    with engine.connect() as connection:
        return facts(connection)
