"""The parts of a channel's URL as its clerk wrote them: capitals kept, `+` a plus and no space."""

from schedules.channel_urls import options as pairs


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
