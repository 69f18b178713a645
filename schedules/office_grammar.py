"""What `office.yaml` may say: the office itself, its units, roles, posts, channels, lights and named ladders."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from schedules.fields import ClockTime, Day, Flag, Key, Keys, TermText, Text, refusal
from schedules.grammar import Rung
from schedules.remind import Colour
from schedules.strict import Definition
from schedules.terms import Term
from schedules.words import phrase

LADDERS = ("weekly", "activity", "monthly-task", "statute", "certificate")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise refusal(
            phrase("'{found}' is not a time zone", found=value), "Asia/Shanghai, Europe/Berlin, …"
        ) from error
    return value


def _limit(value: str) -> str:
    """`20/minute`: so many in any span of that length."""
    if not re.fullmatch(r"[1-9]\d{0,5}/(second|minute|hour|day)", value):
        raise refusal(phrase("'{found}' is no limit", found=value), "20/minute, 5/second, 100/hour, 50/day")
    return value


LimitText = Annotated[Text, AfterValidator(_limit)]


def _in_order(value: tuple[time, ...]) -> tuple[time, ...]:
    if list(value) != sorted(set(value)):
        raise refusal(phrase("times must rise from one to the next"))
    return value


class QuietSpan(Definition):
    """No messages from one time of day to another; it may run over midnight."""

    from_: ClockTime = Field(alias="from")
    to: ClockTime


class ContactPerson(Definition):
    """Whom staff ask when a message is unclear; `person` is an id of the roster or a name."""

    person: Text = ""
    phone: Text = ""


class UnitDefinition(Definition):
    """A section, community, team, outside body, or a group of them. `head` and `leader` are ids of the roster."""

    title: Text
    parent: Key | None = None
    kind: Key = "section"
    head: Key | None = None
    leader: Key | None = None
    description: Text | None = None


class RoleDefinition(Definition):
    """A role that people of the roster hold."""

    title: Text
    description: Text | None = None


class PostDefinition(Definition):
    """A rank that is told: unit-head, deputy-leader, leader. Heads and leaders of units stand with the unit."""

    title: Text
    person: Key | None = None


class ChannelDefinition(Definition):
    """A way to reach people: an Apprise URL with {id} {mobile} {wecom_id} {email} and {secret.NAME}.

    `quiet: exempt` ignores quiet hours; `group` cannot carry a personal link. `unknown`: what becomes of a message that may
    or may not have arrived. `limits`: how often it may be used, over all workers ("20/minute", "5/second", "50/day"); a provider
    that publishes limits has them without being asked.
    """

    url: str = Field(min_length=1, max_length=1000)
    quiet: Literal["keep", "exempt"] = "keep"
    group: Flag = False
    unknown: Literal["resend", "hold"] = "resend"
    limits: tuple[LimitText, ...] | None = None


class Reach(Definition):
    """How people are reached. `people`: channels in the order in which they are tried; `group`: the group's bot.

    `level`: personal (messages and links of one's own), group (a group's bot that mentions who owes; links ask who reads), or
    paper (printed lists and the clerk). Each takes what the level above cannot do: whom no channel reaches is told on paper.
    """

    level: Literal["paper", "group", "personal"] = "personal"
    people: Keys = ()
    group: Key | None = None


class Lights(Definition):
    """When a duty turns yellow: `soon_short` before the due day, `soon_long` for terms of `long_from` and more."""

    soon_short: TermText = Term(3, "workdays")
    soon_long: TermText = Term(7, "workdays")
    long_from: TermText = Term(16, "days")


class NoticeDefinition(Definition):
    """What the office calls a coloured notice; the word stands in the title of the message."""

    title: Text


_NOON_AND_NIGHT = (
    QuietSpan.model_validate({"from": "12:00", "to": "14:30"}),
    QuietSpan.model_validate({"from": "18:00", "to": "08:30"}),
)


class OfficeFile(Definition):
    """`office.yaml`."""

    title: Text
    short: Text | None = None
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    language: Literal["zh_CN", "en"] = "zh_CN"
    day_ends: ClockTime = time(18, 0)
    sending: Annotated[tuple[ClockTime, ...], Field(min_length=1), AfterValidator(_in_order)] = (
        time(8, 40),
        time(15, 0),
    )
    quiet: tuple[QuietSpan, ...] = _NOON_AND_NIGHT
    rest_days: Literal["quiet", "send"] = "quiet"
    urgent: Literal["keep", "break"] = "keep"
    mode: Literal["live", "trial"] = "live"
    start_on: Day | None = None
    contact: ContactPerson | None = None
    clerk: Key = "clerk"
    units: Mapping[Key, UnitDefinition] = {}
    roles: Mapping[Key, RoleDefinition] = {}
    posts: Mapping[Literal["unit-head", "deputy-leader", "leader"], PostDefinition] = {}
    channels: Mapping[Key, ChannelDefinition]
    schemes: tuple[Key, ...] = ()
    reach: Reach
    lights: Lights = Lights()
    ladders: Mapping[Key, tuple[Rung, ...]] = {}
    notices: Mapping[Colour, NoticeDefinition] = {}
