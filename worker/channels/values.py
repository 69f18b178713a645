"""What a message can put into a template of SMS or into the fields of a gateway."""

import unicodedata
from urllib.parse import urlsplit

from worker.channels.envelope import Envelope

MOST = 35  # characters of one variable of a notice: developer.aliyun.com/ask/220871; Tencent shows its own in the console
NOTHING = "-"  # a variable may not be empty
# A symbol above this may be an emoji or an ornament, which Aliyun refuses as isv.UNSUPPORTED_CONTENT.
ORNAMENTS = "\u2190"
LINKS = ("link", "path")  # cut short they would lead nowhere


def values(title: str, body: str, known: Envelope, *, office: str = "") -> dict[str, str]:
    """Everything by name (`schedules.message_values`), as it is; `path` is the link without its host, for templates that hold that."""
    link = known.link or ""
    return {
        "title": title, "body": body, "text": "\n".join(part for part in (title, body) if part),
        "name": known.name, "count": str(known.count or 1), "subject": known.subject_line or title, "due": known.due_text,
        "link": link, "path": _path(link), "office": office, "number": str(known.message_id), "time": known.at.isoformat(),
    }  # fmt: skip


def variable(name: str, found: dict[str, str], most: int = MOST) -> str:
    """One variable of a template: one line of at most `most` characters, without what an SMS may not hold. A link stays whole."""
    text = found[name]
    if name in LINKS:
        return text or NOTHING
    return cut(fit(text), most) or NOTHING


def fit(text: str) -> str:
    """Letters, digits, punctuation and spaces on one line.

    No 【】: a pair of them holds the signature, which must stand alone in an SMS.
    """
    text = unicodedata.normalize("NFC", text).replace("【", "").replace("】", " ")
    kept = "".join(each if _may_stand(each) else " " if each.isspace() else "" for each in text)
    return " ".join(kept.split())


def _may_stand(character: str) -> bool:
    category = unicodedata.category(character)
    if category in ("So", "Sk"):
        return character < ORNAMENTS
    return category[0] in "LNPS" or (category in ("Mn", "Mc", "Zs") and not "\ufe00" <= character <= "\ufe0f")


def cut(text: str, most: int) -> str:
    """At most `most` characters, cut between whole ones; the last then is …"""
    if len(text) <= most:
        return text
    end = most - 1
    while end > 0 and unicodedata.category(text[end])[0] == "M":  # an accent belongs to the letter before it
        end -= 1
    return text[:end].rstrip() + "…"


def _path(link: str) -> str:
    place = urlsplit(link)
    return place.path.lstrip("/") + (f"?{place.query}" if place.query else "")
