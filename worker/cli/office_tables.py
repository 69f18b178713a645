"""Putting a table that was handed in, the roster or the list of a campaign, into the office's folder and into force."""

from contextlib import AbstractContextManager
from pathlib import Path

from schedules.office import OfficeSpec
from worker.cli.language import _
from worker.cli.putting import do_apply
from worker.cli.rosters import pieces
from worker.cli.running import database_exists, require_tables
from worker.cli.terminal import Refuse
from worker.roster_import import is_starter
from worker.roster_tables import OfficeTable
from worker.settings import Settings
from worker.tables import as_texts


def require_own(folder: Path) -> None:
    """Raise Refuse for the starter office, which stays as it is."""
    if is_starter(folder):
        raise Refuse(_("This is the starter office, which stays as it is; make your own: duban init DIR"))


def put_in_place(
    title: str, found: OfficeTable, spec: OfficeSpec, settings: Settings, place: AbstractContextManager[Path]
) -> str:
    """Write the table to its `place` in the folder and, where an office is in force, put it into force; return what is said of it.

    If it does not come into force, the place leaves the folder as before.
    """
    with pieces(title, _("putting it into force")) as begin, place as new:
        begin()
        if not database_exists(settings):
            return _("Imported into {file}; next: duban apply").format(file=new)
        require_tables(settings)
        do_apply(spec, as_texts(found.files), settings, removed=None)
        return _("Imported and in force.")
