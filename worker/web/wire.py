"""How little goes over the wire: texts compressed, the stylesheet once for each of its versions.

A compressed answer gives away by its length whether it repeats what an attacker put into it (BREACH). So a page is compressed only where
nothing that came with the request can stand in it: a plain look without a query, answered as asked. Answers to forms, searches and
errors go as they are. The stylesheet and the mark hold no secrets; they are compressed once, when the process starts, and their address
names their content, so that a browser keeps them for good.
"""

import gzip
import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

SMALLEST = 700  # bytes; below that compressing gains nothing over the head of the answer
TEXTS = frozenset({"text/html", "text/css", "image/svg+xml", "text/calendar"})
FOR_GOOD = "public, max-age=31536000, immutable"
LEVEL = 6


class Assets:
    """The static files that pages name: each with the digest in its address and its compressed bytes."""

    def __init__(self, folder: Path) -> None:
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()}
        self.versions = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in files.items()}
        self.packed = {
            name: gzip.compress(data, 9, mtime=0) for name, data in files.items() if len(data) >= SMALLEST
        }

    def version(self, endpoint: str, values: dict[str, Any]) -> None:
        """Put the digest of a file into its address."""
        name = values.get("filename")
        if endpoint == "static" and name in self.versions:
            values.setdefault("v", self.versions[name])

    def answer(self, response: Response) -> Response:
        """Send a static file compressed; for good if it was asked for by its digest."""
        name = (request.view_args or {}).get("filename", "")
        if request.args.get("v") == self.versions.get(name) and response.status_code in (200, 304):
            response.headers["Cache-Control"] = FOR_GOOD
        if response.status_code == 200 and name in self.packed and _accepted():
            response.close()  # the file that would have been sent
            response.direct_passthrough = False
            response.set_data(self.packed[name])
            response.headers["Content-Encoding"] = "gzip"
            response.headers.pop("Content-Range", None)
            etag, _ = response.get_etag()
            if etag:
                response.set_etag(f"{etag}-gz")
        response.vary.add("Accept-Encoding")
        return response


def install(app: Flask) -> None:
    """Compress what may be compressed. Call it before the hooks whose headers shall be the last word."""
    assets = Assets(Path(app.static_folder or ""))
    app.url_defaults(assets.version)

    def pack(response: Response) -> Response:
        return assets.answer(response) if request.endpoint == "static" else _page(response)

    app.after_request(pack)


def _page(response: Response) -> Response:
    plain = request.method == "GET" and not request.query_string and response.status_code == 200
    if not plain or response.mimetype not in TEXTS or response.direct_passthrough or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    data = response.get_data()
    if len(data) >= SMALLEST and _accepted() and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(data, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _accepted() -> bool:
    return request.accept_encodings.quality("gzip") > 0
