"""Routes are derived anew as a whole: one writer at a time."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def hold_routes(session: Session) -> None:
    """Wait until nobody else changes routes, absences or wishes; others may read meanwhile.

    Two writers on PostgreSQL would each delete the routes that were there and add all of theirs, and neither would know of the other's
    absence. SQLite has one writer at a time anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE route IN SHARE ROW EXCLUSIVE MODE"))
