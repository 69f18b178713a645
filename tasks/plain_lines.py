"""Values made safe before a template sees them: every text is one line that cannot turn, break or imitate the text around it."""

from dataclasses import fields, replace
from typing import Any

from tasks.overdue import Item
from tasks.payloads import Contact, ReminderLine, plain


def clean(line: ReminderLine, *, subject: bool) -> ReminderLine:
    """The line with every text made plain, without the subject where the reader may not see it."""
    texts: dict[str, Any] = {
        f.name: plain(value) for f in fields(line) if isinstance(value := getattr(line, f.name), str)
    }
    if not subject:
        texts["subject"] = ""
    return replace(line, **texts, evidence_hint=tuple(plain(hint) for hint in line.evidence_hint))


def clean_item(item: Item) -> Item:
    """The item with every text made plain."""
    texts = {name: plain(getattr(item, name)) for name in ("unit", "person")}
    return replace(item, **texts, reason=plain(item.reason) if item.reason else None)  # type: ignore[arg-type]


def contact_of(contact: Contact) -> Contact:
    """The contact with every text made plain."""
    return Contact(plain(contact.person), plain(contact.phone))
