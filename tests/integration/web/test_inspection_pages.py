"""Inspectors: their accounts and links, files drawn at random, chains of dates, certificates on the days of acts, late records."""

import io
import re
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from models.access import InspectorRow
from models.obligations import AuditRow, ConfirmationRow, ObligationRow, OccurrenceRow
from models.people import CredentialRow, PersonRow
from models.registers import RegisterEntryRow
from models.schedules import ScheduleRow
from tasks.duties.confirm import confirm
from tasks.events import record_event
from tasks.reporting.draws import Asked, draw, lowest, made, proof, rank
from worker.clock import machine_now
from worker.web.inspection import inspect_cases

NOW = "2026-11-23 09:05"
CLERK = "wangmin"


CASES = """\
penalty-case:
  title: 行政处罚案件
  privacy: case
  when:
    event: case.filed
    key: 案号
    fields: {major: yes-no}
  who: {from_event: handlers, at_least: 2, credential: enforcement, valid_on: event, unit: enforcement}
  steps:
    investigated: {title: 调查终结}
    notify: {title: 事先告知, evidence: {served_on: date}}
    review:
      title: 法制审核
      if: major
      owed_by: {role: legal-reviewer, not: handlers}
      after: investigated
      within: 5 workdays
      evidence: {result: {kind: choice, from: [同意, 修改, 退回]}}
    decide:
      title: 作出决定
      after: event
      within: 90 days
      gate: [notify, review=同意]
      evidence: {decided_on: date}
    publish:
      title: 公示
      owed_by: {role: legal-reviewer}
      after: decide
      from: decided_on
      within: 7 workdays
      evidence: {published_on: date}
  remind: {use: statute}
quiet-matter:
  title: 纪检线索处置
  privacy: sealed
  when: {event: clue.received, key: 编号}
  who: {role: legal-reviewer}
  steps:
    answer: {title: 办理, after: event, within: 20 workdays}
  remind: {use: statute}
"""


@pytest.fixture
def office_files(office_files):
    return {**office_files, "cases.yaml": CASES}


@pytest.fixture
def let_in(site, clerk):
    """An inspector's browser, by way of the desk."""
    page = site.send(clerk, "/desk/inspectors", {"name": "王建国", "body": "区司法局", "until": "2026-12-04"})
    return arrive(site, page.text)


def arrive(site, text):
    found = re.search(r"/signin/([^\"]+)\"", text)
    assert found
    return site.arrive(found[1])


def file(site, local_time, key="〔2026〕17号", *, on="2026-11-02", now="2026-11-02 10:00", **fields):
    """A penalty case with its two handlers."""
    given = {"handlers": ["zhaogang", "machao"], "major": ["no"], **fields}
    with site.world.writing() as (session, live):
        return record_event(
            session, live, kind="case.filed", key=key, on=date.fromisoformat(on), given=given, by=None, now=local_time(now)
        ).occurrences[0]  # fmt: skip


def do(site, local_time, occurrence, part, *, on, now, **evidence):
    with site.world.writing() as (session, live):
        row = session.scalars(
            select(ObligationRow).where(ObligationRow.occurrence_id == occurrence, ObligationRow.part == part)
        ).one()
        confirm(
            session, live, obligation_id=row.id, by=None, done_on=date.fromisoformat(on), evidence=evidence, files={}, note=None,
            how="cli", now=local_time(now),
        )  # fmt: skip


@pytest.fixture
def case(site, local_time):
    """A case that was told the party, decided, and published too late, the last written down a week later."""
    number = file(site, local_time)
    do(site, local_time, number, "notify", on="2026-11-03", now="2026-11-03 16:00", served_on="2026-11-03")
    do(site, local_time, number, "decide", on="2026-11-04", now="2026-11-05 16:00", decided_on="2026-11-04")
    do(
        site,
        local_time,
        number,
        "publish",
        on="2026-11-16",
        now="2026-11-22 16:00",
        published_on="2026-11-16",
    )
    return number


def main(page):
    assert page.status_code == 200
    return page.text.split("<main")[1]


def rows(answer):
    return [
        list(row) for row in load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True)
    ]


