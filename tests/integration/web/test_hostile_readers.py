"""What a reader tries to get who has a right to one page and none to what lies behind it."""

from datetime import date

from sqlalchemy import select

from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import ObligationRow
from models.people import RecipientRow
from models.schedules import ScheduleVersionRow
from tasks.duties.extend import ask
from tasks.duties.requests_told import ANSWERED
from tasks.gatherings.attend import record_session
from tasks.roster.sign_in import SIGN_IN

CLERK, LEADER, DEPUTY, HEAD = "wangmin", "linhaifeng", "songlihua", "zhoukai"


def message_to(site, key, *where):
    with site.world.db.reading() as session:
        query = (
            select(MessageRow.id)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .where(RecipientRow.person_id == site.person(key), *where)
        )
        return session.scalars(query.order_by(MessageRow.id.desc())).first()


def test_the_clerk_becomes_nobody_else_through_the_sign_in_link_of_a_message(site):
    site.send(site.app.test_client(), "/signin", {"who": LEADER})
    message = message_to(site, LEADER, MessageRow.lane == SIGN_IN)
    assert message is not None
    clerk = site.signed_in(CLERK)

    assert f"/outbox/{message}/open" not in clerk.get(f"/outbox/{message}").text
    opened = site.send(clerk, f"/outbox/{message}/open", page="/desk")

    assert opened.status_code == 404
    assert "location" not in opened.headers


def test_the_ledger_says_nothing_of_what_is_sealed_to_those_who_only_supervise(site):
    duty = site.duty("half-year-review", "collect", "youyi")
    message = message_to(
        site, HEAD, MessageRow.id.in_(select(ReminderRow.message_id).where(ReminderRow.obligation_id == duty))
    )
    with site.world.db.writing.begin() as session:
        session.get_one(MessageRow, message).body = "您有1项督办事项"
        session.get_one(MessageRow, message).title = "1项督办事项"
        for version in session.scalars(select(ScheduleVersionRow)):
            version.spec_json = version.spec_json.replace(
                '"id":"half-year-review"', '"id":"half-year-review","privacy":"sealed"', 1
            )
    page = f"/outbox/{message}"

    below, above = site.signed_in(DEPUTY).get(page), site.signed_in(LEADER).get(page)

    assert below.status_code == above.status_code == 200
    assert site.signed_in(DEPUTY).get(f"/duty/{duty}").status_code == 404
    assert "研判" in above.text
    assert "研判" not in below.text
    assert "half-year-review" not in below.text


def test_who_came_late_and_why_is_not_told_to_those_who_supervise_another_unit(site, local_time):
    record, late = site.duty("friday-study", "record"), site.person("chenxia")
    now = local_time("2026-11-23 09:05")
    with site.world.writing() as (session, live):
        record_session(
            session, live, obligation_id=record, away={}, evidence={"topic": ["行政处罚法"], "law": ["无"]}, files={}, late=[late],
            done_on=date(2026, 11, 20), by=None, how="desk", now=now, remark="陈霞：就医",
        )  # fmt: skip
        occurrence = session.get_one(ObligationRow, record).occurrence_id

    own, other = (site.signed_in(key).get(f"/occurrence/{occurrence}") for key in (CLERK, DEPUTY))

    assert "陈霞" in own.text
    assert other.status_code == 200
    assert "行政处罚法" in other.text
    assert "陈霞" not in other.text


def test_who_asked_for_longer_is_told_whoever_decided(site, local_time):
    duty = site.duty("half-year-review", "meet")
    with site.world.writing() as (session, live):
        given = ask(
            session, live, obligation_id=duty, reason="领导出差", new_due_on=date(2026, 12, 4), by=site.owner(duty),
            now=local_time("2026-11-23 09:05"),
        )  # fmt: skip
        request = given.id

    site.send(site.signed_in(LEADER), f"/duty/{duty}/extend", {"verdict": "grant", "reason": ""})

    with site.world.db.reading() as session:
        told = session.scalars(select(NoticeRow.key).where(NoticeRow.kind == ANSWERED)).all()
    assert told == [f"extension:{request}"]
