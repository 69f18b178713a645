"""`duban archive`: what was sent, recorded and done about occurrences, or a whole year, as one zip with an index and hashes."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy.orm import Session

from models.queries import archive as read
from schedules.errors import NotFound
from schedules.words import phrase
from tasks.live import current
from tasks.pausing import named
from worker.archives.content import Scope
from worker.archives.pack import Packed, Packer, Source
from worker.bootstrap import boot
from worker.cli.command import Argument, Command
from worker.cli.language import N_, Option, _, count
from worker.cli.running import require_tables
from worker.cli.terminal import Refuse, as_json, complain, progress, say
from worker.settings import Settings


@click.command(
    "archive",
    cls=Command,
    help=N_(
        "Pack occurrences, or a year, into one zip: messages without personal links, the sign-in sheet, records and files as they were "
        "handed in, who did what, hashes, and an index that opens without a network. The same data gives the same bytes. Exit code 1 if "
        "a file is missing or is not as it was handed in; the index names it."
    ),
    examples=[
        ("duban archive half-year-review/2026-11 -o 研判.zip", N_("one occurrence")),
        ("duban archive --year 2026 -o 2026.zip", N_("everything of a year")),
        ("duban archive --year 2026 --schedule friday-study -o 学习.zip", N_("one schedule of a year")),
    ],
)
@click.argument(
    "occurrences", nargs=-1, metavar="[SCHEDULE/KEY]…", cls=Argument, about=N_("which occurrences: schedule and key")
)  # fmt: skip
@click.option("--year", type=click.IntRange(1990, 2200), cls=Option, help=N_("everything of this year"))
@click.option(
    "--schedule", "schedules", multiple=True, metavar="ID", cls=Option, help=N_("of the year only this schedule; may be repeated")
)  # fmt: skip
@click.option(
    "-o", "--output", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", cls=Option,
    help=N_("the zip to write"),
)  # fmt: skip
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def archive(
    *, occurrences: tuple[str, ...], year: int | None, schedules: tuple[str, ...], target: Path, json_: bool
) -> None:
    """Write the package beside its place, then put it there whole."""
    if bool(occurrences) == (year is not None):
        raise click.UsageError(_("name occurrences, or --year, and not both"))
    if schedules and year is None:
        raise click.UsageError(_("--schedule belongs to --year"))
    settings = Settings.load()
    require_tables(settings)
    run = boot(settings)
    with run.db.reading() as session:
        office = current(session).office.file.title
        ids = _of_year(session, year, schedules) if year is not None else _named(session, occurrences)
    several = year is not None or len(ids) > 1
    title = _("{office}: archive of {year}").format(office=office, year=year) if year is not None else office
    source = Source(db=run.db, data=settings.data, texts=run.texts)
    packer = Packer(source, ids, Scope(), title=title if several else "")
    _write(packer, target, total=len(ids))
    _tell(packer.packed, target, json_=json_)


def _of_year(session: Session, year: int, schedules: Sequence[str]) -> list[int]:
    """Raise NotFound for a schedule that there never was; an entry with `for_each` stands for all of its own."""
    office, known = current(session).office, read.known_schedules(session, schedules)
    keys = [
        *known,
        *(row.key for each in schedules if each not in known for row in named(session, office, each)),
    ]
    return read.of_year(session, year, keys)


def _named(session: Session, occurrences: Sequence[str]) -> list[int]:
    found = []
    for each in dict.fromkeys(occurrences):
        schedule, slash, key = each.partition("/")
        if not slash or not key:
            raise click.UsageError(
                _("write SCHEDULE/KEY, as in half-year-review/2026-11: {given}").format(given=each)
            )
        known = read.named(session, schedule, key)
        if known is None:
            raise NotFound(phrase("there is no '{schedule}' {key}", schedule=schedule, key=key))
        found.append(known)
    return found


def _write(packer: Packer, target: Path, *, total: int) -> None:
    """Stopped on the way, nothing is left behind, and what stood at the place before still stands there."""
    if not target.parent.is_dir():
        raise Refuse(_("there is no folder {folder}").format(folder=target.parent))
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file, progress(_("packing")) as step:
            for piece in packer.pieces():
                file.write(piece)
                step(packer.packed.occurrences, total)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _tell(packed: Packed, target: Path, *, json_: bool) -> None:
    if json_:
        as_json(
            {
                "file": str(target), "occurrences": packed.occurrences, "files": packed.files, "missing": packed.missing,
                "damaged": packed.damaged,
            }
        )  # fmt: skip
    else:
        occurrences = count(_("1 occurrence"), _("{n} occurrences"), packed.occurrences)
        files = count(_("1 file"), _("{n} files"), packed.files)
        say(_("Written: {target}, {occurrences}, {files}.").format(target=target, occurrences=occurrences, files=files))  # fmt: skip
    for path in packed.missing:
        complain(_("missing on this machine, not in the package: {path}").format(path=path))
    for path in packed.damaged:
        complain(_("not as it was handed in: {path}").format(path=path))
    if packed.missing or packed.damaged:
        raise Refuse("")
