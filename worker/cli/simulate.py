"""`duban simulate`: the office in virtual time, on a database of its own that is thrown away. Nothing is sent."""

import gc
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy import event

from models.engine import connect
from models.migrate import upgrade
from schedules.office import OfficeSpec
from schedules.preview import require_calendar
from tasks.simulation.scripted_people import Scripted
from tasks.simulation.simulate import People, Stage
from tasks.simulation.simulate import simulate as play
from tasks.simulation.simulated_people import MixedPeople
from tasks.wording.texts import Texts
from worker.cipher import Cipher
from worker.cli.command import DAY, Command
from worker.cli.language import N_, Option, _, count, current
from worker.cli.loading import load_office
from worker.cli.office_folder import office_option
from worker.cli.preview import check_span
from worker.cli.script_file import load_script
from worker.cli.terminal import Refuse, as_json, complain, plain, progress, say
from worker.settings import Secret
from worker.tables import as_texts


@click.command(
    "simulate",
    cls=Command,
    help=N_(
        "Run the office through some days without waiting and without sending: the real opening, sweeping and delivering, on a "
        "database that is thrown away. Prints every message as it would be sent. The clerk releases every draft at once."
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
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("one JSON object a line"))
@office_option()
def simulate(
    *, first: date, last: date, people: str, seed: int, script: Path | None, json_: bool, office: Path | None
) -> None:
    """Print every message of the span."""
    check_span(first, last)
    if script is not None and people != "none":
        raise click.UsageError(_("--script and --people do not go together"))
    spec, files = load_office(office)
    require_calendar(spec, first, last)
    n = 0
    acting = _Acting(spec, people, seed, script)
    for told in _messages(spec, as_texts(files), first, last, acting.people):
        n += 1
        if json_:
            as_json(told, indent=None)
        else:
            say(plain(f"{str(told['at'])[:16]}  {told['recipient']}  {told['title']}"))
            for line in str(told["body"]).splitlines():
                say("    " + plain(line))
    if not json_:
        say(count(_("1 message"), _("{n} messages"), n))
    acting.report()


class _Acting:
    """Who acts: nobody, people of all kinds, or those who follow a script."""

    def __init__(self, office: OfficeSpec, people: str, seed: int, script: Path | None) -> None:
        self._office, self._mixed = office, MixedPeople(seed) if people == "mixed" else None
        self._script = load_script(script) if script else None
        self._scripted: Scripted | None = None

    def people(self, cipher: Cipher) -> People | None:
        """Those who act in an office whose numbers are sealed so."""
        if self._script is None:
            return self._mixed
        self._scripted = Scripted(self._script, cipher, _, self._office.tz)
        return self._scripted

    def report(self) -> None:
        """What went otherwise than the script says, on stderr; exit 1 if there is anything."""
        surprises = self._scripted.surprises if self._scripted else []
        for each in surprises:
            complain(plain(f"{each.deed.at:%Y-%m-%d %H:%M} {each.deed.name}: {each.words}"))
        if surprises:
            raise Refuse(count(_("1 deed went otherwise"), _("{n} deeds went otherwise"), len(surprises)))


def _messages(
    office: OfficeSpec,
    files: dict[str, str],
    first: date,
    last: date,
    people: Callable[[Cipher], People | None],
) -> Iterator[dict[str, Any]]:
    # Rows by the hundred thousand and next to no cycles: looking for those after every 700 objects takes a tenth of the time.
    gc.freeze()
    gc.set_threshold(50_000)
    start = _midnight(first, office)
    end = _midnight(last + timedelta(days=1), office)
    days = (last - first).days + 1
    with tempfile.TemporaryDirectory(prefix="duban-") as folder, progress(_("simulating")) as step:
        url = f"sqlite:///{folder}/simulation.sqlite3"
        upgrade(url)
        database = connect(url)
        event.listen(database.engine, "connect", _forgetful)
        cipher = Cipher(Secret(secrets.token_hex(32)))
        stage = Stage(db=database, texts=Texts.load(current()), cipher=cipher, gettext=_)
        try:
            for told in play(stage, office, files, start=start, end=end, people=people(cipher)):
                day = datetime.fromisoformat(str(told["at"])).date()
                step((day - first).days + 1, days, day.isoformat())
                yield told
        finally:
            database.dispose()


def _forgetful(dbapi_connection: Any, _record: object) -> None:
    """Nothing here needs to survive a power cut."""
    dbapi_connection.execute("PRAGMA synchronous=OFF")


def _midnight(day: date, office: OfficeSpec) -> datetime:
    return datetime.combine(day, time(), tzinfo=office.tz).astimezone(UTC)
