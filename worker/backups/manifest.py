"""What a backup says of itself: `manifest.json` in the zip. Names of its fields are kept, so that old backups stay readable."""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from schedules.words import phrase
from worker.errors import BadBackup
from worker.settings import Secret

FORMAT = 1
NAME = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
EVIDENCE = re.compile(r"files/[0-9a-f]{2}/[0-9a-f]{64}")
SECRETS = ("secrets/secret_key", "secrets/secrets.env")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """One file in the zip: its SHA-256 in hexadecimal digits, its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`made_at` is machine time, as the office writes it. `rows` counts each table, `missing` names evidence whose file was not there,
    `damaged` evidence that is not as it was handed in; neither is in the zip.

    `key`: a fingerprint of the secret key by which sealed numbers can be opened; `has_secrets`: whether the key itself lies in the zip;
    `stopped`: whether all sending was stopped.
    """

    made_at: datetime
    program: str
    office: str
    kind: str
    revision: str
    rows: Mapping[str, int]
    parts: Mapping[str, Part]
    key: str
    has_secrets: bool = False
    stopped: bool = False
    missing: tuple[str, ...] = field(default=())
    damaged: tuple[str, ...] = field(default=())

    @property
    def database(self) -> str:
        """The name of the database's part."""
        return DATABASES[self.kind]

    @property
    def evidence(self) -> list[str]:
        """The names of the evidence files."""
        return [name for name in self.parts if EVIDENCE.fullmatch(name)]

    def text(self) -> str:
        """As JSON."""
        values = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def read(cls, text: bytes) -> "Manifest":
        """Raise BadBackup for what is none, or belongs to a newer program."""
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("format") != FORMAT:
                raise BadBackup(
                    phrase("this backup was made by a newer duban; install that version to restore it")
                )
            parts = {
                name: Part(str(part["sha256"]), int(part["size"]))
                for name, part in values.pop("parts").items()
            }
            found = cls(
                made_at=datetime.fromisoformat(values["made_at"]), program=str(values["program"]), office=str(values["office"]),
                kind=str(values["kind"]), revision=str(values["revision"]), key=str(values["key"]), parts=parts,
                rows={str(table): int(n) for table, n in values["rows"].items()}, has_secrets=bool(values["has_secrets"]),
                stopped=bool(values["stopped"]),
                missing=tuple(map(str, values["missing"])), damaged=tuple(map(str, values["damaged"])),
            )  # fmt: skip
            if not found._sound():
                raise ValueError(NAME)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadBackup(
                phrase("this is not a backup of duban: its list of contents cannot be read")
            ) from error
        return found

    def _sound(self) -> bool:
        """No name that leads elsewhere, no digest that is none."""
        known = {self.database, *SECRETS}
        names = all(name in known or EVIDENCE.fullmatch(name) for name in self.parts)
        digests = all(_DIGEST.fullmatch(part.sha256) and part.size >= 0 for part in self.parts.values())
        named = all(name.rpartition("/")[2] == self.parts[name].sha256 for name in self.evidence)
        return names and digests and named and self.database in self.parts and self.made_at.tzinfo is not None


def fingerprint(key: Secret) -> str:
    """Tells one secret key from another without telling the key: 16 hexadecimal digits of an HMAC-SHA256."""
    return hmac.new(key.reveal().encode(), b"duban backup", sha256).hexdigest()[:16]
