"""The one place-holder that stands for a personal link in a stored text, and what may become of it.

A body is written and kept with `LINK` in it; the address is made when the message is sent, so that no token rests in the database.
The characters are noncharacters of Unicode: no roster or schedule can bring them in (`tasks.payloads.plain` takes them out).
"""

LINK = "\ufdd0link\ufdd1"
ROOM = 300  # bytes that an address may take in a message of limited length


def fill(body: str, url: str | None) -> str:
    """Put the address where the place-holder stands. Without an address the lines that would only show it go."""
    if url is None:
        return "\n".join(line for line in body.split("\n") if LINK not in line)
    return body.replace(LINK, url)


def mask(body: str, words: str) -> str:
    """The body as somebody else may read it: `words` ("[个人链接]") instead of the address."""
    return body.replace(LINK, words)


def carried(body: str) -> bool:
    """Whether the body holds a place for a personal link."""
    return LINK in body
