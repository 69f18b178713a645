"""Whether the steps of a schedule fit together: what they follow, the dates they count from, their gates, and no circles."""

from collections.abc import Iterator

from schedules.chain import result_field
from schedules.conditions import Condition
from schedules.day_step import DAY_ANCHORS
from schedules.grammar import (
    EVENT,
    HANDLERS,
    Dated,
    DueAt,
    Event,
    Expiry,
    RelativeDue,
    RoleExcept,
    Schedule,
    Step,
    Window,
)
from schedules.problems import nearest
from schedules.references import Path, Remark
from schedules.words import phrase

RESERVED = (
    *DAY_ANCHORS,
    "due", "start", "expiry", "open", "window", "recorded", "make_up", "milestone", "record", "child", "children", "event", "internal",
)  # fmt: skip


def step_coherence(schedule: Schedule) -> Iterator[Remark]:
    """Everything in the steps that contradicts itself."""
    for key, step in schedule.steps.items():
        path: Path = ("steps", key)
        yield from _after(schedule, step, path)
        yield from _due(schedule, step, path)
        yield from _owner(schedule, step, path)
        yield from _gates(schedule, step, path)
        if step.if_ is not None:
            yield from _condition(schedule, key, step.if_, (*path, "if"))
        if step.extend is not None and step.extend.once.n == 0:
            yield Remark((*path, "extend", "once"), phrase("an extension of 0 gives nothing"))
        if key in RESERVED:
            what = phrase("'{name}' has a meaning of its own; give the step another name", name=key)
            yield Remark(path, what)
    yield from _circles(schedule)


def no_step(path: Path, name: str, schedule: Schedule) -> Remark:
    """Say that there is no such step, and which one may be meant."""
    return Remark(path, phrase("there is no step '{name}'", name=name), nearest(name, schedule.steps))


def _after(schedule: Schedule, step: Step, path: Path) -> Iterator[Remark]:
    if step.after is None:
        return
    unknown = [name for name in step.after.names if name not in schedule.steps and name != EVENT]
    yield from (no_step((*path, "after"), name, schedule) for name in unknown)
    if EVENT in step.after.names and not isinstance(schedule.when, Event):
        what = phrase("'{key}' only goes with '{other}'", key=EVENT, other="when: {event: …}")
        yield Remark((*path, "after"), what)
    single = step.after.single
    if step.from_ is not None and single == EVENT and isinstance(schedule.when, Event):
        dates = [name for name, field in schedule.when.fields.items() if field.kind == "date"]
        if step.from_ not in dates:
            what = phrase("the event records no date '{name}'", name=step.from_)
            yield Remark((*path, "from"), what, nearest(step.from_, dates))
    elif step.from_ is not None and single in schedule.steps and single is not None:
        dates = [name for name, field in schedule.steps[single].evidence.items() if field.kind == "date"]
        if step.from_ not in dates:
            what = phrase("step '{step}' records no date '{name}'", step=single, name=step.from_)
            yield Remark((*path, "from"), what, nearest(step.from_, dates))


def _due(schedule: Schedule, step: Step, path: Path) -> Iterator[Remark]:
    if isinstance(step.due, RelativeDue):
        known = (
            *schedule.steps,
            "due",
            *(["start", *DAY_ANCHORS] if isinstance(schedule.when, Dated) else []),
        )
        known = (*known, *(["expiry"] if isinstance(schedule.when, Expiry) else []))
        side = "before" if step.due.before else "after"
        if step.due.anchor not in known:
            what = phrase("'{name}' is nothing to count from here", name=step.due.anchor)
            yield Remark((*path, "due", side), what, nearest(step.due.anchor, known))
        elif step.due.anchor in schedule.steps and schedule.steps[step.due.anchor].due is None:
            what = phrase(
                "step '{name}' has no day of its own before another step is done", name=step.due.anchor
            )
            yield Remark((*path, "due", side), what)
    fits = {"window": isinstance(schedule.when, Window), "expiry": isinstance(schedule.when, Expiry)}
    fits |= dict.fromkeys(DAY_ANCHORS, isinstance(schedule.when, Dated))
    if isinstance(step.due, DueAt) and not fits.get(step.due.at, True):
        yield Remark(
            (*path, "due"), phrase("'{name}' is nothing to count from here", name=step.due.at), "due"
        )


def _owner(schedule: Schedule, step: Step, path: Path) -> Iterator[Remark]:
    who = schedule.who
    needed = {"assist": who.assist, "responsible": who.responsible, HANDLERS: who.from_event}
    if isinstance(step.owed_by, str) and needed[step.owed_by] is None:
        key = "from_event" if step.owed_by == HANDLERS else step.owed_by
        yield Remark((*path, "owed_by"), phrase("'who' has no '{key}'", key=key))
    if isinstance(step.owed_by, RoleExcept) and step.owed_by.but and who.from_event is None:
        yield Remark((*path, "owed_by", "not"), phrase("'who' has no '{key}'", key="from_event"))


def _gates(schedule: Schedule, step: Step, path: Path) -> Iterator[Remark]:
    for index, gate in enumerate(step.gate):
        here = (*path, "gate", index)
        first = schedule.steps.get(gate.step)
        if first is None:
            yield no_step(here, gate.step, schedule)
        elif gate.result is not None:
            name = result_field(first)
            options = first.evidence[name].options if name else ()
            if gate.result not in options:
                what = phrase("step '{step}' cannot end with '{result}'", step=gate.step, result=gate.result)
                yield Remark(here, what, "、".join(options) or None)


def _condition(schedule: Schedule, key: str, condition: Condition, path: Path) -> Iterator[Remark]:
    step, dot, _ = condition.field.partition(".")
    if dot and step in schedule.steps and step != key:
        known: tuple[str, ...] = tuple(f"{step}.{field}" for field in schedule.steps[step].evidence)
    else:
        known = tuple(schedule.when.fields) if isinstance(schedule.when, Event) else ()
        known += tuple(
            f"{other}.{field}"
            for other, each in schedule.steps.items()
            if other != key
            for field in each.evidence
        )
    if condition.field not in known:
        what = phrase("nothing records '{name}'", name=condition.field)
        yield Remark(path, what, nearest(condition.field, known))


def _circles(schedule: Schedule) -> Iterator[Remark]:
    """Each circle once, told at its first step."""
    told: set[frozenset[str]] = set()
    for key in schedule.steps:
        chain = _way_back(schedule, key)
        if chain and frozenset(chain) not in told:
            told.add(frozenset(chain))
            what = phrase("steps wait for each other in a circle: {chain}", chain=" → ".join([*chain, key]))
            yield Remark(("steps", key), what)


def _way_back(schedule: Schedule, key: str) -> list[str]:
    """The shortest way along what steps wait for that leads from a step back to it; empty if there is none."""
    ways: list[list[str]] = [[key]]
    seen: set[str] = set()
    for way in ways:
        for name in waits_for(schedule, way[-1]):
            if name == key:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def waits_for(schedule: Schedule, key: str) -> tuple[str, ...]:
    """The steps that a step cannot come before: what it follows, its gates, what its due day or its condition hangs on."""
    step = schedule.steps[key]
    names = [*(step.after.names if step.after else ()), *(gate.step for gate in step.gate)]
    names += [step.due.anchor] if isinstance(step.due, RelativeDue) else []
    names += [step.if_.field.partition(".")[0]] if step.if_ is not None and "." in step.if_.field else []
    return tuple(dict.fromkeys(name for name in names if name in schedule.steps))
