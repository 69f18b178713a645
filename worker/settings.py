"""Settings of one installation; this is the only module that reads the environment."""

import fcntl
import hmac
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from schedules.words import phrase
from worker.errors import NotConfigured
from worker.office_place import data_beside, office_of
from worker.office_place import packaged_office as packaged_office
from worker.setting_values import API_RATE, heartbeat, language, listen, local_address, proxy, rate, token

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})  # hosts that only this machine can open
SECRET_PREFIX = "DUBAN_SECRET_"  # noqa: S105 - the prefix of a variable's name
SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
COMPLETION_VARIABLE = "_DUBAN_COMPLETE"
# Variables that `environ` leaves out where these settings have no such value, whatever this process itself was given.
OPTIONAL = frozenset(
    {"DUBAN_REDIS_URL", "DUBAN_HEARTBEAT_URL", "DUBAN_TRUSTED_PROXY", "DUBAN_METRICS_TOKEN", "DUBAN_POSTGRESQL_PROGRAMS"}
)  # fmt: skip
SOCKET_PATH_BYTES = 103  # the shortest limit in use (macOS 104, Linux 108), less the closing zero


class Secret:
    """A text that does not show itself in logs, tracebacks or `repr`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; call it where it is used and nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where this installation's office, database and broker are; described in `docs/settings.md`."""

    office: Path
    data: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)  # as kombu writes it: redis:// or redis+socket://
    redis_socket: Path | None  # where the embedded server listens; None if DUBAN_REDIS_URL names a server
    base_url: str  # without a slash at the end
    listen_host: str
    listen_port: int
    language: str
    api_rate: str = API_RATE
    heartbeat_url: str | None = field(default=None, repr=False)
    trusted_proxy: str | None = None  # the one address whose word about the caller's address counts
    metrics_token: Secret | None = None
    postgresql_programs: Path | None = None
    given_secret_key: Secret | None = None
    given_secrets: Mapping[str, Secret] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment. An empty variable counts as absent.

        Raises NotConfigured if a value cannot be used.
        """
        given = {name: value for name, value in (os.environ if environ is None else environ).items() if value}
        office = office_of(given.get("DUBAN_OFFICE"))
        data = Path(given.get("DUBAN_DATA") or data_beside(office)).expanduser().absolute()
        redis_socket = None if (redis_url := given.get("DUBAN_REDIS_URL")) else embedded_socket(data)
        base_url = (given.get("DUBAN_BASE_URL") or local_address(given.get("DUBAN_LISTEN"))).rstrip("/")
        host, port = listen(given.get("DUBAN_LISTEN"), base_url)
        key, shown = given.get("DUBAN_SECRET_KEY"), token(given.get("DUBAN_METRICS_TOKEN"))
        return cls(
            office=office.absolute(),
            data=data,
            database_url=given.get("DUBAN_DATABASE_URL", f"sqlite:///{data / 'duban.sqlite3'}"),
            redis_url=redis_url or f"redis+socket://{redis_socket}",
            redis_socket=redis_socket,
            base_url=base_url,
            listen_host=host,
            listen_port=port,
            language=language(given.get("DUBAN_LANGUAGE")),
            api_rate=rate(given.get("DUBAN_API_RATE")),
            heartbeat_url=heartbeat(given.get("DUBAN_HEARTBEAT_URL")),
            trusted_proxy=proxy(given.get("DUBAN_TRUSTED_PROXY")),
            metrics_token=Secret(shown) if shown else None,
            postgresql_programs=Path(programs).expanduser().absolute()
            if (programs := given.get("DUBAN_POSTGRESQL_PROGRAMS"))
            else None,
            given_secret_key=Secret(key) if key else None,
            given_secrets=MappingProxyType(
                {
                    name.removeprefix(SECRET_PREFIX): Secret(value)
                    for name, value in given.items()
                    if name.startswith(SECRET_PREFIX) and name != "DUBAN_SECRET_KEY"
                }
            ),
        )

    @property
    def secret_key(self) -> Secret:
        """What signs links and sessions: DUBAN_SECRET_KEY, else the file `secret_key`, made on first use.

        Raises NotConfigured if others can read the file.
        """
        if self.given_secret_key:
            return self.given_secret_key
        path = self.data / "secret_key"
        if not path.exists():
            self.prepare()
            _create_once(path, secrets.token_urlsafe(48) + "\n")
        return Secret(_private_text(path).strip())

    @property
    def entrance(self) -> str:
        """The address that asks who reads, for messages to a group; empty where phones cannot open it."""
        return "" if urlsplit(self.base_url).hostname in LOCAL else f"{self.base_url}/me"

    @property
    def logs(self) -> Path:
        """The folder of the processes' logs."""
        return self.data / "logs"

    def prepare(self) -> None:
        """Create the data folder, closed to other users: it holds people's names and numbers."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        passed_over = (
            self.data / ".gitignore"
        )  # an office is often kept in git; its keys and people must not get there
        if not passed_over.exists():
            passed_over.write_text("*\n", encoding="utf-8")

    def environ(self) -> dict[str, str]:
        """This process's environment with these settings in place of its own, for the processes it starts."""
        return {
            **{name: value for name, value in os.environ.items() if name not in OPTIONAL},
            "DUBAN_OFFICE": str(self.office),
            "DUBAN_DATA": str(self.data),
            "DUBAN_DATABASE_URL": self.database_url,
            "DUBAN_BASE_URL": self.base_url,
            "DUBAN_LISTEN": f"{self.listen_host}:{self.listen_port}",
            "DUBAN_LANGUAGE": self.language,
            "DUBAN_API_RATE": self.api_rate,
            **({"DUBAN_HEARTBEAT_URL": self.heartbeat_url} if self.heartbeat_url else {}),
            **({"DUBAN_TRUSTED_PROXY": self.trusted_proxy} if self.trusted_proxy else {}),
            **({"DUBAN_METRICS_TOKEN": self.metrics_token.reveal()} if self.metrics_token else {}),
            **(
                {"DUBAN_POSTGRESQL_PROGRAMS": str(programs)} if (programs := self.postgresql_programs) else {}
            ),
            **({} if self.redis_socket else {"DUBAN_REDIS_URL": self.redis_url}),
            **({"DUBAN_SECRET_KEY": self.given_secret_key.reveal()} if self.given_secret_key else {}),
            **{SECRET_PREFIX + name: secret.reveal() for name, secret in self.given_secrets.items()},
        }

    def secret(self, name: str) -> Secret | None:
        """A channel's secret by name: DUBAN_SECRET_<NAME>, else a line NAME=value of `secrets.env`.

        The file is read each time, so that a new secret counts at once.
        Raises NotConfigured if the name is not one, or if others can read the file.
        """
        wanted = name.upper().replace("-", "_")
        if not SECRET_NAME.fullmatch(wanted) or wanted == "KEY":
            raise NotConfigured(
                phrase("{name} cannot be the name of a secret: letters, digits and _", name=name)
            )
        if wanted in self.given_secrets:
            return self.given_secrets[wanted]
        return self._secrets_of_file().get(wanted)

    def _secrets_of_file(self) -> dict[str, Secret]:
        path = self.data / "secrets.env"
        if not path.exists():
            return {}
        found = {}
        for number, line in enumerate(_private_text(path).splitlines(), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            name, equals, value = line.partition("=")
            if not equals or not SECRET_NAME.fullmatch(name.strip()):
                raise NotConfigured(phrase("{file}:{line}: write NAME=value", file=path, line=number))
            found[name.strip()] = Secret(value.strip())
        return found


def colours_wanted(environ: Mapping[str, str] | None = None) -> bool:
    """Whether whoever started this process wants colours (https://no-color.org), and the terminal can show them."""
    given = os.environ if environ is None else environ
    return not given.get("NO_COLOR") and given.get("TERM") != "dumb"


def completion_asked() -> str:
    """What a shell asks for in click's protocol, such as `bash_complete`; empty if no shell asks."""
    return os.environ.get(COMPLETION_VARIABLE, "")


def take_office(folder: Path) -> None:
    """Let this whole run be about one office, as if DUBAN_OFFICE named it."""
    os.environ["DUBAN_OFFICE"] = str(folder.absolute())


def embedded_socket(data: Path) -> Path:
    """Where the embedded Redis of this data folder listens; the same path in every process.

    A socket's path may have about 100 bytes; a longer one moves to a private folder under the system's
    temporary one.
    Raises NotConfigured if that folder belongs to somebody else.
    """
    near = data / "run" / "redis.sock"
    if len(os.fsencode(near)) <= SOCKET_PATH_BYTES:
        return near
    name = f"duban-{os.geteuid()}-{sha256(os.fsencode(data)).hexdigest()[:12]}"
    far = Path(tempfile.gettempdir()) / name / "redis.sock"
    if len(os.fsencode(far)) > SOCKET_PATH_BYTES:
        far = Path("/tmp") / name / "redis.sock"  # noqa: S108 - the folder is checked to be ours
    private_folder(far.parent)
    return far


def private_folder(path: Path) -> None:
    """Create a folder for this user alone, or check that it is one. Raises NotConfigured if it is not."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise NotConfigured(phrase("{folder} must be a folder that only this user can open", folder=path))


def _private_text(path: Path) -> str:
    """The text of a file that holds secrets. Raises NotConfigured if others can read it."""
    if path.stat().st_mode & 0o077:
        raise NotConfigured(phrase("others can read {file}; close it: chmod 600 {file}", file=path))
    return path.read_text(encoding="utf-8")


def _create_once(path: Path, text: str) -> None:
    """Write a private file unless it exists; of several processes one wins and no reader sees half of it."""
    with path.with_suffix(".lock").open("w", encoding="utf-8") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if path.exists():
            return
        handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).replace(path)
