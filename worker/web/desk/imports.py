"""Imports at the desk: choose a file, see what it would change, write exactly that; refused rows come back with their reasons."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from schedules.errors import NotFound, Refused
from schedules.source_text import SourceFile
from tasks.audit import note
from tasks.roster.people import mobiles
from worker.clock import machine_now
from worker.errors import NotConfigured
from worker.refused_rows import refused_rows
from worker.web import downloads
from worker.web.desk import import_columns, import_store
from worker.web.desk.import_choices import DAYS, KINDS, PEOPLE, Kind
from worker.web.desk.import_kinds import Asked, Trial
from worker.web.security import require_clerk
from worker.web.site import Fault, View, fault, notice, reading, render, runtime, said, writing
from worker.web.workbook import workbook

blueprint = Blueprint("imports", __name__, url_prefix="/desk/import")
blueprint.before_request(require_clerk)
SHOWN = 40  # names that stand open; the others unfold


@blueprint.get("")
def page() -> str:
    """Choose what and which file."""
    with reading() as view:
        return _page(view)


def _page(view: View, kind: str = "people", faults: tuple[Fault, ...] = ()) -> str:
    done = KINDS.get(request.args.get("said", ""))
    return render(
        view, "import.html", here="desk", faults=faults, chosen=kind,
        kinds=[
            (each.key, said(view, each.title), said(view, each.hint), each.schedules(view.live.office))
            for each in KINDS.values()
            if not each.scheduled or each.schedules(view.live.office)
        ],
        said=said(view, done.after) if done else "",
    )  # fmt: skip


@blueprint.post("")
def upload() -> str | Response | AnyResponse:
    """Keep the file, and show what it would change."""
    kind = request.form.get("kind", "")
    known = KINDS.get(kind)
    if known is None:
        abort(400)
    try:
        key = import_store.take(
            runtime().settings.data, runtime().cipher, request.files.get("file"), endings=known.endings, now=machine_now()
        )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, kind, (fault(view, refused),)), 422)
    of = request.form.get(f"of-{kind}", "")[:64] if known.scheduled else ""
    return redirect(url_for("imports.attempt", kind=kind, key=key, of=of or None), 303)


# ── what it would change, and the change ──────────────────────
def _asked(kind: Kind) -> Asked:
    """What the address says beside the file."""
    return Asked(
        chosen=import_columns.chosen(kind.form, request.args),
        of=request.args.get("of", "")[:64],
        keep=kind.keeps and request.args.get("keep") == "1",
        sheet=request.args.get("sheet", "")[:64],
        sure=request.form.get("sure") == "1",
    )


def _found(kind: str, key: str) -> tuple[Kind, SourceFile]:
    known = KINDS.get(kind)
    if known is None:
        abort(404)
    source = import_store.find(runtime().settings.data, runtime().cipher, key)
    if source is None:
        with reading() as view:
            abort(_not_kept(view))
    return known, source


def _not_kept(view: View) -> Response:
    """Somebody has written the same table meanwhile, or a day has gone by."""
    return notice(
        view, view.d._("This table is not kept any more"),
        view.d._("It was written a moment ago, by you or in another window, or it is older than a day. Nothing more was written now."),
        link=url_for("imports.page"), link_text=view.d._("Import"), status=404,
    )  # fmt: skip


@blueprint.get("/<kind>/<key>")
def attempt(kind: str, key: str) -> str | Response:
    """What the file would change, or why it is refused."""
    known, source = _found(kind, key)
    with reading() as view:
        return _trial(view, known, key, source)


def _tried(view: View, kind: Kind, source: SourceFile) -> Trial:
    try:
        return kind.attempt(view, source, _asked(kind))
    except (Refused, NotFound, NotConfigured) as error:
        return Trial(faults=(said(view, error.what),))


def _trial(view: View, kind: Kind, key: str, source: SourceFile, faults: tuple[Fault, ...] = ()) -> Response:
    trial = _tried(view, kind, source)
    if faults and not (trial.groups or trial.refused or trial.faults):
        faults = (Fault(view.d._("The same was written a moment ago. There is nothing left to write.")),)
    html = render(
        view, "import_trial.html", here="desk", kind=kind.key, key=key, title=said(view, kind.title), name=source.path, found=trial,
        heading=_heading(view, trial), faults=faults, most=SHOWN, refused=list(trial.refused.items()), asked=_asked(kind),
        columns=import_columns.offered(trial.table), given={name: value for name, value in request.args.items() if name != "lang"},
        keeps=kind.keeps and trial.leaves,
    )  # fmt: skip
    return make_response(html, 409 if faults else 200)


def _heading(view: View, trial: Trial) -> str:
    if trial.refused:
        return view.d.ngettext(
            "1 row is refused; nothing was imported", "{n} rows are refused; nothing was imported", len(trial.refused)
        )  # fmt: skip
    if trial.missing:
        return view.d._("Some columns were not found")
    if trial.table is not None and trial.table.sheets:
        return view.d._("Which sheet is it?")
    if trial.faults:
        return view.d._("This file cannot be imported")
    return view.d._("Nothing is written yet") if trial.groups else view.d._("This is on record already")


@blueprint.post("/<kind>/<key>")
def write(kind: str, key: str) -> Response | AnyResponse:
    """Write what was shown; if that has changed since, show it anew."""
    known, source = _found(kind, key)
    try:
        known.write(source, _asked(known), request.form.get("shown", "")[:64], g.viewer.actor)
    except (Refused, NotFound, NotConfigured) as error:
        with reading() as view:
            return _trial(view, known, key, source, (Fault(said(view, error.what)),))
    import_store.forget(runtime().settings.data, key)
    runtime().nudger.nudge()
    return redirect(url_for("imports.page", said=kind), 303)


# ── files to take away ────────────────────────────────────────
@blueprint.get("/<kind>/<key>/refused.xlsx")
def refused(kind: str, key: str) -> Response:
    """The refused rows as they were given, the reason in the last column."""
    known, source = _found(kind, key)
    with reading() as view:
        trial = _tried(view, known, source)
        if not trial.refused:
            abort(404)
        heading, *rows = trial.back or refused_rows(source, trial.refused, view.d.gettext)
        widths = [*[14] * (len(heading) - 1), 60]
        title = view.d.gettext("Refused rows")
        return downloads.attached(
            workbook(title, heading, rows, widths=widths), f"{said(view, known.title)}-{title}.xlsx"
        )


@blueprint.get("/<kind>/template.xlsx")
def template(kind: str) -> Response:
    """An empty table with its headings and one row as an example."""
    known = KINDS.get(kind)
    if known is None:
        abort(404)
    columns = DAYS if kind == "calendar" and request.args.get("of") == "days" else known.columns
    with reading() as view:
        units = [unit.title for unit in view.live.office.file.units.values() if unit.head]
        row = [
            units[0] if not example and heading == "科室/社区" and units else example
            for heading, example in columns
        ]
        title = said(view, known.title)
        return downloads.attached(_sheet(title, columns, [row]), f"{title}.xlsx")


def _sheet(title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> bytes:
    return workbook(title, [heading for heading, _ in columns], rows, widths=[16] * len(columns))


@blueprint.post("/people/roster.xlsx")
def roster() -> Response:
    """The roster in force as a table to be corrected and imported again, with mobile numbers; the log says who took it."""
    with writing() as view:
        numbers = mobiles(view.session, runtime().cipher)
        office = view.live.office
        rows = [
            (
                person.id, person.name, office.file.units[person.unit].title, person.post,
                "、".join(office.file.roles[role].title for role in person.roles), "、".join(person.tags), numbers.get(person.id, ""),
                person.wecom_id or "", person.email or "", *(day.isoformat() if day else "" for day in (person.joined_on, person.left_on)),
                person.lang or "",
            )
            for person in office.people
        ]  # fmt: skip
        note(view.session, actor=g.viewer.actor, act="roster-export", subject_kind="office", subject_id=view.live.version_id,
             at=view.now, people=len(rows))  # fmt: skip
        title = view.d.gettext("Roster")
    # Nobody waits for the workbook of a large office to write something.
    return downloads.attached(_sheet(title, PEOPLE, rows), f"{title}{view.today:%Y%m%d}.xlsx")
