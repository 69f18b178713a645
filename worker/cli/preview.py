"""`duban preview`: what will open, and who will be told when. Needs no database and no settings, but for `--running`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import click

from schedules.grammar import Schedule
from schedules.office import OfficeSpec
from schedules.preview import require_calendar
from schedules.problems import alike as written_alike
from schedules.problems import nearest
from schedules.words import phrase
from worker.cli.command import DAY, Argument, Command
from worker.cli.foreseen import foresee, inside
from worker.cli.language import N_, Option, _
from worker.cli.loading import load_office
from worker.cli.office_folder import office_option
from worker.cli.preview_page import calendar_page, table_page
from worker.cli.preview_words import Wording
from worker.cli.terminal import Refuse, as_json, complain
from worker.clock import machine_now

MOST_DAYS = 3_700
USUAL = timedelta(days=29)  # today and the 29 days after it
# These open a database or load the templates of messages; nothing else of the preview needs either.
RUNNING = "worker.cli.preview_running"
TEXTS = "worker.cli.preview_texts"


@click.command(
    "preview",
    cls=Command,
    help=N_(
        "Show what will open between two days, by whom it is owed, and who will be told when. Changes nothing. Without days: today "
        "and the 29 days after it."
    ),
    examples=[
        ("duban preview", N_("the coming 30 days")),
        ("duban preview --calendar", N_("the same as a month calendar")),
        ("duban preview --from 2026-12-01 --to 2026-12-31", N_("everything in December")),
        ("duban preview friday-study --from 2026-01-01 --to 2026-12-31", N_("one schedule, a year")),
        ("duban preview friday-study --texts", N_("with the messages as a phone shows them")),
        ("duban preview --running --from 2026-12-01 --to 2026-12-31", N_("of the running office")),
        ("duban preview --from 2026-12-01 --to 2026-12-31 --json", N_("for other programs")),
    ],
)
@click.argument(
    "ids",
    nargs=-1,
    metavar="[ID …]",
    cls=Argument,
    about=N_("schedules to show, by id or title, or entries with for_each; default: all"),
)
@click.option("--from", "first", type=DAY, cls=Option, help=N_("first day; default: today"))
@click.option("--to", "last", type=DAY, cls=Option, help=N_("last day; default: 29 days after the first"))
@click.option("--calendar", "calendar", is_flag=True, cls=Option, help=N_("as a month calendar"))
@click.option("--texts", is_flag=True, cls=Option, help=N_("with each message as a phone shows it"))
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
@click.option(
    "--running",
    is_flag=True,
    cls=Option,
    help=N_(
        "of the office in force, with its certificates on record, completions, and what was moved or skipped by hand"
    ),
)
@office_option()
def preview(
    *,
    ids: tuple[str, ...],
    first: date | None,
    last: date | None,
    calendar: bool,
    texts: bool,
    json_: bool,
    running: bool,
    office: Path | None,
) -> None:
    """Print the occurrences of the span."""
    if calendar and (texts or json_):
        raise click.UsageError(_("--calendar shows days; --texts and --json do not go with it"))
    if first is not None and last is not None:
        check_span(first, last)
    asked = _running() if running else _on_disk(office)
    begin, end = _span(first, last, asked.today)
    wanted = list(_wanted(asked.office, ids))
    require_calendar(asked.office, begin, end)
    if json_:
        found = inside(asked.office, [each.id for each in wanted], begin, end, asked.paused)
        if texts:
            import_module(TEXTS).add(found, asked.office)
        as_json(found)
        return
    words = Wording(asked.office, asked.today)
    seen = foresee(asked.office, wanted, begin, end, asked.paused)
    if calendar:
        calendar_page(seen, words, all_=not ids)
    elif texts:
        import_module(TEXTS).page(seen, words, all_=not ids)
    else:
        table_page(seen, words, all_=not ids)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The office that is asked about, its day today, and by paused schedule the first day that counts again."""

    office: OfficeSpec
    today: date
    paused: Mapping[str, str]


def _on_disk(office: Path | None) -> _Asked:
    spec = load_office(office)[0]
    return _Asked(spec, machine_now().astimezone(spec.tz).date(), {})


def _running() -> _Asked:
    found = import_module(RUNNING).running_office()
    return _Asked(found.office, found.today, found.paused)


def _span(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days to show: from today, and 30 of them, unless said otherwise."""
    begin = first or today
    if first is None and last is not None and last < begin:
        raise click.UsageError(
            _("--to {last} is before today, {today}; give --from too").format(last=last, today=today)
        )
    end = last or begin + USUAL
    check_span(begin, end)
    return begin, end


def check_span(first: date, last: date) -> None:
    """Refuse, as used wrongly, a span that ends before it begins or is longer than ten years."""
    if last < first:
        raise click.UsageError(_("--to {last} is before --from {first}").format(first=first, last=last))
    if last - first > timedelta(days=MOST_DAYS):
        raise click.UsageError(_("at most ten years at once"))


def _wanted(office: OfficeSpec, ids: Sequence[str]) -> Iterator[Schedule]:
    """The schedules that ids or titles name, each once. With any that nothing has: say all, exit 1."""
    if not ids:
        yield from office.schedules
        return
    titled = {schedule.title: schedule.id for schedule in reversed(office.schedules)}
    known = {schedule.id for schedule in office.schedules} | set(office.families)
    asked: list[str] = []
    unknown = False
    for each in ids:
        key = each if each in known else titled.get(each)
        if key is None:
            names = [*sorted(known), *titled]
            allowed = nearest(each, written_alike(each, names)) or "—"
            complain(
                phrase("there is no schedule '{name}'; allowed: {allowed}", name=each, allowed=allowed).text(
                    _
                )
            )
            unknown = True
        else:
            asked += office.families.get(key, (key,))
    if unknown:
        raise Refuse("")
    yield from (office.schedule(key) for key in dict.fromkeys(asked))
