"""PostgreSQL's own programs: pg_dump, pg_restore, psql. One folder of them, at least as new as the server."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from schedules.words import phrase
from worker.errors import NotConfigured

NAMES = ("pg_dump", "pg_restore", "psql")
DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder they are in, and the environment they run in."""

    folder: Path
    environ: Mapping[str, str]

    def path(self, name: str) -> Path:
        """One of NAMES."""
        return self.folder / name


def find(given: Path | None, environ: Mapping[str, str], *, server: int) -> Programs:
    """The first folder with all programs of at least the server's major version: the one that was named, on PATH, Debian's.

    Raises NotConfigured in a sentence that says what to install.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith("DUBAN_")}
    old: set[int] = set()
    for folder in _folders(given, kept):
        version = _version(folder)
        if version is not None and version >= server:
            return Programs(folder, kept)
        old |= {version} if version else set()
    if old:
        raise NotConfigured(
            phrase(
                "the server is PostgreSQL {server}, its programs here are only {found}; install postgresql-client-{server}, or name "
                "their folder in DUBAN_POSTGRESQL_PROGRAMS", server=server, found=max(old),
            )
        )  # fmt: skip
    raise NotConfigured(
        phrase(
            "pg_dump, pg_restore and psql are not on this machine; install postgresql-client-{server}, or name their folder in "
            "DUBAN_POSTGRESQL_PROGRAMS", server=server,
        )
    )  # fmt: skip


def _folders(given: Path | None, environ: Mapping[str, str]) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    if found := shutil.which("pg_dump", path=environ.get("PATH")):
        yield Path(found).parent
    versions = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdecimal()]
    yield from sorted(versions, key=lambda path: int(path.parent.name), reverse=True)


def _version(folder: Path) -> int | None:
    """The major version of the programs in a folder; None if one of them is missing or does not run."""
    if not all((folder / name).is_file() for name in NAMES):
        return None
    try:
        said = subprocess.run(
            [str(folder / "pg_dump"), "--version"], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    found = _VERSION.search(said)
    return int(found[1]) if found else None
