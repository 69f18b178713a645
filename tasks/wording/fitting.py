"""Texts that keep within what every chat channel takes: whole lines are left out until they fit."""

from collections.abc import Callable, Mapping

from jinja2 import Environment

from tasks.delivery.links import LINK, ROOM
from tasks.delivery.payloads import Rendered

LIMIT = 2048  # bytes of UTF-8: what a WeCom text message takes, title and address included
MOST = 40  # lines tried at first; no message of 2048 bytes holds more


def fit(rendered: Callable[[int], Rendered], lines: int, *, whole: bool = False) -> Rendered:
    """Show as many whole lines as the limit takes; at least one. `whole`: all of them."""
    if whole:
        return rendered(lines)
    for shown in range(min(lines, MOST), 1, -1):
        found = rendered(shown)
        if size(found) <= LIMIT:
            return found
    return rendered(min(lines, 1))


def size(rendered: Rendered) -> int:
    """Bytes on the wire, with room for the longest address."""
    room = ROOM - len(LINK.encode()) if LINK in rendered.body else 0
    return len(f"{rendered.title}\n{rendered.body}".encode()) + room


def render(templates: Environment, name: str, values: Mapping[str, object]) -> Rendered:
    """The first line of a template's output is the title; empty lines go."""
    lines = [line.strip() for line in templates.get_template(name).render(values).splitlines()]
    title, *body = [line for line in lines if line]
    return Rendered(title=title, body="\n".join(body))
