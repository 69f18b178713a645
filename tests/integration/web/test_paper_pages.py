"""What is told on paper: printed from what is open, counted once it was handed over, never among what waits for release."""

import io
import re
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from models.messages import MessageRow, ReminderRow
from models.obligations import AuditRow, ObligationRow
from models.people import ChannelRow, PersonRow, RecipientRow
from models.queries import payload
from tasks.delivery.paper import hand_over, to_print
from tasks.delivery.release import draft, release
from tasks.simulation.simulated_clerk import Clerk

NOW = "2026-11-23 09:05"


def on_paper(site, local_time, key="chenxia"):
    """The last message to a person as one that waits to be printed, as routing leaves it for whom no channel reaches."""
    with site.world.db.writing.begin() as session:
        channel = session.scalar(select(ChannelRow.id).where(ChannelRow.url == "paper://"))
        if channel is None:
            row = ChannelRow(key="on-paper", url="paper://")
            session.add(row)
            session.flush()
            channel = row.id
        message = session.scalars(
            select(MessageRow)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .join(PersonRow, PersonRow.id == RecipientRow.person_id)
            .where(
                PersonRow.key == key,
                MessageRow.state == "sent",
                MessageRow.id.in_(select(ReminderRow.message_id)),
            )
            .order_by(MessageRow.id.desc())
        ).first()
        assert message is not None
        message.state, message.channel_id, message.send_at = "held", channel, local_time("2026-11-23 08:40")
        message.merged_at = local_time("2026-11-20 16:00")
        message.sent_at = message.title = message.body = None
        message.attempt = 0
        return message.id


def duties(site, message):
    with site.world.db.reading() as session:
        return session.scalars(
            select(ReminderRow.obligation_id).where(ReminderRow.message_id == message)
        ).all()


def state(site, message):
    with site.world.db.reading() as session:
        return session.get_one(MessageRow, message)


def printed(site, local_time):
    with site.world.writing() as (session, live):
        return to_print(session, live, site.world.texts, now=local_time(NOW))


def ticked(page: str) -> str:
    found = re.search(r'name="note" value="([^"]+)" checked', page)
    assert found
    return found[1]


def test_the_list_names_unit_person_and_what_is_open_without_any_link(site, local_time, clerk):
    on_paper(site, local_time)

    page = clerk.get("/desk/paper").text

    assert "民主社区督办事项" in page
    assert "陈霞" in page
    assert "集中研判" in page
    assert "办理：" not in page
    assert "/c/" not in page


def test_it_does_not_wait_for_release(site, local_time, clerk):
    message = on_paper(site, local_time)
    desk = clerk.get("/desk").text

    assert f'id="m{message}"' not in desk
    assert "1份待打印" in desk
    with site.world.writing() as (session, live):
        shown = draft(session, live, site.world.texts, message_id=message, now=local_time(NOW))
    answer = site.send(clerk, "/desk/release", {"draft": f"{message}:{shown.digest}"}, page="/desk")
    assert answer.status_code == 409
    assert state(site, message).state == "held"


def test_handing_it_over_counts_as_a_reminder_of_that_day(site, local_time, clerk):
    message = on_paper(site, local_time)
    (duty, *_) = duties(site, message)
    note = ticked(clerk.get("/desk/paper").text)
    with site.world.db.reading() as session:
        before = payload.urged(session, [duty]).get(duty, 0)

    answer = site.send(clerk, "/desk/paper", {"note": note, "on": "2026-11-20"})

    assert answer.status_code == 303
    row = state(site, message)
    assert row.state == "sent"
    assert row.sent_at == local_time("2026-11-20 12:00")
    assert "集中研判" in row.body
    assert row.released_by == site.person("wangmin")
    with site.world.db.reading() as session:
        assert payload.urged(session, [duty]).get(duty, 0) >= before
        (audit,) = session.scalars(select(AuditRow).where(AuditRow.act == "hand-over")).all()
    assert (audit.subject_id, audit.detail) == (message, {"on": "2026-11-20"})
    assert "没有要打印的" in clerk.get("/desk/paper").text


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-19"])
def test_a_day_to_come_or_before_it_was_written_is_refused(site, local_time, clerk, day):
    message = on_paper(site, local_time)
    note = ticked(clerk.get("/desk/paper").text)

    answer = site.send(clerk, "/desk/paper", {"note": note, "on": day})

    assert answer.status_code == 409
    assert "日期应在" in answer.text
    assert state(site, message).state == "held"


def test_what_was_done_meanwhile_is_not_printed_and_does_not_count(site, local_time, clerk):
    message = on_paper(site, local_time)
    note = ticked(clerk.get("/desk/paper").text)
    with site.world.db.writing.begin() as session:
        session.execute(
            update(ObligationRow).where(ObligationRow.id.in_(duties(site, message))).values(state="done")
        )

    assert printed(site, local_time) == []
    site.send(clerk, "/desk/paper", {"note": note, "on": "2026-11-23"}, page="/desk")

    row = state(site, message)
    assert (row.state, row.reason) == ("withdrawn", "nothing-left")
    with site.world.db.reading() as session:
        left = session.scalars(select(ReminderRow.withdrawn).where(ReminderRow.message_id == message)).all()
    assert set(left) == {"closed"}


