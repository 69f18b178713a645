"""A schedule's definition in words: when it comes round, who owes it, what makes it done, who is told when, what asks for it.

And the lines of the office's files in which the clerk wrote it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from schedules.grammar import (
    AllOf,
    Attendance,
    Basis,
    ByPeople,
    Done,
    FromRegister,
    LaterCredential,
    Quota,
    Schedule,
    Topics,
)
from schedules.ladder import CHILD, MAKE_UP, RECORD, rungs_of
from schedules.office import OfficeSpec
from schedules.quota import full_target
from schedules.terms import term_words
from schedules.words import Words, phrase
from worker.cli.duty_words import DutyWords
from worker.web.duties.quota_bar import UNIT
from worker.web.site import View

AUDIENCES: Mapping[str, Words] = {
    "assignee": phrase("who owes it"), "absent": phrase("the absent"), "deputy": phrase("who stands in"),
    "unit-head": phrase("head of unit"), "deputy-leader": phrase("deputy leader"), "leader": phrase("leader"),
    "group": phrase("the group"),
}  # fmt: skip
BASES: Mapping[str, Words] = {
    "law": phrase("law"), "default": phrase("default, may be changed"), "custom": phrase("rule of this office"),
}  # fmt: skip
DONE: Mapping[str, Words] = {
    "hours": phrase("{n} hours are reached"), "count": phrase("it was done {n} times"),
    "figures": phrase("the register {register} reaches its figures"),
    "declared": phrase("the register {register} has an entry or a zero"),
    "each": phrase("each who owes it has recorded it"), "any": phrase("any one of those who owe it has recorded it"),
}  # fmt: skip
CHILDREN = "children"  # in `done: {all: …}`: every item found is closed
Facts = list[tuple[str, str]]


def facts(view: View, schedule: Schedule) -> Facts:
    """The definition as label and value."""
    d, words = view.d, DutyWords(view.live.office, view.d.gettext)
    return [
        (d.gettext("When"), d._("{kind}: {term}", kind=words.kind(schedule), term=words.term_of(schedule))),
        (d.gettext("Owed by"), words.owner(schedule) or "—"),
        (d.gettext("Done when"), d._("; ").join(done_lines(view, schedule))),
        (d.gettext("Basis"), basis(view, schedule.basis)),
    ]


def basis(view: View, found: Basis | None) -> str:
    """The rule that asks for it, and whether its numbers are law."""
    if found is None:
        return view.d.gettext("set by the office")
    return view.d._("{text} ({kind})", text=found.text, kind=view.d.words(BASES[found.kind]))


def done_lines(view: View, schedule: Schedule) -> list[str]:
    """What makes it done, each condition a sentence."""
    d, done = view.d, schedule.done
    if schedule.steps and isinstance(done, ByPeople):
        return [str(d.ngettext("its step is done", "all {n} steps are done", len(schedule.steps)))]
    return [str(line) for line in _done(view, schedule, done)]


def _done(view: View, schedule: Schedule, done: Done) -> Iterator[str]:
    d, office = view.d, view.live.office
    match done:
        case Attendance(make_up=term):
            yield d._(
                "whoever is there is done; who is absent makes it up within {term}",
                term=d.words(term_words(term)),
            )
        case Quota():
            yield from _quota(view, done)
        case FromRegister(register_=key):
            register = office.register_or_none(key)
            reaches = "figures" if full_target(done) is not None else "declared"
            yield said(view, DONE[reaches], register=register.title if register else key)
        case Topics(topics=topics):
            yield d._("every topic was covered: {topics}", topics="、".join(topics))
        case LaterCredential():
            yield d.gettext("a later expiry date is recorded")
        case AllOf(all=keys):
            yield from _all_of(view, schedule, keys)
        case ByPeople():
            yield from _by_people(view, schedule, done)


def _quota(view: View, done: Quota) -> Iterator[str]:
    d = view.d
    yield said(view, DONE[done.sum], n=d.amount(int(done.reach * UNIT)))
    for what, most in done.cap.items():
        yield d._("of {kind} at most {n} count", kind=_kind(view, what), n=most)
    if done.approve is not None:
        yield d._("{role} agrees to the hours", role=_role(view.live.office, done.approve.role))


def _all_of(view: View, schedule: Schedule, keys: Sequence[str]) -> Iterator[str]:
    named = [schedule.steps[key].title for key in keys if key in schedule.steps]
    if named:
        yield view.d._("these steps are done: {steps}", steps="、".join(named))
    if CHILDREN in keys:
        yield view.d.gettext("what is found is closed item by item")


def said(view: View, words: Words, **fields: object) -> str:
    """A sentence with its fields, in the reader's language."""
    return str(view.d._(words.msgid, **fields))


def _by_people(view: View, schedule: Schedule, done: ByPeople) -> Iterator[str]:
    d = view.d
    if done.quorum is not None:
        yield d._("{n} % of those who owe it have recorded it", n=done.quorum)
    else:
        yield said(view, DONE[done.by])
    if done.evidence:
        yield d._(
            "with {fields}", fields="、".join(each.label or name for name, each in done.evidence.items())
        )
    if done.approve is not None:
        yield d._("{role} agrees", role=_role(view.live.office, done.approve.role))
    if schedule.children is not None:
        yield d.gettext("what is found is closed item by item")


def _kind(view: View, kind: str) -> str:
    known = {"self-study": view.d.gettext("self-study"), "online": view.d.gettext("online course")}
    return known.get(kind, kind)


def _role(office: OfficeSpec, role: str) -> str:
    found = office.file.roles.get(role)
    return found.title if found else role


def steps(view: View, schedule: Schedule) -> list[tuple[str, str, str, str]]:
    """Each step: title, who, until when, basis."""
    words = DutyWords(view.live.office, view.d.gettext)
    return [
        (step.title, words.step_owner(schedule, step), words.step_term(schedule, step),
         basis(view, step.basis) if step.basis else "")
        for step in schedule.steps.values()
    ]  # fmt: skip


def reminders(view: View, schedule: Schedule) -> list[tuple[str, str]]:
    """When somebody is told, and who; what several parts share is said once."""
    office, d = view.live.office, view.d
    parts = dict.fromkeys(("", RECORD, MAKE_UP, *schedule.steps, CHILD))
    found: dict[tuple[str, str], None] = {}
    for part in parts:
        for told in rungs_of(schedule, part, office):
            found[d.words(told.label), "、".join(_audience(view, to) for to in told.to)] = None
    return list(found)


def _audience(view: View, to: str) -> str:
    kind, _colon, key = to.partition(":")
    if kind == "role":
        return _role(view.live.office, key)
    return view.d.words(AUDIENCES[to]) if to in AUDIENCES else to


def written(files: Mapping[str, str], key: str) -> tuple[str, str]:
    """The file and the lines in which a schedule stands, with the remarks above it; empty where it is not found."""
    begins = re.compile(rf"^(?:{re.escape(key)}|{re.escape(key.partition('.')[0])})\s*:", re.MULTILINE)
    for path, text in sorted(files.items()):
        if not path.endswith((".yaml", ".yml")) or path == "office.yaml":
            continue
        if match := begins.search(text):
            rest = text[match.start() :].splitlines()
            block = [rest[0]]
            for line in rest[1:]:
                if line[:1] not in (" ", "\t", "") and line.strip():
                    break
                block.append(line)
            return path, "\n".join(block).rstrip()
    return "", ""
