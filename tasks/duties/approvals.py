"""What is handed in asks those who may agree, and takes effect once they have: what follows opens then, not before."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, EvidenceRow
from models.queries.duties import told_of
from schedules.approval import approval_rungs
from schedules.grammar import ByPeople, Schedule
from schedules.words import phrase
from tasks.delivery.tell import Saying, tell_of_duty
from tasks.duties import feeding
from tasks.duties.duty import Duty
from tasks.duties.following import open_following, pause_while_pending
from tasks.live import Live
from tasks.roster.renew import renew_from_evidence
from tasks.timelines import set_timeline


def approving_role(schedule: Schedule, part: str) -> str | None:
    """The role that has to agree that a part is done, if one has to."""
    if part == "child":
        closing = schedule.children.closed_by if schedule.children else None
        return closing.approve.role if closing else None
    step = schedule.steps.get(part)
    if step is not None:
        return step.approve.role if step.approve else None
    done = schedule.done
    if isinstance(done, ByPeople) and done.approve is not None and part == "":
        return done.approve.role
    return None


def ask_for_approval(session: Session, live: Live, duty: Duty, *, now: datetime) -> None:
    """Point the cursor of what was handed in at the rungs that tell those who may agree."""
    role = approving_role(duty.schedule, duty.part)
    if role is None:
        return
    count = session.scalar(
        select(func.count()).select_from(ConfirmationRow).where(ConfirmationRow.obligation_id == duty.row.id)
    )
    rungs = approval_rungs(role, record=count or 1, since=now, office=live.office)
    duty.row.approval_id = set_timeline(session, rungs)
    duty.row.next_no, duty.row.next_at = rungs[0].no, rungs[0].at


def take_effect(session: Session, live: Live, duty: Duty, record: ConfirmationRow, *, now: datetime) -> None:
    """Do what follows from a record: its figures and entries, the new certificate, the silence, the steps that come after."""
    feeding.accepted(session, live, duty, record, now=now)
    values: dict[str, list[str]] = defaultdict(list)
    rows = select(EvidenceRow.name, EvidenceRow.value).where(EvidenceRow.confirmation_id == record.id)
    for name, value in session.execute(rows.order_by(EvidenceRow.id)):
        if value is not None:
            values[name].append(value)
    renew_from_evidence(session, live, duty, values, now=now)
    pause_while_pending(session, live, duty, record.done_on)
    open_following(session, live, duty.occurrence, duty.schedule, now=now)


def tell_given_back(
    session: Session, live: Live, duty: Duty, record: ConfirmationRow | None, reason: str, *, now: datetime
) -> None:
    """Tell whoever handed it in, and those who owe it, that it came back, and why."""
    people = set(told_of(session, duty.row.party_id, now=now))
    if record is not None and record.by_id is not None:
        people.add(record.by_id)
    again = phrase(
        "{title} was given back. Reason: {reason}. Please put it right and record it again.",
        title=duty.name,
        reason=reason,
    )
    look = phrase(
        "{title} was given back. Open it to read why, put it right and record it again.",
        title=duty.public_name,
    )
    tell_of_duty(
        session, live, privacy=duty.schedule.privacy, kind="given-back", key=f"{duty.row.id}@{duty.row.epoch}", people=people, now=now,
        full=Saying(phrase("Given back: {title}", title=duty.name), lambda _: [again]),
        public=Saying(phrase("Given back: {title}", title=duty.public_name), lambda _: [look]),
    )  # fmt: skip
