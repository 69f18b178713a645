"""What `duban explain` prints: the answers as lines of at most 78 terminal cells, the verdict first and the reasons under it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from schedules.words import Words
from tasks.explain.asked import Asked
from tasks.explain.fate import NOT, TOLD, WILL
from tasks.explain.item import Item, RungSaid
from tasks.explain.message import Carries, MessageStory, reader
from tasks.explain.occurrence import OccurrenceStory, Outcome, RungStory
from tasks.explain.person import PersonDay
from tasks.explain.schedule import SchedulesSaid, ScheduleStory
from tasks.explain.to_open import Opening
from worker.cli.cells import wrap
from worker.cli.language import N_, _
from worker.cli.terminal import plain

WIDTH = 78
MOST_OPENINGS = 6
MOST_NAMES = 12
VERDICTS = {TOLD: N_("Told"), WILL: N_("Will be told"), NOT: N_("Not told")}


def _in(text: str | Words, indent: int, *, first: int | None = None) -> Iterator[str]:
    """A sentence wrapped, indented; its first line as far in as `first`."""
    said = plain(text.text(_) if isinstance(text, Words) else text)
    lead = indent if first is None else first
    lines = wrap(said, WIDTH - indent)
    yield f"{' ' * lead}{lines[0]}"
    for line in lines[1:]:
        yield f"{' ' * indent}{line}"


def _join(texts: Sequence[str]) -> str:
    """Sentences one after the other, with a space between them where the language has one."""
    said = texts[0]
    for text in texts[1:]:
        said = _("{first} {second}").format(first=said, second=text)
    return said


# ── a person ──────────────────────────────────────────────────
def person(answer: PersonDay, asked: Asked, *, whole: bool = False) -> Iterator[str]:
    """A person's day: what arrived, each duty with its verdict, what opens later, what comes next. `whole`: all of it."""
    day = asked.day(answer.on).text(_)
    yield from _in(_("{name} ({id}, {unit}), {day}").format(
        name=answer.person.name, id=answer.person.key, unit=answer.unit or "—", day=day
    ), 0)  # fmt: skip
    for note in answer.notes:
        yield from _in(note, 0)
    if answer.items:
        told, will, not_told = (answer.count(each) for each in (TOLD, WILL, NOT))
        yield from _in(
            _("Duties: {n}; told {told}, will be told {will}, not told {not_told}.").format(
                n=len(answer.items), told=told, will=will, not_told=not_told
            ), 0,
        )  # fmt: skip
    elif any(each.told_at for each in answer.openings):
        yield from _in(
            _("Nothing that is open now concerns this person on that day; what opens by then will."), 0
        )
    elif not answer.messages:
        yield from _in(_("Nothing concerns this person on that day."), 0)
    yield from _messages(answer)
    for number, (item, *alike) in enumerate(_alike(answer.items), start=1):
        yield ""
        yield from _item(item, number, asked)
        if alike:
            keys = _(", ").join(each.key or "" for each in alike)
            yield from _in(_("The same holds for {n} more of it: {keys}.").format(n=len(alike), keys=keys), 3)
    if answer.left_off:
        left = _("{n} more duties are not shown; --all shows them, --schedule one schedule.")
        yield ""
        yield from _in(left.format(n=answer.left_off), 0)
    yield from _openings(answer.openings, whole=whole)
    yield ""
    yield from _in(_next(answer, asked), 0)