# ── accounts ──────────────────────────────────────────────────
def test_the_desk_lets_an_inspector_in_who_reads_and_changes_nothing(site, let_in):
    assert let_in.get("/").status_code == 200
    assert "王建国（区司法局）" in let_in.get("/inspect").text
    for path in ("/desk", "/outbox", "/desk/slips", "/desk/inspectors"):
        assert let_in.get(path).status_code == 403
    assert "检查人员不能打开此页" in let_in.get("/outbox").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " ", "until": "2026-12-04"}, "请填写检查人员姓名"),
        ({"name": "王建国", "until": "2026-11-22"}, "最后一天不能是过去的日期"),
        ({"name": "王建国", "until": "2027-03-01"}, "最多可查阅60天"),
        ({"name": "王建国", "until": ""}, "until"),
    ],
    ids=["no name", "a day that is past", "too long", "no day"],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(site, clerk, fields, said):
    answer = site.send(clerk, "/desk/inspectors", {"body": "区司法局", **fields})

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="区司法局"' in answer.text
    with site.world.db.reading() as session:
        assert session.scalars(select(InspectorRow)).all() == []


def test_only_the_clerk_lets_in(site, local_time):
    head = site.signed_in("chenxia")

    assert head.get("/desk/inspectors").status_code == 403


def test_the_end_of_an_account_ends_what_is_open(site, clerk, let_in):
    token = site.run.tokens.sign_in_token(1, machine_now(), "inspector")

    site.send(clerk, "/desk/inspectors/1/end", page="/desk/inspectors")

    assert let_in.get("/inspect").status_code == 401
    assert site.app.test_client().get(f"/signin/{token}").status_code == 401
    assert site.send(clerk, "/desk/inspectors/1/link", page="/desk/inspectors").status_code == 422
    assert "已停用的账号" in clerk.get("/desk/inspectors").text
    with site.world.db.reading() as session:
        acts = session.execute(
            select(AuditRow.act, AuditRow.actor)
            .where(AuditRow.subject_kind == "inspector")
            .order_by(AuditRow.id)
        ).all()
    by = f"person:{site.person(CLERK)}"
    assert acts == [("invite", by), ("sign-in", "inspector:1"), ("end", by)]


def test_an_account_is_over_after_its_last_day(site, local_time, let_in):
    site.stand_at(local_time("2026-12-04 23:59"))
    assert let_in.get("/inspect").status_code == 200

    site.stand_at(local_time("2026-12-05 00:00"))
    assert let_in.get("/inspect").status_code == 401


def test_a_new_link_lets_the_same_account_in_on_another_machine(site, clerk, let_in):
    again = arrive(site, site.send(clerk, "/desk/inspectors/1/link", page="/desk/inspectors").text)

    assert again.get("/inspect").status_code == 200
    assert clerk.get("/desk/inspectors").text.count("/signin/") == 0


def test_an_inspector_sees_nothing_of_what_is_sealed(site, local_time, let_in, case):
    with site.world.db.writing.begin() as session:
        row = session.get_one(OccurrenceRow, case)
        version = session.scalars(
            select(ScheduleRow.live_version_id).where(ScheduleRow.key == "quiet-matter")
        ).one()
        row.version_id = version
    leader = site.signed_in("linhaifeng")

    assert let_in.get(f"/inspect/case/{case}").status_code == 404
    assert leader.get(f"/inspect/case/{case}").status_code == 200
    assert "〔2026〕17号" not in let_in.get("/inspect/cases").text
    assert "〔2026〕17号" in leader.get("/inspect/cases").text
    assert "〔2026〕17号" not in let_in.get("/inspect/late?from=2026-11-01").text
    assert "〔2026〕17号" in leader.get("/inspect/late?from=2026-11-01").text


def test_only_the_leader_and_the_clerk_inspect_beside_inspectors(site):
    assert [site.signed_in(key).get("/inspect").status_code for key in ("linhaifeng", CLERK, "chenxia", "xuwenjing")] == [
        200, 200, 403, 403,
    ]  # fmt: skip


