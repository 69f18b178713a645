"""Figures of registers. What nobody entered is not recorded (未登记); it is 0 only where that was declared (零报告)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from models.queries import registers as read
from schedules.registers import Register
from schedules.report import FromBook
from schedules.rounding import HUNDREDTHS, day
from schedules.tally import hundredths
from schedules.words import Words, phrase
from tasks.reporting.register_overview import is_late
from tasks.reporting.report_result import HIDDEN, Line, Place, Result, Span

ONE_DAY = timedelta(days=1)
MOST_NAMED = 5


def register(span: Span, figure: FromBook) -> Result:
    """Entries, a sum, a share of choices that occur, or how many different values there are."""
    book = span.live.office.register(figure.register_)
    entries = [
        each
        for each in reversed(read.entries(span.session, book.id, span.first, span.last))
        if _wanted(figure, each)
    ]
    lines = tuple(_line(span, book, figure, each) for each in entries)
    scope = phrase("register: {title}", title=book.title)
    used = bool(entries) or bool(
        figure.where and read.entries(span.session, book.id, span.first, span.last, limit=1)
    )
    if not used:
        return _nothing(span, book, scope)
    gaps = (*_late(span, entries), *_photos(book, entries))
    if figure.each is not None:
        return _choices(book, figure.each, entries, lines, gaps, scope)
    if figure.by is not None:
        return _values(figure.by, entries, lines, gaps, scope)
    number = sum(each.amount or 0 for each in lines) if figure.sum else len(lines) * HUNDREDTHS
    return Result(lines=lines, number=number, gaps=gaps, scope=scope)


def _wanted(figure: FromBook, entry: read.Entry) -> bool:
    return figure.where is None or figure.where.holds(
        {name: tuple(words) for name, words in entry.fields.items()}
    )


def _line(span: Span, book: Register, figure: FromBook, entry: read.Entry) -> Line:
    sealed = book.privacy == "sealed"
    amount = (
        sum(hundredths(value) for value in entry.fields.get(figure.sum or "", ())) if figure.sum else None
    )
    return Line(
        on=entry.held_on, title=HIDDEN if sealed else _title(book, figure, entry), unit="" if sealed else entry.unit,
        who="" if sealed else entry.by, amount=amount, note=phrase("entered late") if is_late(span.live, entry) else None,
        place=Place("register", f"{book.id}#n{entry.id}"),
    )  # fmt: skip


def _title(book: Register, figure: FromBook, entry: read.Entry) -> Words:
    """The words of an entry: what it is grouped by, the duty it came from, its texts and choices, else the register itself."""
    first = [entry.duty_title.rpartition("：")[2]]
    if figure.by or figure.each:
        first = [value_of(figure.by or figure.each or "", entry), *first]
    words = [
        value
        for name in book.in_order(entry.fields)
        if name in book.fields_ and book.fields_[name].kind in ("text", "choice")
        for value in entry.fields[name]
    ]
    told = dict.fromkeys(each for each in (*first, *words) if each)
    return Words("{title}", {"title": " ".join(told)[:200] or book.title})


def value_of(name: str, entry: read.Entry) -> str:
    """The value of a field; an entry that came from a duty and has none goes by the duty's title, of a family by its own part of it."""
    found = "、".join(entry.fields.get(name, ()))
    own = entry.duty_title.rpartition("：")[2]
    return found or own


def _nothing(span: Span, book: Register, scope: Words) -> Result:
    """No entry: 0 as far as it was declared, else not recorded."""
    zeros = read.declared(span.session, book.id, span.first, span.last)
    if not zeros:
        who = _recorders(span, book)
        ask = (
            phrase("the register is not in use; {who} must confirm", who=who)
            if who
            else phrase("the register is not in use")
        )
        return Result(number=0, recorded=False, gaps=(ask,), scope=scope)
    gaps = _undeclared(span, book, zeros)
    lines = tuple(
        Line(
            on=each.to_on, title=phrase("zero declared from {first} to {last}", first=day(each.from_on), last=day(each.to_on)),
            unit=each.unit, who=each.by, counts=False, place=Place("register", book.id),
        )
        for each in zeros
    )  # fmt: skip
    return Result(lines=lines, number=0, zero=True, confirmed=not gaps, gaps=gaps, scope=scope)