def _alike(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in their order; occurrences of one schedule of which the same is to be said, and nothing is to come, stand together."""
    groups: dict[object, list[Item]] = {}
    for number, item in enumerate(items):
        single = item.schedule is None or item.rung is not None or item.following is not None
        groups.setdefault(
            number if single else (item.schedule, item.part, item.reason, item.state), []
        ).append(item)
    yield from groups.values()


def _messages(answer: PersonDay) -> Iterator[str]:
    if not answer.messages:
        yield from _in(_("No message went to this person on that day."), 0)
        return
    yield ""
    yield _("Messages of that day:")
    for each in answer.messages:
        yield from _in(_("· {what}").format(what=each.fate.says.text(_)), 4, first=2)
        if each.carries:
            yield from _in(_("In it: {what}.").format(what=_("; ").join(_counted(each.carries))), 4)


def _counted(carried: Sequence[Words]) -> Iterator[str]:
    """What a message carries; of what many owe, such as a list for the head of a unit, the title once with how many there are."""
    for title, n in Counter(each.text(_) for each in carried).items():
        yield title if n == 1 else _("{title} ({n} of it)").format(title=title, n=n)


def _item(item: Item, number: int, asked: Asked) -> Iterator[str]:
    head = _("{n}. {verdict}: {title}").format(
        n=number, verdict=_(VERDICTS[item.verdict]), title=item.title.text(_)
    )
    yield from _in(head, 3, first=0)
    if facts := _facts(item, asked):
        yield from _in(_join(facts), 3)
    yield from _in(_join([each.text(_) for each in item.says]), 3)
    if item.rung is not None:
        yield from _in(_why(_("This reminder: {label}, {to}."), item.rung, asked), 3)
    if item.last is not None:
        yield from _in(_why(_("The one before: {at}, {label}."), item.last, asked), 3)
    if item.following is not None:
        yield from _in(_why(_("The next one: {at}, {label}, {to}."), item.following, asked), 3)


def _facts(item: Item, asked: Asked) -> list[str]:
    """Id, key, due day and version, as far as they may be said."""
    found = []
    if item.schedule is not None:
        found.append(
            _("{schedule} {key}, version {n}.").format(schedule=item.schedule, key=item.key, n=item.version)
        )
    if item.owed_by is not None:
        found.append(_("Owed by {who}.").format(who=item.owed_by))
    if item.due_on is not None and item.due_on < asked.on and item.state == "open":
        found.append(_("Overdue since {day}.").format(day=asked.day(item.due_on).text(_)))
    elif item.due_on is not None:
        found.append(_("Due {day}.").format(day=asked.day(item.due_on).text(_)))
    return found


def _why(text: str, rung: RungSaid, asked: Asked) -> str:
    head = text.format(at=asked.moment(rung.at).text(_), label=rung.label.text(_), to=rung.to.text(_))
    return _join([head, *(each.text(_) for each in rung.says)])


def _openings(openings: Sequence[Opening], *, whole: bool) -> Iterator[str]:
    if not openings:
        return
    yield ""
    yield _("Not open:")
    shown = openings if whole else openings[:MOST_OPENINGS]
    for each in shown:
        name = each.title.text(_)
        if each.schedule is not None:
            name = _("{title} ({schedule} {key})").format(title=name, schedule=each.schedule, key=each.key)
        why = _("{name}: {why}").format(name=name, why=_join([words.text(_) for words in each.says]))
        yield from _in(_("· {what}").format(what=why), 4, first=2)
    if len(openings) > len(shown):
        yield from _in(
            _("… and {n} more; --all shows them, --schedule one schedule.").format(
                n=len(openings) - len(shown)
            ),
            2,
        )


def _next(answer: PersonDay, asked: Asked) -> str:
    after = answer.following
    if after is None:
        return _(
            "Nothing that is open has another reminder for this person; the next one comes when something opens."
        )
    head = _("Next for this person: {at}, {title} ({label}).").format(
        at=asked.moment(after.rung.at).text(_), title=after.title.text(_), label=after.rung.label.text(_)
    )
    return head if answer.items else _join([head, *(each.text(_) for each in after.rung.says)])


# ── a schedule ────────────────────────────────────────────────
def schedules(answer: SchedulesSaid, asked: Asked) -> Iterator[str]:
    """Every schedule with what is open of it."""
    for number, each in enumerate(answer.schedules):
        if number:
            yield ""
        yield from _schedule(each, asked)


def _schedule(story: ScheduleStory, asked: Asked) -> Iterator[str]:
    yield from _in(
        _("{title} ({id}), {day}").format(
            title=story.title.text(_), id=story.key, day=asked.day(asked.on).text(_)
        ),
        0,
    )
    for each in story.says:
        yield from _in(each, 0)
    for occurrence in story.occurrences:
        yield ""
        yield from _occurrence(occurrence, asked)


def _occurrence(story: OccurrenceStory, asked: Asked) -> Iterator[str]:
    head = _("Occurrence {key}: {day}").format(
        key=story.key or story.title.text(_), day=asked.day(story.held_on).text(_)
    )
    opened = _("Opened {at} by version {n}, in force since {since}.").format(
        at=asked.moment(story.opens_at).text(_),
        n=story.version,
        since=asked.moment(story.version_since).text(_),
    )
    facts = [_("Due {day}.").format(day=asked.day(story.due_on).text(_))] if story.due_on else []
    yield from _in(head, 0)
    yield from _in(_join([opened, *facts, *(each.text(_) for each in story.says)]), 2)
    if not story.rungs:
        yield from _in(_("It has no ladder: nobody is ever reminded of it."), 2)
    for rung in story.rungs:
        yield from _rung(rung, asked)


def _rung(story: RungStory, asked: Asked) -> Iterator[str]:
    rung = story.rung
    name = (
        rung.label.text(_)
        if story.part_title is None
        else _("{part}: {label}").format(part=story.part_title.text(_), label=rung.label.text(_))
    )
    yield from _in(
        _("· {at}: {label}, {to}").format(at=asked.moment(rung.at).text(_), label=name, to=rung.to.text(_)),
        4,
        first=2,
    )
    if rung.says:
        yield from _in(_join([each.text(_) for each in rung.says]), 4)
    for each in story.outcomes:
        yield from _in(_outcome(each), 4)


def _outcome(each: Outcome) -> str:
    names = _(", ").join(name.text(_) for name in each.names[:MOST_NAMES])
    if len(each.names) > MOST_NAMES:
        names = _("{names} … {n} in all").format(names=names, n=len(each.names))
    verdict, why = _(VERDICTS[each.verdict]), each.says.text(_)
    if each.reason in ("sent", "coming"):
        return _("{verdict}: {names}").format(verdict=verdict, names=names)
    return _("{verdict} ({why}): {names}").format(verdict=verdict, why=why, names=names)


# ── a message ─────────────────────────────────────────────────
def message(story: MessageStory, asked: Asked) -> Iterator[str]:
    """The story of one message, from the rungs to the provider's answer."""
    row = story.line.message
    head = _("Message {id} to {name}").format(id=row.id, name=reader(story.line.person).text(_))
    yield from _in(_("{what}: {title}").format(what=head, title=row.title) if row.title else head, 0)
    yield from _in(_join([story.fate.says.text(_), story.next_step.text(_)]), 0)
    yield ""
    yield _("What it tells:")
    for each in story.carries:
        yield from _carried(each, asked)
    for notice in story.notices:
        yield from _in(_("· {what}").format(what=notice.text(_)), 4, first=2)
    if not story.carries and not story.notices:
        yield from _in(_("Nothing is left in it."), 2)
    yield ""
    yield _("What happened to it:")
    for event in story.events:
        yield from _in(
            _("· {at} {what}").format(at=asked.moment(event.at).text(_), what=event.says.text(_)), 4, first=2
        )


def _carried(each: Carries, asked: Asked) -> Iterator[str]:
    name = each.title.text(_)
    if each.schedule is not None:
        name = _("{title} ({schedule} {key})").format(title=name, schedule=each.schedule, key=each.key)
    who = _("{name}, owed by {who}").format(name=name, who=each.who) if each.who else name
    yield from _in(_("· {what}").format(what=who), 4, first=2)
    yield from _in(_why(_("Due to be told {at}: {label}, {to}."), each.rung, asked), 4)
    if each.via:
        yield from _in(_("Told while standing in: {via}.").format(via=each.via), 4)
    if each.left_out is not None:
        yield from _in(each.left_out.says, 4)
