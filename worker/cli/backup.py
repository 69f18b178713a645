"""`duban backup`: one file with the database and the evidence files, made while the office runs, checked by restoring it."""

from datetime import datetime
from pathlib import Path

import click

from models.engine import connect
from worker.backups import make, record
from worker.backups.make import Made, Wish
from worker.cli.command import Command
from worker.cli.language import N_, Option, _, count
from worker.cli.running import require_tables
from worker.cli.terminal import Refuse, as_json, complain, progress, say
from worker.clock import machine_now
from worker.settings import Settings
from worker.zone import zone_in_force

FOLDER = "backups"


@click.command(
    "backup",
    cls=Command,
    help=N_(
        "Write one zip with the whole database and all evidence files, consistent while everything runs, and check it by restoring "
        "it into a scratch database. The secret key is not in it unless you say --with-secrets: keep it apart. Exit code 1 if "
        "nothing was written, or an evidence file is missing or damaged."
    ),
    examples=[
        ("duban backup", N_("into the folder backups of the data folder")),
        ("duban backup --to /mnt/share --keep 30", N_("onto another disk; the 30 newest stay there")),
    ],
)
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", cls=Option,
    help=N_("the folder to write to; best on another disk"),
)  # fmt: skip
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    cls=Option,
    help=N_("remove older backups there, N remain"),
)
@click.option("--no-verify", is_flag=True, cls=Option, help=N_("do not check the backup by restoring it"))
@click.option(
    "--with-secrets", is_flag=True, cls=Option,
    help=N_("also put in the secret key and the channels' secrets; whoever has the file can read every number"),
)  # fmt: skip
@click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))
def backup(
    *, folder: Path | None, keep: int | None, no_verify: bool, with_secrets: bool, json_: bool
) -> None:
    """Make a backup, note it, and say what to do with it."""
    settings = Settings.load()
    require_tables(settings)
    wish = Wish(
        folder=(folder or settings.data / FOLDER).absolute(), check=not no_verify, keep=keep, with_secrets=with_secrets
    )  # fmt: skip
    try:
        with progress(_("backing up")) as step:
            made = make.make(
                settings, wish, now=_now(settings),
                progress=lambda done, total, what: step(done >> 20, total >> 20, what.text(_)),
            )  # fmt: skip
    except OSError as error:
        raise Refuse(
            _(
                "The backup could not be written: {why}. Nothing is left of it; older ones are as they were."
            ).format(why=error.strerror or type(error).__name__)
        ) from error
    lost = len(made.manifest.missing) + len(made.manifest.damaged)
    last = record.Last(
        at=made.manifest.made_at, file=str(made.file), size=made.size, checked=made.checked, missing=lost
    )  # fmt: skip
    try:
        record.write(settings.data, last)
    except OSError as error:  # the backup is made all the same
        complain(
            _("The backup is made, but {folder} cannot be written: {why}.").format(
                folder=settings.data, why=error.strerror
            )
        )
    if json_:
        as_json(_shape(made))
    else:
        _tell(made, settings, inside=folder is None)
    for name in made.manifest.missing:
        complain(_("missing on this machine, not in the backup: {path}").format(path=settings.data / name))
    for name in made.manifest.damaged:
        complain(_("damaged on this machine, not in the backup: {path}").format(path=settings.data / name))
    if made.manifest.missing or made.manifest.damaged:
        raise Refuse("")


def _now(settings: Settings) -> datetime:
    """The machine's instant, as the office writes it."""
    database = connect(settings.database_url)
    try:
        with database.reading() as session:
            return machine_now().astimezone(zone_in_force(session))
    finally:
        database.dispose()


def _shape(made: Made) -> dict[str, object]:
    return {
        "file": str(made.file), "size": made.size, "made_at": made.manifest.made_at.isoformat(), "checked": made.checked or None,
        "rows": sum(made.manifest.rows.values()), "files": len(made.manifest.evidence), "missing": list(made.manifest.missing),
        "damaged": list(made.manifest.damaged),
        "has_secrets": made.manifest.has_secrets, "removed": [str(path) for path in made.gone],
    }  # fmt: skip


def _tell(made: Made, settings: Settings, *, inside: bool) -> None:
    if made.tidied:
        say(_("An earlier backup was broken off; what was left of it is removed."))
    rows = count(_("1 row"), _("{n} rows"), sum(made.manifest.rows.values()))
    files = count(_("1 file"), _("{n} files"), len(made.manifest.evidence))
    say(
        _("Written: {target}, {rows}, {files}, {size} MB.").format(
            target=made.file, rows=rows, files=files, size=f"{made.size / (1 << 20):.1f}"
        )
    )
    say(
        {
            "restored": _(
                "Checked: it was restored into a scratch database and every row and file is there."
            ),
            "read": _(
                "Checked: it was read to its end and every row and file is there. It could not be restored for a trial, since "
                "this user may not make databases."
            ),
            "": _("Not checked, as you asked."),
        }[made.checked]
    )
    if made.manifest.has_secrets:
        say(
            _(
                "It holds the secret key: whoever has this file can read every number and sign in as anybody. Lock it away."
            )
        )
    else:
        where = "DUBAN_SECRET_KEY" if settings.given_secret_key else str(settings.data / "secret_key")
        say(
            _(
                "The secret key is not in it. Keep a copy of {where} in another place: without it mobile numbers cannot be read."
            ).format(where=where)
        )
    if inside:
        say(
            _(
                "It lies on the same disk as the data. Copy it elsewhere, or say --to with a folder on another disk."
            )
        )
    if made.gone:
        say(count(_("1 older backup removed."), _("{n} older backups removed."), len(made.gone)))
