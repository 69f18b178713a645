"""What `duban register list` prints: the figures of every register, or the entries of one."""

from datetime import date

from sqlalchemy.orm import Session

from models.queries import registers as read
from schedules.registers import Register
from tasks.live import Live
from tasks.reporting.register_overview import Overview, is_late, overview
from worker.cli.evidence_words import HUNDREDTHS
from worker.cli.language import N_, _
from worker.cli.terminal import as_json, say, table

BOOKS = (N_("register"), N_("title"), N_("entries"), N_("figures"), N_("declared zero"), N_("entered late"))
ENTRIES = (N_("no."), N_("held on"), N_("unit"), N_("recorded by"), N_("content"), N_("note"))
NOT_RECORDED = N_("not recorded")


def show_all(session: Session, live: Live, year: int, *, json_: bool) -> None:
    """The figures of every register."""
    found = [overview(session, live, each, year) for each in live.office.registers]
    if json_:
        as_json([_shape(each) for each in found])
    elif found:
        table([_(title) for title in BOOKS], [_row(each) for each in found], right=[2, 5])
    else:
        say(_("The office keeps no registers; they stand under `registers:` in a file of schedules."))


def _shape(found: Overview) -> dict[str, object]:
    """A figure without an entry is null: nobody recorded it, or `zeros` say for which days there was nothing."""
    return {
        "register": found.register.id,
        "title": found.register.title,
        "year": found.year,
        "recorded": found.recorded,
        "entries": found.entries or None,
        "figures": {name: amount / HUNDREDTHS for name, amount in found.sums.items()}
        if found.entries
        else None,
        "choices": found.choices if found.entries else None,
        "entered_late": found.late,
        "zeros": [_zero_shape(each) for each in found.zeros],
    }


def _zero_shape(zero: read.Zero) -> dict[str, object]:
    return {
        "id": zero.id,
        "from": zero.from_on.isoformat(),
        "to": zero.to_on.isoformat(),
        "unit": zero.unit or None,
        "person": zero.by or None,
        "declared_at": zero.at.isoformat(),
    }


def _row(found: Overview) -> list[str]:
    book = found.register
    if not found.recorded:
        return [book.id, book.title, _(NOT_RECORDED), "", "", ""]
    return [
        book.id,
        book.title,
        str(found.entries or _("zero declared")),
        "; ".join(_figures(found)),
        "; ".join(_span(each) for each in found.zeros),
        str(found.late) if found.late else "",
    ]


def _figures(found: Overview) -> list[str]:
    sums = [
        f"{label_of(found.register, name)} {amount / HUNDREDTHS:g}" for name, amount in found.sums.items()
    ]
    choices = [
        f"{choice} {number}" for each in found.choices.values() for choice, number in each.items() if number
    ]
    return sums + choices if found.entries else []


def label_of(book: Register, name: str) -> str:
    """What the clerk calls a field."""
    field = book.fields_.get(name)
    return (field.label if field else None) or name


def _span(zero: read.Zero) -> str:
    return f"{zero.from_on}–{zero.to_on}" + (f" {zero.unit}" if zero.unit else "")


def show_one(session: Session, live: Live, book: Register, year: int, *, json_: bool) -> None:
    """The entries and declared zeros of one register."""
    span = date(year, 1, 1), date(year, 12, 31)
    entries = read.entries(session, book.id, *span)
    zeros = read.declared(session, book.id, *span)
    if json_:
        shown = [_entry_shape(each, late=is_late(live, each)) for each in entries]
        as_json(
            {
                "register": book.id,
                "title": book.title,
                "year": year,
                "recorded": bool(entries or zeros),
                "entries": shown,
                "zeros": [_zero_shape(each) for each in zeros],
            }
        )
        return
    say(f"{book.title} {year}")
    if entries:
        lines = [_entry_row(book, each, late=is_late(live, each)) for each in entries]
        table([_(title) for title in ENTRIES], lines, right=[0])
    for zero in zeros:
        who = zero.by or _("the desk")
        say(_("Zero no. {id}: {span}, declared by {who}").format(id=zero.id, span=_span(zero), who=who))
    if not entries and not zeros:
        say(_(NOT_RECORDED))


def _entry_shape(entry: read.Entry, *, late: bool) -> dict[str, object]:
    return {
        "id": entry.id,
        "held_on": entry.held_on.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "entered_late": late,
        "unit": entry.unit or None,
        "person": entry.by or None,
        "fields": dict(entry.fields),
        "files": {name: [file.name for file in files] for name, files in entry.files.items()},
        "duty": entry.duty or None,
    }


def _entry_row(book: Register, entry: read.Entry, *, late: bool) -> list[str]:
    content = [_content(book, entry, name) for name in book.in_order({*entry.fields, *entry.files})]
    marks = [_("entered late")] if late else []
    return [
        str(entry.id),
        entry.held_on.isoformat(),
        entry.unit,
        entry.by,
        "; ".join(content),
        "; ".join([*marks, *([entry.duty] if entry.duty else [])]),
    ]


def _content(book: Register, entry: read.Entry, name: str) -> str:
    """One field of an entry: its values, or its files by name."""
    files = [file.name for file in entry.files.get(name, ())]
    return f"{label_of(book, name)} {'、'.join([*entry.fields.get(name, ()), *files])}"
