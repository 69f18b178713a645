"""Evidence files for whoever may see a duty whose record they belong to; to be saved, never shown inside a page."""

from flask import Response, abort, g

from models.obligations import FileRow
from models.queries.drill_person import holding
from tasks.live import definition
from worker.web import downloads
from worker.web.site import reading
from worker.web.supervisors.drill_rows import found, hidden


def file(file_id: int) -> Response:
    """The file, if one of the duties it belongs to is counted under a unit of the viewer and is not sealed; else 404."""
    with reading() as view:
        row = found(view.session.get(FileRow, file_id))
        holds = holding(view.session, file_id)
        if not any(
            g.viewer.sees(each.unit_id) and not hidden(definition(view.session, each.version_id))
            for each in holds
        ):
            abort(404)
        return downloads.stored(row)
