"""Imports at the desk: choose a file, see what it would change, write exactly that; refused rows come back with their reasons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from schedules.errors import Refused
from schedules.source_text import SourceFile
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.roster.people import mobiles
from worker.clock import machine_now
from worker.errors import NotConfigured
from worker.refused_rows import refused_rows
from worker.web import downloads
from worker.web.desk import import_kinds, import_store
from worker.web.desk.import_kinds import Trial
from worker.web.security import require_clerk
from worker.web.site import Fault, View, fault, notice, reading, render, runtime, said, writing
from worker.web.workbook import workbook

blueprint = Blueprint("imports", __name__, url_prefix="/desk/import")
blueprint.before_request(require_clerk)
SHOWN = 40  # names that stand open; the others unfold
TABLES = (".xlsx", ".csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One sort of table. `columns`: headings of its template, with one example row; `after`: what is said when it is written."""

    key: str
    title: Words
    hint: Words
    after: Words
    columns: tuple[tuple[str, str], ...]
    attempt: Callable[[View, SourceFile], Trial]
    write: Callable[[SourceFile, str, str], None]
    endings: tuple[str, ...] = TABLES


PEOPLE = (
    ("工号", "A0001"), ("姓名", "张三"), ("科室/社区", ""), ("职务", "科员"), ("角色", ""), ("标签", ""), ("手机号", "13800000001"),
    ("企业微信", ""), ("邮箱", ""), ("入职日期", "2026-09-01"), ("离职日期", ""), ("语言", ""),
)  # fmt: skip
CREDENTIALS = (
    ("证件编号", "ZF-0001"), ("证件种类", "enforcement"), ("持证人工号", "A0001"), ("发证日期", "2026-09-01"), ("有效期至", "2031-08-31"),
    ("发证机关", "市司法局"), ("状态", "有效"), ("类型", "首次"),
)  # fmt: skip
NOTICE = (("日期", "2027-01-01"), ("是否上班", "否"), ("名称", "元旦"))
DAYS = (("日期", "2027-09-03"), ("是否上班", "否"), ("名称", "纪念活动"), ("原因", "市政府通知"))
KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            key="people", title=phrase("Roster"),
            hint=phrase("The whole roster. Whoever is not in the table any more leaves. No citizen numbers."),
            after=phrase("The roster is in force."), columns=PEOPLE, attempt=import_kinds.try_people, write=import_kinds.write_people,
        ),
        Kind(
            key="credentials", title=phrase("Certificates"),
            hint=phrase("New ones, or those whose state changed. What is not in the table stays as it is."),
            after=phrase("The certificates are recorded."), columns=CREDENTIALS, attempt=import_kinds.try_credentials,
            write=import_kinds.write_list,
        ),
        Kind(
            key="calendar", title=phrase("Working days"),
            hint=phrase("The holiday notice of a year, or single days with their reason."),
            after=phrase("The working days are in force; whose day moved is told once."), columns=NOTICE,
            attempt=import_kinds.try_calendar, write=import_kinds.write_calendar, endings=(*TABLES, ".json"),
        ),
    )
}  # fmt: skip


@blueprint.get("")
def page() -> str:
    """Choose what and which file."""
    with reading() as view:
        return _page(view)


def _page(view: View, kind: str = "people", faults: tuple[Fault, ...] = ()) -> str:
    done = KINDS.get(request.args.get("said", ""))
    return render(
        view, "import.html", here="desk", faults=faults, chosen=kind,
        kinds=[(each.key, said(view, each.title), said(view, each.hint)) for each in KINDS.values()],
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
    return redirect(url_for("imports.attempt", kind=kind, key=key), 303)


# ── what it would change, and the change ──────────────────────
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


def _trial(view: View, kind: Kind, key: str, source: SourceFile, faults: tuple[Fault, ...] = ()) -> Response:
    try:
        trial = kind.attempt(view, source)
    except (Refused, NotConfigured) as error:
        what = error.what
        trial = Trial(faults=(said(view, what),))
    if faults and not (trial.groups or trial.refused or trial.faults):
        faults = (Fault(view.d._("The same was written a moment ago. There is nothing left to write.")),)
    html = render(
        view, "import_trial.html", here="desk", kind=kind.key, key=key, title=said(view, kind.title), name=source.path, found=trial,
        heading=_heading(view, trial), faults=faults, most=SHOWN, refused=list(trial.refused.items()),
    )  # fmt: skip
    return make_response(html, 409 if faults else 200)


def _heading(view: View, trial: Trial) -> str:
    if trial.refused:
        return view.d.ngettext(
            "1 row is refused; nothing was imported", "{n} rows are refused; nothing was imported", len(trial.refused)
        )  # fmt: skip
    if trial.faults:
        return view.d._("This file cannot be imported")
    return view.d._("Nothing is written yet") if trial.groups else view.d._("This is on record already")


@blueprint.post("/<kind>/<key>")
def write(kind: str, key: str) -> Response | AnyResponse:
    """Write what was shown; if that has changed since, show it anew."""
    known, source = _found(kind, key)
    try:
        known.write(source, request.form.get("shown", "")[:64], g.viewer.actor)
    except (Refused, NotConfigured) as error:
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
        reasons = known.attempt(view, source).refused
        if not reasons:
            abort(404)
        heading, *rows = refused_rows(source, reasons, view.d.gettext)
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
