"""Whether the schemas beside an office's files are of this version; they are not read, only their first lines looked at."""

from importlib.metadata import version
from pathlib import Path

from worker.office_files import SCHEMA_FOLDER

_HEAD = 400  # bytes; the version stands in the third line


def comment() -> str:
    """What a schema says of who made it."""
    return f"duban {version('duban')}"


def outdated(folder: Path) -> bool:
    """Whether a schema there was written by another version. Without any, or where it cannot be read, there is nothing to say."""
    try:
        heads = [path.read_bytes()[:_HEAD] for path in (folder / SCHEMA_FOLDER).glob("*.json")]
    except OSError:
        return False
    return any(f'"{comment()}"'.encode() not in head for head in heads)
