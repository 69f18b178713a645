"""The desk's tools: finding, acts with their reasons, tick lists, events, leave, schedules, whom no channel reaches, the trial's end."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from models.events import EventRow, ExtensionRow
from models.messages import MessageRow
from models.obligations import ConfirmationRow, ObligationRow
from models.people import AbsenceRow, PersonChannelRow
from models.schedules import OccurrenceOverrideRow, OfficeStateRow, ScheduleRow

CASE = """\
case:
  title: 行政处罚案件
  when: {event: case.filed, key: 案号, fields: {major: yes-no, hearing: yes-no}}
  who: {from_event: handlers, at_least: 2}
  steps:
    decide:
      title: 作出决定
      after: event
      within: 90 days
      extend: {once: 30 days, approve: {role: director}, basis: required}
      evidence: {decided_on: date}
  pause: {allow: [鉴定, 公告], stops: [decide], basis: required, approve: {role: director}}
  remind: {use: statute}
"""


@pytest.fixture
def office_files(office_files: dict[str, str]) -> dict[str, str]:
    return {**office_files, "cases.yaml": CASE}


def one(site: Any, query: Any) -> Any:
    with site.world.db.reading() as session:
        return session.scalars(query).first()


def owed(site: Any, schedule: str, part: str) -> list[ObligationRow]:
    """Who owes a part of the newest open occurrence, still open."""
    first = site.duty(schedule, part)
    with site.world.db.reading() as session:
        occurrence = session.get_one(ObligationRow, first).occurrence_id
        query = select(ObligationRow).where(
            ObligationRow.occurrence_id == occurrence, ObligationRow.part == part, ObligationRow.state == "open"
        )  # fmt: skip
        return list(session.scalars(query.order_by(ObligationRow.id)))


# ── finding ───────────────────────────────────────────────────
def test_duties_are_found_by_unit_schedule_and_state(site, clerk):
    everything = clerk.get("/desk/find?state=open").text
    of_unit = clerk.get("/desk/find?state=open&unit=minzhu").text

    assert everything.count('href="/duty/') > of_unit.count('href="/duty/') > 0
    assert "文化社区" not in of_unit.split("<tbody")[1]
    assert 'href="/duty/' not in clerk.get("/desk/find?state=done&unit=minzhu").text
    assert 'href="/duty/' not in clerk.get("/desk/find?unit=nowhere").text
    assert clerk.get("/desk/find?page=9&state=junk&schedule='").status_code == 200


def test_what_is_done_is_found_to_be_corrected(site, clerk):
    duty = site.duty("half-year-review", "collect", "minzhu")
    site.send(clerk, f"/desk/duty/{duty}", {"done_on": "2026-11-23", "t-list": "无"})
    assert site.state(duty) == "done", clerk.get(f"/desk/duty/{duty}").text

    assert f'href="/duty/{duty}"' in clerk.get("/desk/find?state=done").text
    record = f"/desk/duty/{duty}"
    assert f'href="{record}"' in clerk.get(f"/duty/{duty}").text
    answer = site.send(clerk, f"{record}/undo", {"reason": "登记错了"}, page=record)

    assert answer.status_code == 303
    assert site.state(duty) == "open"


# ── acts ──────────────────────────────────────────────────────
def test_a_late_reason_is_kept_with_the_new_day(site, clerk):
    duty = site.duty("half-year-review", "collect", "minzhu")

    answer = site.send(clerk, f"/desk/act/{duty}/late", {"reason": "等区里数据", "on": "2026-12-01"})

    assert answer.status_code == 303
    row = one(site, select(ObligationRow).where(ObligationRow.id == duty))
    assert (row.late_reason, row.new_date) == ("等区里数据", date(2026, 12, 1))


@pytest.mark.parametrize("act", ["late", "move", "skip"])
def test_no_act_is_done_without_a_reason(site, clerk, act):
    duty = site.duty("half-year-review", "collect", "minzhu")
    before = site.rows()

    answer = site.send(clerk, f"/desk/act/{duty}/{act}", {"on": "2026-12-01"})

    assert (answer.status_code, 'id="e-reason"' in answer.text) == (422, True)
    assert site.rows() == before


def test_the_occurrence_is_moved_for_everybody(site, clerk):
    duty = site.duty("half-year-review", "collect", "minzhu")

    answer = site.send(clerk, f"/desk/act/{duty}/move", {"on": "2026-12-11", "reason": "区里统一安排"})

    assert answer.status_code == 303
    assert one(site, select(OccurrenceOverrideRow)).to_date == date(2026, 12, 11)


def test_a_page_shows_only_the_acts_that_fit(site, clerk):
    duty = site.duty("half-year-review", "collect", "minzhu")
    text = clerk.get(f"/duty/{duty}").text

    for path in (
        f"/desk/act/{duty}/late",
        f"/desk/act/{duty}/move",
        f"/duty/{duty}/reassign",
        f"/desk/duty/{duty}",
    ):
        assert f'href="{path}"' in text, path
    assert f"/desk/act/{duty}/stop" not in text
    assert f"/duty/{duty}/give-back" not in text
    assert "/desk/" not in site.signed_in("linhaifeng").get(f"/duty/{duty}").text
    assert clerk.get(f"/desk/act/{duty}/nonsense").status_code == 404
    assert clerk.get("/desk/act/999999/late").status_code == 404


EVENT = "/act/event"
FORM = f"{EVENT}?kind=case.filed"
FILED = {
    "kind": "case.filed",
    "key": "〔2026〕17号",
    "on": "2026-11-20",
    "e-major": "no",
    "e-hearing": "no",
    "e-handlers": "赵刚、马超",
}


def test_a_case_is_filed_in_the_browser_once_and_its_clock_stops_and_runs(site, clerk):
    first, second = (site.send(clerk, EVENT, FILED, page=FORM) for _ in range(2))
    assert first.status_code == second.status_code == 303, first.text
    assert first.headers["Location"] == second.headers["Location"]
    assert one(site, select(EventRow)).fields["handlers"] == ["zhaogang", "machao"]
    with site.world.db.reading() as session:
        assert session.scalar(select(func.count(EventRow.id))) == 1, "the same again is no second case"
    lately = clerk.get(EVENT).text.split('id="lately"')[1]
    assert "〔2026〕17号" in lately
    assert first.headers["Location"] in lately

    duty = site.duty("case", "decide")
    stopped = {"reason": "鉴定", "on": "2026-11-23", "basis": "行政处罚法60条", "by": "林海峰"}
    assert site.send(clerk, f"/desk/act/{duty}/stop", {**stopped, "basis": ""}).status_code == 422
    assert site.send(clerk, f"/desk/act/{duty}/stop", stopped).status_code == 303
    assert site.state(duty) == "paused"
    assert f"/duty/{duty}" in clerk.get("/desk/find?state=paused").text
    assert site.send(clerk, f"/desk/act/{duty}/resume", {"on": "2026-11-23"}).status_code == 303
    assert site.state(duty) == "open"


def test_a_longer_term_is_asked_for_and_waits_for_a_yes(site, clerk):
    site.send(clerk, EVENT, FILED, page=FORM)
    duty = site.duty("case", "decide")

    assert (
        site.send(clerk, f"/desk/act/{duty}/extend", {"reason": "案情复杂", "basis": ""}).status_code == 422
    )
    assert (
        site.send(clerk, f"/desk/act/{duty}/extend", {"reason": "案情复杂", "basis": "60条"}).status_code
        == 303
    )
    assert one(site, select(ExtensionRow)).state == "asked"
    assert "1件申请等别人决定" in clerk.get("/desk").text, "the director's"


def test_every_fault_of_an_event_stands_at_its_field_and_what_was_typed_stays(site, clerk):
    wrong = {**FILED, "key": "", "on": "2026-11", "e-major": "", "e-handlers": "赵刚、没有的人"}
    answer = site.send(clerk, EVENT, wrong, page=FORM)

    assert answer.status_code == 422
    for name in ("key", "on", "major", "handlers"):
        assert f'id="e-{name}"' in answer.text, name
    assert "赵刚、没有的人" in answer.text
    assert one(site, select(EventRow)) is None
    nobody = site.send(clerk, EVENT, {"kind": "case.filed", "key": "", "on": "2026-11-20"}, page=FORM).text
    assert ("“承办人”没有填" in nobody, "handlers”" in nobody) == (True, False)
    assert "还差4处" in nobody, "everything in one go"


# ── tick lists ────────────────────────────────────────────────
def ticks(duties: list[ObligationRow], **more: str) -> dict[str, Any]:
    return {
        "part": "collect", "done_on": "2026-11-23", "t-list": "无", "note": "电话报告",
        "duty": [str(duty.id) for duty in duties], **more,
    }  # fmt: skip


def test_a_tick_list_is_checked_first_and_recorded_once_for_all(site, clerk):
    duties = owed(site, "half-year-review", "collect")
    path = f"/desk/tick/{duties[0].occurrence_id}"
    page = f"{path}?part=collect"
    assert path in clerk.get("/desk/tick").text
    before = site.rows()

    check = site.send(clerk, path, ticks(duties[:3]), page=page)

    assert check.status_code == 200, check.text
    assert "登记" in check.text
    assert site.rows() == before, "the check writes nothing"
    done = site.send(clerk, path, ticks(duties[:3], sure="yes"), page=page)
    assert done.status_code == 303, done.text
    assert [site.state(duty.id) for duty in duties[:4]] == ["done", "done", "done", "open"]
    again = site.send(clerk, path, ticks(duties[:3], sure="yes"), page=page)
    assert again.status_code == 303
    with site.world.db.reading() as session:
        assert session.scalar(select(func.count(ConfirmationRow.id))) == 3, (
            "a second click is no second record"
        )


def test_who_is_refused_is_named_and_stays_ticked(site, clerk):
    duties = owed(site, "half-year-review", "collect")
    path = f"/desk/tick/{duties[0].occurrence_id}"
    with site.world.db.writing.begin() as session:
        session.get_one(ObligationRow, duties[0].id).state = "cancelled"

    answer = site.send(clerk, path, ticks(duties[:2], sure="yes"), page=f"{path}?part=collect")

    assert answer.status_code == 422
    assert [site.state(duty.id) for duty in duties[:2]] == ["cancelled", "done"]
    assert "电话报告" in answer.text


def test_nothing_ticked_or_no_evidence_is_said(site, clerk):
    duties = owed(site, "half-year-review", "collect")
    path = f"/desk/tick/{duties[0].occurrence_id}"
    before = site.rows()

    for fields in (
        ticks([]),
        {**ticks(duties[:1]), "t-list": ""},
        {**ticks(duties[:1]), "done_on": "2026-12-24"},
    ):
        assert site.send(clerk, path, fields, page=f"{path}?part=collect").status_code == 422
    assert site.rows() == before
    assert clerk.get("/desk/tick/999999?part=collect").status_code == 404


def test_ticks_of_another_list_are_not_recorded(site, clerk):
    duties = owed(site, "half-year-review", "collect")
    other = site.duty("friday-study", "record")
    path = f"/desk/tick/{duties[0].occurrence_id}"

    site.send(
        clerk, path, {**ticks(duties[:1], sure="yes"), "duty": [str(other)]}, page=f"{path}?part=collect"
    )

    assert site.state(other) == "open"


# ── leave, schedules, reach, trial, messages ──────────────────
def test_leave_is_recorded_with_its_last_day_and_ended(site, clerk):
    page = "/desk/absences"
    bad = site.send(
        clerk, page, {"person": "陈霞", "first": "2026-12-05", "last": "2026-12-01", "kind": "leave"}
    )
    good = site.send(
        clerk,
        page,
        {"person": "陈霞", "first": "2026-12-01", "last": "2026-12-05", "kind": "trip", "deputy": "赵刚"},
    )

    assert (bad.status_code, 'id="e-last"' in bad.text) == (422, True)
    assert "2026-12-02" not in bad.text, "nobody typed the day after"
    assert good.status_code == 303
    row = one(site, select(AbsenceRow))
    assert (row.from_on, row.until_on) == (date(2026, 12, 1), date(2026, 12, 6))
    again = {"person": "陈霞", "first": "2026-12-03", "last": "2026-12-08", "kind": "leave"}
    assert "已登记12月1日至12月5日的请假" in site.send(clerk, page, again).text
    assert "陈霞" in clerk.get(page).text
    assert site.send(clerk, f"{page}/{row.id}/end", page=page).status_code == 303
    assert "陈霞" not in clerk.get(page).text


def test_a_schedule_is_paused_and_resumed_with_a_reason(site, clerk):
    page = "/desk/schedules/friday-study"
    assert site.send(clerk, f"{page}/pause", {"reason": "", "day": ""}).status_code == 422
    assert site.send(clerk, f"{page}/pause", {"reason": "换届期间", "day": ""}).status_code == 303
    assert one(site, select(ScheduleRow).where(ScheduleRow.key == "friday-study")).paused_at is not None
    assert "换届期间" in clerk.get("/desk/schedules").text

    assert site.send(clerk, f"{page}/resume", {"reason": "换届结束"}).status_code == 303
    assert one(site, select(ScheduleRow).where(ScheduleRow.key == "friday-study")).paused_at is None
    assert clerk.get("/desk/schedules/nothing").status_code == 404


def test_one_occurrence_to_come_is_moved_and_another_left_out(site, clerk):
    page = "/desk/schedules/friday-study"
    text = clerk.get(page).text
    assert "2026-12-04" in text

    moved = site.send(
        clerk,
        f"{page}/move",
        {"of": "2026-12-04", "day": "2026-12-03", "reason": "防汛检查"},
        page=f"{page}/move?of=2026-12-04",
    )
    left = site.send(
        clerk,
        f"{page}/skip",
        {"of": "2026-12-11", "reason": "并入全区大会"},
        page=f"{page}/skip?of=2026-12-11",
    )
    past = site.send(
        clerk,
        f"{page}/move",
        {"of": "2026-12-18", "day": "2026-11-01", "reason": "试"},
        page=f"{page}/move?of=2026-12-18",
    )

    assert (moved.status_code, left.status_code, past.status_code) == (303, 303, 422)
    assert 'id="e-day"' in past.text
    with site.world.db.reading() as session:
        assert sorted(session.scalars(select(OccurrenceOverrideRow.action))) == ["move", "skip"]


def test_whom_no_channel_reaches_is_listed_and_goes_out_as_a_table(site, clerk):
    chenxia = site.person("chenxia")
    with site.world.db.writing.begin() as session:
        for row in session.scalars(select(PersonChannelRow).where(PersonChannelRow.person_id == chenxia)):
            session.delete(row)

    page = clerk.get("/desk/reach").text
    book = openpyxl.load_workbook(BytesIO(clerk.get("/desk/reach/list.xlsx").data))

    assert "陈霞" in page
    assert "chenxia" in [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)]
    assert clerk.get("/desk/reach?of=mobile").status_code == 200


def test_the_trial_ends_after_a_page_that_says_what_follows(site, clerk):
    page = "/desk/go-live"
    before = site.rows()
    assert clerk.get(page).status_code == 200
    assert site.rows() == before
    with site.world.db.reading() as session:
        running = session.get_one(OfficeStateRow, 1).went_live_at is None
    assert running
    clerk.get("/desk")
    answer = site.send(clerk, page, page="/desk/absences")
    assert answer.status_code == 303
    assert one(site, select(OfficeStateRow)).went_live_at is not None


def test_a_failed_message_is_sent_again_and_a_waiting_one_kept_back(site, clerk):
    with site.world.db.writing.begin() as session:
        message = session.scalars(select(MessageRow).where(MessageRow.state == "sent")).first()
        assert message is not None
        message.state, number = "failed", message.id
    page = f"/outbox/{number}"
    assert "/again" in clerk.get(page).text

    assert site.send(clerk, f"/desk/message/{number}/again", page=page).status_code == 303
    assert one(site, select(MessageRow).where(MessageRow.id == number)).state == "queued"
    assert site.send(clerk, f"/desk/message/{number}/keep", page=page).status_code == 303
    assert one(site, select(MessageRow).where(MessageRow.id == number)).state == "held"
    assert site.send(clerk, f"/desk/message/{number}/again", page="/desk/absences").status_code == 409


def test_every_tool_of_the_desk_is_the_clerks_alone(site):
    leader = site.signed_in("linhaifeng")
    duty = site.duty("half-year-review", "collect", "minzhu")

    for path in ("/desk/tick", "/desk/absences", "/desk/schedules", "/desk/reach", "/desk/go-live", "/desk/all/drafts",
                 f"/desk/act/{duty}/late"):  # fmt: skip
        assert leader.get(path).status_code == 403, path


def test_looking_at_the_tools_changes_nothing(site, clerk):
    duty = site.duty("half-year-review", "collect", "minzhu")
    before = site.rows()

    for path in ("/desk", "/desk/tick", "/desk/absences", "/desk/schedules",
                 "/desk/schedules/friday-study", "/desk/reach", "/desk/find", f"/desk/act/{duty}/late", "/desk/all/history",
                 "/desk/all/drafts", "/desk/all/unreached", "/desk/all/approvals", "/desk/all/sessions"):  # fmt: skip
        assert clerk.get(path).status_code == 200, path
    assert site.rows() == before
    assert clerk.get("/desk/all/junk").status_code == 404
