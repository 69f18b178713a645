"""When the last backup was made: a small file in the data folder, for `duban doctor`, `/healthz` and `/metrics`."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

NAME = "last-backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """The last backup: machine time with its offset, where the file was put, its size in bytes, how it was checked.

    `checked`: "restored" into a scratch database, "read" to its end, or "" for not at all. `missing`: evidence files that were not there.
    """

    at: datetime
    file: str
    size: int
    checked: str
    missing: int = 0


def write(data: Path, last: Last) -> None:
    """Note a backup, whole or not at all."""
    handle, draft = tempfile.mkstemp(dir=data, prefix=f".{NAME}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(last) | {"at": last.at.isoformat()}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(data / NAME)


def read(data: Path) -> Last | None:
    """The last backup; None if there never was one, or its note cannot be read."""
    try:
        values = json.loads((data / NAME).read_text(encoding="utf-8"))
        return Last(**values | {"at": datetime.fromisoformat(values["at"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
