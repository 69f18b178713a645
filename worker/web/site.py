"""What every handler needs: the runtime, one transaction with the office in it, the reader's language, and the frame of a page.

Transactions begin and end here, in `reading` and `writing`; a handler nudges after its writing has ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from flask import Response, current_app, g, make_response, render_template, request
from flask import session as cookie
from sqlalchemy.orm import Session

from models.people import PersonRow
from schedules.errors import Refused
from schedules.words import Words
from tasks import live as office
from tasks.delivery.compose import contact_of
from tasks.duties.evidence import BadEvidence
from tasks.live import Live
from tasks.wording.texts import known_language
from worker.bootstrap import Runtime
from worker.clock import machine_now, office_now
from worker.web import own, resend
from worker.web.display import Display

HTML_LANG = {"zh_CN": "zh-CN", "en": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One request's transaction: the office as applied, its `now`, and how this reader sees values."""

    session: Session
    live: Live
    now: datetime
    lang: str
    d: Display

    @property
    def today(self) -> date:
        """The office's day."""
        return self.d.today

    def for_reader(self, person: PersonRow) -> "View":
        """The same in the person's own language, unless the address asks for one."""
        if "lang" in request.args or person.lang is None:
            return self
        lang = known_language(person.lang, self.lang)
        return replace(self, lang=lang, d=display(self.live, self.now, lang))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that keeps a form from being taken; `field` is where it stands, or None for the whole."""

    text: str
    field: str | None = None


def runtime() -> Runtime:
    """What this process was started with."""
    return cast(Runtime, current_app.extensions["duban"])


def language() -> str:
    """The language asked for: in the address, else remembered for this session, else the installation's."""
    personal = "token" in (request.view_args or {})
    asked = request.args.get("lang") or (None if personal else cookie.get("lang"))
    return known_language(asked if isinstance(asked, str) else None, runtime().settings.language)


def display(live: Live, now: datetime, lang: str) -> Display:
    """How a reader of that language sees values."""
    texts = runtime().texts
    return Display(
        gettext=texts.gettext(lang), plural=texts.ngettext(lang), today=live.today(now), tz=live.office.tz
    )


@contextmanager
def reading() -> Iterator[View]:
    """A snapshot to read from."""
    with runtime().db.reading() as session:
        yield _view(session)


@contextmanager
def writing() -> Iterator[View]:
    """A transaction that is committed at the end, or rolled back by an error."""
    with runtime().db.writing.begin() as session:
        yield _view(session)


def _view(session: Session) -> View:
    now = office_now(session)
    live = office.current(session)
    lang = language()
    return View(session=session, live=live, now=now, lang=lang, d=display(live, now, lang))


def render(view: View, template: str, **values: object) -> str:
    """A page in its frame."""
    contact = contact_of(view.live)
    return render_template(
        template, _=view.d._, ngettext=view.d.ngettext, d=view.d, now=view.now, html_lang=HTML_LANG[view.lang],
        office_title=view.live.office.file.title, trial=view.live.trial and g.get("viewer") is not None,
        viewer=g.get("viewer"), contact=" ".join(part for part in (contact.person, contact.phone) if part),
        csrf=form_token(), out_csrf=form_token(session_subject()), **values,
    )  # fmt: skip


def notice(
    view: View, heading: str, sentence: str, *, link: str = "", link_text: str = "", status: int = 200
) -> Response:
    """A page that says one thing and offers one way on. In answer to a form it holds what was typed."""
    page = render(
        view, "notice.html", heading=heading, sentence=sentence, link=link, link_text=link_text, again=resend.again(status)
    )  # fmt: skip
    return make_response(page, status)


def form_subject() -> str:
    """To whom a form is shown: the personal link it stands under, the phone that is known, or the session."""
    token = (request.view_args or {}).get("token")
    if token and own.is_mine(token):
        return own.subject()
    return f"link:{token}" if token else session_subject()


def session_subject() -> str:
    """The reader of a page that stands under no link: whose session runs, or the phone that asks.

    What was shown to a stranger is never taken from a phone that is known.
    """
    begun = cookie.get("id", "")
    return own.subject() if not begun and own.secret() else f"session:{begun}"


def form_token(subject: str | None = None) -> str:
    """The hidden field of every form on the page; of one that stands elsewhere, with the `subject` it is checked for."""
    return runtime().tokens.form(form_subject() if subject is None else subject, machine_now())


def fault(view: View, refused: Refused) -> Fault:
    """What a rule refused, in the reader's words."""
    return Fault(view.d.refusal(refused.what), refused.field)


def faults_of(view: View, refused: Refused) -> tuple[Fault, ...]:
    """Everything that a rule refused: each field of the evidence, or the one sentence."""
    if isinstance(refused, BadEvidence):
        return tuple(Fault(view.d.words(what), name) for name, what in refused.faults)
    return (fault(view, refused),)


def said(view: View, words: Words) -> str:
    """A sentence in the reader's words."""
    return view.d.words(words)
