"""Field types of the grammar: how a term, a time, a weekday or a key is read from YAML, and what is said when it cannot be.

Every refusal is a pydantic error that carries `Words` (`refusal`), so that the loader can say it in the reader's language.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, time
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

from schedules.meant import clock_meant, day_meant, day_month_meant, full_width, half_width
from schedules.patterns import (
    CLOCK,
    CLOCK_PATTERN,
    DAY_MONTH,
    DAY_MONTH_PATTERN,
    LEAD_PATTERN,
    SUGGESTED_DAYS,
    TERM_PATTERN,
    TEXT_SCHEMA,
    TRAIL_PATTERN,
    WEEKDAY_NAMES,
    WEEKDAY_PATTERN,
    term_schema,
)
from schedules.patterns import WEEKDAYS as WEEKDAYS
from schedules.problems import choices, close_to
from schedules.terms import BadTerm, Term, parse_term
from schedules.words import Words, phrase

_KEY = re.compile(r"[^\W_][\w·.-]*")
KEY_LENGTH = 64
TEXT_LENGTH = 200
EARLIEST, LATEST = 1949, 2199  # years


class Bare(str):
    """A word written without quotes that other YAML programs read as something else: yes, 08:40, 017, 1.5."""

    __slots__ = ()


def refusal(what: Words, allowed: Words | str | None = None) -> PydanticCustomError:
    """A validation error that speaks through `Words`."""
    return PydanticCustomError(
        "duban", "{english}", {"english": str(what), "words": what, "allowed": allowed}
    )


def shown(value: object) -> str:
    """A value as a short text for a message."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = value if isinstance(value, str) else str(value) if isinstance(value, date) else repr(value)
    return text if len(text) <= 40 else text[:39] + "…"


def spoils_text(character: str) -> bool:
    """Whether a character turns, hides or breaks a line: controls, line ends, zero-width and bidirectional marks."""
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")


def read_text(value: object) -> str:
    """One line of text in NFC, without what cannot be seen."""
    if isinstance(value, Bare):
        raise refusal(
            phrase(
                "write '{found}' in quotes; without them other programs read it as a number, a time or yes/no",
                found=shown(value),
            ),
            f'"{shown(value)}"',
        )
    if value is None:
        raise refusal(phrase("is empty"))
    if not isinstance(value, str):
        raise refusal(
            phrase("must be text, found {found}; write it in quotes if it is text", found=shown(value))
        )
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise refusal(phrase("is empty"))
    for character in text:
        if spoils_text(character):
            raise refusal(phrase("holds the invisible character {code}", code=f"U+{ord(character):04X}"))
    if len(text) > TEXT_LENGTH:
        raise refusal(
            phrase("is {n} characters long", n=len(text)), phrase("at most {n} characters", n=TEXT_LENGTH)
        )
    return text


def read_key(value: object) -> str:
    """A name that other entries refer to: letters of any script, digits, - _ · and dots."""
    if not isinstance(value, str):
        raise refusal(phrase("must be a name, found {found}", found=shown(value)))
    key = unicodedata.normalize("NFC", value)
    if not _KEY.fullmatch(key) or len(key) > KEY_LENGTH:
        wide = full_width(key)
        what = (
            phrase("'{found}' holds {wide}", found=shown(value), wide=wide)
            if wide
            else phrase("'{found}' is not a name", found=shown(value))
        )
        raise refusal(what, phrase("letters, digits, '-', '_', '·', '.'"))
    return str(key)


def read_term(value: object) -> Term:
    """`20 workdays`, `20个工作日` or {n, unit, roll}."""
    try:
        return parse_term(value)
    except BadTerm as error:
        raise refusal(error.what, error.allowed) from error


def read_lead(value: object) -> Term:
    """A term before a day: `180 days before`, `180 days` or `提前180日`."""
    if isinstance(value, str):
        value = re.sub(r"^\s*提前|\s*(before|前)\s*$", "", value)
    return read_term(value)


def read_trail(value: object) -> Term:
    """A term after a day: `3 days after`, `3 days` or `3日后`."""
    if isinstance(value, str):
        value = re.sub(r"\s*(after|之后|后)\s*$", "", value)
    return read_term(value)


def write_term(term: Term) -> object:
    """The shortest form that reads back the same."""
    return str(term) if term.roll == "none" else {"n": term.n, "unit": term.unit, "roll": term.roll}


def read_clock(value: object) -> time:
    """A time of day "HH:MM" in quotes."""
    match = CLOCK.fullmatch(value) if isinstance(value, str) else None
    meant = None if match or not isinstance(value, str) else clock_meant(value)
    if isinstance(value, Bare) and (match or meant):
        raise refusal(_bare_clock(value, meant or value), f'"{meant or value}"')
    if match is None:
        wide = full_width(value) if isinstance(value, str) else None
        what = (
            phrase("'{found}' holds {wide}", found=shown(value), wide=wide)
            if wide
            else phrase("'{found}' is not a time of day", found=shown(value))
        )
        raise refusal(what, choices(('"00:00"–"23:59"',), meant=f'"{meant}"' if meant else None))
    return time(int(match[1]), int(match[2]))


