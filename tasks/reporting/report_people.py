"""Figures of people: hours of a quota, and certificates on the last day."""

from models.queries import report_people as people
from schedules.report import Cards, HoursOf
from schedules.rounding import HUNDREDTHS, amount, dated
from schedules.words import Words, phrase
from tasks.reporting.report_duties import schedules_of
from tasks.reporting.report_result import Line, Place, Result, Span


def hours(span: Span, figure: HoursOf) -> Result:
    """Each who owes is a line; whoever joined in the year owes pro rata, where the schedule says so."""
    (schedule,) = schedules_of(span, [figure.hours])
    found = people.hours(span.session, schedule.id, span.first, span.last)
    scope = phrase("{schedules}: what each owes, approved hours only", schedules=schedule.title)
    lines = tuple(
        Line(
            on=each.done_on, title=Words("{name}", {"name": each.party}), unit=each.unit or "", amount=each.progress,
            counts=figure.count != "reached" or each.progress >= each.target, note=_standing(each),
            place=Place("duty", str(each.obligation_id)),
        )
        for each in found
    )  # fmt: skip
    short = [each for each in found if each.progress < each.target]
    lacking = sum(each.target - each.progress for each in short)
    gaps = (
        (phrase("{n} short of it, by {hours} together", n=len(short), hours=amount(lacking)),)
        if short
        else ()
    )
    recorded = bool(found)
    if figure.count == "reached":
        full = (len(found) - len(short)) * HUNDREDTHS
        return Result(
            lines=lines, part=full, whole=len(found) * HUNDREDTHS, recorded=recorded, gaps=gaps, scope=scope
        )
    total = sum(each.progress for each in found)
    numbers = {
        "people": len(found) * HUNDREDTHS,
        "total": total,
        "average": total // len(found) if found else 0,
    }
    return Result(
        lines=lines,
        number=numbers[figure.count],
        recorded=recorded,
        gaps=gaps if figure.count == "average" else (),
        scope=scope,
    )


def _standing(each: people.Hours) -> Words:
    if each.progress < each.target:
        return phrase(
            "{done} of {target}, {short} short",
            done=amount(each.progress), target=amount(each.target), short=amount(each.target - each.progress),
        )  # fmt: skip
    return phrase("{done} of {target}", done=amount(each.progress), target=amount(each.target))


def cards(span: Span, figure: Cards) -> Result:
    """The last certificate of each holder, as of the last day of the year that has begun."""
    found = people.cards(span.session, figure.credentials, span.until)
    lines, expired = [], 0
    for each in found:
        valid = each.state == "valid" and each.expires_on >= span.until
        note = phrase("valid until {day}", day=dated(each.expires_on))
        if not valid:
            over = each.expires_on < span.until
            expired += over
            note = phrase("expired on {day}", day=dated(each.expires_on)) if over else phrase("suspended")
        if valid == (figure.count == "valid"):
            title = Words("{name}", {"name": each.holder})
            lines.append(
                Line(
                    on=each.issued_on,
                    title=title,
                    unit=each.unit or "",
                    note=note,
                    place=Place("person", each.key),
                )
            )
    scope = phrase("certificates on {day}, one for each holder", day=dated(span.until))
    gaps = (phrase("{n} expired", n=expired),) if expired and figure.count == "valid" else ()
    return Result(
        lines=tuple(lines), number=len(lines) * HUNDREDTHS, recorded=bool(found), gaps=gaps, scope=scope
    )
