"""Files to be saved: what was uploaded, and what is made on demand. None is ever shown inside a page."""

from io import BytesIO

from flask import Response, abort, send_file

from models.obligations import FileRow
from worker.web.duties import uploads
from worker.web.site import runtime
from worker.web.workbook import XLSX

SLASHES = str.maketrans("/\\", "__")


def stored(row: FileRow | None) -> Response:
    """An uploaded file under the name that its owner gave it; 404 without one. Who may have it is for the caller to know."""
    path = uploads.path_of(runtime().settings.data, row.sha256) if row else None
    if row is None or path is None or not path.is_file():
        abort(404)
    return send_file(
        path, mimetype=row.media_type, as_attachment=True, download_name=row.name, etag=False, max_age=0
    )


def attached(content: bytes, name: str, media_type: str = XLSX) -> Response:
    """A file of these bytes. The name may be Chinese, and a title that somebody typed."""
    safe = uploads.label(name.translate(SLASHES))
    return send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=safe, etag=False, max_age=0
    )
