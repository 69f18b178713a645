"""The states of obligations and messages, and the only moves between them. `docs/states.md` draws the same tables.

Overdue, lights, days late and rates are derived from dates and never a state.
"""

from collections.abc import Mapping
from enum import StrEnum

from schedules.errors import IllegalMove


class Obligation(StrEnum):
    """What one party owes."""

    EXPECTED = "expected"  # should attend; nothing is owed until the session is recorded
    OPEN = "open"
    PAUSED = "paused"  # its clock stands still for a reason that the rules allow
    SUBMITTED = "submitted"  # confirmed, waits for somebody's approval
    DONE = "done"
    WAIVED = "waived"  # excused with a reason
    HISTORY = "history"  # was due before the office began with duban: listed once, silent
    WITHDRAWN = "withdrawn"  # who owed it left or moved
    CANCELLED = "cancelled"


class Message(StrEnum):
    """One entry of the ledger."""

    HELD = "held"  # waits for the clerk's release
    QUEUED = "queued"
    SENDING = "sending"  # claimed: leased, attempt counted
    RETRY = "retry"
    SENT = "sent"  # the provider said in its own words that it took it
    UNVERIFIED = "accepted?"  # a service whose answers nobody reads here raised no objection
    UNKNOWN = "unknown"  # it may have arrived: cut off after the request went out
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


_O, _M = Obligation, Message
OBLIGATION_MOVES: Mapping[Obligation, frozenset[Obligation]] = {
    _O.EXPECTED: frozenset({_O.OPEN, _O.DONE, _O.WAIVED, _O.WITHDRAWN, _O.CANCELLED}),
    _O.OPEN: frozenset(
        {_O.SUBMITTED, _O.DONE, _O.WAIVED, _O.WITHDRAWN, _O.CANCELLED, _O.EXPECTED, _O.PAUSED}
    ),
    _O.PAUSED: frozenset({_O.OPEN, _O.WAIVED, _O.WITHDRAWN, _O.CANCELLED}),
    _O.SUBMITTED: frozenset({_O.DONE, _O.OPEN, _O.WITHDRAWN, _O.CANCELLED}),
    _O.DONE: frozenset({_O.OPEN, _O.EXPECTED, _O.WAIVED}),
    _O.WAIVED: frozenset({_O.OPEN, _O.EXPECTED, _O.DONE}),
    _O.HISTORY: frozenset({_O.DONE, _O.WAIVED, _O.CANCELLED}),
    _O.WITHDRAWN: frozenset({_O.OPEN, _O.EXPECTED}),
    _O.CANCELLED: frozenset(),
}
MESSAGE_MOVES: Mapping[Message, frozenset[Message]] = {
    _M.HELD: frozenset({_M.QUEUED, _M.SENT, _M.WITHDRAWN}),
    _M.QUEUED: frozenset({_M.SENDING, _M.HELD, _M.WITHDRAWN}),
    _M.SENDING: frozenset({_M.SENT, _M.UNVERIFIED, _M.RETRY, _M.UNKNOWN, _M.FAILED, _M.WITHDRAWN}),
    _M.RETRY: frozenset({_M.SENDING, _M.HELD, _M.WITHDRAWN}),
    _M.SENT: frozenset(),
    _M.UNVERIFIED: frozenset({_M.QUEUED}),
    _M.UNKNOWN: frozenset({_M.QUEUED, _M.SENT, _M.WITHDRAWN}),
    _M.FAILED: frozenset({_M.QUEUED, _M.WITHDRAWN}),
    _M.WITHDRAWN: frozenset(),
}


def move_obligation(old: str, new: Obligation) -> Obligation:
    """Return `new`, or raise IllegalMove naming what is allowed from `old`."""
    if new not in OBLIGATION_MOVES[Obligation(old)]:
        raise IllegalMove("obligation", old, new, sorted(OBLIGATION_MOVES[Obligation(old)]))
    return new


def move_message(old: str, new: Message) -> Message:
    """Return `new`, or raise IllegalMove naming what is allowed from `old`."""
    if new not in MESSAGE_MOVES[Message(old)]:
        raise IllegalMove("message", old, new, sorted(MESSAGE_MOVES[Message(old)]))
    return new
