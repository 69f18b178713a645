"""The reader's own page of how to be reminded: which channel first, and at which time of day."""

from dataclasses import dataclass
from datetime import time

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow
from schedules.channel_urls import scheme_of
from schedules.digest import digest_times
from schedules.words import phrase
from tasks.roster.preferences import Preference, prefer, preference_of
from tasks.wording.sent_words import CHANNELS
from worker.web.deed import deed, person_of
from worker.web.link import open_link
from worker.web.site import Fault, View, faults_of, reading, render

blueprint = Blueprint("prefer", __name__)
Answer = str | Response | AnyResponse


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody is reminded, in one line, and the page that changes it."""

    line: str
    link: str


def wish_of(view: View, person: PersonRow, token: str) -> Wish | None:
    """What the page of all duties says; None for whom no channel of the office reaches."""
    found = preference_of(view.session, view.live, person)
    if not found.ways:
        return None
    first = _words(view, found)[found.ways[0]]
    if found.at is None:
        line = view.d._("By {channel}, at the times of the office.", channel=first)
    else:
        line = view.d._(
            "By {channel}, what is not urgent at {clock}.", channel=first, clock=f"{found.at:%H:%M}"
        )
    return Wish(line, url_for("prefer.page", token=token))


def _words(view: View, wish: Preference) -> dict[str, str]:
    """Each of the person's channels in words; with its id where two would be called the same."""
    schemes = {key: scheme_of(view.live.office.file.channels[key].url) for key in wish.ways}
    known = {
        **CHANNELS,
        "outbox": phrase("local outbox"),
        "alisms": phrase("SMS"),
        "qcloudsms": phrase("SMS"),
    }
    named = {key: view.d.words(known[scheme]) if scheme in known else key for key, scheme in schemes.items()}
    twice = {word for word in named.values() if list(named.values()).count(word) > 1}
    return {
        key: view.d.gettext("{channel} ({id})").format(channel=word, id=key) if word in twice else word
        for key, word in named.items()
    }


@blueprint.get("/me/<token>/reminders")
def page(token: str) -> Answer:
    """Show the form."""
    with reading() as view:
        opened = open_link(view, token, one_duty=False)
        return opened if isinstance(opened, Response) else _page(view.for_reader(opened[1]), opened[1], token)


def _page(view: View, person: PersonRow, token: str, faults: tuple[Fault, ...] = ()) -> str:
    wish = preference_of(view.session, view.live, person)
    words = _words(view, wish)
    return render(
        view, "prefer.html", reader=person.name, faults=faults, action=url_for("prefer.save", token=token),
        ways=[(key, words[key]) for key in wish.ways], first=wish.channels[0] if wish.channels else "",
        times=[f"{each:%H:%M}" for each in digest_times(view.live.office)], at=f"{wish.at:%H:%M}" if wish.at else "",
        office_times=[f"{each:%H:%M}" for each in view.live.office.file.sending], me_link=url_for("mine.me_page", token=token),
    )  # fmt: skip


@blueprint.post("/me/<token>/reminders")
def save(token: str) -> Answer:
    """Write it, and go back to the duties."""

    def act(view: View, person: PersonRow) -> None:
        was = preference_of(view.session, view.live, person)
        prefer(
            view.session, view.live, person_id=person.id, channels=_order(was, request.form.get("first", "")[:64]),
            at=_clock(request.form.get("at", "")), by=person.id, now=view.now, how="link",
        )  # fmt: skip

    return deed(
        person_of(token), act, lambda view, person, refused: _page(view, person, token, faults_of(view, refused)),
        lambda _: url_for("mine.me_page", token=token, said="preferred"),
    )  # fmt: skip


def _order(was: Preference, first: str) -> list[str]:
    """The channels with the chosen one in front; as before where that stood there already."""
    if not first:
        return []
    return list(was.channels) if was.channels[:1] == (first,) else [first]


def _clock(text: str) -> time | None:
    """The chosen time of day; for what is none a time that nobody may choose."""
    if not text:
        return None
    try:
        return time.fromisoformat(text[:5])
    except ValueError:
        return time(0, 1)
