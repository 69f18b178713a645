"""A rung at its place in time: an anchor's day, and one telling of a rung at one instant."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from schedules.remind import Colour, Release
from schedules.terms import Term
from schedules.words import Words

Phase = Literal["open", "before", "on", "after", "approve"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What rungs are counted from: an office-local day, and the instant at which it is reached."""

    on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RungAt:
    """One rung for one audience at one instant (UTC).

    `key` is its lasting identity, `no` its place in the timeline. `to`: assignee, deputy, unit-head, deputy-leader, leader, group
    or `role:<id>`. `threshold`: only those with fewer hundredths are told. `anchor` is its name in the grammar ("milestone:09-30"
    for a milestone), `anchor_on` the day it stands for. `notice`: blue, yellow or red. `urgent`: may break quiet
    hours. `asks`: what it asks a signature for;
    `unless`: it is told only `within` that term after the asking, and only if nobody has signed.
    """

    no: int
    at: datetime
    key: str
    to: str
    threshold: int | None
    release: Release
    as_list: bool
    text: str | None
    channel: str | None
    anchor: str
    anchor_on: date
    phase: Phase
    label: Words
    notice: Colour | None = None
    urgent: bool = False
    asks: str | None = None
    unless: str | None = None
    within: Term | None = None
