"""Change the words of a draft before its release 改文字: what the clerk writes goes out, and the words before stay readable.

The title stays, which says what kind of message it is. Links stay, and so does the limit of what a chat takes. Once what the message
is about changes (a duty done meanwhile, another day), the changed words do not fit any more, and its own are shown again.
"""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from models.messages import MessageWordsRow
from models.people import ChannelRow
from models.queries import words as read
from schedules.channel_urls import scheme_of
from schedules.errors import Refused
from schedules.words import phrase
from tasks.audit import note
from tasks.delivery.links import LINK
from tasks.delivery.paper import is_paper
from tasks.delivery.payloads import Rendered, plain
from tasks.delivery.release import draft, has_notice, held, require_clerk
from tasks.duties.duty import actor
from tasks.live import Live
from tasks.reporting.summarise import digest
from tasks.wording.fitting import LIMIT, size
from tasks.wording.texts import Texts

TEMPLATED = frozenset({"alisms", "qcloudsms"})  # the provider puts title and day into its own sentence
URL = re.compile(r"https?://[^\s，。；、）)]+")
STAND_IN = "⟦⟧"  # for the place of the link while a line is cleaned, which takes its characters out
HAN = 3  # bytes of a Chinese character in UTF-8


def reword(
    session: Session, live: Live, texts: Texts, *, message_id: int, body: str, shown_digest: str, by: int | None, now: datetime
) -> bool:  # fmt: skip
    """Let a held message say `body`, with the place of a personal link in it where it stood; return whether that changes anything.

    Raise Refused for anybody but the desk, for words that lost a link or are too long, where no words can be changed, and if the
    message has changed since it was shown; NotFound if it does not wait.
    """
    require_clerk(session, live, by, now=now)
    message = held(session, message_id)
    url = session.get_one(ChannelRow, message.channel_id).url
    if is_paper(url) or scheme_of(url) in TEMPLATED:
        raise Refused(phrase("on this channel the words are fixed; keep the message back instead"))
    shown = draft(session, live, texts, message_id=message_id, now=now)
    if shown.digest != shown_digest:
        raise Refused(phrase("the message has changed meanwhile; please read it again"))
    new = cleaned(body)
    _check(shown.title, shown.body, new)
    if new == shown.body:
        return False
    changes = read.of_message(session, message_id)
    session.add(
        MessageWordsRow(
            message_id=message_id, no=len(changes) + 1, by=actor(by, "desk"), at=now, basis=digest(shown.own or shown.body),
            was=shown.body, body=new,
        )
    )  # fmt: skip
    if has_notice(session, message_id):
        message.title, message.body = shown.title, new
    note(
        session, actor=actor(by, "desk"), act="reword", subject_kind="message", subject_id=message_id, at=now
    )
    session.flush()
    if draft(session, live, texts, message_id=message_id, now=now).body != new:
        raise Refused(phrase("on this channel the words are fixed; keep the message back instead"))
    return True


def cleaned(body: str) -> str:
    """Its lines without what cannot be seen; empty lines go, as they do in every message."""
    lines = (
        plain(line.replace(LINK, STAND_IN)).replace(STAND_IN, LINK)
        for line in body.replace(STAND_IN, "").splitlines()
    )
    return "\n".join(line for line in lines if line)


def _check(title: str, was: str, new: str) -> None:
    if not new.replace(LINK, "").strip():
        raise Refused(phrase("write what the message is to say"), field="body")
    if new.count(LINK) != was.count(LINK):
        raise Refused(
            phrase(
                "the personal link has to stand in it as often as before; without it nobody finds the page"
            ),
            field="body",
        )
    lost = [url for url in URL.findall(was) if url not in new]
    if lost:
        raise Refused(phrase("the address {url} has to stay in it", url=lost[0]), field="body")
    over = size(Rendered(title=title, body=new)) - LIMIT
    if over > 0:
        raise Refused(
            phrase("too long for a chat message; leave out about {n} characters", n=-(-over // HAN)),
            field="body",
        )
