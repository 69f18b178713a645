"""What an import would change, in lines that people read: for the command line and the desk alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from schedules.office import Credential, OfficeSpec, Target
from schedules.quota import HUNDREDTHS
from schedules.words import Words, phrase
from tasks.duties.hours_import import Entry, HoursChange
from tasks.roster.credential_changes import CredentialChange
from tasks.roster.roster_changes import RosterLines

FEW = 3
Sort = Literal["added", "changed", "left", "kept"]
CREDENTIAL_STATES: Mapping[str, Words] = {
    "valid": phrase("valid"), "suspended": phrase("suspended"), "revoked": phrase("revoked"),
    "cancelled": phrase("taken out of the register"),
}  # fmt: skip


def many(leaving: int, of: int) -> bool:
    """Whether so many of those who stand are missing from a table that it may be a table of some of them only."""
    return leaving > max(FEW, of // 10)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one sort under a title."""

    kind: Sort
    title: Words
    lines: tuple[Words, ...]


def people_lines(found: RosterLines) -> list[Lines]:
    """Of a roster."""
    moved = [
        phrase("{name}: {was} → {now}", name=each.name, was=each.was, now=each.now) for each in found.moved
    ]
    changed = [
        phrase("{name}: {what}", name=each.name, what=what) for each in found.changed for what in each.what
    ]
    return _there(
        Lines(
            "added",
            phrase("People who join"),
            _texts(phrase("{name} ({unit})", name=n, unit=u) for n, u in found.joined),
        ),
        Lines("changed", phrase("People who move to another unit"), tuple(moved)),
        Lines("changed", phrase("People with other data"), tuple(changed)),
        Lines("left", phrase("People who leave"), _texts(phrase("{name}", name=name) for name in found.left)),
    )


def credential_lines(change: CredentialChange, office: OfficeSpec, total: int) -> list[Lines]:
    """Of a list of certificates; what is not in the list is left as it is."""
    fresh = [
        phrase(
            "{number} {name}, valid until {day}", number=each.number, name=office.person(each.holder).name, day=each.expires_on.isoformat()
        )
        for each in change.fresh
    ]  # fmt: skip
    changed = [_certificate(each, state, office) for each, state in change.changed]
    same = total - len(fresh) - len(changed)
    left = [phrase("{n} are on record already and stay as they are", n=same)] if same else []
    return _there(
        Lines("added", phrase("Certificates that are new"), tuple(fresh)),
        Lines("changed", phrase("Certificates with other data"), tuple(changed)),
        Lines("kept", phrase("Without a change"), tuple(left)),
    )


def _certificate(each: Credential, state: str, office: OfficeSpec) -> Words:
    name = office.person(each.holder).name
    if state == each.state:
        return phrase("{number} {name}: other data", number=each.number, name=name)
    return phrase(
        "{number} {name}: {before} → {after}", number=each.number, name=name, before=CREDENTIAL_STATES[state],
        after=CREDENTIAL_STATES[each.state],
    )  # fmt: skip


def hours_lines(change: HoursChange, office: OfficeSpec) -> list[Lines]:
    """Of a table of hours."""
    fresh = [
        _course(each, office, phrase("{n} class hours", n=_amount(each.row.amount))) for each in change.fresh
    ]
    changed = [
        _course(
            each,
            office,
            phrase("{was} → {now} class hours", was=_amount(each.was or 0), now=_amount(each.row.amount)),
        )
        for each in change.changed
    ]
    kept = (
        [phrase("{n} are on record already and stay as they are", n=len(change.same))] if change.same else []
    )
    return _there(
        Lines("added", phrase("Hours that are new"), tuple(fresh)),
        Lines("changed", phrase("Hours that are corrected"), tuple(changed)),
        Lines("kept", phrase("Without a change"), tuple(kept)),
    )


def _course(each: Entry, office: OfficeSpec, hours: Words) -> Words:
    row = each.row
    name = office.person(row.person).name
    return phrase(
        "{name}, {day}, {course}: {hours}",
        name=name,
        day=row.done_on.isoformat(),
        course=row.title,
        hours=hours,
    )


def _amount(hundredths: int) -> str:
    return f"{hundredths / HUNDREDTHS:g}"


def target_lines(before: Sequence[Target], after: Sequence[Target], office: OfficeSpec) -> list[Lines]:
    """Of the table of a campaign, row by row, by the number."""
    known = {each.number: each for each in before}
    given = {each.number for each in after}
    fresh = [
        phrase("{number} {name}", number=each.number, name=each.name)
        for each in after
        if each.number not in known
    ]
    changed = [
        phrase("{number} {name}: {what}", number=each.number, name=each.name, what=what)
        for each in after
        if each.number in known
        for what in _target_changes(known[each.number], each, office)
    ]
    gone = [
        phrase("{number} {name}", number=each.number, name=each.name)
        for each in before
        if each.number not in given
    ]
    return _there(
        Lines("added", phrase("Rows that are new"), tuple(fresh)),
        Lines("changed", phrase("Rows with other data"), tuple(changed)),
        Lines("left", phrase("Rows that are gone; what is open for them is withdrawn"), tuple(gone)),
    )


def _target_changes(was: Target, now: Target, office: OfficeSpec) -> list[Words]:
    fields = (
        (phrase("name"), was.name, now.name),
        (phrase("unit"), _unit(was.unit, office), _unit(now.unit, office)),
        (phrase("person"), _person(was.person, office), _person(now.person, office)),
    )
    return [
        phrase("{field} {was} → {now}", field=field, was=before or "—", now=after or "—")
        for field, before, after in fields
        if before != after
    ]


def _unit(key: str | None, office: OfficeSpec) -> str:
    return "" if key is None else office.file.units[key].title if key in office.file.units else key


def _person(key: str | None, office: OfficeSpec) -> str:
    return "" if key is None else office.person(key).name if office.has_person(key) else key


def _texts(words: Iterable[Words]) -> tuple[Words, ...]:
    return tuple(words)


def _there(*groups: Lines) -> list[Lines]:
    return [group for group in groups if group.lines]
