"""A duty as supervisors see it, and what they do to it: who may, what it changes, what the page says; a second click is harmless."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from models.handovers import UrgeRow
from models.messages import NoticeRow
from models.obligations import AuditRow, DueChangeRow, FileRow, ObligationRow
from models.people import ChannelRow, PartyRow
from tasks.duties.children import ChildEntry, children_of
from tasks.duties.confirm import confirm
from tasks.gatherings.attend import record_session
from tasks.reporting.overdue import overdue

CLERK, LEADER, DEPUTY, HEAD, STAFF = "wangmin", "linhaifeng", "songlihua", "zhoukai", "xufang"
ACTS = ("urge", "close", "give-back", "extend", "excuse", "reassign", "waive")


@pytest.fixture
def late(site, local_time):
    """Tuesday: every community's list was due on Monday."""
    site.stand_at(local_time("2026-11-24 09:05"))
    return site


def duty_of(site, unit="youyi"):
    return site.duty("half-year-review", "collect", unit)


def row(site, obligation_id):
    with site.world.db.reading() as session:
        return session.get_one(ObligationRow, obligation_id)


def count(site, table, *where):
    with site.world.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where))


def act(site, client, obligation_id, name, fields):
    return site.send(client, f"/duty/{obligation_id}/{name}", fields)


def twice(client, path, fields):
    """The same form, handed in by two clicks."""
    token = client.get(path).text.split('name="csrf" value="')[1].split('"')[0]
    return [client.post(path, data={"csrf": token, **fields}) for _ in range(2)]


def offered(client, obligation_id):
    page = client.get(f"/duty/{obligation_id}").text
    return {name for name in ACTS if f'href="/duty/{obligation_id}/{name}"' in page}


def handed_in(site, obligation_id, at):
    """The head of the community records that the list is there."""
    with site.world.writing() as (session, live):
        confirm(
            session, live, obligation_id=obligation_id, by=site.owner(obligation_id), done_on=live.today(at),
            evidence={"list": "无"}, files={}, note="无问题", how="link", now=at,
        )  # fmt: skip


# ── the page ──────────────────────────────────────────────────
def test_the_page_says_what_is_owed_by_whom_and_how_it_stands(late):
    duty = duty_of(late)

    page = late.signed_in(DEPUTY).get(f"/duty/{duty}")

    assert page.status_code == 200
    for words in (
        "法治建设集中研判",
        "报送问题清单",
        "友谊社区",
        "周凯",
        "逾期1天",
        "未说明",
        "红",
        "已送达",
    ):
        assert words in page.text, words


def test_nobody_sees_the_duty_of_a_unit_that_is_not_theirs(late):
    client = late.signed_in(DEPUTY)

    assert client.get(f"/duty/{duty_of(late, 'minzhu')}").status_code == 404
    assert client.get(f"/duty/{duty_of(late, 'minzhu')}/urge").status_code == 404
    assert client.get("/duty/999999").status_code == 404


def test_the_board_leads_to_it(late):
    duty = duty_of(late)

    for who in (CLERK, LEADER, DEPUTY):
        assert f'href="/duty/{duty}"' in late.signed_in(who).get("/").text, who


def test_what_is_offered_follows_the_rule(late):
    duty = duty_of(late)

    assert offered(late.signed_in(CLERK), duty) == {"urge", "extend", "reassign", "waive"}
    assert offered(late.signed_in(LEADER), duty) == {"urge", "extend", "reassign", "waive"}
    assert offered(late.signed_in(DEPUTY), duty) == {"urge", "reassign"}
    assert offered(late.signed_in(HEAD), duty) == set(), "it is the head's own"


def test_looking_changes_nothing(late):
    client, duty = late.signed_in(LEADER), duty_of(late)
    before = late.rows()

    for path in (
        f"/duty/{duty}",
        *(f"/duty/{duty}/{name}" for name in ACTS),
        "/act/urge",
        f"/act/urge?duty={duty}",
        "/act/event",
    ):
        assert client.get(path).status_code == 200, path

    assert late.rows() == before


@pytest.mark.parametrize("name", ACTS)
def test_the_head_does_nothing_to_the_own_duty(late, name):
    duty, head = duty_of(late), late.signed_in(HEAD)
    before = late.rows()

    assert head.get(f"/duty/{duty}/{name}").status_code == 403
    assert late.rows() == before


