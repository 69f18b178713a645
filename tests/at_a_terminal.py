"""Commands as a person at a terminal has them: a pseudo-terminal of a given width, keys that are typed, everything that is shown."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

DUBAN = Path(sys.executable).parent / "duban"
Keys = str | Callable[[], str]  # what is pressed, or what is done meanwhile and pressed then
CTRL_C = "\x03"
LONGEST = 60.0  # seconds that a command may say nothing
# Between the last look of Python's input() for a signal and its wait for a key Ctrl-C is lost, as in every Python program; a person
# presses it once more.
ONCE_MORE = 2.0
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Seen(NamedTuple):
    """What was shown, and how it ended. `raw` has the escapes in it, `text` has not."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        """Without colours and moves of the cursor."""
        return ESCAPES.sub("", self.raw).replace("\r\n", "\n")


def at_a_terminal(
    words: Sequence[str | Path], environ: Mapping[str, str], *, typed: Sequence[tuple[str, Keys]] = (), columns: int = 80
) -> Seen:  # fmt: skip
    """Run a command. `typed`: pairs of what is waited for and the keys that are pressed then."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        [str(word) for word in words], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={"TERM": "xterm-256color", **environ, "COLUMNS": "", "LINES": ""},
        preexec_fn=_take_the_terminal,
    ) as process:  # fmt: skip
        os.close(theirs)
        try:
            shown = _conversation(ours, list(typed))
        finally:
            os.close(ours)  # a command that still waits for an answer gets none
            _ended(process)
    return Seen(process.returncode, shown)


def _take_the_terminal() -> None:
    """In the new process: the terminal is its own, and Ctrl-C reaches it, though whoever runs the tests in the background ignores it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _ended(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()


def _conversation(ours: int, typed: list[tuple[str, Keys]]) -> str:
    shown, since, pressed, silent = b"", 0, "", 0.0
    while silent < LONGEST:
        if not select.select([ours], [], [], ONCE_MORE)[0]:
            silent += ONCE_MORE
            if pressed == CTRL_C:
                os.write(ours, CTRL_C.encode())
            continue
        silent = 0.0
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other side is closed
            return shown.decode(errors="replace")
        if not piece:
            return shown.decode(errors="replace")
        shown += piece
        if typed and typed[0][0] in shown[since:].decode(errors="replace"):
            keys = typed.pop(0)[1]
            pressed = keys if isinstance(keys, str) else keys()
            os.write(ours, pressed.encode())
            since = len(shown)
    raise TimeoutError(shown.decode(errors="replace"))
