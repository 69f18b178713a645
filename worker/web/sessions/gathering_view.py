"""What stands beside a session record: the check-in and its times, requests for leave, what to look at, sheets."""

from dataclasses import dataclass

from models.queries import gatherings
from models.queries.gatherings import Counts, Leave
from models.queries.pages import DutyRow
from tasks.gatherings.check_in import GRACE, LASTS, OPENS_BEFORE, USUAL_GRACE, USUAL_LENGTH, is_open
from worker.web.sessions.host import Host
from worker.web.site import View

STATES = ("asked", "granted", "refused")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for leave as shown."""

    name: str
    unit: str
    reason: str
    at: str
    state: str
    words: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """`state` of the check-in: early, ready, open, closed, over, or recorded. `graces`, `lengths`: minutes and words."""

    begun: bool
    state: str
    from_clock: str
    span: str
    late_from: str
    counts: Counts
    graces: list[tuple[int, str, bool]]
    lengths: list[tuple[int, str, bool]]
    leaves: list[Asked]
    waiting: int
    bound_here: str
    second: list[tuple[str, str]]
    host: Host


def beside(view: View, row: DutyRow, host: Host) -> Beside:
    """Read it all for one gathering."""
    occurrence, starts = row.occurrence, row.occurrence.starts_at or row.occurrence.opens_at
    check_in = gatherings.check_in_of(view.session, occurrence.id)
    found, state = gatherings.leaves(view.session, occurrence.id), _state(view, row)
    opened = check_in.opened_at if check_in is not None else None
    minutes = (
        int((check_in.late_from - starts).total_seconds() // 60) if check_in is not None else USUAL_GRACE,
        int((check_in.closes_at - starts).total_seconds() // 60) if check_in is not None else USUAL_LENGTH,
    )
    return Beside(
        begun=view.now >= starts, state=state, from_clock=view.d.clock(starts - OPENS_BEFORE),
        span=view.d._("{first}–{last}", first=view.d.clock(check_in.opened_at), last=view.d.clock(check_in.closes_at))
        if check_in else "",
        late_from=view.d.clock(check_in.late_from) if check_in else "",
        counts=gatherings.counts(view.session, occurrence.id, occurrence.held_on),
        graces=[(n, view.d._("{n} minutes", n=n) if n else view.d.gettext("none"), n == minutes[0]) for n in GRACE],
        lengths=[(n, _length(view, row, n), n == minutes[1]) for n in LASTS],
        leaves=[_asked(view, host, each) for each in found],
        waiting=sum(each.row.state == "asked" for each in found if state != "recorded"),
        bound_here="、".join(gatherings.bound_here(view.session, occurrence.id, opened)) if opened else "",
        second=gatherings.second_persons(view.session, occurrence.id) if opened else [], host=host,
    )  # fmt: skip


def _length(view: View, row: DutyRow, minutes: int) -> str:
    starts = row.occurrence.starts_at or row.occurrence.opens_at
    return view.d.clock(starts + minutes * (OPENS_BEFORE / 60))


def _state(view: View, row: DutyRow) -> str:
    check_in = gatherings.check_in_of(view.session, row.occurrence.id)
    starts = row.occurrence.starts_at or row.occurrence.opens_at
    if row.obligation.state != "open":
        return "recorded"
    if is_open(check_in, view.now):
        return "open"
    if view.now < starts - OPENS_BEFORE:
        return "early"
    if view.now >= starts + max(LASTS) * (OPENS_BEFORE / 60):
        return "over"
    return "closed" if check_in is not None else "ready"


def _asked(view: View, host: Host, each: Leave) -> Asked:
    row = each.row
    return Asked(
        each.name, each.unit, row.reason, view.d.short_instant(row.asked_at), row.state, row.words or "",
        host.url("leave", person_id=row.person_id),
    )  # fmt: skip
