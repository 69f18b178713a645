"""The office with what is on record of it: certificates, what people completed, and what was decided by hand.

When something comes round is decided by the rules and by these; the preview of the running office and the opening read the same.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import OccurrenceOverrideRow, ScheduleRow
from schedules.office import OfficeSpec
from schedules.overrides import Action, Override
from tasks.roster.people import with_records

PERSONAL = "anniversary"  # the kind of schedules that each person owes by a date of their own


def as_recorded(session: Session, office: OfficeSpec) -> OfficeSpec:
    """The office as the rules have to see it now."""
    return replace(
        with_records(session, office), completions=completions(session), overrides=overrides(session)
    )


def as_applied(session: Session, office: OfficeSpec) -> OfficeSpec:
    """The same once these files are in force: with the certificates that only they have."""
    recorded = as_recorded(session, office)
    known = {(each.kind, each.number, each.expires_on) for each in recorded.credentials}
    added = (each for each in office.credentials if (each.kind, each.number, each.expires_on) not in known)
    return replace(recorded, credentials=(*recorded.credentials, *added))


def completions(session: Session) -> Mapping[str, Mapping[str, date]]:
    """By schedule and person, the day on which the person last completed what comes round from there."""
    query = (
        select(ScheduleRow.key, OccurrenceRow.subject, func.max(ObligationRow.done_on))
        .join(OccurrenceRow, OccurrenceRow.schedule_id == ScheduleRow.id)
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .where(ScheduleRow.kind == PERSONAL, OccurrenceRow.state == "closed", ObligationRow.state == "done")
        .group_by(ScheduleRow.key, OccurrenceRow.subject)
    )
    found: dict[str, dict[str, date]] = defaultdict(dict)
    for schedule, person, day in session.execute(query):
        if person is not None and day is not None:
            found[schedule][person] = day
    return found


def overrides(session: Session) -> Mapping[str, tuple[Override, ...]]:
    """By schedule, what was moved or skipped by hand."""
    query = (
        select(ScheduleRow.key, OccurrenceOverrideRow)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceOverrideRow.schedule_id)
        .order_by(OccurrenceOverrideRow.schedule_id, OccurrenceOverrideRow.key, OccurrenceOverrideRow.seq)
    )
    found: dict[str, dict[str, Override]] = defaultdict(dict)
    for schedule, row in session.execute(query):  # of several decisions about one the last stays
        action: Action = "move" if row.action == "move" else "skip"
        found[schedule][row.key] = Override(
            key=row.key, action=action, rule_on=row.rule_on, to=row.to_date, reason=row.reason
        )
    return {schedule: tuple(decisions.values()) for schedule, decisions in found.items()}
