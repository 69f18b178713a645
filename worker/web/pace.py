"""How often an address of the network may come with links that do not fit, and ask for links to sign in.

Only what fails is counted, since a whole office comes from one address: two hundred who check in at once are none too many, and a link
that fits opens whatever others at that address do. Counted in this process: nothing has to answer for it, and nothing outside can lose it.
"""

import ipaddress
import math
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import cast

from flask import Flask, Response, current_app, make_response, request

from schedules.words import phrase
from worker.bootstrap import Runtime
from worker.clock import machine_now
from worker.tokens import BadToken
from worker.web import own
from worker.web.frame import bare_page
from worker.web.site import runtime

WITHIN = timedelta(minutes=1)
FAILED = 30  # links that do not fit, from one address in a minute
ASKED = 300  # typed numbers to send a link to: a hall of new phones asks at once
MOST_ADDRESSES = 10_000
ASKING = ("signin.send", "bind.ask")

# What reads the token of an address, by the first part of its path.
READERS: dict[str, Callable[[Runtime, str], object]] = {
    "bind": lambda run, token: run.tokens.read_bind(token),
    "c": lambda run, token: run.tokens.read_personal(token),
    "cal": lambda run, token: run.tokens.read_feed(token),
    "m": lambda run, token: run.tokens.read_message(token),
    "me": lambda run, token: run.tokens.read_personal(token),
    "s": lambda run, token: run.tokens.check_in_shown(token, machine_now()),  # who scans late guesses nothing
    "signin": lambda run, token: run.tokens.read_sign_in(token, machine_now()),
    "units": lambda run, token: run.tokens.read_personal(token),
}


class Count:
    """What came from each address within the last minute; of too many addresses the one that was quiet longest is forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._turn = Lock()

    def wait(self, address: str, now: datetime) -> int:
        """Count one more, and return 0; or seconds until one more is taken. What is not taken is not counted."""
        with self._turn:
            times = self._seen.setdefault(address, deque())
            self._seen.move_to_end(address)
            while times and now - times[0] >= WITHIN:
                times.popleft()
            if len(times) >= self._most:
                return max(1, math.ceil((times[0] + WITHIN - now).total_seconds()))
            times.append(now)
            if len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
        return 0


def install(app: Flask) -> None:
    """Look at each request before its page does."""
    app.extensions["pace"] = {"failed": Count(FAILED), "asked": Count(ASKED)}
    app.before_request(look)


def look() -> Response | None:
    """429 for one link too many that does not fit; None for everything else."""
    token = (request.view_args or {}).get("token")
    if token is not None and not own.is_mine(token) and not _fits(token):
        seconds = _wait("failed")
        what = phrase(
            "Too many links that do not open came from your network. Wait {n} seconds, then open the link in the latest message.",
            n=seconds,
        )
    elif request.method == "POST" and request.endpoint in ASKING:
        seconds = _wait("asked")
        what = phrase(
            "Too many links were asked for from your network. Wait {n} seconds, then ask once more.",
            n=seconds,
        )
    else:
        return None
    if not seconds:
        return None
    answer = make_response(bare_page(runtime(), what, heading=phrase("Please wait a moment")), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _fits(token: str) -> bool:
    try:
        READERS[request.path.split("/")[1]](runtime(), token)
    except BadToken:
        return False
    return True


def _wait(name: str) -> int:
    counts = cast(dict[str, Count], current_app.extensions["pace"])
    return counts[name].wait(network(request.remote_addr or ""), machine_now())


def network(address: str) -> str:
    """Who is counted as one: an IPv4 address, or the 64 bits of an IPv6 address that one connection gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)