# ── files drawn at random ─────────────────────────────────────
def drawn(site, client, **fields):
    given = {"n": "3", "among": "", "first": "2026-01-01", "last": "2026-12-31", "seed": ""} | fields
    return site.send(client, "/inspect/draw", given, page="/inspect")


def test_files_are_drawn_and_the_draw_can_be_shown_again(site, let_in):
    answer = drawn(site, let_in)

    text = main(let_in.get(answer.headers["Location"]))
    assert text.count("/occurrence/") == 3
    assert "结果一致" in text
    assert text == main(let_in.get(answer.headers["Location"]))
    assert answer.headers["Location"] in main(let_in.get("/inspect"))
    with site.world.db.reading() as session:
        note = session.scalars(select(AuditRow).where(AuditRow.act == "draw")).one()
    assert note.actor == "inspector:1"
    assert len(note.detail["seed"]) == 16


def test_the_seed_alone_decides_what_is_drawn(site, let_in):
    one, two, other = (drawn(site, let_in, seed=seed).headers["Location"] for seed in ("428", "428", "429"))
    files = [re.findall(r"/occurrence/(\d+)", main(let_in.get(path))) for path in (one, two, other)]

    assert files[0] == files[1]
    assert files[0] != files[2]
    with site.world.db.reading() as session:
        numbers = list(session.scalars(select(OccurrenceRow.id).where(OccurrenceRow.parent_id.is_(None))))
    assert sorted(files[0], key=lambda number: rank("428", int(number))) == files[0]
    assert set(map(int, files[0])) <= set(numbers)


def test_a_draw_takes_no_more_than_there_are_and_nothing_sealed(site, local_time, let_in, case):
    answer = drawn(site, let_in, among="*cases", n="100")
    text = main(let_in.get(answer.headers["Location"]))

    assert text.count("/occurrence/") == 1
    assert f"/inspect/case/{case}" in text
    with site.world.db.writing.begin() as session:
        version = session.scalars(
            select(ScheduleRow.live_version_id).where(ScheduleRow.key == "quiet-matter")
        ).one()
        session.get_one(OccurrenceRow, case).version_id = version
    assert drawn(site, let_in, among="*cases").status_code == 422


def test_files_that_came_later_do_not_spoil_a_draw_and_moved_ones_are_told(site, local_time, let_in, case):
    path = drawn(site, let_in, among="*cases").headers["Location"]

    file(site, local_time, "〔2026〕18号")
    assert "结果一致" in main(let_in.get(path))
    with site.world.db.writing.begin() as session:
        session.get_one(OccurrenceRow, case).held_on = date(2025, 12, 30)
    assert "无法重新抽出" in main(let_in.get(path))


