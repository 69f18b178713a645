"""Whether the parts of a schedule fit together: steps that follow steps, anchors that exist, figures that belong to a quota."""

from collections.abc import Iterator

from schedules.grammar import (
    AllOf,
    Attendance,
    Dated,
    DueAt,
    Expiry,
    LaterCredential,
    OwnRungs,
    Quota,
    RelativeDue,
    Rung,
    Schedule,
    Step,
    Summary,
    Window,
)
from schedules.ladder import anchors_of, has_clock
from schedules.milestones import COUNTED, milestone_coherence
from schedules.problems import nearest
from schedules.quota import counts_up, full_target
from schedules.references import Path, Remark
from schedules.words import phrase


def schedule_coherence(schedule: Schedule) -> Iterator[Remark]:
    """Everything in a schedule that contradicts itself, whatever the office."""
    yield from _who(schedule)
    yield from _done(schedule)
    for key, step in schedule.steps.items():
        yield from _step(schedule, key, step)
    yield from _circles(schedule)
    yield from _step_names(schedule)
    yield from milestone_coherence(schedule)
    yield from _rungs(schedule)


def summary_coherence(summary: Summary) -> Iterator[Remark]:
    """A summary needs hours: people wait for it."""
    for name, rule in (("draft", summary.draft), ("send", summary.send)):
        if rule.time is None:
            yield Remark((name,), phrase("'{key}' is missing", key="time"))


def _who(schedule: Schedule) -> Iterator[Remark]:
    who = schedule.who
    people = (who.roles, who.role, who.units, who.unit, who.tags, who.people, who.credential)
    if not any(people) and not who.holder and who.responsible is None:
        yield Remark(
            ("who",),
            phrase("names nobody"),
            "roles, role, units, unit, tags, people, credential, holder, responsible",
        )
    if who.holder and not isinstance(schedule.when, Expiry):
        yield Remark(
            ("who", "holder"),
            phrase("'{key}' only goes with '{other}'", key="holder", other="when: {expiry: …}"),
        )
    if who.prorate and (who.credential is None or not isinstance(schedule.done, Quota)):
        needed = "who: {credential: …}, done: {sum: …}"
        yield Remark(
            ("who", "prorate"), phrase("'{key}' only goes with '{other}'", key="prorate", other=needed)
        )


def _done(schedule: Schedule) -> Iterator[Remark]:
    done, when = schedule.done, schedule.when
    if isinstance(done, Attendance):
        if schedule.record is None:
            yield Remark((), phrase("'{key}' is missing", key="record"))
        if not isinstance(when, Dated) or not has_clock(when):
            yield Remark(("when",), phrase("'{key}' is missing", key="time"))
    elif schedule.record is not None:
        yield Remark(
            ("record",),
            phrase("'{key}' only goes with '{other}'", key="record", other="done: {through: attendance}"),
        )
    if isinstance(done, LaterCredential) and not isinstance(when, Expiry):
        yield Remark(
            ("done", "credential"),
            phrase("'{key}' only goes with '{other}'", key="credential", other="when: {expiry: …}"),
        )
    if counts_up(done) and schedule.steps and not isinstance(done, Quota):
        what = phrase("'{key}' only goes with '{other}'", key="steps", other="done: {by: …}, {all: […]}")
        yield Remark(("steps",), what)
    if isinstance(done, AllOf):
        known = (*schedule.steps, *(["children"] if schedule.children else []))
        for index, name in enumerate(done.all):
            if name not in known:
                yield Remark(
                    ("done", "all", index),
                    phrase("there is no step '{name}'", name=name),
                    nearest(name, known),
                )


def _step(schedule: Schedule, key: str, step: Step) -> Iterator[Remark]:
    path: Path = ("steps", key)
    if step.after is not None and step.after not in schedule.steps:
        yield _no_step((*path, "after"), step.after, schedule)
    elif step.after is not None and step.from_ is not None:
        dates = [name for name, field in schedule.steps[step.after].evidence.items() if field.kind == "date"]
        if step.from_ not in dates:
            what = phrase("step '{step}' records no date '{name}'", step=step.after, name=step.from_)
            yield Remark((*path, "from"), what, nearest(step.from_, dates))
    if isinstance(step.due, RelativeDue):
        known = (*schedule.steps, "due", *(["start"] if isinstance(schedule.when, Dated) else []))
        known = (*known, *(["expiry"] if isinstance(schedule.when, Expiry) else []))
        side = "before" if step.due.before else "after"
        if step.due.anchor not in known:
            what = phrase("'{name}' is nothing to count from here", name=step.due.anchor)
            yield Remark((*path, "due", side), what, nearest(step.due.anchor, known))
        elif step.due.anchor in schedule.steps and schedule.steps[step.due.anchor].after is not None:
            what = phrase(
                "step '{name}' has no day of its own before another step is done", name=step.due.anchor
            )
            yield Remark((*path, "due", side), what)
    fits = {"window": isinstance(schedule.when, Window), "expiry": isinstance(schedule.when, Expiry)}
    if isinstance(step.due, DueAt) and not fits.get(step.due.at, True):
        yield Remark(
            (*path, "due"), phrase("'{name}' is nothing to count from here", name=step.due.at), "due"
        )
    needed = {"assist": schedule.who.assist, "responsible": schedule.who.responsible}
    if isinstance(step.owed_by, str) and needed[step.owed_by] is None:
        yield Remark((*path, "owed_by"), phrase("'who' has no '{key}'", key=step.owed_by))


