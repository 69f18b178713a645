"""What a list of certificates would change against those on record."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import CredentialRow, PersonRow
from schedules.office import Credential
from tasks.roster.renew import TEMPORARY


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialChange:
    """Certificates that are new, and those on record that would be other; `changed` says in which state each is now."""

    fresh: tuple[Credential, ...]
    changed: tuple[tuple[Credential, str], ...]

    def __bool__(self) -> bool:
        return bool(self.fresh or self.changed)


def compare_credentials(session: Session, found: Sequence[Credential]) -> CredentialChange:
    """Compare as `write_credentials` writes: a certificate is known by kind, number and expiry date."""
    query = select(CredentialRow, PersonRow.key).join(PersonRow, PersonRow.id == CredentialRow.holder_id)
    known = {(row.kind, row.number, row.expires_on): (holder, row) for row, holder in session.execute(query)}
    fresh: list[Credential] = []
    changed: list[tuple[Credential, str]] = []
    for each in found:
        standing = known.get((each.kind, each.number, each.expires_on))
        if standing is None:
            fresh.append(each)
            continue
        holder, row = standing
        if (holder, row.issued_on, row.issuer, row.state, row.type) != (
            each.holder, each.issued_on, each.issuer, each.state, each.type,
        ):  # fmt: skip
            changed.append((each, row.state))
    return CredentialChange(fresh=tuple(fresh), changed=tuple(changed))


def with_history(session: Session) -> list[tuple[Credential, Credential | None]]:
    """Every certificate on record by kind, holder and expiry, and the one that replaced it: the next of the same holder and kind.

    A temporary one replaces nothing and is replaced by nothing.
    """
    query = (
        select(CredentialRow, PersonRow.key)
        .join(PersonRow, PersonRow.id == CredentialRow.holder_id)
        .order_by(CredentialRow.kind, PersonRow.key, CredentialRow.expires_on, CredentialRow.id)
    )
    found = [
        Credential(
            kind=row.kind, number=row.number, holder=holder, issued_on=row.issued_on, expires_on=row.expires_on, issuer=row.issuer,
            state=row.state, type=row.type,
        )
        for row, holder in session.execute(query)
    ]  # fmt: skip
    after: dict[tuple[str, str], Credential] = {}
    replaced: list[tuple[Credential, Credential | None]] = []
    for each in reversed(found):
        whose = (each.kind, each.holder)
        replaced.append((each, None if each.type == TEMPORARY else after.get(whose)))
        if each.type != TEMPORARY:
            after[whose] = each
    return replaced[::-1]