def test_a_record_of_a_draw_that_was_altered_is_told(site, local_time):
    whole = Asked(n=2, first=date(2026, 1, 1), last=date(2026, 12, 31))
    with site.world.db.writing.begin() as session:
        number = draw(session, whole, actor="inspector:1", now=local_time(NOW))
        found = made(session, number)
        note = session.get_one(AuditRow, number)
        note.detail = {**note.detail, "drawn": list(reversed(found.drawn))}
        session.flush()
        assert proof(session, made(session, number)) == "differs"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"n": "0"}, "n"), ({"n": "101"}, "n"), ({"n": "x"}, "n"), ({"first": "junk"}, "first"), ({"last": ""}, "last"),
        ({"first": "2026-12-31", "last": "2026-01-01"}, "last"), ({"first": "2001-01-01", "last": "2001-12-31"}, "first"),
        ({"among": "nothing"}, "first"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_beside_the_field(site, let_in, fields, field):
    answer = drawn(site, let_in, **fields)

    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text


def test_the_lowest_ranks_are_drawn():
    assert lowest("428", [5, 1, 9, 4], 2) == tuple(sorted([5, 1, 9, 4], key=lambda n: rank("428", n))[:2])


def test_a_draw_is_a_workbook_too(site, let_in):
    path = drawn(site, let_in, seed="428").headers["Location"]

    found = rows(let_in.get(f"{path}.xlsx"))

    assert len(found) == 4
    assert [row[6] for row in found[1:]] == ["428"] * 3
    assert let_in.get("/inspect/draw/999999").status_code == 404


# ── chains of dates ───────────────────────────────────────────
def test_a_case_shows_its_dates_and_what_was_too_late(site, let_in, case):
    text = main(let_in.get(f"/inspect/case/{case}"))

    assert "“公示”限7个工作日，至11月13日" in text
    assert "办理于11月16日，逾期3天（1个工作日）" in text
    assert "“作出决定”须在以下环节之后：事先告知" in text
    assert "赵刚" in text
    assert text.count("补录") == 1


def test_a_decision_before_its_review_is_out_of_order(site, local_time, let_in):
    number = file(site, local_time, "〔2026〕19号", major=["yes"])
    with site.world.db.writing.begin() as session:  # as it would come from an older system
        steps = {
            row.part: row
            for row in session.scalars(select(ObligationRow).where(ObligationRow.occurrence_id == number))
        }
        for part, on in (("investigated", 3), ("notify", 3), ("decide", 5)):
            steps[part].state, steps[part].done_on = "done", date(2026, 11, on)

    text = main(let_in.get(f"/inspect/case/{number}"))

    assert "“作出决定”须在以下环节之后：事先告知、法制审核（同意）" in text
    assert "不符合" in text
    assert "1件有问题" in main(let_in.get("/inspect/cases?only=1"))


def test_cases_are_listed_by_day_and_by_what_is_not_in_order(site, local_time, let_in, case):
    file(site, local_time, "〔2026〕20号", on="2026-11-20", now="2026-11-20 10:00")

    both, bad = main(let_in.get("/inspect/cases")), main(let_in.get("/inspect/cases?only=1"))

    assert both.index("〔2026〕20号") < both.index("〔2026〕17号")
    assert "〔2026〕20号" not in bad
    assert "〔2026〕17号" in bad
    assert "〔2026〕17号" not in main(let_in.get("/inspect/cases?from=2026-11-20"))
    assert "〔2026〕17号" not in main(let_in.get("/inspect/cases?schedule=petition"))
    assert "〔2026〕17号" in main(
        let_in.get("/inspect/cases?from=junk&to=9999-12-31&page=-1&schedule=penalty-case")
    )


def test_long_lists_come_in_pages(site, local_time, let_in):
    for number in range(31):
        file(site, local_time, f"〔2026〕{100 + number}号")

    first, second = main(let_in.get("/inspect/cases")), main(let_in.get("/inspect/cases?page=2"))

    assert first.count("/inspect/case/") == 30
    assert second.count("/inspect/case/") == 1
    assert "page=2" in first
    assert "page=1" in second


def test_cases_and_chains_are_workbooks_too(site, let_in, case):
    found, chain = rows(let_in.get("/inspect/cases.xlsx")), rows(let_in.get(f"/inspect/case/{case}.xlsx"))

    assert "逾期3天" in found[1][4]
    publish = next(row for row in chain if row[0] == "公示")
    assert publish[3:7] == ["2026-11-13", "2026-11-16", "2026-11-16", "2026-11-22"]
    assert publish[8] == "补录"


def test_rows_are_cut_after_those_that_were_not_asked_for_are_left_out(
    site, local_time, let_in, case, monkeypatch
):
    file(site, local_time, "〔2026〕20号", on="2026-11-20", now="2026-11-20 10:00")
    monkeypatch.setattr(inspect_cases, "MOST_ROWS", 1)

    (_, row) = rows(let_in.get("/inspect/cases.xlsx?only=1"))

    assert "〔2026〕17号" in row[0]


def test_what_no_event_started_is_no_case(site, let_in):
    with site.world.db.reading() as session:
        other = session.scalars(select(OccurrenceRow.id).where(OccurrenceRow.event_id.is_(None))).first()

    assert let_in.get(f"/inspect/case/{other}").status_code == 404


# ── certificates on the days of acts ──────────────────────────
def shift(site, key, **columns):
    with site.world.db.writing.begin() as session:
        holder = session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one()
        session.execute(update(CredentialRow).where(CredentialRow.holder_id == holder).values(**columns))


def test_valid_certificates_are_shown_with_their_days(site, let_in, case):
    text = main(let_in.get("/inspect/certificates"))

    assert "承办人办案当日均持有效证件" in text
    assert "马超" in text
    assert "2027年2月28日" in text


def test_a_certificate_that_ran_out_between_two_acts_is_found(site, let_in, case):
    shift(site, "machao", expires_on=date(2026, 11, 3))

    text = main(let_in.get("/inspect/certificates?only=1"))

    assert "马超" in text
    assert "赵刚" not in text
    assert "已过期" in text
    assert "作出决定 2026年11月4日" in text
    assert "事先告知" not in text
    assert "无有效证件" in main(let_in.get(f"/inspect/case/{case}"))
    found = rows(let_in.get("/inspect/certificates.xlsx?only=1"))
    assert [row[2:6] for row in found[1:]] == [["马超", "作出决定", "2026-11-04", "已过期"]]


@pytest.mark.parametrize(
    ("columns", "said"),
    [({"state": "revoked"}, "现已暂扣或注销"), ({"issued_on": date(2026, 11, 10)}, "尚未发证"), ({"kind": "driving"}, "没有登记证件")],
    ids=["revoked", "issued later", "of another kind"],
)  # fmt: skip
def test_why_a_certificate_does_not_count_is_said(site, let_in, case, columns, said):
    shift(site, "machao", **columns)

    assert said in main(let_in.get("/inspect/certificates"))


# ── entered late ──────────────────────────────────────────────
def test_late_records_are_listed_by_kind_and_marked(site, local_time, let_in, case):
    file(site, local_time, "〔2026〕21号", on="2026-11-02", now="2026-11-20 10:00")

    duties = main(let_in.get("/inspect/late"))
    events = main(let_in.get("/inspect/late?kind=events"))

    assert "公示" in duties
    assert "作出决定" not in duties
    assert "〔2026〕21号" in events
    assert "〔2026〕17号" not in events
    assert "补录2条" in duties
    found = rows(let_in.get("/inspect/late.xlsx"))
    assert found[1][2:5] == ["2026-11-16", "2026-11-22", "4"]
    assert found[1][6] == "补录"


def test_an_entry_of_an_earlier_day_than_its_record_is_late_by_itself(site, local_time, let_in, case):
    recorded = local_time("2026-11-20 10:00")
    with site.world.db.writing.begin() as session:
        record = session.scalars(select(ConfirmationRow).order_by(ConfirmationRow.done_on.desc())).first()
        for number, held_on in enumerate((date(2026, 10, 9), record.done_on)):
            session.add(
                RegisterEntryRow(
                    register="publicity", held_on=held_on, recorded_at=recorded, fields={}, state="accepted", source=f"test-{number}",
                    confirmation_id=record.id,
                )
            )  # fmt: skip

    text = main(let_in.get("/inspect/late?kind=entries"))

    assert "10月9日" in text
    found = rows(let_in.get("/inspect/late.xlsx?kind=entries"))
    assert [row[2] for row in found[1:]] == ["2026-10-09"], "one of the day of its record stands with that"


def test_the_third_working_day_is_not_late_and_the_fourth_is(site, local_time, let_in):
    in_time, late = (
        file(site, local_time, key, on="2026-11-06", now=now)
        for key, now in (("准时", "2026-11-11 23:59"), ("补录案", "2026-11-12 00:00"))
    )
    assert in_time != late

    text = main(let_in.get("/inspect/late?kind=events"))

    assert "补录案" in text
    assert "准时" not in text


def test_a_whole_year_is_looked_through_at_once_and_no_more(site, let_in, case):
    text = main(let_in.get("/inspect/late?from=2024-01-01&to=2026-12-31"))

    assert "2024年12月31日" in text


@pytest.mark.parametrize("kind", ["duties", "hours", "entries", "events", "junk"])
def test_every_kind_answers_when_there_is_nothing(site, let_in, kind):
    page = let_in.get(f"/inspect/late?kind={kind}&from=2001-01-01&to=2001-01-02")

    assert "没有补录" in main(page)
    assert let_in.get(f"/inspect/late.xlsx?kind={kind}&from=2001-01-01").status_code == 200