def _undeclared(span: Span, book: Register, zeros: Sequence[read.Zero]) -> tuple[Words, ...]:
    """The days up to now for which neither the office nor every unit that records declared anything."""
    asked = _units(span, book)
    days = (span.until - span.first).days + 1
    open_days = [span.first + ONE_DAY * n for n in range(days)]
    open_days = [on for on in open_days if not _declared(on, zeros, asked)]
    if not open_days:
        return ()
    return (
        phrase(
            "{n} days without an entry or a declared zero, the first of them {day}",
            n=len(open_days),
            day=day(open_days[0]),
        ),
    )


def _declared(on: date, zeros: Sequence[read.Zero], asked: frozenset[str]) -> bool:
    units = {each.unit for each in zeros if each.from_on <= on <= each.to_on}
    return "" in units or (bool(asked) and asked <= units)


def _units(span: Span, book: Register) -> frozenset[str]:
    """Titles of the units that record in a register, where it names units."""
    if book.by is None or book.by.role or book.by.roles:
        return frozenset()
    names = (*book.by.units, *([book.by.unit] if book.by.unit else []))
    return frozenset(span.live.office.file.units[key].title for key in span.live.office.owning_units(names))


def _recorders(span: Span, book: Register) -> str:
    """Who can tell whether there was nothing: the units and roles as the register names them."""
    if book.by is None:
        return ""
    who, file = book.by.who(), span.live.office.file
    units = (*who.units, *([who.unit] if who.unit else []))
    roles = (*who.roles, *([who.role] if who.role else []))
    named = [file.units[span.live.office.unit(name)].title for name in units]
    return "、".join([*named, *(file.roles[role].title for role in roles)][:MOST_NAMED])


def _late(span: Span, entries: Sequence[read.Entry]) -> tuple[Words, ...]:
    late = sum(is_late(span.live, each) for each in entries)
    return (phrase("{n} entered late", n=late),) if late else ()


def _photos(book: Register, entries: Sequence[read.Entry]) -> tuple[Words, ...]:
    """Entries without a file where the register has room for one; they count all the same."""
    fields: Mapping[str, str] = {
        name: each.label or name for name, each in book.fields_.items() if each.kind in ("file", "photo")
    }
    lacking = {label: sum(not each.files.get(name) for each in entries) for name, label in fields.items()}
    return tuple(phrase("{n} without {what}, counted", n=n, what=label) for label, n in lacking.items() if n)


def _choices(
    book: Register,
    name: str,
    entries: Sequence[read.Entry],
    lines: tuple[Line, ...],
    gaps: tuple[Words, ...],
    scope: Words,
) -> Result:
    counts = Counter(value for each in entries for value in each.fields.get(name, ()))
    options = book.options()[name]
    missing = [each for each in options if not counts[each]]
    lacking = (phrase("lacking: {what}", what="、".join(missing)),) if missing else ()
    there = len(options) - len(missing)
    return Result(
        lines=lines, part=there * HUNDREDTHS, whole=len(options) * HUNDREDTHS, gaps=(*lacking, *gaps), scope=scope,
        detail=_counted({each: counts[each] for each in options}),
    )  # fmt: skip


def _values(
    name: str, entries: Sequence[read.Entry], lines: tuple[Line, ...], gaps: tuple[Words, ...], scope: Words
) -> Result:
    counts = Counter(value_of(name, each) for each in entries)
    without = counts.pop("", 0)
    lacking = (phrase("{n} without a theme", n=without),) if without else ()
    ordered = sorted(lines, key=lambda each: str(each.title))
    return Result(
        lines=tuple(ordered), number=len(counts) * HUNDREDTHS, gaps=(*lacking, *gaps), scope=scope,
        detail=_counted(dict(counts.most_common())),
    )  # fmt: skip


def _counted(counts: Mapping[str, int]) -> Words | None:
    told = [f"{name}{n}" for name, n in counts.items() if n]
    return (
        Words("{found}", {"found": "、".join(told[:MOST_NAMED]) + ("…" if len(told) > MOST_NAMED else "")})
        if told
        else None
    )
