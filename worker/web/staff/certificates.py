"""The reader's own certificates: kind, number as far as a page may show it, until when, and what that means."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from models.people import CredentialRow, PersonRow
from models.queries import own
from schedules.words import Words, phrase
from tasks.duties.whose import masked
from worker.web.site import View

SOON_DAYS = 90
KINDS: Mapping[str, Words] = {"enforcement": phrase("law enforcement certificate")}
STATES: Mapping[str, Words] = {
    "suspended": phrase("suspended: no casework"), "revoked": phrase("revoked"), "cancelled": phrase("cancelled"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the page shows of one."""

    kind: str
    number: str
    until: Markup
    light: str
    state: str


def certificates(view: View, person: PersonRow) -> list[Certificate]:
    """The latest of each kind."""
    return [_shown(view, row) for row in own.certificates(view.session, person.id)]


def _shown(view: View, row: CredentialRow) -> Certificate:
    light, state = _state(view, row)
    return Certificate(_kind(view, row), masked(row.number), view.d.dated(row.expires_on), light, state)


def _kind(view: View, row: CredentialRow) -> str:
    """What a kind is called. The id of one without a title says nothing to its holder unless the office writes it in Chinese."""
    if row.kind in KINDS:
        return view.d.words(KINDS[row.kind])
    if not row.kind.isascii():
        return row.kind
    return view.d.words(
        phrase("certificate of {issuer}", issuer=row.issuer) if row.issuer else phrase("certificate")
    )


def _state(view: View, row: CredentialRow) -> tuple[str, str]:
    days = (row.expires_on - view.today).days
    if row.state in STATES:
        return "grey", view.d.words(STATES[row.state])
    if days < 0:
        return "red", view.d.gettext("expired: no casework")
    if days <= SOON_DAYS:
        return "yellow", view.d.ngettext("to be renewed, 1 day left", "to be renewed, {n} days left", days)
    return "green", view.d.gettext("valid")