# ── urging ────────────────────────────────────────────────────
def test_an_urging_reaches_who_owes_it_and_counts_once_it_was_taken(late, local_time):
    duty, client = duty_of(late), late.signed_in(DEPUTY)

    done = act(late, client, duty, "urge", {"reason": "今天下班前请报来"})

    assert done.headers["Location"].endswith(f"/duty/{duty}?said=urged")
    assert count(late, UrgeRow) == 1
    before = urged(late, duty, local_time("2026-11-24 09:06"))
    (message,) = late.world.deliver(local_time("2026-11-24 09:06"))
    assert message.recipient_key == HEAD
    assert message.title.startswith("【催办】")
    for words in ("宋丽华", "报送问题清单", "今天下班前请报来", "逾期1天"):
        assert words in message.body, words
    assert urged(late, duty, local_time("2026-11-24 09:07")) == before + 1
    page = client.get(f"/duty/{duty}").text
    assert "今天下班前请报来" in page
    assert "宋丽华" in page.split('id="trail"')[1]


def urged(site, obligation_id, now):
    with site.world.writing() as (session, live):
        report = overdue(session, live, now=now)
    return next(item.urged for item in report.items if item.id == obligation_id)


def test_a_duty_is_urged_once_a_working_day(late, local_time):
    duty, client, leader = duty_of(late), late.signed_in(DEPUTY), late.signed_in(LEADER)
    meanwhile = leader.get(f"/duty/{duty}/urge").text.split('name="csrf" value="')[1].split('"')[0]

    first, again = twice(client, f"/duty/{duty}/urge", {"reason": "请报来"})
    other = leader.post(f"/duty/{duty}/urge", data={"csrf": meanwhile, "reason": "快"})

    assert first.headers["Location"].endswith("said=urged")
    assert "urge" not in offered(client, duty)
    assert again.headers["Location"].endswith("said=again")
    assert other.status_code == 422
    assert "快" in other.text, "what was typed stays"
    assert count(late, UrgeRow) == 1
    late.stand_at(local_time("2026-11-25 09:05"))
    assert act(late, client, duty, "urge", {"reason": "还没有收到"}).status_code == 303
    assert count(late, UrgeRow) == 2


def test_without_words_nothing_is_sent(late):
    duty = duty_of(late)

    refused = act(late, late.signed_in(DEPUTY), duty, "urge", {"reason": "  "})

    assert refused.status_code == 422
    assert count(late, UrgeRow) == 0


def test_the_head_gets_a_copy_that_does_not_count(site, local_time):
    """A certificate is owed by a person, whose unit has a head."""
    duty = site.duty("enforcement-certificate", "", "suntao")

    act(site, site.signed_in(CLERK), duty, "urge", {"reason": "请尽快交材料", "copy_head": "yes"})

    kinds = {kind for (kind,) in notices(site, NoticeRow.kind)}
    assert {"urge", "urge-copy"} <= kinds
    sent = {m.recipient_key: m.body for m in site.world.deliver(local_time("2026-11-23 09:06"))}
    assert "请尽快交材料" in sent["suntao"]
    assert any(key != "suntao" and "孙涛" in body for key, body in sent.items())


def notices(site, *columns):
    with site.world.db.reading() as session:
        return session.execute(select(*columns).where(NoticeRow.key.contains("@"))).all()


def test_who_has_finished_meanwhile_hears_nothing(late, local_time):
    """Urged in the quiet hours of the evening, done before the morning."""
    with late.world.db.writing.begin() as session:
        session.execute(update(ChannelRow).values(quiet_exempt=False))
    late.stand_at(local_time("2026-11-24 20:00"))
    first, second = duty_of(late, "youyi"), duty_of(late, "heping")
    done = act(late, late.signed_in(LEADER), first, "urge", {"reason": "请报来"})
    act(late, late.signed_in(LEADER), second, "urge", {"reason": "请报来"})
    assert done.headers["Location"].endswith("said=urged-later")
    handed_in(late, first, local_time("2026-11-24 21:00"))
    assert late.world.deliver(local_time("2026-11-24 21:01")) == []

    sent = late.world.deliver(local_time("2026-11-25 08:31"))

    assert "zhoukai" not in {m.recipient_key for m in sent if "催办" in m.title}
    assert [m.recipient_key for m in sent if "催办" in m.title] == ["liujuan"]


