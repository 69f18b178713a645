"""Inspectors: somebody from outside who reads everything until a day and changes nothing. Only the desk lets them in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import InspectorRow
from schedules.dates_text import said_day
from schedules.errors import NotFound, Refused
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.duty import actor, is_clerk
from tasks.live import Live

LONGEST = timedelta(days=60)
NAME_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """An account. `until` is the last office day on which it opens anything; `open` whether it does today."""

    id: int
    name: str
    body: str
    until: date
    since: datetime
    open: bool
    ended_at: datetime | None

    def to_json(self) -> dict[str, object]:
        """The shape other programs rely on; days and instants ISO."""
        return {
            "id": self.id, "name": self.name, "body": self.body, "until": self.until.isoformat(), "since": self.since.isoformat(),
            "open": self.open, "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }  # fmt: skip


def invite(
    session: Session, live: Live, *, name: str, body: str, until: date, by: int | None, now: datetime, machine_now: datetime,
    how: str = "cli",
) -> Inspector:  # fmt: skip
    """Open an account until the end of a day. Raise Refused for anybody but the desk, without a name, or for a day that is past or too
    far away."""
    _require_clerk(session, live, by, now=now)
    called, sent_by = _line(name), _line(body)
    today = live.today(now)
    if not called:
        raise Refused(phrase("say who inspects"), field="name")
    if until < today:
        raise Refused(phrase("the last day cannot lie in the past"), field="until")
    if until - today > LONGEST:
        raise Refused(
            phrase(
                "an inspector may read for at most {n} days: until {day}",
                n=LONGEST.days,
                day=said_day(today + LONGEST, today=today),
            ),
            field="until",
        )  # fmt: skip
    row = InspectorRow(
        name=called, body=sent_by, until_on=until, created_at=machine_now, created_by=actor(by, how)
    )
    session.add(row)
    session.flush()
    note(
        session, actor=actor(by, how), act="invite", subject_kind="inspector", subject_id=row.id, at=now, until=until.isoformat()
    )  # fmt: skip
    return _shown(row, today)


def _line(text: str) -> str:
    """One line without anything that is not shown."""
    return " ".join("".join(sign for sign in text if sign.isprintable()).split())[:NAME_LENGTH]


def end(
    session: Session, live: Live, *, inspector_id: int, by: int | None, now: datetime, machine_now: datetime, how: str = "cli"
) -> Inspector:  # fmt: skip
    """Close an account at once; again changes nothing. Raise Refused for anybody but the desk, NotFound if there is none."""
    _require_clerk(session, live, by, now=now)
    row = session.get(InspectorRow, inspector_id, with_for_update=True)
    if row is None:
        raise NotFound(phrase("there is no such inspector"))
    if row.ended_at is None:
        row.ended_at, row.ended_by = machine_now, actor(by, how)
        note(session, actor=actor(by, how), act="end", subject_kind="inspector", subject_id=row.id, at=now)
    return _shown(row, live.today(now))


def inspectors(session: Session, *, today: date) -> list[Inspector]:
    """Every account, the newest first."""
    rows = session.scalars(select(InspectorRow).order_by(InspectorRow.id.desc())).all()
    return [_shown(row, today) for row in rows]


def present(session: Session, inspector_id: int, *, today: date) -> InspectorRow | None:
    """The account if it opens something today."""
    row = session.get(InspectorRow, inspector_id)
    return row if row is not None and row.ended_at is None and row.until_on >= today else None


def link_for(
    session: Session, live: Live, *, inspector_id: int, by: int | None, now: datetime, how: str = "cli"
) -> InspectorRow:
    """The account that a new sign-in link is made for; noted, since a link is a key. Raise Refused if it is closed or for anybody but
    the desk, NotFound if there is none."""
    _require_clerk(session, live, by, now=now)
    if session.get(InspectorRow, inspector_id) is None:
        raise NotFound(phrase("there is no such inspector"))
    row = present(session, inspector_id, today=live.today(now))
    if row is None:
        raise Refused(phrase("this account is closed; open a new one"))
    note(session, actor=actor(by, how), act="link", subject_kind="inspector", subject_id=row.id, at=now)
    return row


def _shown(row: InspectorRow, today: date) -> Inspector:
    return Inspector(
        id=row.id, name=row.name, body=row.body, until=row.until_on, since=row.created_at,
        open=row.ended_at is None and row.until_on >= today, ended_at=row.ended_at,
    )  # fmt: skip


def _require_clerk(session: Session, live: Live, by: int | None, *, now: datetime) -> None:
    if not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only the clerk lets inspectors in"))
