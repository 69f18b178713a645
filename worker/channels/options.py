"""The parts of a channel's URL as its clerk wrote them: capitals kept, `+` a plus and no space."""

from collections.abc import Iterator
from urllib.parse import unquote


def pairs(url: str) -> Iterator[tuple[str, str]]:
    """The options of a URL in their order, decoded; one without `=` has an empty text."""
    query = url.partition("#")[0].partition("?")[2]
    for part in query.split("&"):
        if part:
            name, _equals, text = part.partition("=")
            yield unquote(name), unquote(text)


def marked(url: str, mark: str) -> dict[str, str]:
    """The options whose names begin with a mark (`:` `+` `-`), by the rest of their names, in their order."""
    return {name[1:].strip(): text for name, text in pairs(url) if name.startswith(mark) and name[1:].strip()}


def plain(url: str) -> dict[str, str]:
    """The options without a mark, by name in lower case; the first of several with one name counts."""
    found: dict[str, str] = {}
    for name, text in pairs(url):
        if name and name[0] not in ":+-":
            found.setdefault(name.lower(), text)
    return found