def test_several_are_urged_with_one_message_for_each_person(late, local_time):
    client = late.signed_in(LEADER)
    youyi, heping, study = (
        duty_of(late, "youyi"),
        duty_of(late, "heping"),
        late.duty("friday-study", "record"),
    )
    with (
        late.world.db.writing.begin() as session
    ):  # the head of one community owes the record of the study day too
        person = session.scalars(select(PartyRow.id).where(PartyRow.key == HEAD)).one()
        session.get_one(ObligationRow, study).party_id = person
    ids = (youyi, heping, study)
    query = "&".join(f"duty={each}" for each in ids)

    check = client.get(f"/act/urge?{query}").text
    assert "周凯" in check
    assert "2人各收到一条消息" in check
    form = {"csrf": csrf(client, query), "reason": "请今天办结"}
    first = client.post("/act/urge", data={**form, "duty": [str(youyi)]})
    assert "1项已催办" in first.text
    again = client.post("/act/urge", data={**form, "duty": [str(each) for each in ids]})

    assert "2项已催办" in again.text
    assert "一个工作日只催办一次" in again.text
    sent = [m for m in late.world.deliver(local_time("2026-11-24 09:06")) if "催办" in m.title]
    assert sorted(m.recipient_key for m in sent) == ["liujuan", "zhoukai"]
    both = next(m for m in sent if m.recipient_key == "zhoukai")
    assert both.title == "【催办】2项"
    assert both.body.count("请今天办结") == 2


def csrf(client, query):
    return client.get(f"/act/urge?{query}").text.split('name="csrf" value="')[1].split('"')[0]


def test_bulk_urging_leaves_out_what_one_may_not_urge(late):
    foreign, own = duty_of(late, "minzhu"), duty_of(late)
    client = late.signed_in(DEPUTY)

    page = client.get(f"/act/urge?duty={foreign}&duty={own}").text

    assert "民主社区" not in page
    assert f'name="duty" value="{own}"' in page


# ── the other acts ────────────────────────────────────────────
def test_what_was_done_is_given_back_and_who_did_it_is_told(late, local_time):
    duty = duty_of(late)
    handed_in(late, duty, local_time("2026-11-24 09:00"))
    client = late.signed_in(DEPUTY)
    assert "give-back" in offered(client, duty)

    done = act(late, client, duty, "give-back", {"reason": "没有写完成时限"})

    assert done.headers["Location"].endswith("said=given-back")
    assert row(late, duty).state == "open"
    sent = late.world.deliver(local_time("2026-11-24 09:06"))
    assert any(m.recipient_key == HEAD and "没有写完成时限" in m.body for m in sent)
    page = client.get(f"/duty/{duty}").text
    assert "没有写完成时限" in page.split('id="trail"')[1]
    assert "已退回" in page.split('id="record"')[1]
    assert "登记" not in page.split('id="trail"')[1].split("没有写完成时限")[0], (
        "it is given back, not taken back"
    )
    own = client.get(late.path(duty, late.owner(duty), local_time("2026-11-24 09:05"))).text
    assert "没有写完成时限" in own, "who recorded it reads why"


def test_before_the_day_another_day_moves_it_and_afterwards_it_is_a_plan(site, local_time):
    client, duty = site.signed_in(LEADER), site.duty("half-year-review", "meet")

    moved = act(site, client, duty, "extend", {"day": "2026-12-04", "reason": "领导出差"})
    assert moved.headers["Location"].endswith("said=moved")
    assert row(site, duty).due_on == date(2026, 12, 4)
    assert count(site, DueChangeRow, DueChangeRow.kind == "manual") == 1
    assert "领导出差" in client.get(f"/duty/{duty}").text

    site.stand_at(local_time("2026-12-07 09:05"))
    planned = act(site, client, duty, "extend", {"day": "2026-12-11", "reason": "仍在外"})
    assert planned.headers["Location"].endswith("said=planned")
    assert (row(site, duty).due_on, row(site, duty).new_date) == (date(2026, 12, 4), date(2026, 12, 11))
    page = client.get(f"/duty/{duty}").text
    assert "仍在外" in page
    assert "逾期3天" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"day": "", "reason": "有事"},
        {"day": "2026-11-24", "reason": "有事"},
        {"day": "2026-12-04", "reason": ""},
    ],
)
def test_another_day_that_makes_no_sense_is_refused_and_keeps_what_was_typed(site, fields):
    duty = site.duty("half-year-review", "meet")

    refused = act(site, site.signed_in(LEADER), duty, "extend", fields)

    assert refused.status_code == 422
    assert f'value="{fields["day"]}"' in refused.text
    assert row(site, duty).due_on == date(2026, 11, 30)


def test_an_absence_becomes_leave(site, local_time):
    record, absent = site.duty("friday-study", "record"), site.person(STAFF)
    with site.world.writing() as (session, live):
        record_session(
            session, live, obligation_id=record, away={absent: "absent"}, evidence={"topic": "行政处罚法", "law": "行政处罚法"},
            files={}, done_on=date(2026, 11, 20), by=None, how="cli", now=local_time("2026-11-23 09:05"),
        )  # fmt: skip
    duty = site.duty("friday-study", "make_up", STAFF)
    client = site.signed_in(LEADER)
    assert "excuse" in offered(client, duty)

    done, again = twice(client, f"/duty/{duty}/excuse", {"reason": "参加区里的会"})

    assert {done.status_code, again.status_code} == {303}
    found = row(site, duty)
    assert (found.state, found.mark, found.late_reason) == ("waived", "leave", "参加区里的会")
    assert count(site, AuditRow, AuditRow.act == "excuse") == 1
    assert "参加区里的会" in client.get(f"/duty/{duty}").text.split('id="trail"')[1]


