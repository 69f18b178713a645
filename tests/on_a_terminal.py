"""Runs a command on a real terminal of 80 cells, as a person sees it: what it prints, and its exit code."""

import errno
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

DUBAN = Path(sys.executable).with_name("duban")
ROWS = 50


class Seen(NamedTuple):
    """What stood on the terminal, line by line, and the exit code."""

    lines: Sequence[str]
    exit_code: int


def on_a_terminal(words: Sequence[str], environ: Mapping[str, str], *, columns: int = 80) -> Seen:
    """Run `duban WORDS` on a pseudo-terminal of so many columns, without colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
    environ = {**environ, "NO_COLOR": "1", "TERM": "xterm"}
    with subprocess.Popen(
        [DUBAN, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environ
    ) as process:
        os.close(theirs)
        found = b"".join(iter(lambda: _read(ours), b""))
        os.close(ours)
    return Seen(found.decode().replace("\r\n", "\n").splitlines(), process.returncode)


def _read(ours: int) -> bytes:
    """The next piece; nothing once the command has ended, which Linux says as an error (EIO)."""
    try:
        return os.read(ours, 65_536)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return b""
