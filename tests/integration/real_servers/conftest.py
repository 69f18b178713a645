"""Servers that are not ours, from Debian's packages, each with a folder and ports of its own: exim for mail, mosquitto for MQTT."""

import grp
import mailbox
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

import pytest
from fakes.certificates import Authority, authority
from servers import tethered

from worker.channels import http
from worker.readiness import wait_until

START_SECONDS = 20
USER, PASSWORD = "duban", "right-0123456789"
EXIM_USER = "Debian-exim"
EXIM = """
primary_hostname = mail.test
keep_environment =
domainlist local_domains = example.cn
local_interfaces = 127.0.0.1
daemon_smtp_ports = @CLEAR@ : @TLS@
tls_on_connect_ports = @TLS@
tls_advertise_hosts = *
tls_certificate = @FOLDER@/server.pem
tls_privatekey = @FOLDER@/server.key
spool_directory = @FOLDER@/spool
log_file_path = @FOLDER@/%slog
pid_file_path = @FOLDER@/exim.pid
exim_user = @USER@
exim_group = @GROUP@
never_users =
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = recipients
acl_smtp_data = words
begin acl
recipients:
  deny    local_parts = nobody : left
          message = 5.1.1 no such user here
  defer   local_parts = busy
          message = mailbox busy
  deny    !domains = +local_domains
          message = relay not permitted
  deny    !authenticated = *
          message = 5.7.1 authentication required
  accept
words:
  deny    condition = ${if match{$h_Subject:}{FORBIDDEN}}
          message = 5.7.1 this message is not welcome
  accept
begin routers
local:
  driver = accept
  domains = +local_domains
  transport = mailbox
begin transports
mailbox:
  driver = appendfile
  file = @FOLDER@/mail/mbox
  user = @USER@
  group = @GROUP@
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{@LOGIN@}}{eq{$auth3}{@PASSWORD@}}}}
  server_set_id = $auth2
"""


@dataclass
class MailServer:
    """An exim with one mailbox for everybody. `clear` and `tls` are its ports; STARTTLS is offered on the first."""

    folder: Path
    clear: int
    tls: int
    running: bool = field(default=True)

    def letters(self, *, least: int = 1) -> list[Message]:
        """What arrived; waits for so many."""
        wait_until(lambda: len(self._read()) >= least, seconds=START_SECONDS)
        return self._read()

    def _read(self) -> list[Message]:
        box = self.folder / "mail" / "mbox"
        if not box.exists():
            return []
        with closing(mailbox.mbox(box)) as found:
            return list(found)

    def log(self) -> str:
        """What exim wrote about it."""
        written = self.folder / "mainlog"
        return (written if written.exists() else self.folder / "stderr").read_text()


def needed(program: str, package: str) -> str:
    """The path of a program, or the reason why a test is skipped."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"there is no {program} on this machine; it comes with the Debian package {package}")
    return found


def free_ports(n: int) -> list[int]:
    """Ports of loopback that nobody listens on now."""
    held = [socket.socket() for _ in range(n)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in held]
    finally:
        for each in held:
            each.close()


def listens(port: int) -> bool:
    """Whether somebody answers on a port."""
    with socket.socket() as sock:
        sock.settimeout(1)
        return sock.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def own_folder(user: str | None) -> Iterator[Path]:
    """A folder that a server may write into: its user cannot enter the folders of a test run by root."""
    folder = Path(tempfile.mkdtemp(prefix="duban-server-"))
    try:
        if user is not None and os.geteuid() == 0:
            shutil.chown(folder, user)
            folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _filled(folder: Path, clear: int, tls: int, entry: pwd.struct_passwd) -> str:
    """The configuration of one exim; its own language is full of braces."""
    values = {
        "FOLDER": folder, "CLEAR": clear, "TLS": tls, "USER": entry.pw_name, "GROUP": grp.getgrgid(entry.pw_gid).gr_name,
        "LOGIN": USER, "PASSWORD": PASSWORD,
    }  # fmt: skip
    return re.sub("@([A-Z]+)@", lambda match: str(values[match[1]]), EXIM)


@contextmanager
def running_exim(trusted: Authority) -> Iterator[MailServer]:
    """An exim that answers on two ports of its own."""
    program = needed("exim4", "exim4-daemon-light")
    root = os.geteuid() == 0
    entry = pwd.getpwnam(EXIM_USER) if root else pwd.getpwuid(os.geteuid())
    clear, tls = free_ports(2)
    with own_folder(entry.pw_name) as folder:
        trusted.server()
        shutil.copy(trusted.folder / "sound.pem", folder / "server.pem")
        shutil.copy(trusted.folder / "sound.key", folder / "server.key")
        for name in ("spool", "mail"):
            (folder / name).mkdir()
        config = folder / "exim.conf"
        config.write_text(_filled(folder, clear, tls, entry))
        for path in (folder / "server.pem", folder / "server.key", folder / "spool", folder / "mail"):
            if root:
                os.chown(path, entry.pw_uid, entry.pw_gid)
        config.chmod(0o644)
        said = folder / "stderr"  # also its log, where it does not run as root
        with (
            said.open("wb") as errors,
            tethered([program, "-bdf", "-C", str(config)], stop="TERM", stderr=errors) as server,
        ):
            wait_until(lambda: listens(clear) or server.poll() is not None, seconds=START_SECONDS)
            if server.poll() is not None:
                pytest.fail(f"exim did not start: {said.read_text()}")
            yield MailServer(folder, clear, tls)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def by_the_system(trusted: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system trusts the authority of this test."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.root))
    http.forget()
    yield
    http.forget()


@pytest.fixture(scope="module")
def mail_server(trusted: Authority) -> Iterator[MailServer]:
    with running_exim(trusted) as server:
        yield server


@contextmanager
def running_mosquitto(port: int) -> Iterator[int]:
    """A mosquitto on a port, open to everybody on this machine."""
    program = needed("mosquitto", "mosquitto")
    with own_folder(None) as folder:
        config = folder / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        folder.chmod(0o755)
        with tethered([program, "-c", str(config)], stop="TERM", stderr=subprocess.DEVNULL) as server:
            wait_until(lambda: listens(port) or server.poll() is not None, seconds=START_SECONDS)
            if server.poll() is not None:
                pytest.fail("mosquitto did not start")
            yield port
