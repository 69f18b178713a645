"""Who answers for which units: whom a summary tells about them, and what the page behind its link may show to whom."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models.queries import summaries as queries
from tasks.delivery.payloads import SUPERVISORS
from tasks.live import Live
from tasks.reporting.overdue import OverdueReport

Target = tuple[int, int]  # a recipient's id and a channel's


def told(
    session: Session, to: Sequence[str], report: OverdueReport, *, now: datetime
) -> Mapping[Target, set[int]]:
    """The unit ids that each recipient named by `to` is told about.

    Heads see their own unit and those below it, 分管领导 the units whose leader they are, 主要领导 and roles all.
    """
    below = _below(
        {unit.unit_id: unit.parent_id for unit in report.units if unit.unit_id is not None},
        queries.parents(session),
    )
    everything = set(below)
    found: dict[Target, set[int]] = defaultdict(set)
    posts = [each for each in to if each in SUPERVISORS]
    for unit_id, to_kind, recipient_id, channel_id in queries.supervisors(session, posts, now=now):
        seen = {
            "unit-head": below.get(unit_id, set()),
            "deputy-leader": {unit_id} & everything,
            "leader": everything,
        }
        found[(recipient_id, channel_id)] |= seen[to_kind]
    roles = [each.removeprefix("role:") for each in to if each not in SUPERVISORS]
    for recipient_id, channel_id in queries.role_holders(session, roles, now=now):
        found[(recipient_id, channel_id)] |= everything
    return {target: units for target, units in sorted(found.items()) if units}


def units_of(
    session: Session, live: Live, report: OverdueReport, person_id: int, *, now: datetime
) -> set[int]:
    """The unit ids under a person by any post, and by the roles that the office's summaries go to."""
    roles = {to for summary in live.office.summaries for to in summary.to if to not in SUPERVISORS}
    recipient = queries.recipient_of(session, person_id)
    return {
        unit
        for (recipient_id, _), units in told(session, [*SUPERVISORS, *sorted(roles)], report, now=now).items()
        if recipient_id == recipient
        for unit in units
    }


def _below(shown: Mapping[int, int | None], parents: Mapping[int, int | None]) -> dict[int, set[int]]:
    """For each shown unit the shown units at or below it."""
    below: dict[int, set[int]] = {unit: set() for unit in shown}
    for unit in shown:
        above: int | None = unit
        while above is not None:
            below.setdefault(above, set()).add(unit)
            above = parents.get(above)
    return {unit: inside for unit, inside in below.items() if unit in shown}
