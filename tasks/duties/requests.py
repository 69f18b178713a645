"""Everything that people ask of the desk, under one kind of number: a longer term x3, a duty handed back or over h5, leave l12-7.

Deciding here is deciding at the desk: the same use cases, the same messages to the asker. What was decided before stays as it is.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.events import ExtensionRow
from models.gatherings import LeaveRequestRow
from models.handovers import HandoverRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow
from models.queries import handovers
from models.queries.duties import lock_occurrence
from models.queries.gatherings import record_of
from schedules.errors import NotFound, Refused
from schedules.states import Obligation
from schedules.words import Words, phrase
from tasks.duties.duty import load, look, role_title
from tasks.duties.extend import decide as decide_extension
from tasks.duties.extend import decider, rule_of
from tasks.duties.handover import Verdict
from tasks.duties.handover import decide as decide_handover
from tasks.duties.requests_told import tell_of_extension_decided
from tasks.gatherings.leave import decide_leave
from tasks.live import Live
from tasks.wording.naming import gathering_name

Kind = Literal["extension", "return", "transfer", "leave"]
NUMBER = re.compile(r"([xhl])([1-9][0-9]{0,17})(?:-([1-9][0-9]{0,17}))?")
ACCEPTED = ("granted", "accepted")
LONGEST_LIST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request and what became of it. `until`: the day that is asked for; `to`: who is to take it over; `waits`: for whom, if not for
    the desk. `state`: asked, granted, accepted, refused, withdrawn. Instants are office time, aware.
    """

    number: str
    kind: Kind
    obligation_id: int | None
    title: Words
    asker: str
    reason: str
    asked_at: datetime
    due_on: date | None = None
    until: date | None = None
    to: str = ""
    waits: Words | None = None
    state: str = "asked"
    words: str | None = None
    decided_at: datetime | None = None

    @property
    def given(self) -> bool | None:
        """Whether it was granted; None while it waits, and for what was taken back."""
        return {"refused": False, **dict.fromkeys(ACCEPTED, True)}.get(self.state)


@dataclass(frozen=True, slots=True)
class Decided:
    """A request after the decision; `before`: it had been decided like that already, and nothing was changed."""

    request: Asked
    before: bool


def waiting(session: Session, live: Live) -> list[Asked]:
    """What is not decided, the oldest first."""
    found = [_of_handover(session, each.row) for each in handovers.asked(session)]
    found += [_of_extension(session, live, each.row) for each in handovers.extensions_asked(session)]
    found += [_of_leave(session, row) for row in _leaves(session)]
    return sorted(found, key=lambda each: (each.asked_at, each.number))


def decide(
    session: Session, live: Live, *, number: str, grant: bool, words: str = "", to_party: int | None = None, waive: bool = False,
    by: int | None, now: datetime,
) -> Decided:  # fmt: skip
    """Grant or refuse a request; `to_party` or `waive` says what becomes of a duty that is handed back.

    Raise NotFound for a number of none; Refused for what was taken back or decided the other way, and as the use cases do.
    """
    row = _locked(session, number)
    was = _shown(session, live, row)
    if was.given is not None:
        if was.given is not grant:
            raise Refused(
                phrase("{number} was granted before; nothing was changed", number=number)
                if was.given
                else phrase("{number} was refused before; nothing was changed", number=number)
            )
        return Decided(was, before=True)
    if was.state != "asked":
        raise Refused(phrase("{number} was taken back by whoever asked", number=number))
    if isinstance(row, HandoverRow):
        decide_handover(
            session, live, handover_id=row.id, verdict=_verdict(row, grant=grant, to_party=to_party, waive=waive), to_party=to_party,
            words=words, by=by, now=now,
        )  # fmt: skip
        return Decided(_shown(session, live, row), before=False)
    if to_party is not None or waive:
        raise Refused(phrase("only a duty that is handed back goes to somebody else or is waived"))
    if isinstance(row, ExtensionRow):
        given = decide_extension(
            session, live, obligation_id=row.obligation_id, grant=grant, words=words, by=by, now=now
        )
        tell_of_extension_decided(session, live, load(session, row.obligation_id), given, now=now)
    else:
        decide_leave(
            session, live, record_id=_record(session, row), person_id=row.person_id, granted=grant, words=words, by=by, how="cli",
            now=now,
        )  # fmt: skip
    return Decided(_shown(session, live, row), before=False)


