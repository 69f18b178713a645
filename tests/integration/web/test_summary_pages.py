"""A summary on demand, its long form as a page and a sheet, and the ranking behind its link; never for those without the right."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from models.messages import MessageRow, NoticeRow
from models.obligations import AuditRow, ObligationRow
from models.people import PersonRow, UnitRow
from schedules.errors import Refused
from tasks.live import current
from tasks.reporting.summary_now import draft_now, prepare, readers

MONDAY = "2026-11-30 08:15"
COLUMNS = ["事项", "主办", "责任人", "时限", "逾期天数", "催办次数", "原因", "新时限", "灯"]


@pytest.fixture
def late(site, local_time):
    """A week later: the communities' lists are overdue."""
    for moment in ("2026-11-25 08:40", "2026-11-27 08:40"):
        site.world.at(moment)
    site.stand_at(local_time(MONDAY))
    return site


def drafted(site):
    with site.world.db.reading() as session:
        return session.scalars(
            select(MessageRow).where(MessageRow.lane == "summary now").order_by(MessageRow.id)
        ).all()


def a_reader(site, local_time, *, most=True):
    with site.world.db.reading() as session:
        found = readers(session, current(session), now=local_time(MONDAY))
    return found[0 if most else -1][0]


def test_what_is_shown_is_what_is_sent(late, local_time):
    clerk, person = late.signed_in("wangmin"), a_reader(late, local_time)
    before = late.rows()

    page = clerk.get(f"/desk/summary?for={person.key}")
    assert late.rows() == before
    assert "核发并立即发送" in page.text
    shown = re.search(r'name="digest" value="([0-9a-f]{64})"', page.text)
    assert shown
    answer = late.send(
        clerk,
        "/desk/summary",
        {"for": person.key, "digest": shown[1]},
        page=f"/desk/summary?for={person.key}",
    )

    assert answer.status_code == 303
    message = drafted(late)[0]
    assert message.state == "queued"
    text = re.sub(r"<[^>]+>", "", page.text)
    lines = [line for line in message.body.splitlines() if "逾期" in line]
    assert lines
    assert all(line in text for line in lines)
    with late.world.db.reading() as session:
        assert session.scalars(select(AuditRow.actor).where(AuditRow.act == "summary-release")).all() == [
            f"person:{late.person('wangmin')}"
        ]


def test_what_has_changed_since_it_was_shown_is_shown_again(late, local_time):
    clerk, person = late.signed_in("wangmin"), a_reader(late, local_time)

    answer = late.send(
        clerk,
        "/desk/summary",
        {"for": person.key, "digest": "0" * 64},
        page=f"/desk/summary?for={person.key}",
    )

    assert answer.status_code == 409
    assert drafted(late) == []


def test_it_goes_out_once_though_several_press_at_the_same_moment(late, local_time):
    page = f"/desk/summary?for={a_reader(late, local_time).key}"
    hands = []
    for _ in range(4):
        browser = late.signed_in("wangmin")
        text = browser.get(page).text
        hands.append(
            (browser, {name: found[1] for name in ("csrf", "digest") if (found := field(name, text))})
        )

    def press(hand):
        browser, fields = hand
        return browser.post("/desk/summary", data={**fields, "for": page.partition("=")[2]}).status_code

    with ThreadPoolExecutor(len(hands)) as pool:
        codes = list(pool.map(press, hands))

    assert codes == [303] * len(hands)
    assert sorted(message.state for message in drafted(late)) == ["queued"] + ["withdrawn"] * 3


def field(name, text):
    return re.search(rf'name="{name}" value="([^"]+)"', text)


def test_it_can_be_about_some_units_and_never_about_those_of_others(late, local_time):
    person = a_reader(late, local_time, most=False)
    with late.world.db.reading() as session:
        live, now = current(session), local_time(MONDAY)
        whole = prepare(session, live, late.run.texts, person_id=person.id, now=now)
        mine = {unit.key for unit in whole.report.units}
        other = session.scalars(
            select(UnitRow.key).where(UnitRow.key.not_in(mine), UnitRow.head_id.is_not(None))
        ).first()
        with pytest.raises(Refused, match="does not supervise"):
            prepare(session, live, late.run.texts, person_id=person.id, units=[other], now=now)
        with pytest.raises(Refused, match="there is no unit"):
            prepare(session, live, late.run.texts, person_id=person.id, units=["nowhere"], now=now)
    clerk = late.signed_in("wangmin")
    assert clerk.get(f"/desk/summary?for={person.key}&unit={other}").status_code == 422


def test_who_supervises_nothing_gets_none_and_none_is_empty(late, local_time):
    with late.world.db.writing.begin() as session:
        live, now = current(session), local_time(MONDAY)
        supervising = {person.id for person, _ in readers(session, live, now=now)}
        nobody = next(row for row in session.scalars(select(PersonRow)) if row.id not in supervising)
        with pytest.raises(Refused, match="supervises no unit"):
            prepare(session, live, late.run.texts, person_id=nobody.id, now=now)
        reader = readers(session, live, now=now)[0][0]
        for row in session.scalars(select(ObligationRow).where(ObligationRow.state == "open")):
            row.state, row.next_no, row.next_at = "cancelled", None, None
        session.flush()
        with pytest.raises(Refused, match="an empty summary is not sent"):
            draft_now(session, live, late.run.texts, person_id=reader.id, by=None, now=now)


