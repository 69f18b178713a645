"""Links to archive packages, each with how much is in it, so that nobody on a phone is surprised."""

from dataclasses import dataclass

from flask import g, url_for
from sqlalchemy import select

from models.obligations import OccurrenceRow
from models.queries import archive as read
from worker.web.site import View

MEGABYTE = 1_000_000
PAGES = 16_000  # bytes of the pages and tables of one occurrence as packed: measured over a year of the starter office


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package to download: its address, and how much it holds in words."""

    link: str
    hint: str


def of_occurrence(view: View, occurrence_id: int) -> Package:
    """What a reader who sees this occurrence may pack of it."""
    ids = select(OccurrenceRow.id).where(OccurrenceRow.id == occurrence_id)
    found = read.volume(view.session, ids, g.viewer.units)
    link = url_for("archive.occurrence", occurrence_id=occurrence_id)
    return Package(link=link, hint=_files(view, found))


def of_year(view: View, year: int, schedule: str | None = None) -> Package | None:
    """A year of one schedule or of all; None for who does not see the whole office, and where there is nothing to pack."""
    if g.viewer.units is not None:
        return None
    found = read.volume(view.session, read.in_year(year, [schedule] if schedule else []), None)
    if not found.occurrences:
        return None
    number = view.d.ngettext("1 dossier", "{n} dossiers", found.occurrences)
    hint = view.d._("{occurrences}, {files}", occurrences=number, files=_files(view, found))
    return Package(link=url_for("archive.year", year=year, schedule=schedule), hint=hint)


def _files(view: View, found: read.Volume) -> str:
    """The files, and about how large the package is."""
    number = view.d.ngettext("1 attachment", "{n} attachments", found.files)
    files = number if found.files else view.d._("no attachments")
    size = found.size + PAGES * found.occurrences
    if size < MEGABYTE:
        return str(view.d._("{files}, less than 1 MB", files=files))
    return str(view.d._("{files}, about {n} MB", files=files, n=round(size / MEGABYTE)))
