"""What single settings may hold: each function reads one, and raises NotConfigured with what to write instead."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from schedules.words import phrase
from worker.errors import NotConfigured

API_RATE = "600/minute"
LANGUAGES = ("zh_CN", "en")
DEFAULT_BASE_URL = "http://127.0.0.1:8765"
DEFAULT_LISTEN = ("127.0.0.1", 8765)
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


def local_address(listen: str | None) -> str:
    """The address on this machine that belongs to where it listens."""
    port = (listen or "").rpartition(":")[2]
    return f"http://127.0.0.1:{port}" if port.isdecimal() else DEFAULT_BASE_URL


def listen(given: str | None, base_url: str) -> tuple[str, int]:
    """Host and port to listen on; by default this machine only, on the port of a local base URL."""
    try:
        parts = urlsplit(base_url)
        port = parts.port
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(base_url)
    except ValueError as error:
        raise NotConfigured(
            phrase(
                "DUBAN_BASE_URL is {value}; write an address like https://duban.example.cn", value=base_url
            )
        ) from error
    if given is None:
        return DEFAULT_LISTEN[0], (port if local else None) or DEFAULT_LISTEN[1]
    host, colon, digits = given.rpartition(":")
    if not colon or not host or not digits.isdecimal() or not 0 < int(digits) < 65536:
        raise NotConfigured(phrase("DUBAN_LISTEN is {value}; write HOST:PORT like 0.0.0.0:8765", value=given))
    return host.strip("[]"), int(digits)


def language(given: str | None) -> str:
    """One of the languages there are texts in."""
    if given is None:
        return LANGUAGES[0]
    if given not in LANGUAGES:
        raise NotConfigured(
            phrase(
                "DUBAN_LANGUAGE is {value}; there is {languages}", value=given, languages=", ".join(LANGUAGES)
            )
        )
    return given