def _circles(schedule: Schedule) -> Iterator[Remark]:
    def follows(key: str) -> str | None:
        step = schedule.steps[key]
        anchor = step.after or (step.due.anchor if isinstance(step.due, RelativeDue) else None)
        return anchor if anchor in schedule.steps else None

    for key in schedule.steps:
        seen, at = [key], follows(key)
        while at is not None and at not in seen:
            seen.append(at)
            at = follows(at)
        if at == key:
            yield Remark(
                ("steps", key),
                phrase("steps wait for each other in a circle: {chain}", chain=" → ".join([*seen, key])),
            )


def _step_names(schedule: Schedule) -> Iterator[Remark]:
    named: list[tuple[Path, str | None]] = [
        (("on_time",), schedule.on_time),
        (("pending", "after"), schedule.pending.after if schedule.pending else None),
        (("children", "from"), schedule.children.from_ if schedule.children else None),
    ]
    yield from (
        _no_step(path, name, schedule)
        for path, name in named
        if name is not None and name not in schedule.steps
    )
    anchors = anchors_of(schedule)
    if schedule.effect and schedule.effect.after not in anchors:
        what = phrase("'{name}' is nothing to count from here", name=schedule.effect.after)
        yield Remark(("effect", "after"), what, nearest(schedule.effect.after, anchors))
    reserved = {
        "due",
        "start",
        "expiry",
        "open",
        "window",
        "recorded",
        "make_up",
        "milestone",
        "record",
        "child",
        "children",
    }
    for key in schedule.steps:
        if key in reserved:
            yield Remark(
                ("steps", key),
                phrase("'{name}' has a meaning of its own; give the step another name", name=key),
            )


def _no_step(path: Path, name: str, schedule: Schedule) -> Remark:
    return Remark(path, phrase("there is no step '{name}'", name=name), nearest(name, schedule.steps))


def _rungs(schedule: Schedule) -> Iterator[Remark]:
    if isinstance(schedule.remind, OwnRungs):
        yield from _own_rungs(schedule, schedule.remind, ("remind",), of_children=False)
    if schedule.children and isinstance(schedule.children.remind, OwnRungs):
        yield from _own_rungs(schedule, schedule.children.remind, ("children", "remind"), of_children=True)


def _own_rungs(schedule: Schedule, remind: OwnRungs, path: Path, *, of_children: bool) -> Iterator[Remark]:
    anchors = anchors_of(schedule, of_children=of_children)
    for index, rung in enumerate(remind.rungs):
        here = (*path, index)
        if rung.anchor not in anchors:
            what = phrase("'{name}' is nothing to count from here", name=rung.anchor)
            yield Remark((*here, rung.phase), what, nearest(rung.anchor, anchors))
        yield from _audience(schedule, rung, here)
    yield from repeated(remind.rungs, path)


def _audience(schedule: Schedule, rung: Rung, path: Path) -> Iterator[Remark]:
    if rung.when_behind and full_target(schedule.done) is None:
        yield Remark(
            (*path, "when_behind"),
            phrase("'{key}' only goes with '{other}'", key="when_behind", other=COUNTED),
        )
    needs = {
        "recorder": (schedule.record, "record"),
        "responsible": (schedule.who.responsible, "who: {responsible: …}"),
    }
    for index, name in enumerate(rung.to):
        if name in needs and needs[name][0] is None:
            yield Remark(
                (*path, "to", index),
                phrase("'{key}' only goes with '{other}'", key=name, other=needs[name][1]),
            )
        if name == "absent" and rung.anchor not in ("recorded", "make_up"):
            what = phrase("nobody is known to be absent before the record is made")
            yield Remark((*path, "to", index), what, "after: recorded, before: make_up, after: make_up")


def repeated(rungs: tuple[Rung, ...], path: Path) -> Iterator[Remark]:
    """Rungs that say the same thing twice: a reminder is known by its offset, time and audience, or by its `id`."""
    seen: set[tuple[object, ...]] = set()
    for index, rung in enumerate(rungs):
        for name in rung.to:
            key = (rung.id, name) if rung.id else (rung.phase, rung.anchor, rung.by, rung.time, name)
            if key in seen:
                yield Remark(
                    (*path, index), phrase("this reminder stands here twice; give one of them an 'id'")
                )
                break
            seen.add(key)
