"""An entry of a register shown again in its form, with its files, to be corrected."""

from dataclasses import replace
from datetime import date

from flask import request

from models.queries import registers as read
from schedules.registers import Register
from worker.web.asked import row_number
from worker.web.duties import evidence_form
from worker.web.duties.evidence_form import Form, Kept
from worker.web.duties.uploads import Upload, keep
from worker.web.site import View, runtime


def corrected_entry(view: View, register: Register) -> read.Entry | None:
    """The entry that is to be corrected, if it stands and was entered here."""
    number = row_number(request.values.get("correct", ""))
    if not number:
        return None
    found = read.entries(view.session, register.id, date.min, date.max, entry_id=number)
    return found[0] if found and not found[0].duty else None


def filled(view: View, register: Register, entry: read.Entry) -> Form:
    """The form as the entry was filled in, with its files."""
    blank = evidence_form.blank(view, register.beside_day)
    items = []
    for each in blank.evidence:
        found = tuple(
            Upload(file.sha256, file.name, file.media_type, file.size)
            for file in entry.files.get(each.name, ())
        )
        kept = tuple(Kept(one.name, keep(runtime().tokens, one)) for one in found)
        items.append(replace(each, values=tuple(entry.fields.get(each.name, ())), uploads=found, kept=kept))
    return replace(blank, done_on=entry.held_on.isoformat(), evidence=tuple(items))


def unit_key(view: View, title: str) -> str:
    """The id of a unit by its title; empty for none."""
    return next((key for key, unit in view.live.office.file.units.items() if unit.title == title), "")
