"""Who may do what to a duty that somebody else owes. The one place where that is decided.

Supervisors are the head of the unit that owes, its 分管领导, and those above.

| act | clerk | 主要领导 | supervisors |
|---|---|---|---|
| urge 催办, excuse 改记请假, give back 退回, reassign 转办 | every duty | every duty | of their units; reassigning within them |
| extend 延期 | every duty | every duty | where the schedule names them as who agrees |
| close 销号 | every duty | every duty | where the schedule names them as who agrees |
| waive 豁免 | every duty | every duty | no |
| start a chain by an event 立项 | yes | yes | where everybody whom the event names is of their units |

Nobody but the clerk does any of this to a duty of their own, except to close it where the schedule names them; what is sealed is for
the clerk and the leader. Whoever the schedule names as agreeing has that right in any unit. The shell (no person) is the desk.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import PartyRow, PersonRow, UnitRow
from models.queries.duties import stands_for
from models.queries.pages import units_under
from schedules.errors import Refused
from schedules.grammar import EventField
from schedules.words import Words, phrase
from tasks.duties.approvals import approving_role
from tasks.duties.duty import Duty, agrees, is_clerk, owes
from tasks.live import Live

Act = Literal["urge", "excuse", "give-back", "reassign", "extend", "close", "waive"]
SUPERVISING: frozenset[Act] = frozenset({"urge", "excuse", "give-back", "reassign"})
NOBODY_ELSE: Mapping[Act, Words] = {
    "urge": phrase("only the clerk, the leader or who supervises the unit urges it"),
    "excuse": phrase("only the clerk, the leader or who supervises the unit excuses an absence"),
    "give-back": phrase("only the clerk, the leader or who supervises the unit gives it back"),
    "reassign": phrase("only the clerk, the leader or who supervises the unit hands a duty over"),
    "extend": phrase("only the clerk, the leader or who agrees to it sets another day"),
    "close": phrase("only the clerk, the leader or who agrees to it closes it"),
    "waive": phrase("only the clerk or the leader can excuse somebody from a duty"),
}


def may(session: Session, live: Live, duty: Duty, act: Act, by: int | None, *, now: datetime) -> bool:
    """Whether a person may do that to a duty at `now`; `by` None is the shell."""
    today = live.today(now)
    if by is None or is_clerk(session, live, by, on=today):
        return True
    if _gone(session, by, on=today):
        return False
    agreeing = any(agrees(session, live, role, duty.party, by, now=now) for role in _agreeing(duty, act))
    if agreeing and act == "close":
        return True
    own = owes(session, duty, by, on=today) or stands_for(
        session, party_id=duty.party.id, person_id=by, now=now
    )
    if own:
        return False
    if agreeing or is_leader(session, live, by):
        return True
    within = duty.party.unit_id is not None and duty.party.unit_id in units_under(session, by)
    return act in SUPERVISING and duty.schedule.privacy != "sealed" and within


def require(session: Session, live: Live, duty: Duty, act: Act, by: int | None, *, now: datetime) -> None:
    """Raise Refused unless that person may do it."""
    if not may(session, live, duty, act, by, now=now):
        raise Refused(NOBODY_ELSE[act])


def may_give_to(session: Session, live: Live, party: PartyRow, by: int | None, *, now: datetime) -> bool:
    """Whether a person may hand a duty over to that party: the clerk and the leader to any, others within their units."""
    if by is None or is_clerk(session, live, by, on=live.today(now)) or is_leader(session, live, by):
        return True
    return party.unit_id is not None and party.unit_id in units_under(session, by)


def may_start(
    session: Session, live: Live, fields: Mapping[str, EventField], given: Mapping[str, Sequence[str]], by: int | None, *,
    now: datetime,
) -> bool:  # fmt: skip
    """Whether a person may record an event with these fields: the clerk and the leader any, others one that names people or units, all of
    their own units.
    """
    if by is None or is_clerk(session, live, by, on=live.today(now)) or is_leader(session, live, by):
        return True
    under = units_under(session, by)
    named: list[int | None] = []
    for name, field in fields.items():
        keys = [key for key in given.get(name, ()) if key]
        if field.kind == "unit":
            known = [live.office.unit(key) if live.office.has_unit(key) else key for key in keys]
            found = dict(session.execute(select(UnitRow.key, UnitRow.id).where(UnitRow.key.in_(known))).all())
            named += [found.get(key) for key in known]
        elif field.kind in ("person", "people"):
            people = select(PersonRow.key, PersonRow.unit_id).where(PersonRow.key.in_(keys))
            of = dict(session.execute(people).all())
            named += [of.get(key) for key in keys]
    return bool(named) and all(unit in under for unit in named)


def is_leader(session: Session, live: Live, person_id: int | None) -> bool:
    """Whether this is the 主要领导 of the office."""
    post = live.office.file.posts.get("leader")
    if post is None or person_id is None:
        return False
    return session.scalar(select(PersonRow.key).where(PersonRow.id == person_id)) == post.person


def _agreeing(duty: Duty, act: Act) -> tuple[str, ...]:
    """The roles that the schedule names for it."""
    approving = approving_role(duty.schedule, duty.part)
    if act == "close":
        return (approving,) if approving else ()
    if act != "extend":
        return ()
    step = duty.schedule.steps.get(duty.part)
    longer = step.extend.approve.role if step and step.extend and step.extend.approve else None
    return tuple(role for role in (longer or approving,) if role)


def _gone(session: Session, person_id: int, *, on: date) -> bool:
    left = session.scalar(select(PersonRow.left_on).where(PersonRow.id == person_id))
    return left is not None and left <= on
