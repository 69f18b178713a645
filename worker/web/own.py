"""Addresses without a token, and the cookie of the phone that opens them.

`/me`, and `/c/my-17` for one duty: who reads follows from the cookie. Such an address can be forwarded without giving anything away,
may stand in a message to a group, and leads nowhere on a phone that was ended.
"""

from flask import current_app, request

from tasks.roster.devices import digest_of
from worker.web.asked import row_number

MINE = "my"  # stands where a signed token stands in the address of a personal link
LONGEST = 128  # characters of a cookie worth looking at


def token_for(obligation_id: int | None) -> str:
    """What stands in an address instead of a signed token."""
    return MINE if obligation_id is None else f"{MINE}-{obligation_id}"


def is_mine(token: str) -> bool:
    """Whether that part of an address stands for the phone that asks. A signed token has a dot."""
    return token == MINE or duty_of(token) is not None


def duty_of(token: str) -> int | None:
    """The duty that such an address names."""
    prefix, _, number = token.partition("-")
    return row_number(number) or None if prefix == MINE else None


def asks_by_phone() -> bool:
    """Whether the address of this request is one without a token."""
    return is_mine((request.view_args or {}).get("token", ""))


def cookie_name() -> str:
    """`__Host-` where the connection is encrypted: no other host and no plain page may set it."""
    return str(current_app.config["PHONE_COOKIE"])


def secret() -> str | None:
    """What the phone keeps, as it sent it."""
    found = request.cookies.get(cookie_name(), "")
    return found if 0 < len(found) <= LONGEST else None


def subject() -> str:
    """To whom a form of such a page is shown: the phone, by the digest of its secret."""
    return f"phone:{digest_of(secret() or '')}"
