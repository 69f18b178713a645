"""Correct what was recorded of an event, and end a chain early by one of its branches; both with a reason that stays in the trail."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.events import EventRow
from models.obligations import ObligationRow, OccurrenceRow
from schedules.chain import applies, begins
from schedules.dates_text import said_day
from schedules.errors import NotFound, Refused
from schedules.grammar import Schedule
from schedules.problems import nearest
from schedules.states import Obligation, move_obligation
from schedules.words import phrase
from tasks.audit import note as audit
from tasks.days.recount import by_hand
from tasks.duties.closing import close_if_met
from tasks.duties.duty import actor, silence
from tasks.duties.evidence import said
from tasks.duties.following import end_open_matters, open_following, open_parts, set_cursor
from tasks.duties.groups import named_party
from tasks.duties.known import known
from tasks.events import Given, checked, listening
from tasks.live import Live, definition


def amend_event(
    session: Session,
    live: Live,
    *,
    kind: str,
    key: str,
    given: Given,
    reason: str,
    by: int | None,
    now: datetime,
) -> tuple[int, ...]:
    """Change fields of an event; steps that belong to it now open, open ones that do not are cancelled. Return its occurrences.

    Where everything was done and a step belongs to it now, the chain is open again; one that ended early stays as it is.

    An open step that begins on another day now begins anew; what is stopped, handed in or has a granted day stays. The day of an
    event is not changed: every term counts from it. Raise NotFound, or Refused as `record_event` does, and for a step that has been
    recorded and would not belong any more.
    """
    found = listening(session, kind)
    event = session.scalars(
        select(EventRow).where(EventRow.kind == kind, EventRow.key == key).with_for_update()
    ).one_or_none()
    if event is None:
        raise NotFound(phrase("there is no event '{kind}' {key}", kind=kind, key=key))
    words = said(reason, field="reason", missing=phrase("say in a few words why it is changed"))
    fields = checked(session, live, found, {**event.fields, **given}, on=event.happened_on)
    event.fields = fields
    occurrences = session.scalars(
        select(OccurrenceRow)
        .where(
            OccurrenceRow.event_id == event.id,
            OccurrenceRow.state.in_(("open", "closed")),
            OccurrenceRow.closed_as.is_(None),
        )
        .with_for_update()
    ).all()
    for occurrence in occurrences:
        _follow(session, live, occurrence, fields, now=now)
    audit(
        session, actor=actor(by, "cli"), act="amend-event", subject_kind="event", subject_id=event.id, at=now, reason=words,
        fields=sorted(given),
    )  # fmt: skip
    return tuple(occurrence.id for occurrence in occurrences)


def _follow(
    session: Session, live: Live, occurrence: OccurrenceRow, fields: Mapping[str, list[str]], *, now: datetime
) -> None:
    schedule = definition(session, occurrence.version_id)
    was = {name: tuple(values) for name, values in occurrence.fields.items()}
    before = known(session, occurrence, schedule)
    occurrence.fields = dict(fields)
    facts = known(session, occurrence, schedule)
    for key in facts.done:
        if not applies(schedule, key, facts):
            what = phrase("'{step}' has been recorded; take that back first", step=schedule.steps[key].title)
            raise Refused(what)
    calendar = live.office.calendar
    restarted = {
        key for key in schedule.steps if begins(schedule, key, before, calendar) != begins(schedule, key, facts, calendar)
    }  # fmt: skip
    granted = set(
        session.scalars(
            select(ObligationRow.id).where(ObligationRow.occurrence_id == occurrence.id, by_hand())
        )
    )
    for row in open_parts(session, occurrence):
        if row.part not in schedule.steps:
            continue
        again = row.part in restarted and row.state == Obligation.OPEN and row.id not in granted
        if again or not applies(schedule, row.part, facts):
            _cancel(session, live, row, why="undone", now=now)
    _hand_over(session, live, occurrence, schedule, was, now=now)
    if open_following(session, live, occurrence, schedule, now=now) and occurrence.state == "closed":
        occurrence.state, occurrence.closed_at = "open", None
    session.flush()
    if occurrence.state == "open":
        close_if_met(session, occurrence, schedule, now=now)


def _cancel(session: Session, live: Live, row: ObligationRow, *, why: str, now: datetime) -> None:
    end_open_matters(session, row, on=live.today(now))
    row.state, row.closed_at, row.closed_why = move_obligation(row.state, Obligation.CANCELLED), now, why
    silence(row)


def _hand_over(
    session: Session,
    live: Live,
    occurrence: OccurrenceRow,
    schedule: Schedule,
    was: Mapping[str, tuple[str, ...]],
    *,
    now: datetime,
) -> None:
    """Give what is open to those whom the event names now; their ladder speaks to them from here on."""
    name = schedule.who.from_event
    fields = {key: tuple(values) for key, values in occurrence.fields.items()}
    if name is None or set(was.get(name, ())) == set(fields.get(name, ())):
        return
    today = live.today(now)
    before = named_party(session, live, schedule, was, on=today)
    after = named_party(session, live, schedule, fields, on=today)
    _come_back(session, live, occurrence, before, after, now=now)
    mine = (ObligationRow.occurrence_id == occurrence.id, ObligationRow.party_id == before)
    session.execute(
        update(ObligationRow)
        .where(*mine, ObligationRow.state.in_(("open", "paused", "submitted")))
        .values(party_id=after, epoch=ObligationRow.epoch + 1)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    for row in session.scalars(
        select(ObligationRow).where(mine[0], ObligationRow.party_id == after, ObligationRow.state == "open")
    ):
        set_cursor(session, row, since=now)


def _come_back(
    session: Session, live: Live, occurrence: OccurrenceRow, before: int, after: int, *, now: datetime
) -> None:
    """Cancel what those named now owed once before, so that their own row of it is opened again."""
    theirs = select(ObligationRow.part).where(
        ObligationRow.occurrence_id == occurrence.id, ObligationRow.party_id == after
    )
    known_to_them = set(session.scalars(theirs))
    for row in open_parts(session, occurrence):
        if row.party_id != before or row.part not in known_to_them:
            continue
        if row.state == Obligation.PAUSED:
            raise Refused(phrase("its clock is stopped; have it run again first"))
        _cancel(session, live, row, why="undone", now=now)
    session.flush()


def _open_items(session: Session, occurrence: OccurrenceRow, *, now: datetime) -> list[ObligationRow]:
    """What is owed of the items found in a chain; the items end with it."""
    found = (
        select(OccurrenceRow)
        .join(ObligationRow, ObligationRow.id == OccurrenceRow.parent_id)
        .where(ObligationRow.occurrence_id == occurrence.id, OccurrenceRow.state == "open")
    )
    rows = []
    for item in session.scalars(found).all():
        rows += open_parts(session, item)
        item.state, item.closed_at = "cancelled", now
    return rows


def end_early(
    session: Session,
    live: Live,
    occurrence: OccurrenceRow,
    *,
    branch: str,
    reason: str,
    on: date,
    by: int | None,
    now: datetime,
) -> int:
    """End a chain by one of its branches (撤案, 移送); return how many open duties are cancelled.

    Raise Refused for a branch that the schedule does not name, a chain that is closed, or a day before the event or in the future.
    """
    schedule = definition(session, occurrence.version_id)
    if branch not in schedule.branches:
        names = tuple(schedule.branches)
        raise Refused(
            phrase("'{title}' cannot end by '{branch}'; allowed: {allowed}", title=schedule.title, branch=branch,
                   allowed=nearest(branch, names) or "—"), field="branch",
        )  # fmt: skip
    words = said(reason, field="reason", missing=phrase("say in a few words why it ends"))
    if occurrence.state != "open":
        raise Refused(phrase("it is closed already"))
    if not occurrence.held_on <= on <= live.today(now):
        raise Refused(
            phrase(
                "it ends between {first} and today", first=said_day(occurrence.held_on, today=live.today(now))
            ),
            field="on",
        )
    rows = [*open_parts(session, occurrence), *_open_items(session, occurrence, now=now)]
    for row in rows:
        _cancel(session, live, row, why="branch", now=now)
    occurrence.state, occurrence.closed_at, occurrence.closed_as = "closed", now, branch
    audit(
        session, actor=actor(by, "cli"), act="end-early", subject_kind="occurrence", subject_id=occurrence.id, at=now, branch=branch,
        reason=words, on=on.isoformat(),
    )  # fmt: skip
    return len(rows)
