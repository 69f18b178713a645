"""Files of evidence from other systems: sent first, then named by a signed token, so that nobody can name somebody else's."""

import base64
import binascii
import io

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from schedules.errors import Refused
from schedules.words import phrase
from tasks.duties.evidence import Files
from worker.api.again import Answer
from worker.api.operation import Call, told
from worker.api.shapes_write import File, FileKept
from worker.web.duties import uploads
from worker.web.site import runtime

LARGEST = 14 * 1024 * 1024  # a file of 10 MB in base64, and its name


def keep(call: Call) -> Answer:
    """Keep a file and answer with its token. Raise Refused for what is neither photo nor PDF, or too large."""
    given: File = call.body
    try:
        content = base64.b64decode(given.content, validate=True)
    except binascii.Error as error:
        raise Refused(phrase("the content is not base64"), field="content") from error
    storage = FileStorage(io.BytesIO(content), filename=given.name)
    run = runtime()
    found = uploads.take(run.settings.data, [storage], field="content", photo=False)
    if not found:
        raise Refused(phrase("the file has no name"), field="name")
    kept = found[0]
    shape = FileKept(
        token=uploads.keep(run.tokens, kept),
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        at=call.shown(call.now),
    )
    return told(201, shape)


def rows_of(session: Session, tokens: dict[str, list[str]]) -> Files:
    """The files that tokens name, written as rows of this record, by field. Raise Refused for a token that is none of ours."""
    found: dict[str, list[int]] = {}
    for field, given in tokens.items():
        kept = uploads.kept(runtime().tokens, given)
        if len(kept) < len(given):
            raise Refused(
                phrase("'{label}': this file was not uploaded", label=field), field=f"files/{field}"
            )
        if kept:
            found[field] = uploads.rows(session, kept)
    return found
