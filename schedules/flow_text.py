"""A value in one line of YAML, as the starter office writes it: `{by: each, quorum: 90%}`."""

import re
from collections.abc import Mapping

# What YAML, or another reader of it, takes for a number, a time, or a sign of its own.
_NEEDS_QUOTES = re.compile(r"^\d+$|^\d+-\d+$|[:{}\[\],#*·]")


def flow(value: object) -> str:
    """The value, with quotes where it needs them."""
    match value:
        case bool():
            return str(value).lower()
        case Mapping():
            return "{" + ", ".join(f"{flow(key)}: {flow(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str() if _NEEDS_QUOTES.search(value):
            return f'"{value}"'
        case _:
            return str(value)
