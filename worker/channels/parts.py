"""Words of the office made harmless for a provider, and cut where it takes no more bytes."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

MOST_PARTS = 10
# Never seen, but able to turn a line around or to hide a mention from whoever looks for it: bidi controls, zero-width and tag characters,
# other control characters. The joiner of emoji is dealt with apart.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\ufdd0-\ufdef\ud800-\udfff\U000e0000-\U000e0fff]"
)
JOINER = "\u200d"
BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
ENTITY = re.compile(r"&(?=#?\w{1,31};)")

# What mentions or marks up, and the character of full width that only looks like it.
MENTION = str.maketrans({"@": "＠", "<": "＜", ">": "＞"})
MARKDOWN = MENTION | str.maketrans(
    {
        "*": "＊",
        "_": "＿",
        "`": "｀",
        "#": "＃",
        "[": "［",
        "]": "］",
        "~": "～",
        "|": "｜",
        "\\": "＼",
        "!": "！",
    }
)


def harmless(text: str, unsafe: Mapping[int, str], *, keep: Iterable[str] = ()) -> str:
    """The text without unseen characters, each `unsafe` one replaced; what is in `keep` stays as it is."""
    return "".join(piece if kept else _harmless(piece, unsafe) for piece, kept in _around(text, keep))


def _around(text: str, whole: Iterable[str]) -> list[tuple[str, bool]]:
    """The text cut where one of `whole` stands, the longest first; each piece with whether it is one of them.

    Without a pattern: links differ from message to message, and each would be compiled for one use.
    """
    pieces = [(text, False)]
    for each in sorted(filter(None, whole), key=len, reverse=True):
        if each not in text:
            continue
        cut: list[tuple[str, bool]] = []
        for piece, kept in pieces:
            if kept:
                cut.append((piece, True))
                continue
            first, *more = piece.split(each)
            cut.append((first, False))
            for other in more:
                cut += [(each, True), (other, False)]
        pieces = cut
    return pieces


def _harmless(text: str, unsafe: Mapping[int, str]) -> str:
    text = UNSEEN.sub("", BREAKS.sub("\n", text))
    return ENTITY.sub("＆", _unjoined(text)).translate(unsafe)


def _unjoined(text: str) -> str:
    """The text with the zero-width joiner only where it joins two emoji."""
    if JOINER not in text:
        return text
    around = zip(["", *text], text, [*text[1:], ""], strict=False)
    return "".join(
        each for before, each, after in around if each != JOINER or (_emoji(before) and _emoji(after))
    )


def _emoji(character: str) -> bool:
    return character != "" and (character == "\ufe0f" or unicodedata.category(character) in ("So", "Sk"))


def split(text: str, limit: int, *, size: Callable[[str], int], whole: Iterable[str] = ()) -> list[str]:
    """Pieces of at most `limit`, as `size` measures them, each headed "(1/3)" if there are several; [] if there is no text.

    Cut at line ends, else between characters, never inside one of `whole`. `size` must grow with a text, by a byte for a character at
    least. Of a text that needs more than `MOST_PARTS`, only as many pieces and one more come back.
    """
    if not text.strip():
        return []
    if size(text) <= limit:
        return [text]
    room = limit - size(f"({MOST_PARTS * 10}/{MOST_PARTS * 10})\n")
    pieces: list[str] = []
    for number, line in enumerate(text.split("\n")):
        for place, fragment in enumerate(_fragments(line, room, size, tuple(whole))):
            joined = pieces[-1] + "\n" + fragment if number and not place else fragment
            if pieces and not place and size(joined) <= room:
                pieces[-1] = joined
            else:
                pieces.append(fragment)
            if len(pieces) > MOST_PARTS:
                return pieces
    return [f"({number}/{len(pieces)})\n{piece}" for number, piece in enumerate(pieces, 1)]


def _fragments(line: str, room: int, size: Callable[[str], int], whole: tuple[str, ...]) -> Iterator[str]:
    """A line in pieces that fit; the line itself if it does."""
    if size(line) <= room:
        yield line
        return
    units = list(_units(line, whole))
    while units:
        low, high = 1, max(1, min(len(units), room))
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if size("".join(units[:middle])) <= room else (low, middle - 1)
        yield "".join(units[:low])
        del units[:low]


def _units(line: str, whole: tuple[str, ...]) -> Iterator[str]:
    """What a line may be cut between: characters with what belongs to them, and each of `whole`."""
    for piece, kept in _around(line, whole):
        if kept:
            yield piece
        else:
            yield from _characters(piece)


def _characters(text: str) -> Iterator[str]:
    if not text:
        return
    unit = text[0]
    for before, each in pairwise(text):
        if _belongs(each, before, unit):
            unit += each
        else:
            yield unit
            unit = each
    yield unit


def _belongs(character: str, before: str, unit: str) -> bool:
    """Whether a character is part of the one before: an accent, a variant, a skin tone, the second half of a flag."""
    if len(unit) >= 32:  # no script needs as many; whoever piles up accents gets them cut
        return False
    flag = all("\U0001f1e6" <= each <= "\U0001f1ff" for each in (before, character))
    return (
        character == JOINER
        or before == JOINER
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or (flag and len(unit) == 1)
    )
