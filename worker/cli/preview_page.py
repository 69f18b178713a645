"""A preview for a person: what it covers, the table or the calendar, and what has to be known beside it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice

from schedules.grammar import Schedule, Step
from schedules.ladder import INTERNAL, rungs_of
from schedules.summaries import drafts
from schedules.terms import term_words
from worker.cli import preview_table
from worker.cli.foreseen import Foreseen, next_days
from worker.cli.language import _, count
from worker.cli.month_grid import months_of
from worker.cli.paragraphs import paragraph
from worker.cli.preview_words import Wording
from worker.cli.terminal import plain, say, table, watched, width

JUST_BEFORE = timedelta(microseconds=1)  # drafts are asked for after an instant, and until one
MOST_TITLES, MOST_NEXT = 6, 10
PAGE = 80


def table_page(seen: Foreseen, words: Wording, *, all_: bool) -> None:
    """The table with everything beside it; into a pipe one line for each occurrence, and nothing that is no row but the last line.

    `all_`: no schedule was named.
    """
    if not watched():
        table([_(title) for title in preview_table.COLUMNS], list(preview_table.rows(seen, words)))
        say(_total(seen))
        return
    paragraph(heading(seen, words), hang=0)
    say()
    if seen.inside:
        for line in preview_table.lines(seen.inside, words, width=width()):
            say(line)
    if seen.around:
        paragraph(_("Due at another time, but opened or told of in these days:"), hang=0)
        say()
        for line in preview_table.lines(seen.around, words, width=width()):
            say(line)
    if seen.inside or seen.around:
        paragraph(f"{_total(seen)}{_told(seen)}", hang=0)
        for note in _notes(seen, words):
            paragraph(note, hang=0)
    beside(seen, words, all_=all_)


def calendar_page(seen: Foreseen, words: Wording, *, all_: bool) -> None:
    """The months as grids, and what each mark stands for."""
    paragraph(heading(seen, words), hang=0)
    for line in months_of(seen, words, width=width() if watched() else PAGE):
        say(line)
    say()
    if seen.inside or seen.around:
        paragraph(f"{_total(seen)}{_told(seen)}", hang=0)
        for note in _trial(seen, words):
            paragraph(note, hang=0)
    beside(seen, words, all_=all_)


def heading(seen: Foreseen, words: Wording) -> str:
    """Whose days, from when to when."""
    return plain(
        _("{office}: {first} to {last}").format(
            office=seen.office.file.title,
            first=f"{seen.first} {words.weekday(seen.first)}",
            last=f"{seen.last} {words.weekday(seen.last)}",
        )
    )


def _total(seen: Foreseen) -> str:
    if not seen.inside:
        return _("Nothing is held or due in these days")
    skipped = sum(1 for item in seen.inside if item["skipped"])
    text = count(_("1 occurrence"), _("{n} occurrences"), len(seen.inside) - skipped)
    return text if not skipped else text + _("; {n} skipped").format(n=skipped)


def _told(seen: Foreseen) -> str:
    messages, people, posts = seen.messages
    if not messages and not posts:
        return _("; nobody is told in these days.")
    text = _("; in these days {messages} messages to {people} people").format(
        messages=messages, people=people
    )
    if posts:
        text += _(" and {posts} in the group").format(posts=posts)
    return text + _(", if nobody is done: who is done hears no more.")


def _notes(seen: Foreseen, words: Wording) -> Iterator[str]:
    """By which ways people are told, and what holds messages back."""
    file = seen.office.file
    people = next(iter(file.reach.people), None) if file.reach.level != "paper" else None
    ways = []
    if people:
        ways.append(_("people: {channel}").format(channel=words.channel(people)))
    if file.reach.group and file.reach.level != "paper":
        ways.append(_("the group: {channel}").format(channel=words.channel(file.reach.group)))
    if ways:
        yield _("By which way, unless said otherwise: {ways}.").format(ways=_("; ").join(ways))
    else:
        yield _("Everything goes on paper: the clerk prints it and hands it over.")
    yield from _trial(seen, words)
    if any(item["provisional"] for item in (*seen.inside, *seen.around)):
        yield _("Provisional days rest on an estimate: no notice of holidays is on record for that year.")


def _trial(seen: Foreseen, words: Wording) -> Iterator[str]:
    file = seen.office.file
    if file.mode == "trial":
        clerks = words.names(seen.office.holders(file.clerk))
        yield _("Trial: all of it goes to the clerk instead: {names}.").format(names=clerks)


def beside(seen: Foreseen, words: Wording, *, all_: bool) -> None:
    """What starts with a record, and, of what was named or where there is nothing, when it comes next."""
    if not seen.inside and not seen.around:
        say(_("Nothing is due, opens or is told of in these days."))
    empty = _without(seen) if not all_ else (seen.wanted if not seen.inside else ())
    found = sorted(next_days(seen.office, empty, seen.last))
    for day, title in found[: MOST_NEXT if not all_ else 1]:
        paragraph(_("Next: {day}, {title}").format(day=words.day(day), title=plain(title)), hang=2)
    if all_:
        _tell_summaries(seen, words)
        _tell_events(seen.events)
        return
    for schedule in seen.events:
        _tell_event(schedule, words)
    dated = {title for _day, title in found}
    for schedule in empty:
        if schedule not in seen.events and not any(title.startswith(schedule.title) for title in dated):
            paragraph(
                _("'{title}' does not come round in the ten years after that.").format(
                    title=plain(schedule.title)
                ),
                hang=2,
            )


def _without(seen: Foreseen) -> Sequence[Schedule]:
    there = {item["schedule"] for item in seen.inside}
    return [schedule for schedule in seen.wanted if schedule.id not in there]


def _tell_summaries(seen: Foreseen, words: Wording) -> None:
    """Of each summary the first that is drafted in the span, when it is sent and to whom, and how many more come."""
    begin, end = seen.span
    for summary in seen.office.summaries:
        found = drafts(summary, seen.office, after=begin - JUST_BEFORE, until=end - JUST_BEFORE)
        if not found:
            continue
        text = _("{title} ({id}): drafted {at}, sent {sent} to {who}").format(
            title=plain(summary.title), id=summary.id, at=words.moment(found[0].at.isoformat()),
            sent=words.moment(found[0].send_at.isoformat()), who=_(", ").join(words.audience(to) for to in summary.to),
        )  # fmt: skip
        if summary.release == "clerk":
            text += _(", after release")
        if len(found) > 1:
            text += _("; {n} more in these days").format(n=len(found) - 1)
        paragraph(text, hang=2)


def _tell_events(events: Sequence[Schedule]) -> None:
    if not events:
        return
    text = count(
        _("1 more starts with an event and has days once that is recorded: {titles}"),
        _("{n} more start with an event and have days once that is recorded: {titles}"),
        len(events),
        titles=_listed(schedule.title for schedule in events),
    )
    paragraph(text + _(" (`duban event kinds` lists them)"), hang=2)


def _tell_event(schedule: Schedule, words: Wording) -> None:
    """That a schedule waits for an event, its steps with their terms, and who is told of each once it runs."""
    event = getattr(schedule.when, "event", "")
    text = _("'{title}' ({id}) starts when '{event}' is recorded; only then it has days and messages:")
    paragraph(text.format(title=plain(schedule.title), id=schedule.id, event=event))
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, step in schedule.steps.items():
        if step.wait is None:
            alike[tuple(_rungs(schedule, key, words))].append(_step(step))
    if not schedule.steps:
        alike[tuple(_rungs(schedule, "", words))].append(schedule.title)
    for rungs, titles in alike.items():
        paragraph(f"- {_(', ').join(titles)}", indent=2)
        for line in rungs or [_("no term: nobody is urged")]:
            paragraph(line, indent=6)
    paragraph(_("Record one: `duban event record {event} …`").format(event=event))


def _step(step: Step) -> str:
    """What a step is called, with its term."""
    if step.within is None:
        return plain(step.title)
    return _("{step} (within {term})").format(step=plain(step.title), term=term_words(step.within).text(_))


def _rungs(schedule: Schedule, part: str, words: Wording) -> Iterator[str]:
    """Who is told when of a step, counted from days that are not known yet."""
    step = schedule.steps.get(part)
    dated = step is None or step.within is not None or step.due is not None
    for rung in rungs_of(schedule, part, words.office):
        if (not dated and rung.anchor != "open") or (rung.anchor == INTERNAL and step and not step.internal):
            continue
        if not dated and step and step.after is None:
            continue
        who = _(", ").join(words.audience(to) for to in rung.to)
        yield f"{plain(rung.label.text(_))}{_(': ')}{who}"


def _listed(titles: Iterable[str]) -> str:
    found = [plain(each) for each in titles]
    shown = _(", ").join(islice(found, MOST_TITLES))
    more = len(found) - MOST_TITLES
    return shown if more <= 0 else shown + _(" and {n} more").format(n=more)
