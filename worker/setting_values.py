"""What single settings may hold: each function reads one, and raises NotConfigured with what to write instead."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from schedules.words import phrase
from worker.errors import NotConfigured

API_RATE = "600/minute"
SHORTEST_TOKEN = 16
_RATE = re.compile(r"[1-9][0-9]{0,6}/(second|minute|hour)")


def heartbeat(given: str | None) -> str | None:
    """The address of a monitor outside the house that alarms when it hears nothing."""
    if given is None:
        return None
    try:
        parts = urlsplit(given)
        readable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        readable = False
    if not readable:
        raise NotConfigured(
            phrase("DUBAN_HEARTBEAT_URL is no address; write one like https://monitor.example.cn/ping/…")
        )
    return given


def proxy(given: str | None) -> str | None:
    """The address of the proxy in front, or `*` where nothing but a proxy can reach us."""
    if given is None or given == "*":
        return given
    try:
        return str(ip_address(given))
    except ValueError as error:
        raise NotConfigured(
            phrase("DUBAN_TRUSTED_PROXY is {value}; write the proxy's IP address like 10.0.0.5", value=given)
        ) from error


def rate(given: str | None) -> str:
    """How often a client of the API may ask."""
    if given is not None and not _RATE.fullmatch(given):
        raise NotConfigured(phrase("DUBAN_API_RATE is {value}; write one like 600/minute", value=given))
    return given or API_RATE


def token(given: str | None) -> str | None:
    """What a reader of `/metrics` must show."""
    if given is not None and len(given) < SHORTEST_TOKEN:
        raise NotConfigured(
            phrase("DUBAN_METRICS_TOKEN is shorter than {n} characters; set a random one", n=SHORTEST_TOKEN)
        )
    return given
