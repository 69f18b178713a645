"""What is known of uploaded files. Their bytes lie outside the database, under their digest."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import FileRow


def media_types(session: Session, ids: Iterable[int]) -> Mapping[int, str]:
    """The media types of those of these files that exist, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    return dict(session.execute(select(FileRow.id, FileRow.media_type).where(FileRow.id.in_(wanted))).all())