def _bare_clock(found: str, meant: str) -> Words:
    """YAML 1.1 counts in sixties: 8:30 is 510. With a nought before it some programs do, others do not."""
    hours, _, minutes = found.partition(":")
    if hours.startswith("0") or not minutes.isdigit():
        return phrase('write the time in quotes: "{meant}"; without them it is read as a number', meant=meant)
    return phrase(
        'write the time in quotes: "{meant}"; without them {found} is the number {n}',
        meant=meant, found=found, n=int(hours) * 60 + int(minutes),
    )  # fmt: skip


def read_weekday(value: object) -> int:
    """周一 … 周日, or monday … sunday: 0 … 6."""
    day = WEEKDAY_NAMES.get(value.strip().lower()) if isinstance(value, str) else None
    if day is None:
        meant = (
            close_to(half_width(value).replace(" ", ""), WEEKDAY_NAMES) if isinstance(value, str) else None
        )
        what = phrase("'{found}' is not a day of the week", found=shown(value))
        raise refusal(what, choices(("周一…周日", "monday…sunday"), meant=meant))
    return day


def read_day(value: object) -> date:
    """A date YYYY-MM-DD."""
    try:
        day = (
            value
            if type(value) is date
            else date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
        )
    except ValueError:
        return _no_day(value)
    if not EARLIEST <= day.year <= LATEST:
        what = phrase("the year of {found} is out of reach", found=day.isoformat())
        raise refusal(what, phrase("{first} to {last}", first=EARLIEST, last=LATEST))
    return day


def _no_day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise refusal(phrase("there is no day {found}", found=value))
    what = phrase("'{found}' is not a date", found=shown(value))
    raise refusal(what, choices(("2026-11-27",), meant=day_meant(value)))


def read_day_month(value: object) -> tuple[int, int]:
    """A day of every year "MM-DD". 02-29 is refused: most years have none."""
    match = DAY_MONTH.fullmatch(value) if isinstance(value, str) else None
    month, day = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(2025, month)[1]:
        meant = day_month_meant(value) if isinstance(value, str) and match is None else None
        meant = "02-28" if (month, day) == (2, 29) else meant
        what = phrase("'{found}' is not a day of every year", found=shown(value))
        raise refusal(what, choices(('"01-01"–"12-31"',), meant=f'"{meant}"' if meant else None))
    return month, day


def read_flag(value: object) -> bool:
    """True or false, spelled out."""
    if not isinstance(value, bool):
        raise refusal(phrase("must be true or false, found {found}", found=shown(value)), "true, false")
    return value


def read_figure(value: object) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        if isinstance(value, str) and value.isdecimal() and not isinstance(value, Bare):
            raise refusal(phrase("must be a whole number: write {found} without quotes", found=shown(value)))
        raise refusal(phrase("must be a whole number, found {found}", found=shown(value)))
    return value


def read_count(value: object) -> int | str:
    """How a record counts: a whole number, or a comparison with a field as text."""
    return read_text(value) if isinstance(value, str) else read_figure(value)


def one_or_many(value: object) -> object:
    """A single entry where a list is allowed stands for a list of one."""
    return (value,) if isinstance(value, str) else value


Text = Annotated[str, PlainValidator(read_text), WithJsonSchema(TEXT_SCHEMA)]
Key = Annotated[str, PlainValidator(read_key), WithJsonSchema({"type": "string", "maxLength": KEY_LENGTH})]
Keys = Annotated[tuple[Key, ...], BeforeValidator(one_or_many, json_schema_input_type=Key | tuple[Key, ...])]
Texts = Annotated[
    tuple[Text, ...], BeforeValidator(one_or_many, json_schema_input_type=Text | tuple[Text, ...])
]
TermText = Annotated[
    Term, PlainValidator(read_term), PlainSerializer(write_term), WithJsonSchema(term_schema(TERM_PATTERN))
]
Lead = Annotated[
    Term, PlainValidator(read_lead), PlainSerializer(write_term), WithJsonSchema(term_schema(LEAD_PATTERN))
]
Trail = Annotated[
    Term, PlainValidator(read_trail), PlainSerializer(write_term), WithJsonSchema(term_schema(TRAIL_PATTERN))
]
ClockTime = Annotated[
    time,
    PlainValidator(read_clock),
    PlainSerializer(lambda value: f"{value:%H:%M}"),
    WithJsonSchema({"type": "string", "pattern": CLOCK_PATTERN}),
]
WeekdayName = Annotated[
    int,
    PlainValidator(read_weekday),
    PlainSerializer(lambda value: WEEKDAYS[value]),
    WithJsonSchema({"anyOf": [{"enum": SUGGESTED_DAYS}, {"type": "string", "pattern": WEEKDAY_PATTERN}]}),
]
Day = Annotated[
    date,
    PlainValidator(read_day),
    PlainSerializer(lambda value: value.isoformat()),
    WithJsonSchema({"type": "string", "format": "date"}),
]
DayMonth = Annotated[
    tuple[int, int],
    PlainValidator(read_day_month),
    PlainSerializer(lambda value: f"{value[0]:02}-{value[1]:02}"),
    WithJsonSchema({"type": "string", "pattern": DAY_MONTH_PATTERN}),
]
Flag = Annotated[bool, PlainValidator(read_flag), WithJsonSchema({"type": "boolean"})]
Count = Annotated[int | str, PlainValidator(read_count), WithJsonSchema({"type": ["integer", "string"]})]
Figure = Annotated[int, BeforeValidator(read_figure), Strict(), Field(gt=0)]
