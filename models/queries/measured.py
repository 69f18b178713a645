"""Figures for monitors: each from a partial index, or for each channel one step into its own; no scan of the ledger, no names of people."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models.messages import HELD, OPEN, SENDING, TROUBLE, AttemptRow, MessageRow
from models.obligations import ObligationRow
from models.people import ChannelRow

STATES = ("queued", "retry", "held", "sending", "failed", "unknown")
IS_OPEN = text(
    "state = 'open'"
)  # as the partial index says it: a bound value would not be compared with that


def messages(session: Session) -> dict[str, int]:
    """How many messages wait or are in trouble, by state.

    One statement for each partial index, whose condition it repeats word for word.
    """
    counted = dict.fromkeys(STATES, 0)
    for condition in (OPEN, HELD, SENDING, TROUBLE):
        rows = session.execute(
            select(MessageRow.state, func.count()).where(condition).group_by(MessageRow.state)
        )
        counted |= {str(state): int(n) for state, n in rows}
    return counted


def troubles(session: Session, *, since: datetime) -> dict[str, int]:
    """How many messages that were to go out since an instant (office time) failed, or nobody knows of."""
    counted = dict.fromkeys(("failed", "unknown"), 0)
    rows = session.execute(
        select(MessageRow.state, func.count())
        .where(TROUBLE, MessageRow.send_at >= since)
        .group_by(MessageRow.state)
    )
    return counted | {str(state): int(n) for state, n in rows}


def attempts(session: Session, *, since: datetime) -> Mapping[tuple[str, str], int]:
    """How many attempts ended since an instant (machine time), by channel and outcome."""
    query = (
        select(ChannelRow.key, AttemptRow.outcome, func.count())
        .join(AttemptRow, AttemptRow.channel_id == ChannelRow.id)
        .where(AttemptRow.ended_at >= since)
        .group_by(ChannelRow.key, AttemptRow.outcome)
    )
    return {(channel, outcome): n for channel, outcome, n in session.execute(query)}


def duties(session: Session, *, today: date) -> tuple[int, int]:
    """How many obligations are open, and how many of them are overdue."""
    due = select(func.count()).select_from(ObligationRow).where(IS_OPEN)
    return session.scalar(due) or 0, session.scalar(due.where(ObligationRow.due_on < today)) or 0


def channels(session: Session) -> Mapping[str, bool]:
    """Every channel of the office, and whether its provider refused it. Those built in begin with @."""
    rows = session.execute(select(ChannelRow.key, ChannelRow.broken_at.is_not(None)).order_by(ChannelRow.key))
    return {key: bool(broken) for key, broken in rows if not key.startswith("@")}


def revision(session: Session) -> str:
    """The revision of the tables."""
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
