"""A summary on demand, before a meeting: drafted for one reader from the figures of this moment, about units that are under that reader.

It is shown before it goes out, and what was shown is what is sent. Nobody gets one about units he has no right to, nor an empty one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import NoticeRow
from models.people import PersonRow, RecipientRow
from schedules.errors import Refused
from schedules.states import Message
from schedules.words import phrase
from tasks.audit import note
from tasks.delivery.payloads import SUPERVISORS
from tasks.duties.duty import How, actor, is_clerk
from tasks.live import Live
from tasks.reporting.overdue import OverdueReport, overdue
from tasks.reporting.summarise import NOW, Target, Written, about_overdue, digest, put, supersede
from tasks.roster.supervision import told
from tasks.wording.summary_text import KIND, is_empty
from tasks.wording.texts import Texts


@dataclass(frozen=True, slots=True)
class Prepared:
    """A summary as it would go out now. `digest` is of what was shown; a release must name it."""

    target: Target
    report: OverdueReport
    found: Written

    @property
    def digest(self) -> str:
        """What whoever has read it names."""
        return digest(self.found.text.body)


def readers(session: Session, live: Live, *, now: datetime) -> list[tuple[PersonRow, int]]:
    """Everybody who supervises units and can be reached, with how many units, who has most first."""
    targets = _targets(session, live, overdue(session, live, now=now), now=now)
    people = {
        row.id: row for row in session.scalars(select(PersonRow).where(PersonRow.id.in_(list(targets))))
    }
    found = [(people[person_id], len(units)) for person_id, (_, units) in targets.items()]
    return sorted(found, key=lambda each: (-each[1], each[0].id))


def prepare(
    session: Session, live: Live, texts: Texts, *, person_id: int, units: Sequence[str] = (), now: datetime
) -> Prepared:
    """Write the summary for a reader, without keeping it. `units`: only these, by id or title, with all below them.

    Raise Refused if the reader supervises none of them, or if there is nothing to tell.
    """
    whole = overdue(session, live, now=now)
    person = session.get_one(PersonRow, person_id)
    mine = _targets(session, live, whole, now=now).get(person_id)
    if mine is None:
        raise Refused(
            phrase("{name} supervises no unit, so there is no summary for them", name=person.name),
            field="for",
        )
    target, under = mine
    wanted = _chosen(live, whole, units) if units else under
    if outside := sorted(unit.title for unit in whole.units if unit.unit_id in wanted - under):
        raise Refused(
            phrase("{name} does not supervise {unit}", name=person.name, unit=outside[0]), field="unit"
        )
    report = whole.under(wanted)
    if is_empty(report):
        raise Refused(
            phrase("nothing is overdue and nothing is soon due there; an empty summary is not sent")
        )
    found = about_overdue(session, live, texts, report, target, send_at=now, waits=True)
    return Prepared(target, report, found)


def draft_now(
    session: Session, live: Live, texts: Texts, *, person_id: int, units: Sequence[str] = (), by: int | None, now: datetime,
    shown_digest: str | None = None, release: bool = False, how: How = "cli",
) -> int:  # fmt: skip
    """Draft it and return the message's number; `release` it at once, or leave it to the desk. Only the desk may.

    Raise Refused as `prepare`, and if it has changed since it was shown (`shown_digest`).
    """
    if not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only the clerk releases messages or holds them back"))
    ready = prepare(session, live, texts, person_id=person_id, units=units, now=now)
    if shown_digest is not None and shown_digest != ready.digest:
        raise Refused(phrase("the message has changed meanwhile; please read it again"))
    # Whoever drafts for the same reader at the same moment waits here, and then finds the other's draft to supersede.
    session.get_one(RecipientRow, ready.target.recipient_id, with_for_update={"key_share": True})
    supersede(session, [ready.target.recipient_id], lane=NOW)
    key = _free_key(session, ready.target.recipient_id, now)
    message = put(session, live, ready.found, ready.target, key=key, lane=NOW, send_at=now, now=now)
    if release and message.state == Message.HELD:
        message.state, message.released_by = Message.QUEUED, by
    act = "summary-release" if release else "summary-draft"
    note(
        session, actor=actor(by, how), act=act, subject_kind="message", subject_id=message.id, at=now,
        units=[unit.key for unit in ready.report.units],
    )  # fmt: skip
    session.flush()
    return message.id


def _free_key(session: Session, recipient_id: int, now: datetime) -> str:
    """A name for the notice: the moment, and a number if it is the second one of that moment."""
    base = f"now@{now.strftime('%Y%m%dT%H%M%S.%f')}"
    taken = select(NoticeRow.key).where(
        NoticeRow.kind == KIND, NoticeRow.recipient_id == recipient_id, NoticeRow.key.startswith(base)
    )
    return f"{base}.{len(session.scalars(taken).all())}"


def _targets(
    session: Session, live: Live, report: OverdueReport, *, now: datetime
) -> dict[int, tuple[Target, set[int]]]:
    """By person: where a summary goes, and the units under them by any post and by the roles that the office's summaries go to."""
    roles = {to for summary in live.office.summaries for to in summary.to if to not in SUPERVISORS}
    found = told(session, [*sorted(SUPERVISORS), *sorted(roles)], report, now=now)
    ids = [recipient for recipient, _ in found]
    query = (
        select(RecipientRow.id, PersonRow)
        .join(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(RecipientRow.id.in_(ids))
    )
    people = dict(session.execute(query).all())
    targets: dict[int, tuple[Target, set[int]]] = {}
    for (recipient_id, channel_id), units in found.items():
        person = people[recipient_id]
        first, before = targets.get(person.id, (Target(recipient_id, channel_id, person), set()))
        targets[person.id] = (first, before | units)
    return targets


def _chosen(live: Live, report: OverdueReport, names: Sequence[str]) -> set[int]:
    """The ids of units named by id or title, and of all below them. Raise Refused for a name of none."""
    keys: set[str] = set()
    for name in names:
        if not live.office.has_unit(name):
            raise Refused(phrase("there is no unit '{name}'", name=name), field="unit")
        keys |= set(live.office.units_below(live.office.unit(name)))
    return {unit.unit_id for unit in report.units if unit.key in keys and unit.unit_id is not None}
