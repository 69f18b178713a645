"""Whether the parts of a schedule fit together: steps that follow steps, anchors that exist, figures that belong to a quota."""

from collections.abc import Iterator

from schedules.event_coherence import event_coherence
from schedules.grammar import (
    AllOf,
    Anniversary,
    Attendance,
    ByPeople,
    Cycle,
    Dated,
    Evidence,
    Expiry,
    LaterCredential,
    Once,
    OwnRungs,
    Quota,
    Rung,
    Schedule,
    Summary,
)
from schedules.ladder import anchors_of, has_clock
from schedules.milestones import COUNTED, milestone_coherence
from schedules.problems import nearest
from schedules.quota import counts_up, full_target
from schedules.references import Path, Remark
from schedules.step_coherence import no_step, step_coherence
from schedules.words import phrase


def schedule_coherence(schedule: Schedule) -> Iterator[Remark]:
    """Everything in a schedule that contradicts itself, whatever the office."""
    yield from _who(schedule)
    yield from _done(schedule)
    yield from _choices(schedule)
    yield from step_coherence(schedule)
    yield from event_coherence(schedule)
    yield from _step_names(schedule)
    yield from milestone_coherence(schedule)
    yield from _rungs(schedule)


def summary_coherence(summary: Summary) -> Iterator[Remark]:
    """A summary needs hours: people wait for it."""
    for name, rule in (("draft", summary.draft), ("send", summary.send)):
        if rule.time is None:
            yield Remark((name,), phrase("'{key}' is missing", key="time"), 'time: "08:40"')


def _who(schedule: Schedule) -> Iterator[Remark]:
    who = schedule.who
    people = (who.roles, who.role, who.units, who.unit, who.tags, who.people, who.credential)
    if not any((*people, who.holder, who.target, who.responsible, who.from_event)):
        yield Remark(
            ("who",),
            phrase("names nobody"),
            "roles, role, units, unit, tags, people, credential, holder, target, responsible, from_event",
        )
    if who.target and not (isinstance(schedule.when, Once) and schedule.when.targets):
        yield Remark(
            ("who", "target"),
            phrase("'{key}' only goes with '{other}'", key="target", other="when: {once: …, targets: …}"),
        )
    if isinstance(schedule.when, Anniversary) and not any(people):
        yield Remark(
            ("who",),
            phrase("an anniversary is owed person by person; name the people"),
            "roles, role, units, unit, tags, people, credential",
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
    if who.prorate and isinstance(schedule.when, Cycle) and schedule.when.cycle != "calendar-year":
        yield Remark(
            ("who", "prorate"),
            phrase("'{key}' only goes with '{other}'", key="prorate", other="when: {cycle: calendar-year}"),
        )


def _done(schedule: Schedule) -> Iterator[Remark]:
    yield from _gathering(schedule)
    done, when = schedule.done, schedule.when
    if isinstance(done, LaterCredential) and not isinstance(when, Expiry):
        yield Remark(
            ("done", "credential"),
            phrase("'{key}' only goes with '{other}'", key="credential", other="when: {expiry: …}"),
        )
    if isinstance(done, ByPeople) and done.quorum is not None and not _owed_by_several(schedule):
        needed = "who: {roles | units | tags | people: …}"
        yield Remark(
            ("done", "quorum"), phrase("'{key}' only goes with '{other}'", key="quorum", other=needed)
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


def _choices(schedule: Schedule) -> Iterator[Remark]:
    """Whoever confirms has to choose something: a choice of nothing could never be answered."""
    asked: list[tuple[Path, Evidence]] = [
        (("steps", name, "evidence"), step.evidence) for name, step in schedule.steps.items()
    ]
    if schedule.record is not None:
        asked.append((("record", "evidence"), schedule.record.evidence))
    if isinstance(schedule.done, ByPeople):
        asked.append((("done", "evidence"), schedule.done.evidence))
    for path, evidence in asked:
        for name, each in evidence.items():
            if each.kind == "choice" and not each.options:
                yield Remark(
                    (*path, name), phrase("a choice needs what it may be: 'from'"), nearest("from", ("from",))
                )


def _gathering(schedule: Schedule) -> Iterator[Remark]:
    """Attendance needs a record and an hour, and only a gathering has a record."""
    if isinstance(schedule.done, Attendance):
        if schedule.record is None:
            yield Remark(
                (), phrase("'{key}' is missing", key="record"), "record: {by: {role: …}, within: 1 workday}"
            )
        if not isinstance(schedule.when, Dated) or not has_clock(schedule.when):
            yield Remark(("when",), phrase("'{key}' is missing", key="time"), 'time: "15:00"')
    elif schedule.record is not None:
        yield Remark(
            ("record",),
            phrase("'{key}' only goes with '{other}'", key="record", other="done: {through: attendance}"),
        )


def _owed_by_several(schedule: Schedule) -> bool:
    """Whether each of several people owes the duty itself, so that a share of them can be counted."""
    who = schedule.who
    several = bool(who.roles or who.units or who.tags or who.people or who.credential)
    return several and who.responsible is None and not who.holder and not schedule.steps


def _step_names(schedule: Schedule) -> Iterator[Remark]:
    named: list[tuple[Path, str | None]] = [
        (("on_time",), schedule.on_time),
        (("pending", "after"), schedule.pending.after if schedule.pending else None),
        (("children", "from"), schedule.children.from_ if schedule.children else None),
    ]
    yield from (
        no_step(path, name, schedule)
        for path, name in named
        if name is not None and name not in schedule.steps
    )
    anchors = anchors_of(schedule)
    if schedule.effect and schedule.effect.after not in anchors:
        what = phrase("'{name}' is nothing to count from here", name=schedule.effect.after)
        yield Remark(("effect", "after"), what, nearest(schedule.effect.after, anchors))


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
