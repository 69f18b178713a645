"""Values made safe before a template sees them: every text is one line that cannot turn, break or imitate the text around it."""

from dataclasses import fields, replace
from typing import Any

from tasks.delivery.payloads import Contact, ReminderLine, plain
from tasks.reporting.overdue import Item


def for_reader(line: ReminderLine, *, overheard: bool) -> ReminderLine:
    """The line as one person reads it; of a case only what others may read too where the channel is overheard."""
    return clean(_public(line) if overheard and line.privacy == "case" else line)


def for_group(line: ReminderLine, *, released: bool) -> ReminderLine:
    """The line as a group reads it: no reasons, nobody who stands in, and whose certificate it is only after the clerk's release."""
    of_person = line.schedule_kind == "credential" and not released
    told = _public(line) if line.privacy == "case" or of_person else line
    return clean(replace(told, late_reason="", new_date=None, stands_for=""))


def _public(line: ReminderLine) -> ReminderLine:
    """Without what it is about, the reasons, and a title that somebody typed."""
    return replace(line, title=line.public_title or line.title, subject="", late_reason="", new_date=None)


def clean(line: ReminderLine) -> ReminderLine:
    """The line with every text made plain."""
    texts: dict[str, Any] = {
        f.name: plain(value) for f in fields(line) if isinstance(value := getattr(line, f.name), str)
    }
    return replace(line, **texts, evidence_hint=tuple(plain(hint) for hint in line.evidence_hint))


def clean_item(item: Item, *, overheard: bool = False) -> Item:
    """The item with every text made plain; of a case only what others may read too where the channel is overheard."""
    if overheard and item.privacy == "case":
        item = replace(item, name=item.public_name, reason=None, new_date=None)
    texts = {name: plain(getattr(item, name)) for name in ("unit", "person")}
    return replace(item, **texts, reason=plain(item.reason) if item.reason else None)  # type: ignore[arg-type]


def contact_of(contact: Contact) -> Contact:
    """The contact with every text made plain."""
    return Contact(plain(contact.person), plain(contact.phone))
