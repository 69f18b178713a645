"""An office's folder that holds other files than a restored backup: they wait until somebody puts them into force on purpose.

What they open anew may have been told before the restore, which the restored database does not know.
"""

from pathlib import Path

from models.engine import connect
from tasks.applying.compare import files_digest, in_force
from worker.errors import EdgeError
from worker.office_files import read_folder
from worker.settings import Settings
from worker.tables import as_texts


def files_differ(settings: Settings, folder: Path) -> bool:
    """Whether the office's folder holds other files than were restored; so also where it cannot be read. Then they wait for a word."""
    database = connect(settings.database_url)
    try:
        with database.reading() as session:
            version = in_force(session)
    finally:
        database.dispose()
    if version is None:
        return False
    try:
        differ = files_digest(as_texts(read_folder(folder))) != version.digest
    except (EdgeError, ValueError, OSError):
        differ = True
    if differ:
        _wait_for_word(settings.data, version.id)
    return differ


def waits_for_word(data: Path, version: int) -> bool:
    """Whether this version, in force, is a restored one beside a folder of other files."""
    try:
        return _mark(data).read_text(encoding="ascii").strip() == str(version)
    except OSError:
        return False


def _wait_for_word(data: Path, version: int) -> None:
    mark = _mark(data)
    mark.touch(mode=0o600)
    mark.write_text(f"{version}\n", encoding="ascii")


def _mark(data: Path) -> Path:
    return data / "restored_version"
