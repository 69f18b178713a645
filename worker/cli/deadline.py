"""`duban deadline`: one date computed, or one for each line of the input. Needs no database and no settings."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from schedules.calendar import WorkCalendar
from schedules.terms import BadTerm, Deadline, Roll, Term, parse_term
from schedules.terms import deadline as count_deadline
from schedules.words import Words, phrase
from worker.cli.command import DAY, Argument, Command, read_day
from worker.cli.counted_days import by_count, counted_days
from worker.cli.language import N_, Option, _
from worker.cli.office_folder import load_calendar, office_option
from worker.cli.terminal import Refuse, as_json, complain, plain, say
from worker.cli.weekdays import WEEKDAYS

ROLLS: tuple[Roll, ...] = ("none", "next-workday", "previous-workday")
DAYS_ALLOWED = "2026-11-27"


class BadInput(ValueError):
    """A value that cannot be read: its column on the line, what is wrong, and what is allowed."""

    def __init__(self, column: int, what: Words, allowed: str) -> None:
        super().__init__(str(what))
        self.column = column
        self.what = what
        self.allowed = allowed


@click.command(
    "deadline",
    cls=Command,
    help=N_(
        "Count a deadline from a day, which itself does not count. Terms: 20 workdays, 15 days, 3 months, 20个工作日, "
        "15日, 3个月. With `-` every line of the input is START<TAB>TERM[<TAB>ROLL] and is answered by one JSON object."
    ),
    examples=[
        (
            'duban deadline --start 2026-09-21 --term "7 workdays"',
            N_("with the National Day holiday in between"),
        ),
        (
            "duban deadline --start 2026-09-21 --term 7个工作日 --explain",
            N_("the days counted, as a calendar"),
        ),
        (
            "duban deadline --start 2026-07-31 --term 2个月 --roll next-workday",
            N_("moved on if it is a rest day"),
        ),
        ("duban deadline - < terms.tsv", N_("many at once")),
    ],
)
@click.argument("lines", required=False, metavar="[-]", cls=Argument, about=N_("read lines from the input"))
@click.option("--start", type=DAY, cls=Option, help=N_("the day of the event; counting begins the day after"))
@click.option("--term", metavar="TERM", cls=Option, help=N_("how long, with its unit"))
@click.option(
    "--roll", type=click.Choice(ROLLS), cls=Option, help=N_("what becomes of a last day that is a rest day")
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
@click.option("--explain", is_flag=True, cls=Option, help=N_("print the days that were counted"))
@office_option()
def deadline(
    *,
    lines: str | None,
    start: date | None,
    term: str | None,
    roll: Roll | None,
    json_: bool,
    explain: bool,
    office: Path | None,
) -> None:
    """Count one deadline, or one for each line."""
    if lines not in (None, "-"):
        raise click.UsageError(
            _("'{word}' is not allowed here; `-` reads lines from the input").format(word=lines)
        )
    if lines == "-":
        _answer_lines(load_calendar(office))
        return
    if start is None or term is None:
        raise click.UsageError(_("--start and --term are needed, or `-` to read lines from the input"))
    try:
        wanted = _read_term(term, roll, column=1)
        found = _counted(start, wanted, load_calendar(office))
    except BadInput as error:
        raise click.UsageError(f"{error.what.text(_)}; allowed: {error.allowed}") from error
    if json_:
        as_json(shape(found, term.strip(), wanted))
        return
    _tell(found, wanted, load_calendar(office))
    if explain:
        say()
        for line in counted_days(found, wanted, load_calendar(office)):
            say(line)


def shape(found: Deadline, term: str, read: Term) -> dict[str, Any]:
    """The JSON of one deadline; `term` is as it was written."""
    return {
        "start": found.start.isoformat(),
        "term": term,
        "due": found.due.isoformat(),
        "provisional": found.provisional,
        "skipped": [day.isoformat() for day in found.skipped],
        "worked_weekends": [day.isoformat() for day in found.worked_weekends],
        "n": read.n,
        "unit": read.unit,
        "roll": read.roll,
    }


def _tell(found: Deadline, term: Term, calendar: WorkCalendar) -> None:
    say(f"{found.due.isoformat()} {_(WEEKDAYS[found.due.weekday()])}")
    if found.skipped and term.unit == "workdays":
        say(_("Rest days not counted: {days}.").format(days=_(", ").join(map(_short, found.skipped))))
    elif found.skipped:
        say(_("Moved on from {day}, a rest day.").format(day=_short(found.skipped[0])))
    elif found.due < by_count(found, term):
        say(_("Moved back from {day}, a rest day.").format(day=_short(by_count(found, term))))
    if found.worked_weekends:
        say(_("Weekends worked: {days}.").format(days=_(", ").join(map(_short, found.worked_weekends))))
    span = sorted((found.start, found.due))
    if gaps := calendar.gaps(span[0].year, span[1].year):
        years = _(", ").join(map(str, gaps))
        say(
            _("Provisional: the holidays of {years} were announced, but are not loaded here.").format(
                years=years
            )
        )
    elif found.provisional:
        say(_("Provisional: the holidays of that year are not announced yet."))


def _short(day: date) -> str:
    return f"{day:%m-%d}"


def _answer_lines(calendar: WorkCalendar) -> None:
    """Answer each line of the input by one line; one that cannot be read by {"line", "error"}, and on stderr. Exit 1 then."""
    wrong = 0
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        try:
            line = _decoded(raw, first=number == 1)
            if not line.strip():
                continue
            found, text, term = _of_line(line, calendar)
        except BadInput as error:
            wrong += 1
            what = error.what.text(_)
            as_json({"line": number, "error": what, "allowed": error.allowed}, indent=None)
            complain(plain(f"-:{number}:{error.column}: {what}; allowed: {error.allowed}"))
        else:
            as_json(shape(found, text, term), indent=None)
    if wrong:
        raise Refuse("")


def _decoded(raw: bytes, *, first: bool) -> str:
    try:
        return raw.decode("utf-8-sig" if first else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BadInput(1, phrase("this line is not UTF-8 text"), "UTF-8") from error


def _of_line(line: str, calendar: WorkCalendar) -> tuple[Deadline, str, Term]:
    parts = line.split("\t")
    if not 2 <= len(parts) <= 3:
        raise BadInput(
            1,
            phrase("a line needs two or three fields, found {n}", n=len(parts)),
            "START<TAB>TERM[<TAB>ROLL]",
        )
    start = read_day(parts[0])
    if start is None:
        raise BadInput(1, phrase("'{value}' is not a date", value=parts[0].strip()), DAYS_ALLOWED)
    column = len(parts[0]) + 2
    roll = parts[2].strip() if len(parts) == 3 else ""
    known: Roll | None = next((each for each in ROLLS if each == roll), None)
    if roll and known is None:
        after = column + len(parts[1]) + 1
        raise BadInput(after, phrase("'{value}' is not a way to roll", value=roll), ", ".join(ROLLS))
    term = _read_term(parts[1], known, column=column)
    return _counted(start, term, calendar), parts[1].strip(), term


def _read_term(text: str, roll: Roll | None, *, column: int) -> Term:
    try:
        term = parse_term(text.strip())
    except BadTerm as error:
        raise BadInput(column, error.what, error.allowed) from error
    return term if roll is None else Term(term.n, term.unit, roll)


def _counted(start: date, term: Term, calendar: WorkCalendar) -> Deadline:
    try:
        return count_deadline(start, term, calendar)
    except (OverflowError, ValueError) as error:
        raise BadInput(
            1, phrase("that deadline lies beyond the year 9999"), "20 workdays, 15 days, 3 months"
        ) from error
