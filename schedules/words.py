"""Words for people, translated late: a message id in English with named fields.

Pure code never knows the reader's language. It returns `Words`; an edge turns them into text with a gettext catalogue
(`words.text(gettext)`). `phrase("…")` marks the literal for extraction (Babel keyword `phrase`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Words:
    """An English message id and the values of its named fields; a field may be `Words` itself."""

    msgid: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def text(self, gettext: Gettext) -> str:
        """The sentence in the catalogue's language."""
        values = {k: v.text(gettext) if isinstance(v, Words) else v for k, v in self.fields.items()}
        return gettext(self.msgid).format(**values)

    def __str__(self) -> str:
        return self.text(lambda msgid: msgid)


def phrase(msgid: str, **fields: object) -> Words:
    """Mark `msgid` for translation and bind its fields."""
    return Words(msgid, fields)


def as_written(msgid: str) -> str:
    """The words in English, for readers without a catalogue."""
    return msgid
