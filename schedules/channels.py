"""Which channels reach a person, and who is reached by none: what a channel's URL asks for against what the roster knows.

A URL template names fields of its recipient in braces; a person who lacks one of them cannot be addressed there.
"""

import re
from dataclasses import dataclass

from schedules.office import OfficeSpec, Person
from schedules.office_grammar import OfficeFile
from schedules.words import Words, phrase

FIELD = re.compile(r"\{([^{}]*)\}")
SECRET = re.compile(r"secret\.([A-Za-z][A-Za-z0-9_-]*)")
PERSON_FIELDS = ("id", "mobile", "wecom_id", "email")
FIELD_WORDS: dict[str, Words] = {
    "id": phrase("id"),
    "mobile": phrase("mobile number"),
    "wecom_id": phrase("WeCom id"),
    "email": phrase("e-mail address"),
}
# By one of these a group's bot mentions somebody, so that the phone of whoever owes rings.
MENTIONED_BY = ("mobile", "wecom_id")


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whom no channel reaches; with any one of the sets in `lacks` filled in, one would."""

    person: Person
    lacks: tuple[frozenset[str], ...]


def person_fields(url: str) -> frozenset[str]:
    """The fields of the recipient that a URL template asks for: of id, mobile, wecom_id and email."""
    return frozenset(FIELD.findall(url)).intersection(PERSON_FIELDS)


def missing(url: str, person: Person) -> frozenset[str]:
    """The fields that a URL template asks for and this person lacks."""
    return frozenset(name for name in person_fields(url) if not getattr(person, name))


def reaching(office: OfficeFile, person: Person) -> tuple[str, ...]:
    """The channels of `reach.people` that reach a person, in the order in which they are tried; none where all goes on paper."""
    if office.reach.level == "paper":
        return ()
    people = (key for key in office.reach.people if key in office.channels)
    return tuple(key for key in people if not missing(office.channels[key].url, person))


def can_be_mentioned(person: Person) -> bool:
    """Whether a group's bot can notify this person by name."""
    return any(getattr(person, name) for name in MENTIONED_BY)


def unreached(office: OfficeSpec) -> tuple[Unreached, ...]:
    """Who of those still here counts as unreachable, in the order of the roster. On paper everybody is reached."""
    reach = office.file.reach
    if reach.level == "paper":
        return ()
    urls = [office.file.channels[key].url for key in reach.people if key in office.file.channels]
    found: list[Unreached] = []
    for person in office.people:
        if person.left_on is not None or reaching(office.file, person):
            continue
        lacks = [missing(url, person) for url in urls]
        if reach.level == "group":
            if can_be_mentioned(person):
                continue
            lacks += [frozenset({name}) for name in MENTIONED_BY]
        found.append(Unreached(person, tuple(dict.fromkeys(lacks))))
    return tuple(found)
