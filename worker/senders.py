"""The sender of a process that is not a worker: a command that sends one message by hand."""

from datetime import timedelta

from worker.bootstrap import Runtime
from worker.channels.send import Sender
from worker.clock import machine_now

LEASE = timedelta(minutes=2)  # nobody else can take this message over; it only bounds the wait


def sender_for(runtime: Runtime) -> Sender:
    """A sender on the settings of this installation."""
    return Sender(
        outbox_file=runtime.settings.data / "outbox.jsonl",
        secret=runtime.settings.secret,
        tokens=runtime.tokens,
        gettext=runtime.gettext,
        machine_now=machine_now,
    )