def test_a_newer_one_takes_the_place_of_one_that_waits_and_the_weekly_stays(late, local_time):
    person, now = a_reader(late, local_time), local_time(MONDAY)
    for minutes in (0, 1):
        with late.world.db.writing.begin() as session:
            draft_now(
                session,
                current(session),
                late.run.texts,
                person_id=person.id,
                by=None,
                now=now + timedelta(minutes=minutes),
            )

    first, second = drafted(late)
    assert (first.state, first.reason, second.state) == ("withdrawn", "superseded", "held")


def test_only_the_desk_may_send_one(late, local_time):
    person = a_reader(late, local_time)
    head = late.signed_in(a_reader(late, local_time, most=False).key)

    assert head.get("/desk/summary").status_code == 403
    assert late.app.test_client().get("/desk/summary").status_code == 401
    with late.world.db.writing.begin() as session, pytest.raises(Refused):
        draft_now(
            session,
            current(session),
            late.run.texts,
            person_id=person.id,
            by=late.person("heli"),
            now=local_time(MONDAY),
        )


def sheet_of(answer):
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()], sheet


def test_the_long_form_is_a_page_and_a_sheet_with_the_offices_columns(late, local_time):
    person, now = a_reader(late, local_time), local_time(MONDAY)
    with late.world.db.writing.begin() as session:
        number = draft_now(
            session, current(session), late.run.texts, person_id=person.id, by=None, now=now, release=True
        )
    path = link(late, number, person.id, now)
    anybody = late.app.test_client()

    page = anybody.get(path)
    rows, sheet = sheet_of(anybody.get(f"{path}/list.xlsx"))

    assert f"{path}/list.xlsx" in page.text
    assert rows[0] == COLUMNS
    assert rows[1][8] == "红"
    assert re.fullmatch(r"\d+（\d+个工作日）", rows[1][4])
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value)


def link(site, number, person_id, now):
    token = site.run.tokens.message_token(number, person_id, now)
    return f"/m/{token}"


def test_nobody_elses_link_and_no_other_message_gives_a_sheet(late, local_time):
    now = local_time(MONDAY)
    with late.world.db.reading() as session:
        other = session.scalars(
            select(MessageRow).where(
                MessageRow.id.not_in(select(NoticeRow.message_id)), MessageRow.state == "sent"
            )
        ).first()
    anybody = late.app.test_client()

    assert anybody.get("/m/forged/list.xlsx").status_code == 404
    assert anybody.get(link(late, other.id, late.person("heli"), now) + "/list.xlsx").status_code == 404


def test_the_units_page_has_a_sheet_too(late, local_time):
    person = a_reader(late, local_time)
    token = late.run.tokens.personal_token(None, person.id, local_time(MONDAY))

    rows, _ = sheet_of(late.app.test_client().get(f"/units/{token}/list.xlsx"))

    assert rows[0] == COLUMNS


def test_the_ranking_behind_its_link_is_of_the_units_under_its_reader(late, local_time):
    person, now = a_reader(late, local_time), local_time(MONDAY)
    with late.world.db.writing.begin() as session:
        number = draft_now(
            session, current(session), late.run.texts, person_id=person.id, by=None, now=now, release=True
        )
        notice = session.scalars(select(NoticeRow).where(NoticeRow.message_id == number)).one()
        notice.data = {**notice.data, "rank": "2026-11-01"}
    path = link(late, number, person.id, now)
    anybody = late.app.test_client()

    page = anybody.get(path)
    answer = anybody.get(f"{path}/list.xlsx")
    rows, _ = sheet_of(answer)

    assert page.status_code == 200
    assert "2026年11月按期办结排名" in page.text
    assert quote("月度排名202611.xlsx") in answer.headers["Content-Disposition"]
    assert rows[0] == ["名次", "单位", "应办结", "按期办结", "按期办结率", "未办结"]
    names = [each.name for each in late.world.office().people if each.name != person.name]
    assert not [name for row in rows for name in names if name in row]


def test_where_nothing_is_to_be_told_the_page_says_so_and_offers_no_sending(late, local_time):
    with late.world.db.writing.begin() as session:
        reader = readers(session, current(session), now=local_time(MONDAY))[0][0].key
        for row in session.scalars(select(ObligationRow).where(ObligationRow.state == "open")):
            row.state, row.next_no, row.next_at = "cancelled", None, None

    page = late.signed_in("wangmin").get(f"/desk/summary?for={reader}")

    assert page.status_code == 200
    assert "没有逾期和临期事项，不发送空汇总。" in page.text
    assert "没有提交" not in page.text
    assert "核发并立即发送" not in page.text
