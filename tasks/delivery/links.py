"""The one place-holder that stands for a personal link in a stored text, and what may become of it.

A body is written and kept with `LINK` in it; the address is made when the message is sent, so that no token rests in the database.
The characters are noncharacters of Unicode: no roster or schedule can bring them in (`tasks.delivery.payloads.plain` takes them out).
"""


class PersonalAddress:
    """The address of a page that opens as somebody. It is no `str` on purpose: no text, and so no message to a group, can take one up
    by accident; only `fill` puts it into a body. It does not show itself in logs.
    """

    __slots__ = ("_url",)

    def __init__(self, url: str) -> None:
        self._url = url

    def reveal(self) -> str:
        """The address itself."""
        return self._url

    def __repr__(self) -> str:
        return "PersonalAddress(***)"

    __str__ = __repr__


LINK = "\ufdd0link\ufdd1"
ROOM = 300  # bytes that an address may take in a message of limited length


def fill(body: str, address: PersonalAddress | None) -> str:
    """Put the address where the place-holder stands. Without an address the lines that would only show it go."""
    if address is None:
        return "\n".join(line for line in body.split("\n") if LINK not in line)
    return body.replace(LINK, address.reveal())


def mask(body: str, words: str) -> str:
    """The body as somebody else may read it: `words` ("[个人链接]") instead of the address."""
    return body.replace(LINK, words)


def carried(body: str) -> bool:
    """Whether the body holds a place for a personal link."""
    return LINK in body