def test_a_deputy_leader_hands_over_within_the_own_units_only(late, local_time):
    duty, client = duty_of(late), late.signed_in(DEPUTY)

    page = client.get(f"/duty/{duty}/reassign").text
    assert "和平社区" in page
    assert "民主社区" not in page
    refused = act(late, client, duty, "reassign", {"to": "chenxia", "reason": "划出去"})
    assert refused.status_code == 422
    done = act(late, client, duty, "reassign", {"to": "liujuan", "reason": "属地划转"})

    assert done.headers["Location"].endswith("said=handed-over")
    assert "属地划转" in client.get(f"/duty/{duty}").text
    assert any(m.recipient_key == "liujuan" for m in late.world.deliver(local_time("2026-11-24 09:06")))


def test_only_the_clerk_and_the_leader_waive(late):
    duty = duty_of(late)
    assert late.signed_in(DEPUTY).get(f"/duty/{duty}/waive").status_code == 403

    done = act(late, late.signed_in(LEADER), duty, "waive", {"reason": "合并到城建办"})

    assert done.headers["Location"].endswith("said=waived")
    assert row(late, duty).state == "waived"


def test_a_form_of_another_reader_is_refused(late):
    duty, client = duty_of(late), late.signed_in(DEPUTY)

    assert client.post(f"/duty/{duty}/urge", data={"reason": "x"}).status_code == 400
    assert count(late, UrgeRow) == 0


# ── closing ───────────────────────────────────────────────────
@pytest.fixture
def item(site, local_time):
    """A problem that the review found, which its unit says is settled: it waits for the deputy secretary."""
    at = local_time("2026-11-24 17:00")
    site.stand_at(at)
    with site.world.writing() as (session, live):
        file = FileRow(sha256="0" * 64, name="a.pdf", media_type="application/pdf", size=10)
        session.add(file)
        session.flush()
        confirm(
            session, live, obligation_id=site.duty("half-year-review", "meet"), by=None, done_on=date(2026, 11, 24),
            evidence={"held_on": "2026-11-24"}, files={}, note=None, how="cli", now=at,
        )  # fmt: skip
        session.flush()
        minutes = session.scalars(select(ObligationRow).where(ObligationRow.part == "minutes")).one()
        found = ChildEntry(title="楼道堆物", owner="民主社区", due_on=date(2026, 12, 4))
        confirm(
            session, live, obligation_id=minutes.id, by=None, done_on=date(2026, 11, 24), evidence={}, note=None,
            files={"minutes": [file.id]}, how="cli", now=at, children=[found],
        )  # fmt: skip
        ((_, child, _),) = children_of(session, minutes.id)
        confirm(
            session, live, obligation_id=child.id, by=None, done_on=date(2026, 11, 24), evidence={}, files={},
            note=None, how="cli", now=at,
        )  # fmt: skip
        return child.id


def test_what_is_closed_is_closed_for_a_reason_that_stays_in_the_trail(site, item):
    client = site.signed_in("xuwenjing")

    missing = act(site, client, item, "close", {"reason": " "})
    assert missing.status_code == 422
    assert "用几个字写明为什么可以销号" in missing.text
    done = act(site, client, item, "close", {"reason": "现场看过，已清空"})

    assert done.headers["Location"].endswith(f"/duty/{item}?said=closed")
    assert row(site, item).state == "done"
    assert "现场看过，已清空" in client.get(f"/duty/{item}").text.partition('id="trail"')[2]


def test_what_is_given_back_and_closed_again_names_the_last_reason_only(site, item, local_time):
    client = site.signed_in("xuwenjing")
    act(site, client, item, "close", {"reason": "已清空"})
    act(site, client, item, "give-back", {"reason": "又堆上了"})
    with site.world.writing() as (session, live):
        at = local_time("2026-11-25 09:00")
        confirm(
            session, live, obligation_id=item, by=None, done_on=date(2026, 11, 25), evidence={}, files={}, note=None,
            how="cli", now=at,
        )  # fmt: skip
    act(site, client, item, "close", {"reason": "复查无堆物"})

    trail = client.get(f"/duty/{item}").text.partition('id="trail"')[2]

    assert trail.index("复查无堆物") < trail.index("又堆上了"), "the newest stands first"
    assert "已清空" not in trail
