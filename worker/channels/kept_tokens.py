"""Access tokens of providers, kept by the process until shortly before they end: one fetch, however many threads ask."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from worker.clock import monotonic

MARGIN_SECONDS = 300.0  # before its end a token is fetched anew: the request that uses it must arrive in time


@dataclass(slots=True)
class _Kept:
    turn: threading.Lock = field(default_factory=threading.Lock)
    token: str = ""
    until: float = 0.0


_kept: dict[tuple[str, ...], _Kept] = {}
_turn = threading.Lock()


def token(key: tuple[str, ...], fetch: Callable[[], tuple[str, float]]) -> str:
    """The token of `key`; `fetch` returns one and the seconds it lasts. What `fetch` raises goes through, nothing is kept then."""
    mine = _of(key)
    with mine.turn:
        if not mine.token or monotonic() >= mine.until:
            mine.token = ""
            made, seconds = fetch()
            mine.token = made
            mine.until = monotonic() + max(seconds - MARGIN_SECONDS, seconds / 2)
        return mine.token


def outdated(key: tuple[str, ...], used: str) -> None:
    """Forget a token that the provider refused, unless another thread has fetched a new one since."""
    mine = _of(key)
    with mine.turn:
        if mine.token == used:
            mine.token = ""


def forget() -> None:
    """Begin with none; the child of a fork does so by itself, as a thread of the parent may have held a lock."""
    global _turn
    _turn = threading.Lock()
    _kept.clear()


def _of(key: tuple[str, ...]) -> _Kept:
    with _turn:
        return _kept.setdefault(key, _Kept())


os.register_at_fork(after_in_child=forget)
