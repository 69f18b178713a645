"""The annual report as plain values in one language: for programs, for tables, and for the document that people go on writing."""

from collections.abc import Mapping, Sequence

from schedules.rounding import HUNDREDTHS, dated
from schedules.words import Gettext, Words, phrase
from tasks.reporting.report import Report, ReportedFigure, Section, sentence
from tasks.reporting.report_result import BY_HAND, NONE_DUE, Line, Result

Json = dict[str, object]
COLUMNS = (
    phrase("Indicator"), phrase("Exact"), phrase("In the report"), phrase("What is counted"), phrase("Lacking"),
)  # fmt: skip
LIST_COLUMNS = (
    phrase("Day"), phrase("What"), phrase("Unit"), phrase("Recorded by"), phrase("Amount"), phrase("Counts"), phrase("Remark"),
)  # fmt: skip
YES, NO = phrase("yes"), phrase("no")
BEFORE = phrase("The year before")


def number(hundredths: int | None) -> int | float | None:
    """A JSON number: whole where it is whole."""
    if hundredths is None:
        return None
    return hundredths // HUNDREDTHS if hundredths % HUNDREDTHS == 0 else hundredths / HUNDREDTHS


def to_json(report: Report, gettext: Gettext) -> Json:
    """The stable shape of `duban report --json`; see docs/report.md."""
    return {
        "office": report.office, "year": report.year, "from": report.first.isoformat(), "to": report.last.isoformat(),
        "as_of": report.as_of.isoformat(), "left_out": list(report.left_out),
        "chapters": [
            {"title": chapter.title, "sections": [_section(each, report.figures, gettext) for each in chapter.sections]}
            for chapter in report.chapters
        ],
    }  # fmt: skip


def _section(section: Section, figures: Mapping[str, ReportedFigure], gettext: Gettext) -> Json:
    text = "".join(
        each if isinstance(each, str) else each.text(gettext) for each in sentence(section, figures)
    )
    return {
        "title": section.title,
        "text": text,
        "figures": [figure_json(each, gettext) for each in section.figures],
    }


def figure_json(figure: ReportedFigure, gettext: Gettext) -> Json:
    """One figure without its list."""
    previous = figure.previous
    before = (
        None
        if previous is None or figure.before is None
        else {**_value(previous), "exact": figure.before.text(gettext)}
    )
    return {
        "id": figure.key, "label": figure.label, "measure": figure.definition.measure,
        "kind": "share" if figure.result.is_share else "number", **_value(figure.result), "exact": figure.exact.text(gettext),
        "phrase": figure.said.text(gettext), "scope": figure.scope.text(gettext),
        "gaps": [each.text(gettext) for each in figure.result.gaps], "lines": len(figure.result.lines), "previous": before,
    }  # fmt: skip


def _value(result: Result) -> Json:
    """Numbers are null where nothing was recorded; `rate` is text, so that no program rounds it."""
    known = result.recorded
    return {
        "recorded": known, "confirmed": known and result.confirmed, "zero_declared": result.zero,
        "value": number(result.number) if known else None,
        "part": number(result.part) if known and result.is_share else None,
        "whole": number(result.whole) if known and result.is_share else None, "rate": result.rate,
    }  # fmt: skip


def line_json(line: Line, gettext: Gettext) -> Json:
    """One line of the list behind a figure."""
    return {
        "date": line.on.isoformat() if line.on else None, "title": line.title.text(gettext), "unit": line.unit or None,
        "person": line.who or None, "amount": number(line.amount), "counts": line.counts,
        "note": line.note.text(gettext) if line.note else None,
        "place": f"{line.place.kind}:{line.place.key}" if line.place else None,
    }  # fmt: skip


def line_row(line: Line, gettext: Gettext) -> list[str]:
    """The same as cells of text."""
    amount = number(line.amount)
    return [
        line.on.isoformat() if line.on else "", line.title.text(gettext), line.unit, line.who, "" if amount is None else str(amount),
        (YES if line.counts else NO).text(gettext), line.note.text(gettext) if line.note else "",
    ]  # fmt: skip


