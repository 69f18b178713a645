"""The office's time zone, read from its file by one pattern: for what does without the whole grammar."""

import re
from collections.abc import Iterable
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from models.schedules import OfficeStateRow, OfficeVersionRow
from schedules.source_text import SourceFile

OFFICE_FILE = "office.yaml"
USUAL = "Asia/Shanghai"  # as the grammar of office.yaml has it
_ZONE = re.compile(r"^timezone:[ \t]*[\"']?([\w/+-]+)", re.MULTILINE)


def zone_of(office_yaml: str) -> tzinfo:
    """The zone that the text of an office.yaml names; Asia/Shanghai if it names none, or one that there is not."""
    named = _ZONE.search(office_yaml)
    try:
        return ZoneInfo(named[1] if named else USUAL)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(USUAL)


def zone_among(files: Iterable[SourceFile]) -> tzinfo:
    """The zone of the office that these files are."""
    office = next((each.data for each in files if each.path == OFFICE_FILE), b"")
    return zone_of(office.decode(errors="replace"))


def zone_in_force(session: Session) -> tzinfo:
    """The zone of the office in force; before there is one, the usual."""
    state = session.get(OfficeStateRow, 1)
    version = session.get(OfficeVersionRow, state.version_id) if state and state.version_id else None
    return zone_of(version.files.get(OFFICE_FILE, "") if version else "")