def _verdict(row: HandoverRow, *, grant: bool, to_party: int | None, waive: bool) -> Verdict:
    """What the desk says to a duty that is handed back or over."""
    if (to_party is not None or waive) and (not grant or row.kind == "transfer"):
        raise Refused(phrase("only a duty that is handed back goes to somebody else or is waived"))
    if not grant:
        return "refuse"
    if row.kind == "transfer":
        return "agree"
    if waive == (to_party is not None):
        raise Refused(
            phrase("it is handed back: say who is to do it, or that it is waived; one of the two"), field="to"
        )
    return "waive" if waive else "transfer"


# ── one request ───────────────────────────────────────────────
Row = ExtensionRow | HandoverRow | LeaveRequestRow


def _locked(session: Session, number: str) -> Row:
    """The row of a number, under the lock that its use case takes too."""
    found = NUMBER.fullmatch(number)
    row: Row | None = None
    if found is not None and (found[1] == "l") == (found[3] is not None):
        first = int(found[2])
        match found[1]:
            case "x":
                row = session.get(ExtensionRow, first)
            case "h":
                row = session.get(HandoverRow, first)
            case _:
                row = session.get(LeaveRequestRow, {"occurrence_id": first, "person_id": int(found[3])})
    if row is None:
        raise NotFound(phrase("there is no request {id}", id=number))
    if not isinstance(row, LeaveRequestRow):
        lock_occurrence(session, row.obligation_id)
    session.refresh(row, with_for_update=True)
    return row


def _shown(session: Session, live: Live, row: Row) -> Asked:
    if isinstance(row, ExtensionRow):
        return _of_extension(session, live, row)
    return _of_handover(session, row) if isinstance(row, HandoverRow) else _of_leave(session, row)


def _of_extension(session: Session, live: Live, row: ExtensionRow) -> Asked:
    duty = look(session, row.obligation_id)
    try:
        waits = Words("{who}", {"who": role_title(live, decider(live, rule_of(duty)))})
    except Refused:
        waits = phrase("nobody: the schedule was changed")
    return Asked(
        number=f"x{row.id}", kind="extension", obligation_id=row.obligation_id, title=duty.name, asker=_name(session, row.asked_by_id),
        reason=f"{row.reason}（{row.basis}）" if row.basis else row.reason, asked_at=row.asked_at, due_on=duty.row.due_on,
        until=row.new_due_on, waits=waits, state=row.state, words=row.words, decided_at=row.decided_at,
    )  # fmt: skip


def _of_handover(session: Session, row: HandoverRow) -> Asked:
    duty = look(session, row.obligation_id)
    to = session.get_one(PartyRow, row.to_id).title if row.to_id is not None else ""
    waits = (
        phrase("waits for {name}’s yes", name=to) if row.kind == "transfer" and row.taken_at is None else None
    )
    return Asked(
        number=f"h{row.id}", kind="transfer" if row.kind == "transfer" else "return", obligation_id=row.obligation_id, title=duty.name,
        asker=_name(session, row.asked_by_id), reason=row.reason, asked_at=row.asked_at, due_on=duty.row.due_on, to=to, waits=waits,
        state=row.state, words=row.words, decided_at=row.decided_at,
    )  # fmt: skip


def _of_leave(session: Session, row: LeaveRequestRow) -> Asked:
    occurrence = session.get_one(OccurrenceRow, row.occurrence_id)
    return Asked(
        number=f"l{row.occurrence_id}-{row.person_id}", kind="leave", obligation_id=record_of(session, row.occurrence_id),
        title=gathering_name(occurrence.title, occurrence.held_on), asker=_name(session, row.person_id), reason=row.reason,
        asked_at=row.asked_at, due_on=occurrence.held_on, state=row.state, words=row.words, decided_at=row.decided_at,
    )  # fmt: skip


def _leaves(session: Session) -> list[LeaveRequestRow]:
    """Leave that is asked for and not decided, while the attendance is not recorded."""
    record = select(ObligationRow.id).where(
        ObligationRow.occurrence_id == LeaveRequestRow.occurrence_id, ObligationRow.part == "record",
        ObligationRow.state == Obligation.OPEN,
    )  # fmt: skip
    query = select(LeaveRequestRow).where(LeaveRequestRow.state == "asked", record.exists())
    return list(session.scalars(query.order_by(LeaveRequestRow.asked_at).limit(LONGEST_LIST)))


def _record(session: Session, row: LeaveRequestRow) -> int:
    found = record_of(session, row.occurrence_id)
    if found is None:
        raise Refused(phrase("this gathering is not recorded, so that nobody decides on leave from it"))
    return found


def _name(session: Session, person_id: int | None) -> str:
    return session.get_one(PersonRow, person_id).name if person_id is not None else ""