def test_what_joined_after_printing_has_to_be_printed_again(site, local_time, clerk):
    message = on_paper(site, local_time)
    note = ticked(clerk.get("/desk/paper").text)
    with site.world.db.writing.begin() as session:
        other = session.scalars(
            select(ReminderRow).where(ReminderRow.message_id != message, ReminderRow.message_id.is_not(None))
        ).first()
        other.message_id = message

    answer = site.send(clerk, "/desk/paper", {"note": note, "on": "2026-11-23"})

    assert answer.status_code == 409
    assert "重新打印" in answer.text
    assert state(site, message).state == "held"


def test_one_is_left_out_with_a_reason(site, local_time, clerk):
    message = on_paper(site, local_time)
    path = f"/desk/paper/hold/{message}"

    assert site.send(clerk, path, {"reason": ""}).status_code == 422
    assert site.send(clerk, path, {"reason": "当面已说"}).status_code == 303

    row = state(site, message)
    assert (row.state, row.reason) == ("withdrawn", "当面已说")


def test_a_slip_of_its_own_and_nobody_elses(site, local_time, clerk):
    message = on_paper(site, local_time)
    other = on_paper(site, local_time, "zhoukai")

    page = clerk.get(f"/desk/paper/{message}").text

    assert "陈霞" in page
    assert "周凯" not in page
    assert clerk.get(f"/desk/paper/{other + 1000}").status_code == 404


def test_the_spreadsheet_has_the_same_rows_and_runs_nothing(site, local_time, clerk):
    on_paper(site, local_time)
    with site.world.db.writing.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.key == "chenxia").values(name="=1+1"))

    book = load_workbook(io.BytesIO(clerk.get("/desk/paper/list.xlsx").data))

    rows = list(book.worksheets[0].iter_rows())
    assert [cell.value for cell in rows[0]] == ["单位", "姓名", "事项", "要办的事", "签收、日期"]
    assert rows[1][1].value == "=1+1"
    assert "f" not in {cell.data_type for row in rows for cell in row}


def test_only_the_clerk_hands_over(site, local_time):
    on_paper(site, local_time)
    (note,) = printed(site, local_time)

    assert site.signed_in("chenxia").get("/desk/paper").status_code == 403
    with pytest.raises(Exception, match="only the clerk"), site.world.writing() as (session, live):
        hand_over(
            session, live, site.world.texts, message_id=note.message_id, version=note.version, on=date(2026, 11, 23),
            by=site.person("chenxia"), now=local_time(NOW),
        )  # fmt: skip


def test_what_is_due_to_be_told_tomorrow_is_not_printed_today(site, local_time):
    message = on_paper(site, local_time)
    with site.world.db.writing.begin() as session:
        session.get_one(MessageRow, message).send_at = local_time("2026-11-24 08:40")

    assert printed(site, local_time) == []


def test_on_paper_every_duty_is_listed(site, local_time):
    message = on_paper(site, local_time, "liqiang")
    with site.world.db.writing.begin() as session:
        mine = {
            row.obligation_id
            for row in session.scalars(select(ReminderRow).where(ReminderRow.message_id == message))
        }
        recipient = session.get_one(MessageRow, message).recipient_id
        taken = set(mine)
        for row in session.scalars(select(ReminderRow).where(ReminderRow.message_id != message)):
            duty = session.get_one(ObligationRow, row.obligation_id)
            if row.obligation_id in taken or duty.state != "open" or row.recipient_id == recipient:
                continue
            taken.add(row.obligation_id)
            row.message_id = message

    (note,) = [each for each in printed(site, local_time) if each.message_id == message]

    assert "其余" not in note.body
    assert len(note.body.encode()) > 2048 or len(taken) < 40


def test_a_simulated_clerk_hands_over_what_is_on_paper(site, local_time):
    message = on_paper(site, local_time)

    with site.world.writing() as (session, live):
        Clerk(site.world.texts).act(session, live, now=local_time(NOW))

    assert state(site, message).state == "sent"


def test_releasing_what_is_on_paper_is_refused_by_the_rule_too(site, local_time):
    message = on_paper(site, local_time)

    with pytest.raises(Exception, match="nothing is to be released"), site.world.writing() as (session, live):
        release(session, live, message_id=message, by=None, shown_digest="", now=local_time(NOW))


def test_the_ledger_says_that_it_is_to_be_handed_over(site, local_time, clerk):
    message = on_paper(site, local_time)

    page = clerk.get(f"/outbox/{message}").text

    assert "待纸质告知" in page
    assert "待核发" not in page
