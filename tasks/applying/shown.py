"""What a plan is known by between showing it and doing it: a short fingerprint of the files and of all that they are compared with.

It holds what the plan takes away or changes, not what passes by itself: messages of the coming days, or what opens now.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy.orm import Session

from schedules.errors import Refused
from schedules.words import phrase
from tasks.applying.compare import Plan, files_digest, in_force
from tasks.days import calendar

LETTERS = 12
OTHER = phrase(
    "what would change is no longer what was shown: the files or the office in force are others by now. Nothing was changed; look at "
    "the plan once more"
)


def fingerprint(session: Session, found: Plan, files: Mapping[str, str]) -> str:
    """Twelve letters, equal as long as the same files meet the same office in force and would do the same to it."""
    was = in_force(session)
    seen = {
        "version": was.id if was else 0,
        "files": files_digest(files),
        "calendar": calendar.revision(session),
        "open": dict(found.open_of_removed),
        "people": asdict(found.roster),
        "credentials": found.credentials,
        "targets": [asdict(each) for each in found.targets],
        "schedules": [found.added, found.changed, found.removed],
    }
    text = json.dumps(seen, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:LETTERS]


def require_shown(session: Session, found: Plan, files: Mapping[str, str], shown: str | None) -> None:
    """Raise Refused if somebody was shown another plan than this. `shown` None: nobody was shown any."""
    if shown is not None and fingerprint(session, found, files) != shown:
        raise Refused(OTHER)
