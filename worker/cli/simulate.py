"""`duban simulate`: the office in virtual time, on a database of its own that is thrown away. Nothing is sent."""

from datetime import date
from pathlib import Path

import click

from schedules.office import OfficeSpec
from schedules.preview import require_calendar
from tasks.simulation.scripted_people import Scripted
from tasks.simulation.simulate import People
from tasks.simulation.simulated_people import MixedPeople
from worker.cipher import Cipher
from worker.cli.command import DAY, Command
from worker.cli.language import N_, Option, _, count
from worker.cli.loading import load_office
from worker.cli.office_folder import office_option
from worker.cli.preview import check_span
from worker.cli.script_file import load_script
from worker.cli.simulated_run import Days, Lines, Run, Teller, ended_by_ctrl_c
from worker.cli.terminal import Refuse, complain, plain
from worker.tables import as_texts


@click.command(
    "simulate",
    cls=Command,
    help=N_(
        "Run the office through some days without waiting and without sending: the real opening, sweeping and delivering, on a "
        "database that is thrown away. Prints day by day what opens, falls due and is done, and who is told what; then totals, and "
        "warnings: who gets more than 5 messages on a day, which duties fall on rest days, what nobody receives. The clerk releases "
        "every draft at once."
    ),
    examples=[
        (
            "duban simulate --from 2026-11-23 --to 2026-12-31",
            N_("who would be told what until the end of the year"),
        ),
        (
            "duban simulate --from 2026-11-23 --to 2026-12-31 --json > messages.jsonl",
            N_("one JSON object a line"),
        ),
        (
            "duban simulate --from 2026-11-23 --to 2026-11-29 --full",
            N_("a week with the words of every message"),
        ),
        (
            "duban simulate --from 2026-01-01 --to 2026-12-31 --people mixed --seed 7",
            N_("a year in which most do their part"),
        ),
        (
            "duban simulate --from 2026-01-01 --to 2026-12-31 --script year.yaml",
            N_("a year in which people do what the file says"),
        ),
    ],
)
@click.option("--from", "first", type=DAY, required=True, cls=Option, help=N_("first day"))
@click.option("--to", "last", type=DAY, required=True, cls=Option, help=N_("last day"))
@click.option(
    "--people",
    type=click.Choice(["none", "mixed"]),
    default="none",
    show_default=True,
    cls=Option,
    help=N_("what people do: none: nothing; mixed: some confirm early, some in time, some late, some never"),
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    cls=Option,
    help=N_("with --people mixed: another number, other people; the same number, the same people"),
)
@click.option(
    "--script",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    cls=Option,
    metavar="FILE",
    help=N_("YAML: what happens when; people follow it. Exits 1 if something went otherwise"),
)
@click.option(
    "--full",
    is_flag=True,
    cls=Option,
    help=N_(
        "the words of every message, all people and notes; with --json also what opened, was due and closed, warnings, totals"
    ),
)
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("one JSON object a line: the messages"))
@office_option()
def simulate(
    *,
    first: date,
    last: date,
    people: str,
    seed: int,
    script: Path | None,
    full: bool,
    json_: bool,
    office: Path | None,
) -> None:
    """Print the days of the span, or every message of it."""
    check_span(first, last)
    if script is not None and people != "none":
        raise click.UsageError(_("--script and --people do not go together"))
    spec, files = load_office(office)
    require_calendar(spec, first, last)
    acting = _Acting(spec, people, seed, script, first)
    teller: Teller = Lines(full=full) if json_ else Days(spec, full=full)
    run = Run(spec, first, last, teller)
    with ended_by_ctrl_c(run):
        run.play(as_texts(files), acting.people)
    acting.report()


class _Acting:
    """Who acts: nobody, people of all kinds, or those who follow a script."""

    def __init__(self, office: OfficeSpec, people: str, seed: int, script: Path | None, first: date) -> None:
        self._office, self._mixed = office, MixedPeople(seed) if people == "mixed" else None
        self._script = load_script(script, office) if script else None
        self._scripted: Scripted | None = None
        self._passed = 0
        if self._script is not None:  # what lies before the first day is not done on it
            deeds = tuple(deed for deed in self._script.deeds if deed.at.date() >= first)
            self._passed = len(self._script.deeds) - len(deeds)
            self._script = self._script.model_copy(update={"deeds": deeds})

    def people(self, cipher: Cipher) -> People | None:
        """Those who act in an office whose numbers are sealed so."""
        if self._script is None:
            return self._mixed
        self._scripted = Scripted(self._script, cipher, _, self._office.tz)
        return self._scripted

    def report(self) -> None:
        """What went otherwise than the script says, on stderr; exit 1 if there is anything."""
        outside = self._passed + (self._scripted.outside if self._scripted else 0)
        if outside:
            one = _("1 deed of the script lies outside these days and was not done")
            many = _("{n} deeds of the script lie outside these days and were not done")
            complain(count(one, many, outside))
        surprises = self._scripted.surprises if self._scripted else []
        for each in surprises:
            complain(plain(f"{each.deed.at:%Y-%m-%d %H:%M} {each.deed.name}: {each.words}"))
        if surprises:
            raise Refuse(count(_("1 deed went otherwise"), _("{n} deeds went otherwise"), len(surprises)))
