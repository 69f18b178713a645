"""How I am reminded, remind me later, and the desk's silences: on pages, by token and by known phone."""

import re
from datetime import date

import pytest
from sqlalchemy import select, update

from models.messages import SilenceRow
from models.people import PreferenceRow
from models.schedules import ScheduleRow
from tasks.roster.devices import print_slips
from worker.clock import machine_now

NOW = "2026-11-23 09:05"


def words(page) -> str:
    return re.sub(r"<[^>]*>", "", page.text)


@pytest.fixture
def mine(site, local_time):
    """The page of all of somebody's duties, by token: (client, path)."""
    return site.app.test_client(), site.path(None, site.person("chenxia"), local_time(NOW))


@pytest.fixture
def later(site, local_time):
    """A duty due in December that a community owes, and its page."""
    duty = site.duty("half-year-review", "report", "minzhu") or site.duty(
        "enforcement-training", "", "liqiang"
    )
    owner = site.owner(duty)
    return site.app.test_client(), site.path(duty, owner, local_time(NOW)), duty, owner


def wish(site, key: str) -> tuple[list[str], str | None] | None:
    with site.world.db.reading() as session:
        row = session.get(PreferenceRow, site.person(key))
        return (row.channels, row.digest_at) if row else None


def test_the_page_says_how_one_is_reminded_and_leads_to_the_form(mine):
    client, path = mine

    assert "按单位的时间提醒" in words(client.get(path))
    form = client.get(f"{path}/reminders")

    assert form.status_code == 200
    for text in ("您希望怎么提醒？", "什么时间提醒？", "按单位的时间（08:40、15:00）"):
        assert text in words(form)
    assert 'value="12:30"' not in form.text, "noon is quiet"
    assert "先用哪个渠道？" not in words(form), "there is only one"


def test_looking_at_the_form_changes_nothing(site, mine):
    client, path = mine
    before = site.rows()

    client.get(f"{path}/reminders")

    assert site.rows() == before


def test_a_wish_is_kept_and_shown_and_taken_back(site, mine):
    client, path = mine

    answer = site.send(client, f"{path}/reminders", {"first": "personal", "at": "15:30"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?said=preferred")
    assert wish(site, "chenxia") == (["personal"], "15:30")
    assert "不急的每天15:30一并提醒" in words(client.get(path))
    assert '<option value="15:30" selected>' in client.get(f"{path}/reminders").text
    site.send(client, f"{path}/reminders", {"first": "", "at": ""})
    assert wish(site, "chenxia") is None


@pytest.mark.parametrize(
    "fields", [{"first": "pigeon", "at": ""}, {"first": "", "at": "12:30"}, {"first": "", "at": "soon"}]
)
def test_what_the_office_does_not_have_is_refused_with_a_sentence(site, mine, fields):
    client, path = mine

    answer = site.send(client, f"{path}/reminders", fields)

    assert answer.status_code == 422
    assert "可选" in words(answer) or "请选" in words(answer)
    assert wish(site, "chenxia") is None


def test_a_known_phone_sets_it_without_a_token(site, local_time):
    client = site.app.test_client()
    with site.world.writing() as (session, live):
        (made,) = print_slips(
            session, live, person_ids=[site.person("chenxia")], by=None, now=local_time(NOW), machine_now=machine_now()
        )  # fmt: skip
    bind = "/bind/" + site.run.tokens.bind_token(made.id, "slip")
    site.send(client, bind)

    answer = site.send(client, "/me/my/reminders", {"first": "", "at": "16:00"})

    assert answer.status_code == 303
    assert wish(site, "chenxia") == ([], "16:00")
    assert site.app.test_client().get("/me/my/reminders").status_code == 401


def test_a_duty_may_be_put_off_and_the_page_says_until_when(site, later):
    client, path, duty, owner = later
    assert "过几天再提醒我" in words(client.get(path))

    answer = site.send(client, f"{path}/later", {"days": "3"}, page=path)

    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    page = client.get(path)
    assert "您选择了11月26日" in words(page)
    assert "再提醒。" in words(page)
    with site.world.db.reading() as session:
        row = session.scalars(select(SilenceRow)).one()
    assert (row.kind, row.obligation_id, row.person_id, row.until_on) == (
        "snooze",
        duty,
        owner,
        date(2026, 11, 26),
    )


def test_and_be_asked_for_again(site, later):
    client, path, _, _ = later
    site.send(client, f"{path}/later", {"days": "1"}, page=path)

    answer = site.send(client, f"{path}/later/end", page=path)

    assert answer.status_code == 303
    assert "您选择了" not in words(client.get(path))
    assert "过几天再提醒我" in words(client.get(path))


@pytest.mark.parametrize("days", ["2", "30", "", "-1", "三"])
def test_other_days_are_refused_with_a_sentence(site, later, days):
    client, path, _, _ = later

    answer = site.send(client, f"{path}/later", {"days": days}, page=path)

    assert answer.status_code == 422
    assert "不能推迟这么久" in words(answer)


def test_what_must_be_reminded_of_offers_no_delay(site, later):
    client, path, _, _ = later
    with site.world.db.writing.begin() as session:
        session.execute(update(ScheduleRow).values(obligatory=True))

    assert "过几天再提醒我" not in words(client.get(path))


def test_the_desk_begins_and_ends_a_silence(site):
    client = site.signed_in("wangmin")
    assert "没有静默，新设一项" in words(client.get("/desk"))
    fields = {"schedule": "half-year-review", "person": "", "until": "2026-12-05", "reason": "系统迁移"}

    answer = site.send(client, "/desk/silences", fields)

    assert answer.status_code == 303
    assert "已静默。" in words(client.get(answer.headers["Location"]))
    assert "12月5日" in words(client.get("/desk"))
    assert "王敏：系统迁移" in words(client.get("/desk"))
    with site.world.db.reading() as session:
        number = session.scalars(select(SilenceRow.id)).one()
    answer = site.send(client, f"/desk/silences/{number}/end", page="/desk/silences")
    assert answer.status_code == 303
    assert "没有静默" in words(client.get("/desk/silences"))


def test_the_desk_finds_a_person_by_name_and_says_what_is_wrong(site):
    client = site.signed_in("wangmin")
    good = {"schedule": "", "person": "陈霞", "until": "2026-12-05", "reason": "家中有事"}
    for wrong, sentence in (
        ({"person": "李伟"}, "有几位同名的李伟"), ({"person": "某某"}, "名册中没有“某某”"), ({"until": ""}, "请填恢复提醒的日期"),
        ({"until": "2026-11-23"}, "必须在今天以后"), ({"until": "2027-06-01"}, "静默最多60天"), ({"reason": ""}, "请简单说明"),
        ({"person": ""}, "请说明哪件事"),
    ):  # fmt: skip
        answer = site.send(client, "/desk/silences", {**good, **wrong})
        assert answer.status_code == 422
        assert sentence in words(answer)
        if "reason" not in wrong:
            assert 'value="家中有事"' in answer.text, "what was typed stays"

    answer = site.send(
        client, "/desk/silences", {**good, "person": "陈　霞"}
    )  # a blank within a name is layout
    assert answer.status_code == 303
    assert "陈霞的所有事项" in words(client.get("/desk/silences"))


def test_only_the_clerk_sees_the_silences(site):
    assert site.app.test_client().get("/desk/silences").status_code == 401
    assert site.signed_in("linhaifeng").get("/desk/silences").status_code == 403
