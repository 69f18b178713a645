"""The end of a simulation: totals by person, channel and month, notes and warnings; as tables and sentences, or as JSON."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from schedules.office import OfficeSpec
from tasks.simulation.counted import Counted
from tasks.simulation.course import Step, Tally, tally
from tasks.simulation.findings import Finding
from worker.cli.language import _, count
from worker.cli.paragraphs import paragraph
from worker.cli.terminal import plain, say, table, tint

MOST_PEOPLE, MOST_NOTES = 15, 3
Months = Mapping[str, Tally]


class Tallies:
    """What became of duties, summed by month as the days pass."""

    def __init__(self) -> None:
        self._months: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, steps: Iterable[Step]) -> None:
        """Count the steps of some days."""
        for month, found in groupby(steps, key=lambda each: f"{each.day:%Y-%m}"):
            one = tally(list(found))
            self._months[month].update({name: getattr(one, name) for name in one.__slots__})

    @property
    def months(self) -> Months:
        """By month."""
        return {month: Tally(**found) for month, found in sorted(self._months.items())}

    @property
    def all(self) -> Tally:
        """Of the whole span."""
        return Tally(**sum(self._months.values(), Counter()))


def totals_data(counted: Counted, tallies: Tallies, first: date, last: date) -> dict[str, Any]:
    """The totals as programs read them."""

    def numbers(of: Tally) -> dict[str, int]:
        return {name: getattr(of, name) for name in of.__slots__}

    return {
        "kind": "totals", "from": first.isoformat(), "to": last.isoformat(), "messages": counted.messages,
        "by_channel": dict(counted.channels.most_common()), "by_person": dict(counted.people.most_common()),
        "busiest_day": dict(counted.busiest().most_common()),
        "duties": numbers(tallies.all),
        "by_month": {
            month: {"messages": counted.months[month], **numbers(tallies.months.get(month, Tally()))}
            for month in sorted({*counted.months, *tallies.months})
        },
    }  # fmt: skip


def finding_data(found: Finding) -> dict[str, Any]:
    """A warning or note as programs read it, its sentences in the language of this run."""
    return {
        "kind": found.severity, "code": found.kind, "about": found.about, "text": found.words.text(_),
        "advice": found.advice.text(_) if found.advice else None, **found.data,
    }  # fmt: skip


def tell_totals(
    office: OfficeSpec, counted: Counted, tallies: Tallies, first: date, last: date, *, full: bool
) -> None:
    """Print the totals."""
    days = (last - first).days + 1
    say()
    say(tint(_("Totals, {first} to {last}, {n} days").format(first=first, last=last, n=days), "cyan"))
    _tell_duties(tallies.all)
    say("  " + count(_("1 message"), _("{n} messages"), counted.messages))
    say()
    _tell_people(office, counted, full=full)
    table(
        [_("channel"), _("messages")],
        [(key, n) for key, n in counted.channels.most_common()],
        right=[1],
    )
    if len(counted.months) > 1:
        _tell_months(counted, tallies.months)


def _tell_duties(of: Tally) -> None:
    words = _(
        "duties: {opened} opened, {in_time} done in time, {late} done late, {otherwise} ended otherwise; open {open}, overdue {overdue}"
    )
    paragraph(words.format(**{name: getattr(of, name) for name in of.__slots__}), indent=2)


def _tell_people(office: OfficeSpec, counted: Counted, *, full: bool) -> None:
    known, busiest = {each.id: each for each in office.people}, counted.busiest()
    rows = []
    for person, n in sorted(counted.people.items(), key=lambda item: (-item[1], item[0])):
        who = known.get(person)
        unit = office.file.units[who.unit].title if who and who.unit in office.file.units else ""
        rows.append((who.name if who else person, unit, n, busiest[person]))
    shown = rows if full else rows[:MOST_PEOPLE]
    table([_("name"), _("unit"), _("messages"), _("most on a day")], shown, right=[2, 3])
    if len(shown) < len(rows):
        left = sum(row[2] for row in rows[len(shown) :])
        say(
            "  "
            + _("… and {n} more people with {messages} messages; all of them: --full").format(
                n=len(rows) - len(shown), messages=left
            )
        )


def _tell_months(counted: Counted, months: Months) -> None:
    table(
        [_("month"), _("messages"), _("opened"), _("done in time"), _("done late")],
        [
            (month, counted.months[month], of.opened, of.in_time, of.late)
            for month in sorted({*counted.months, *months})
            for of in [months.get(month, Tally())]
        ],
        right=[1, 2, 3, 4],
    )


def tell_findings(found: Sequence[Finding], *, full: bool) -> None:
    """Print notes, of each schedule the first few unless `full`, then warnings with what to do."""
    notes = [each for each in found if each.severity == "note"]
    warnings = [each for each in found if each.severity == "warning"]
    if notes:
        say()
        say(tint(_("Handled by the rules, for your information:"), "cyan"))
    for _kind, of in groupby(notes, key=lambda each: (each.kind, each.about)):
        same = list(of)
        for each in same if full else same[:MOST_NOTES]:
            paragraph(f"· {plain(each.words.text(_))}", indent=2)
        if len(same) > MOST_NOTES and not full:
            say("    " + _("… and {n} more").format(n=len(same) - MOST_NOTES))
    say()
    if not warnings:
        say(_("No warnings."))
        return
    say(tint(count(_("1 warning:"), _("{n} warnings:"), len(warnings)), "yellow"))
    for advice, of in groupby(warnings, key=lambda each: each.advice):
        for each in of:
            paragraph(f"! {plain(each.words.text(_))}", indent=2)
        if advice is not None:
            paragraph(f"→ {plain(advice.text(_))}", indent=4)
