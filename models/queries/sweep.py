"""Turn due cursors into reminders: the same work on both databases.

1. take the obligations whose next rung is due, oldest first, at most one chunk;
2. find every rung they have reached and whom it tells now;
3. open, or join, one message for each recipient, channel and lane (held ones apart);
4. write the reminders, each at most once by its key;
5. move the cursors to the first rung still to come.

All in the caller's transaction.
"""

from sqlalchemy.orm import Session

from models.queries import sweep_postgresql, sweep_sqlite
from models.queries.fire import Terms


def sweep_chunk(session: Session, terms: Terms, *, chunk: int) -> tuple[int, int, int]:
    """Return (obligations seen, messages touched, reminders written)."""
    if session.get_bind().dialect.name == "sqlite":
        return sweep_sqlite.sweep_chunk(session, terms, chunk=chunk)
    return sweep_postgresql.sweep_chunk(session, terms, chunk=chunk)
