"""The form that a confirmation needs: the day it was done, the schedule's evidence fields, a remark; read back with every fault at once."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from flask import g, request
from sqlalchemy.orm import Session

from schedules.grammar import EvidenceField
from schedules.words import Words, phrase
from worker.web.duties import uploads
from worker.web.duties.uploads import Upload
from worker.web.site import Fault, View, runtime, said

LABELS: Mapping[str, Words] = {
    "text": phrase("Details"), "number": phrase("Number"), "date": phrase("Date"), "choice": phrase("Choice"),
    "url": phrase("Web address"), "file": phrase("File"), "photo": phrase("Photos"), "yes-no": phrase("Yes or no"),
}  # fmt: skip
EMPTY: Mapping[str, Words] = {
    "text": phrase("{label}: please write something."), "number": phrase("{label}: type a number; none is 0."),
    "date": phrase("{label}: choose a day."), "choice": phrase("{label}: choose one."),
    "url": phrase("{label}: paste the address of the page."), "file": phrase("{label}: attach the file."),
    "photo": phrase("{label}: attach a photo."), "yes-no": phrase("{label}: choose yes or no."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that a form shown again still has."""

    name: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One evidence field as shown: its options as (value, text), what was typed, files already received."""

    name: str
    label: str
    kind: str
    required: bool = True
    many: bool = False
    least: int = 1
    options: tuple[tuple[str, str], ...] = ()
    values: tuple[str, ...] = ()
    uploads: tuple[Upload, ...] = ()
    kept: tuple[Kept, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What was typed, as text; nothing is lost when it is shown again."""

    done_on: str
    note: str = ""
    evidence: tuple[Item, ...] = ()
    faults: tuple[Fault, ...] = field(default=())

    @property
    def day(self) -> date:
        """The day it was done; only for a form without faults."""
        return date.fromisoformat(self.done_on)

    def values(self) -> dict[str, str | list[str]]:
        """What was typed, as the use cases take it: one text for a field, or a list where there may be many."""
        found: dict[str, str | list[str]] = {}
        for item in self.evidence:
            if item.values:
                found[item.name] = list(item.values) if item.many else item.values[0]
        return found

    def files(self, session: Session) -> dict[str, list[int]]:
        """Write file rows and return their ids by field."""
        return {item.name: uploads.rows(session, item.uploads) for item in self.evidence if item.uploads}


def blank(view: View, fields: Mapping[str, EvidenceField]) -> Form:
    """The form before anything is typed."""
    return Form(
        done_on=view.today.isoformat(), evidence=tuple(item(view, name, one) for name, one in fields.items())
    )


def item(view: View, name: str, one: EvidenceField) -> Item:
    """One field without anything typed."""
    if one.kind == "yes-no":
        options: tuple[tuple[str, str], ...] = (("yes", view.d.gettext("yes")), ("no", view.d.gettext("no")))
    else:
        options = tuple((option, option) for option in one.options)
    hint = ""
    if one.kind == "photo" and not one.required:
        hint = view.d.gettext("From the phone will do.")
    elif one.kind == "photo":
        hint = view.d.ngettext(
            "At least 1 photo; from the phone will do.",
            "At least {n} photos; from the phone will do.",
            one.least,
        )
    elif one.kind == "file":
        hint = view.d.gettext("A photo or a PDF, at most 10 MB each.")
    return Item(
        name=name, label=one.label or said(view, LABELS[one.kind]), kind=one.kind, required=one.required, many=one.many,
        least=one.least, options=options, hint=hint,
    )  # fmt: skip


def posted(view: View, fields: Mapping[str, EvidenceField]) -> Form:
    """What the form brought, with every fault found; the use case judges once more."""
    faults: list[Fault] = []
    done_on = request.form.get("done_on", "").strip()
    if (day := parse_day(done_on)) is None:
        faults.append(Fault(view.d.gettext("Choose the day on which it was done."), "done_on"))
    elif day > view.today:
        faults.append(Fault(view.d.gettext("That day has not come yet."), "done_on"))
    items = []
    for name, one in fields.items():
        read, found = _read(view, item(view, name, one))
        items.append(read)
        faults += found
    note = request.form.get("note", "").strip()[:2000]
    return Form(done_on=done_on[:10], note=note, evidence=tuple(items), faults=tuple(faults))


def _read(view: View, blank_item: Item) -> tuple[Item, list[Fault]]:
    if blank_item.kind in ("file", "photo"):
        return _read_files(view, blank_item)
    typed = [value.strip() for value in request.form.getlist(f"e-{blank_item.name}") if value.strip()]
    read = replace(blank_item, values=tuple(value[:2000] for value in typed[:50]))
    wrong = problem(view, read)
    return read, [wrong] if wrong is not None else []


def _read_files(view: View, blank_item: Item) -> tuple[Item, list[Fault]]:
    tokens, data = runtime().tokens, runtime().settings.data
    allowed = uploads.PHOTO if blank_item.kind == "photo" else uploads.ANY
    kept_before = uploads.kept(tokens, request.form.getlist(f"k-{blank_item.name}"))
    found = [upload for upload in kept_before if upload.media_type in allowed]
    new = request.files.getlist(f"e-{blank_item.name}")
    taken, wrong = uploads.sort(data, new, photo=blank_item.kind == "photo")
    g.setdefault("taken", {})[blank_item.name] = taken
    found += taken
    faults = [Fault(said(view, words), blank_item.name) for words in wrong]
    kept = tuple(Kept(upload.name, uploads.keep(tokens, upload)) for upload in found)
    instead = request.form.get(f"t-{blank_item.name}", "").strip()[:200]
    read = replace(blank_item, uploads=tuple(found), kept=kept, values=(instead,) if instead else ())
    if not faults and read.required and len(found) < read.least and not instead:
        faults.append(_empty(view, read))
    return read, faults


def problem(view: View, read: Item) -> Fault | None:
    """What is wrong with one typed field, if anything."""
    if not read.values and not read.required:
        return None
    allowed = {value for value, _ in read.options}
    checks: Mapping[str, Callable[[str], bool]] = {
        "number": lambda value: number(value) is not None,
        "date": lambda value: parse_day(value) is not None,
        "url": lambda value: re.fullmatch(r"https?://[^\s<>\"']{3,}", value) is not None,
        "choice": allowed.__contains__,
        "yes-no": allowed.__contains__,
    }
    check = checks.get(read.kind, bool)
    return None if read.values and all(check(value) for value in read.values) else _empty(view, read)


def _empty(view: View, read: Item) -> Fault:
    return Fault(said(view, Words(EMPTY[read.kind].msgid, {"label": read.label})), read.name)


def number(text: str) -> Decimal | None:
    """A plain decimal number, not negative; full-width digits count."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < 10**9 else None


def parse_day(text: str) -> date | None:
    """An ISO day, or None."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def with_faults(form: Form, faults: Sequence[Fault]) -> Form:
    """The same form with more faults."""
    return replace(form, faults=(*form.faults, *faults))


def facts(form_items: Sequence[Item]) -> list[tuple[str, str]]:
    """Label and value of what was typed, for a page that asks again."""
    found = []
    for one in form_items:
        texts = dict(one.options)
        values = [
            *(upload.name for upload in one.uploads),
            *(texts.get(value, value) for value in one.values),
        ]
        found.append((one.label, "、".join(values) or "—"))
    return found
