"""Rungs to instants: when to tell whom about one part of an occurrence.

Rungs before an anchor count or roll back to working days, so that a holiday never swallows one; rungs on or after it wait for
the next. A rung after an anchor never fires before the anchor's own instant.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import assert_never

from schedules.day_step import DAY_ANCHORS, day_step
from schedules.grammar import Cron, Dated, Expiry, OwnRungs, Remind, Rung, Schedule, UseLadder
from schedules.instants import end_of_day, instant
from schedules.office import OfficeSpec
from schedules.periods import quota_period
from schedules.posts import GROUP, audience, audiences
from schedules.quota import full_target, milestone
from schedules.rung_at import Anchor, RungAt
from schedules.rung_series import after, decorated, repeated_name, signature_name, tellings, unsigned_name
from schedules.rung_words import label_of
from schedules.sending import first_sending, sending_day_from, sending_day_to
from schedules.terms import SUB_DAY, first_day, last_day
from schedules.words import Words

__all__ = [
    "CHILD", "INTERNAL", "MAKE_UP", "MILESTONE", "RECORD", "Anchor", "RungAt", "Told", "anchors_of", "belongs", "fitting_ladder",
    "has_clock", "ladder", "place", "rung_day", "rung_instant", "rung_key", "rungs_of", "timeline",
]  # fmt: skip

CHILD, RECORD, MAKE_UP, MILESTONE, INTERNAL = "child", "record", "make_up", "milestone", "internal"
_RELEASED_BY_CLERK = frozenset({"deputy-leader", "leader"})


def ladder(schedule: Schedule, office: OfficeSpec, *, of_children: bool = False) -> tuple[Rung, ...]:
    """The rungs of a schedule: its own, those of the ladder it names, or those of the ladder that fits it."""
    children = schedule.children
    remind: Remind | None = (children.remind if children else None) if of_children else schedule.remind
    match remind:
        case OwnRungs():
            return remind.rungs
        case UseLadder():
            rungs, to = office.file.ladders.get(remind.use, ()), remind.to
            if to is None:
                return rungs
            return tuple(r.model_copy(update={"to": to}) if r.to == ("assignee",) else r for r in rungs)
        case None:
            return office.file.ladders.get(fitting_ladder(schedule, of_children=of_children), ())
        case _ as never:
            assert_never(never)


def fitting_ladder(schedule: Schedule, *, of_children: bool = False) -> str:
    """The name of the ladder for a schedule that says nothing about reminders."""
    if of_children:
        return "monthly-task"
    if schedule.done_through_attendance:
        return "weekly"
    if isinstance(schedule.when, Expiry):
        return "certificate"
    if isinstance(schedule.when, Dated) and schedule.when.held and {"plan", "report"} & schedule.steps.keys():
        return "activity"
    return "statute" if schedule.rests_on_law else "monthly-task"


def anchors_of(schedule: Schedule, *, of_children: bool = False) -> tuple[str, ...]:
    """The anchors that rungs of this schedule may name."""
    names = ["due", "open"]
    if of_children:
        return tuple(names)
    if isinstance(schedule.when, Dated):
        names += [*(["start"] if has_clock(schedule.when) else []), *DAY_ANCHORS]
    if isinstance(schedule.when, Expiry):
        names.append("expiry")
    if schedule.done_through_attendance:
        names += ["recorded", MAKE_UP]
    if full_target(schedule.done) is not None and schedule.milestones:
        names.append(MILESTONE)
    if any(step.internal for step in schedule.steps.values()):
        names.append(INTERNAL)
    return (*names, *(key for key, step in schedule.steps.items() if step.wait is None))


def has_clock(when: Dated) -> bool:
    """Whether the rule says at what time of day it begins."""
    return when.time is not None or isinstance(when, Cron)


def belongs(schedule: Schedule, part: str, anchor: str) -> bool:
    """Whether a rung with this anchor speaks of this part. See `parts.py` for the parts."""
    if part == CHILD:
        return anchor in ("due", "open")
    if schedule.done_through_attendance:
        return part == (MAKE_UP if anchor in ("recorded", MAKE_UP) else RECORD)
    if anchor in schedule.steps:
        return part == anchor
    if anchor in DAY_ANCHORS and schedule.steps:
        return part == day_step(schedule)
    if not schedule.steps or isinstance(schedule.when, Expiry):
        return part == ""
    return part == next(iter(schedule.steps)) if anchor == "start" else part in schedule.steps


@dataclass(frozen=True, slots=True)
class Told:
    """A rung of one part with what does not depend on the occurrence: whom it tells, its identity and its words."""

    rung: Rung
    anchor: str
    to: tuple[str, ...]
    key: str
    label: Words
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """One telling of a rung at its place: which repeat, or the climb for want of a signature, and whom it tells."""

    at: datetime
    told: Told
    name: str
    anchor: Anchor
    threshold: int | None
    to: str
    count: int = 1
    climbs: bool = False


def rungs_of(schedule: Schedule, part: str, office: OfficeSpec) -> tuple[Told, ...]:
    """The rungs that speak of a part."""
    found = [
        rung
        for rung in ladder(schedule, office, of_children=part == CHILD)
        if belongs(schedule, part, rung.anchor)
    ]
    titles = {key: step.title for key, step in schedule.steps.items()}
    return tuple(
        Told(
            rung,
            rung.anchor,
            audiences(schedule, rung),
            rung_key(rung, rung.anchor, office),
            label_of(rung, rung.anchor, titles.get(rung.anchor)),
            tuple(audience(schedule, name) for name in rung.acknowledge.otherwise)
            if rung.acknowledge
            else (),
        )
        for rung in found
    )


def timeline(
    schedule: Schedule,
    part: str,
    anchors: Mapping[str, Anchor],
    office: OfficeSpec,
    *,
    opens_at: datetime,
    target: int | None = None,
    full: int | None = None,
) -> tuple[RungAt, ...]:
    """The rungs of a part, in order. Anchors that are not known yet have no rungs yet; milestones come from the year of `due`.

    `target` of `full` hundredths: what this party owes of the whole figure; what it is excused from is excused from the
    milestones first.
    """
    told = rungs_of(schedule, part, office)
    return place(schedule, told, anchors, office, opens_at=opens_at, target=target, full=full)


def place(
    schedule: Schedule,
    told: Sequence[Told],
    anchors: Mapping[str, Anchor],
    office: OfficeSpec,
    *,
    opens_at: datetime,
    target: int | None = None,
    full: int | None = None,
) -> tuple[RungAt, ...]:
    """As `timeline`, for rungs that were looked up before."""
    found: list[Placed] = []
    known = {*anchors, "open", MILESTONE}
    for each in told:
        if each.anchor not in known:
            continue
        for name, anchor, threshold in _places(schedule, each, anchors, office, opens_at, target, full):
            at = rung_instant(each.rung, anchor, office, opens_at=opens_at)
            for count, moment in tellings(each.rung, at, until=anchor.at, office=office):
                found += [Placed(moment, each, name, anchor, threshold, to, count) for to in each.to]
            if each.rung.acknowledge is not None:
                climb = after(at, each.rung.acknowledge.within, office)
                found += [
                    Placed(climb, each, name, anchor, threshold, to, climbs=True) for to in each.otherwise
                ]
    found.sort(key=lambda each: each.at)
    return tuple(_rung_at(no, each, office) for no, each in enumerate(found))


def _places(
    schedule: Schedule, told: Told, anchors: Mapping[str, Anchor], office: OfficeSpec,
    opens_at: datetime, target: int | None, full: int | None,
) -> Iterator[tuple[str, Anchor, int | None]]:  # fmt: skip
    """The anchors a rung stands for, with the figure that has to be reached there."""
    rung = told.rung
    if told.anchor == MILESTONE:
        excused = (full or 0) - (target or 0) if target is not None else 0
        last = anchors["due"].on if "due" in anchors else opens_at.astimezone(office.tz).date()
        period = quota_period(schedule, last)
        for number, each in enumerate(schedule.milestones):
            threshold = milestone(schedule, number) - excused
            day = period.milestone(each)
            if threshold > 0 and day is not None:
                yield (
                    f"{MILESTONE}:{day:%m-%d}",
                    Anchor(day, end_of_day(day, office.tz)),
                    threshold if rung.when_behind else None,
                )
    elif told.anchor == "open":
        yield "open", Anchor(opens_at.astimezone(office.tz).date(), opens_at), None
    elif not (rung.when_behind and target == 0):
        yield told.anchor, anchors[told.anchor], target if rung.when_behind else None


def rung_instant(rung: Rung, anchor: Anchor, office: OfficeSpec, *, opens_at: datetime) -> datetime:
    """When a rung fires."""
    if rung.at == "open":
        return first_sending(opens_at, office, clocks=(rung.time,) if rung.time else ())
    if rung.by is not None and rung.by.unit in SUB_DAY:
        span = timedelta(hours=rung.by.n) if rung.by.unit == "hours" else timedelta(minutes=rung.by.n)
        return anchor.at - span if rung.before else anchor.at + span
    at = instant(rung_day(rung, anchor.on, office), rung.time or office.file.sending[0], office.tz)
    if rung.after and at < anchor.at:
        return first_sending(anchor.at, office, clocks=(rung.time,) if rung.time else ())
    return at


def rung_day(rung: Rung, anchor_on: date, office: OfficeSpec) -> date:
    """The day of a rung that is counted in days or longer."""
    if rung.before:
        return sending_day_to(
            first_day(anchor_on, rung.by, office.calendar) if rung.by else anchor_on, office
        )
    return sending_day_from(last_day(anchor_on, rung.by, office.calendar) if rung.by else anchor_on, office)


def _rung_at(no: int, placed: Placed, office: OfficeSpec) -> RungAt:
    told, rung, to = placed.told, placed.told.rung, placed.to
    as_list = rung.as_ == "list" and not placed.climbs
    held = to in _RELEASED_BY_CLERK or (to == GROUP and as_list)
    plain = placed.name == told.anchor
    base = told.key if plain else rung_key(rung, placed.name, office)
    label = told.label if plain else label_of(rung, placed.name, None)
    signature = signature_name(base, told.to) if rung.acknowledge else None
    own = unsigned_name(signature) if placed.climbs and signature else repeated_name(base, placed.count)
    again = placed.climbs or (placed.count > 1 and rung.phase == "open")  # no news of an opening any more
    return RungAt(
        no=no, at=placed.at, key=f"{own} -> {to}", to=to, threshold=placed.threshold,
        release=(rung.release if not placed.climbs else None) or ("clerk" if held else "auto"), as_list=as_list,
        text=None if placed.climbs else rung.text, channel=None if placed.climbs else rung.channel, anchor=placed.name,
        anchor_on=placed.anchor.on, phase="after" if again else rung.phase,
        label=decorated(label, rung, office, count=placed.count, climbs=placed.climbs), notice=None if placed.climbs else rung.notice,
        urgent=rung.urgent,
        asks=None if placed.climbs else signature, unless=signature if placed.climbs else None,
        within=rung.acknowledge.within if placed.climbs and rung.acknowledge else None,
    )  # fmt: skip


def rung_key(rung: Rung, anchor: str, office: OfficeSpec) -> str:
    """The identity of a rung whatever its place in the ladder: its `id`, or its offset and time."""
    if rung.id:
        return f"{rung.id} {anchor}" if anchor.startswith(MILESTONE) else rung.id
    clock: time = rung.time or office.file.sending[0]
    words = [
        rung.phase,
        *([anchor] if rung.phase != "open" else []),
        *([str(rung.by)] if rung.by else []),
        f"{clock:%H:%M}",
    ]
    return " ".join(words)