def figure_row(figure: ReportedFigure, gettext: Gettext) -> list[str]:
    """Figure, exact, as said, what is counted, what is lacking."""
    gaps = gettext("; ").join(each.text(gettext) for each in figure.result.gaps)
    return [
        figure.label,
        figure.exact.text(gettext),
        figure.said.text(gettext),
        figure.scope.text(gettext),
        gaps or "—",
    ]


# ── the document ──────────────────────────────────────────────
TITLE = phrase("Report of {office} on building a government under the rule of law in {year}")
ANNEX = phrase("Annex")
ANNEX_TITLE = phrase("Figures on building a government under the rule of law in {year}")
PERIOD = phrase("Period {first} to {last}; records as of {as_of}.")
RULES = phrase(
    "Exact up to nine, then rounded down to tens or hundreds; rates are cut after one decimal and never rounded. A register not in use is "
    "not recorded, not 0. What stands in brackets and shaded is for a person to write."
)
LEFT_OUT = phrase("Not kept here: {labels}.")
BLANK = phrase("(to be written here)")
ADDRESSEE = phrase("(addressee):")
SIGNED = phrase("{year} ( month ) ( day )")


def document(report: Report, gettext: Gettext, *, chinese: bool) -> Json:
    """Everything the written document holds, in order, as plain text; `fill` marks what a person still has to write."""

    def words(found: Words, **fields: object) -> str:
        return Words(found.msgid, {**found.fields, **fields}).text(gettext)

    left = words(LEFT_OUT, labels="、".join(report.left_out)) if report.left_out else ""
    return {
        "language": "zh-CN" if chinese else "en", "title": words(TITLE, office=report.office, year=report.year),
        "addressee": words(ADDRESSEE), "office": report.office, "signed": words(SIGNED, year=report.year + 1),
        "chapters": [
            {
                "title": heading(gettext, n, chapter.title),
                "sections": [
                    {"title": subheading(gettext, m, each.title), "paragraphs": _paragraphs(each, report.figures, gettext)}
                    for m, each in enumerate(chapter.sections, start=1)
                ] or [{"title": "", "paragraphs": [[{"text": words(BLANK), "fill": True}]]}],
            }
            for n, chapter in enumerate(report.chapters, start=1)
        ],
        "annex": words(ANNEX), "annex_title": words(ANNEX_TITLE, year=report.year),
        "period": words(PERIOD, first=dated(report.first), last=dated(report.last), as_of=dated(report.as_of)),
        "columns": [each.text(gettext) for each in COLUMNS], "notes": [words(RULES), *([left] if left else [])],
        "rows": [
            {"section": subheading(gettext, m, each.title), "figures": [figure_row(figure, gettext) for figure in each.figures]}
            for m, each in enumerate(report.sections, start=1)
            if each.figures
        ],
    }  # fmt: skip


def heading(gettext: Gettext, number_: int, title: str) -> str:
    """一、履职情况."""
    return phrase("{number}. {title}", number=numeral(number_, gettext), title=title).text(gettext)


def subheading(gettext: Gettext, number_: int, title: str) -> str:
    """（一）加强党的领导."""
    return phrase("({number}) {title}", number=numeral(number_, gettext), title=title).text(gettext)


def numeral(number_: int, gettext: Gettext) -> str:
    """一 to 九十九, in a catalogue that says its ten numerals in one word; else 1 to 99."""
    digits = gettext("0123456789")
    if digits == "0123456789":
        return str(number_)
    tens, ones = divmod(number_, 10)
    ten = digits[0]
    return ("" if tens == 0 else ten if tens == 1 else digits[tens] + ten) + (digits[ones] if ones else "")


def _paragraphs(
    section: Section, figures: Mapping[str, ReportedFigure], gettext: Gettext
) -> Sequence[Sequence[Json]]:
    """The office's sentence with its figures, else the figures one after the other; and a blank for the rest."""
    pieces: list[Json] = [
        {"text": each if isinstance(each, str) else each.text(gettext), "fill": each == BY_HAND}
        for each in sentence(section, figures)
    ]
    if not pieces:
        told = [
            f"{each.label}{each.said.text(gettext)}"
            for each in section.figures
            if each.said not in (BY_HAND, NONE_DUE)
        ]
        stop = gettext(".")
        pieces = [{"text": gettext("; ").join(told) + stop, "fill": False}] if told else []
    blank: Json = {"text": BLANK.text(gettext), "fill": True}
    return [[*pieces, blank]]
