"""The list of a campaign at the desk: tried with the whole office in force, written as it was shown."""

from contextlib import nullcontext

from schedules.errors import Refused
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from tasks.apply import Cause, apply
from worker.directory import directory_of, mobiles_on_record
from worker.import_lines import many, target_lines
from worker.roster_import import is_starter, own_folder, table_in_place
from worker.roster_tables import OfficeTable, read_target_table, standing_targets, table_of
from worker.tables import as_texts
from worker.web.desk.import_kinds import (
    CHANGED,
    Asked,
    Trial,
    line_groups,
    no_rows,
    refused_table,
    require_shown,
    require_sure,
)
from worker.web.desk.import_people import files_in_force
from worker.web.site import View, reading, runtime, writing


def _table(view: View, source: SourceFile, asked: Asked) -> tuple[int, OfficeTable]:
    version_id, files = files_in_force(view)
    office = view.live.office
    directory = directory_of(office, mobiles_on_record(view.session), runtime().cipher)
    return version_id, read_target_table(
        files, source, asked.chosen, office, asked.of, directory, keep=asked.keep, sheet=asked.sheet
    )


def try_targets(view: View, source: SourceFile, asked: Asked) -> Trial:
    """What the list would change."""
    _, found = _table(view, source, asked)
    if found.office is None:
        return refused_table(view, found.found, found.own, found.own_form.notes, found.others)
    return _targets_trial(view, found, found.office, asked)


def _targets_trial(view: View, found: OfficeTable, office: OfficeSpec, asked: Asked) -> Trial:
    d, live = view.d, view.live.office
    name = table_of(live, asked.of)
    lines = target_lines(standing_targets(live, name), standing_targets(office, name), office)
    gone = sum(len(group.lines) for group in lines if group.kind == "left")
    warning = d.ngettext(
        "1 row is not in the table and would go. The table has to be the whole list.",
        "{n} rows are not in the table and would go. The table has to be the whole list.", gone,
    )  # fmt: skip
    sure = str(d.ngettext("This 1 row is to go", "These {n} rows are to go", gone))
    title = live.schedule(asked.of).title
    return Trial(
        total=str(d._("{title}: {n} rows", title=title, n=len(found.found.rows))),
        table=found.found,
        notes=tuple(d.words(each) for each in found.own_form.notes),
        faults=no_rows(view, found.found),
        groups=line_groups(view, lines),
        leaves=bool(gone),
        many=sure if many(gone, len(standing_targets(live, name))) else "",
        warnings=(str(warning),) if gone else (),
        barred=d.gettext("This is the starter office, which stays as it is. Whoever installed duban makes your own: duban init DIR")
        if is_starter(runtime().settings.office)
        else "",
    )  # fmt: skip


def write_targets(source: SourceFile, asked: Asked, shown: str, by: str) -> None:
    """Put the list into force, and into the office's folder where that is its own. Raise Refused if it is no longer what was shown."""
    with reading() as view:
        version_id, found = _table(view, source, asked)
    if found.office is None:
        raise Refused(CHANGED)
    texts = as_texts(found.files)  # read before the transaction, which others wait for
    folder = runtime().settings.office
    place = table_in_place(folder, found.file) if own_folder(folder) else nullcontext(folder)
    with place, writing() as view:
        if view.live.version_id != version_id:
            raise Refused(CHANGED)
        trial = _targets_trial(view, found, found.office, asked)
        require_shown(trial, shown)
        require_sure(trial, asked)
        apply(
            view.session, found.office, texts, by=by, now=view.now, cipher=runtime().cipher, upon=version_id,
            cause=Cause(origin="desk"),
        )  # fmt: skip
