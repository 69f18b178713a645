"""How an annual report says a number: exact up to nine, below that never more than there were; and rates, which are only cut.

The rule of the office: tens with 余, hundreds with 多, always downwards, and only where something is left over (20 is 20次, 22 is
20余次, 748 is 700多份). A rate is never rounded: it is cut after one decimal, so that it never says more than is true, and 100 %
is said only of all. The fraction beside it is exact.
"""

from collections.abc import Sequence
from datetime import date

from schedules.words import Words, phrase

TEN, HUNDRED = 10, 100
MONTHS = (
    phrase("Jan"), phrase("Feb"), phrase("Mar"), phrase("Apr"), phrase("May"), phrase("Jun"),
    phrase("Jul"), phrase("Aug"), phrase("Sep"), phrase("Oct"), phrase("Nov"), phrase("Dec"),
)  # fmt: skip
HUNDREDTHS = 100


def amount(hundredths: int) -> str:
    """A number with at most two decimals: 2250 is 22.5."""
    whole, part = divmod(hundredths, HUNDREDTHS)
    return f"{whole}.{part:02}".rstrip("0") if part else str(whole)


def exact(hundredths: int, unit: str) -> Words:
    """The number itself with its unit."""
    return phrase("{n} {unit}", n=amount(hundredths), unit=unit)


def rounded(hundredths: int, unit: str) -> Words:
    """The number as a report says it, rounded down to tens below a hundred and to hundreds from there on."""
    whole = hundredths // HUNDREDTHS
    if whole < TEN:
        return exact(hundredths, unit)
    step = TEN if whole < HUNDRED else HUNDRED
    floor = whole // step * step
    if floor * HUNDREDTHS == hundredths:
        return exact(hundredths, unit)
    if step == TEN:
        return phrase("over {n} {unit}", n=floor, unit=unit)
    return phrase("more than {n} {unit}", n=floor, unit=unit)


def rate(part: int, whole: int) -> float | None:
    """`part` of `whole` in per cent with one decimal, the rest cut off: 13 of 14 is 92.8. None of nothing."""
    return part * 1000 // whole / 10 if whole else None


def percent(part: int, whole: int) -> str:
    """The rate as text. `whole` is not 0."""
    return f"{rate(part, whole):.1f}"


def months(days: Sequence[date], unit: str) -> Words | None:
    """7月、11月各1次: the months of things that came about once a month at most; None where a month has several."""
    found = sorted({each.month for each in days})
    if not found or len(found) != len(days):
        return None
    named = listed([MONTHS[month - 1] for month in found])
    if len(found) == 1:
        return phrase("1 {unit} in {months}", months=named, unit=unit)
    return phrase("1 {unit} each in {months}", months=named, unit=unit)


def day(on: date) -> Words:
    """7月28日."""
    return phrase("{day} {name}", day=on.day, name=MONTHS[on.month - 1])


def dated(on: date) -> Words:
    """2026年7月28日."""
    return phrase("{day} {name} {year}", day=on.day, name=MONTHS[on.month - 1], year=on.year)


def listed(words: Sequence[Words]) -> Words:
    """One after the other, as a sentence lists things; `words` is not empty."""
    *before, last = words
    for each in reversed(before):
        last = phrase("{one}, {others}", one=each, others=last)
    return last
