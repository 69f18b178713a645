"""Archive packages 台账 to download: of one occurrence for whoever supervises somebody in it, of a year for who sees the whole office.

The zip is handed on while it is made. What is sealed is packed for the clerk and the leader only.
"""

from urllib.parse import quote

from flask import Blueprint, Response, abort, g, request

from models.queries import archive as read
from worker.archives.content import Scope, content
from worker.archives.names import safe
from worker.archives.pack import Packer, Source
from worker.web.security import require_viewer
from worker.web.site import View, reading, runtime

blueprint = Blueprint("archive", __name__)
blueprint.before_request(require_viewer)
FIRST, LAST = 1990, 2200  # years that are asked for in earnest


def scope() -> Scope:
    """What this reader may pack."""
    return Scope(units=g.viewer.units, sealed=g.viewer.reads("sealed"))


@blueprint.get("/occurrence/<int:occurrence_id>/archive.zip")
def occurrence(occurrence_id: int) -> Response:
    """The package of one occurrence, as far as this reader sees it."""
    with reading() as view:
        found = content(view.session, view.live, view.d, occurrence_id, scope())
        if found is None:
            abort(404)
        name = f"{found.title} {found.held_on.isoformat()}"
    return _download(Packer(_source(), [occurrence_id], scope()), name)


@blueprint.get("/archive/<int:year>.zip")
def year(year: int) -> Response:
    """The package of a year, of all schedules or of `?schedule=ID` alone."""
    if g.viewer.units is not None:
        abort(403)
    if not FIRST <= year <= LAST:
        abort(404)
    schedules = [each[:64] for each in request.args.getlist("schedule")[:20]]
    with reading() as view:
        ids = read.of_year(view.session, year, schedules)
        title = _title(view, year)
    return _download(Packer(_source(), ids, scope(), title=title), title)


def _title(view: View, year: int) -> str:
    return str(view.d._("{office}: archive of {year}", office=view.live.office.file.title, year=year))


def _source() -> Source:
    run = runtime()
    return Source(db=run.db, data=run.settings.data, texts=run.texts)


def _download(packer: Packer, name: str) -> Response:
    """Answer piece by piece: no package is ever whole in memory."""
    named = f"{safe(name, otherwise='archive')}.zip"
    disposition = f"attachment; filename=archive.zip; filename*=UTF-8''{quote(named, safe='')}"
    return Response(
        filter(None, packer.pieces()),
        mimetype="application/zip",
        headers={"Content-Disposition": disposition},
    )
