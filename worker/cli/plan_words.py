"""A plan in sentences, for a terminal of 80 cells."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from tasks.apply import Plan
from tasks.applying.compare import definitions
from tasks.applying.handed import Handed
from tasks.applying.outlook import Outlook
from tasks.days.calendar_change import Corrected
from worker.cli.forecast import DAYS, Forecast
from worker.cli.language import _, count
from worker.cli.paragraphs import group, listed, paragraph, titled
from worker.cli.plan_days import tell_moves
from worker.cli.putting import Seen
from worker.cli.terminal import complain, say

MOST_NAMES, MOST_TITLES, MOST_FLOODED = 12, 4, 5
WEEK = timedelta(days=7)


def tell(seen: Seen, coming: Forecast, ahead: Outlook, days: Corrected | None = None) -> None:
    """Print a plan. `days`: what new working days do to what is open."""
    found = seen.plan
    tell_rollback(seen)
    if found.unchanged:
        say(_("No change: this is what is in force."))
        return
    if found.first:
        say(_("Nothing is in force yet; this is the first time."))
    titles, names = titles_of(ahead), names_of(ahead)
    _tell_schedules(found, ahead, titles)
    tell_moves(ahead.moves, titles, ahead.after.tz)
    _tell_people(found, ahead, titles, names)
    if found.credentials:
        say(count(_("1 certificate is new"), _("{n} certificates are new"), found.credentials))
    _tell_targets(found, titles)
    if found.calendar and not found.first:
        years = _(", ").join(str(year) if year else _("single days") for year in found.calendar)
        paragraph(_("Working days are new: {years}; open deadlines are counted anew").format(years=years))
    if days is not None:
        paragraph(
            _(
                "{recounted} open duties would be counted anew, {moved} on another day; {told} people would be told."
            ).format(recounted=days.recounted, moved=days.moved, told=days.told),
            indent=2,
        )
    _tell_coming(found, coming, names)


def titles_of(ahead: Outlook) -> dict[str, str]:
    """What schedules and summaries are called, as planned, else as it runs."""
    offices = [office for office in (ahead.before, ahead.after) if office is not None]
    return {item.id: item.title for office in offices for item in definitions(office)}


def names_of(ahead: Outlook) -> dict[str, str]:
    """What people are called, those too who are no longer there."""
    offices = [office for office in (ahead.before, ahead.after) if office is not None]
    return {person.id: person.name for office in offices for person in office.people}


def tell_rollback(seen: Seen) -> None:
    """Say that a rollback runs, and whether these are the files it went back from."""
    version = seen.rollback
    if version is None or seen.plan.unchanged:
        return
    paragraph(
        _("Version {number} is in force, a return to version {to} by {by}.").format(
            number=version.number, to=version.returned_to, by=version.by
        )
        + (_(" ({note})").format(note=version.note) if version.note else "")
    )
    if seen.undone is None:
        paragraph(_("What it went back from may still be in these files: read all of this."))
        return
    paragraph(
        _(
            "These are the files of version {number}, which it went back from; applying them brings that version back. The files that "
            "run: duban history {running} --files DIR"
        ).format(number=seen.undone, running=version.number)
    )


def _tell_schedules(found: Plan, ahead: Outlook, titles: Mapping[str, str]) -> None:
    group("+", _("Schedules added"), (titled(key, titles) for key in found.added))
    group(
        "~", _("Schedules changed"), (_with_open(key, titles, found.open_of_changed) for key in found.changed)
    )
    group(
        "~", _("Schedules with other reminders"), (titled(key, titles) for key in found.ladders), most=MOST_NAMES
    )  # fmt: skip
    if (found.changed or found.ladders) and not found.first:
        paragraph(
            _("Changes count from the next occurrence on. What is open goes on by its own rule; nothing is sent twice."),
            indent=2,
        )  # fmt: skip
    group(
        "-", _("Schedules removed"), (_with_open(key, titles, found.open_of_removed) for key in found.removed)
    )
    if found.open_of_removed:
        paragraph(
            _("Say what becomes of open duties: --close cancel ends them, --close keep has them finished."),
            indent=2,
        )
    for key, fresh in ahead.renamed.items():
        paragraph(
            _(
                "Renamed? {old} is gone and {new} looks the same. To duban these are two: open duties stay with the old id, and the new "
                "one asks anew. If only the name is to be another, keep the id and change the title."
            ).format(old=key, new=_(", ").join(fresh)),
            indent=2,
        )  # fmt: skip
    if found.settings_changed:
        say(_("office.yaml changed: units, posts, channels or times"))
    if found.registers_changed:
        say(_("Registers changed; what is entered stays"))


def _with_open(key: str, titles: Mapping[str, str], open_: Mapping[str, int]) -> str:
    n = open_.get(key, 0)
    if not n:
        return titled(key, titles)
    return titled(key, titles) + ": " + count(_("1 duty is open"), _("{n} duties are open"), n)


def _with_handed(line: str, handed: Handed | None) -> str:
    """What of open duties ends for somebody, and what is given to that person too."""
    found = [
        count(one, many, n)
        for n, one, many in (
            (handed.ends if handed else 0, _("1 open duty ends"), _("{n} open duties end")),
            (
                handed.begins if handed else 0,
                _("1 open duty is given too"),
                _("{n} open duties are given too"),
            ),
        )
        if n
    ]
    return f"{line}: {_(', ').join(found)}" if found else line


# ── people ────────────────────────────────────────────────────
def _tell_people(found: Plan, ahead: Outlook, titles: Mapping[str, str], names: Mapping[str, str]) -> None:
    roster = found.roster
    for sign, title, keys in (
        ("+", _("People who join"), roster.joined),
        ("~", _("People who move to another unit"), roster.moved),
        ("-", _("People who leave"), roster.left),
        ("~", _("People with other data"), roster.changed),
    ):
        lines = (
            _with_handed(_with_open(key, names, ahead.open_of_left), ahead.handed.get(key)) for key in keys
        )
        group(sign, title, lines, most=MOST_NAMES)
    if ahead.open_of_left:
        paragraph(
            _("Open duties of who leaves end; what nobody else answers for is told to the clerk, to be handed over."),
            indent=2,
        )  # fmt: skip
    if ahead.reach:
        say(_("Who owes what from the next occurrence on"))
    for each in ahead.reach:
        paragraph(listed(each.schedules, titles, most=MOST_TITLES), indent=2)
        for sign, people in (("+", each.gained), ("-", each.lost)):
            if people:
                who = listed(people, names, most=MOST_NAMES)
                paragraph(f"{sign} " + _("{n}: {who}").format(n=len(people), who=who), indent=4)


def _tell_targets(found: Plan, titles: Mapping[str, str]) -> None:
    for change in found.targets:
        title = titled(change.schedule, titles)
        group("+", _("{title}: rows added").format(title=title), change.added, most=MOST_NAMES)
        group(
            "-",
            _("{title}: rows removed; what is open for them is withdrawn").format(title=title),
            change.removed,
            most=MOST_NAMES,
        )


# ── messages ──────────────────────────────────────────────────
def _tell_coming(found: Plan, coming: Forecast, names: Mapping[str, str]) -> None:
    group(">", _("Opens now"), (f"{title} {key}" for _id, key, title in coming.opening), most=MOST_NAMES)
    total = sum(n for _day, n in coming.messages)
    if total or coming.before:
        text = _("Messages of the next {days} days, if nobody confirms: {n} to {people} people")
        if not found.first:
            text += _more(coming.more)
        paragraph(text.format(days=DAYS, n=total, people=coming.people, more=abs(coming.more)))
        for line in _weeks(coming):
            say("  " + line)
    _warn(coming, names)


def _warn(coming: Forecast, names: Mapping[str, str]) -> None:
    """One line for each person who gets too many on a day, with the first such day."""
    days: dict[str, list[tuple[date, int]]] = {}
    for person, day, n in coming.flooded:
        days.setdefault(person, []).append((day, n))
    for person, found in list(days.items())[:MOST_FLOODED]:
        day, n = found[0]
        text = _("Warning: {name} would get {n} messages on {day}; more than 3 a day are a nuisance.").format(
            name=titled(person, names), n=n, day=day.isoformat()
        )
        complain(text + (_(" So on {n} more days.").format(n=len(found) - 1) if len(found) > 1 else ""))
    if len(days) > MOST_FLOODED:
        complain("  " + _("… and {n} more").format(n=len(days) - MOST_FLOODED))


def _more(n: int) -> str:
    if n > 0:
        return _("; {more} more than without this")
    return _("; {more} fewer than without this") if n < 0 else _("; as many as without this")


def _weeks(coming: Forecast) -> Iterator[str]:
    """The messages by weeks, those of before beside them where they are others."""
    first, last = coming.today, max(day for day, _n in (*coming.messages, *coming.before))
    while first <= last:
        end = first + WEEK
        now, was = (_between(each, first, end) for each in (coming.messages, coming.before))
        line = f"{first} – {end - timedelta(days=1)}  {now:>6}"
        yield line + (f"  ({now - was:+})" if coming.before and now != was else "")
        first = end


def _between(messages: tuple[tuple[date, int], ...], first: date, end: date) -> int:
    return sum(n for day, n in messages if first <= day < end)
