"""A person's own record: everything done by year, the certificates, and who stands in while the person is away."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.messages import MessageRow
from models.people import AbsenceRow, CredentialRow
from tasks.duties.confirm import confirm
from tasks.gatherings.attend import record_session
from worker.web.staff import history

NOW = "2026-11-23 09:05"


@pytest.fixture
def mine(site, local_time):
    """Chen Xia of a community: (client, path of the own page)."""
    return site.app.test_client(), site.path(None, site.person("chenxia"), local_time(NOW))


def hand_in(site, local_time, duty: int, by: str, day: date) -> None:
    with site.world.writing() as (session, live):
        confirm(
            session, live, obligation_id=duty, by=site.person(by), done_on=day, evidence={"list": "无"}, files={}, note=None, how="link",
            now=local_time(NOW),
        )  # fmt: skip


def test_everything_done_stands_under_its_year_also_what_was_done_for_the_unit(site, mine, local_time):
    client, path = mine
    duty = site.duty("half-year-review", "collect", "minzhu")
    empty = client.get(f"{path}/done").text
    assert "暂无记录" in empty
    hand_in(site, local_time, duty, "chenxia", date(2026, 11, 20))

    page = client.get(f"{path}/done").text

    for words in ("2026年我的办结情况", "报送问题清单", "民主社区", "11月20日", "按期"):
        assert words in page
    assert (
        "暂无记录" in client.get(f"{path}/done/2019").text or "2026年" in client.get(f"{path}/done/2019").text
    )
    other = site.path(None, site.person("zhaojing"), local_time(NOW))
    assert "报送问题清单" not in client.get(f"{other}/done").text


def test_what_was_done_for_the_unit_stands_on_the_own_page_at_once(site, mine, local_time):
    client, path = mine
    before = client.get(path).text
    assert "最近办结" not in before
    hand_in(
        site, local_time, site.duty("half-year-review", "collect", "minzhu"), "chenxia", date(2026, 11, 20)
    )

    page = client.get(path).text

    recent = page.partition("最近办结")[2]
    for words in ("报送问题清单", "民主社区", "11月20日", "按期", f'href="{path}/done"'):
        assert words in recent
    assert "到时会提醒您" in page, "an empty list says what comes next"


def test_a_long_year_is_read_in_pages(site, mine, local_time, monkeypatch):
    client, path = mine
    hand_in(
        site, local_time, site.duty("half-year-review", "collect", "minzhu"), "chenxia", date(2026, 11, 20)
    )
    with site.world.writing() as (session, live):
        record_session(
            session, live, obligation_id=site.duty("friday-study", "record"), away={}, files={},
            evidence={"topic": "行政处罚法", "law": "行政处罚法"}, done_on=date(2026, 11, 20), by=None, how="cli", now=local_time(NOW),
        )  # fmt: skip
    monkeypatch.setattr(history, "EACH", 1)

    first, second = client.get(f"{path}/done").text, client.get(f"{path}/done/2026/2").text

    assert "第1页，共2页" in first
    assert "第2页，共2页" in second
    assert ("报送问题清单" in first) is not ("报送问题清单" in second)
    assert 'rel="next"' in first
    assert 'rel="next"' not in second
    for page in ("2026/999999999", "0/0", "9999/1"):
        assert client.get(f"{path}/done/{page}", follow_redirects=True).status_code == 200


def test_my_certificates_show_what_they_mean_and_never_the_whole_number(site, local_time):
    person = site.person("dongjie")
    with site.world.db.writing.begin() as session:
        card = session.scalars(select(CredentialRow).where(CredentialRow.holder_id == person)).first()
        assert card is not None
        number, card.expires_on = card.number, date(2026, 12, 23)

    page = site.app.test_client().get(site.path(None, person, local_time(NOW))).text

    for words in ("我的证件", "行政执法证", "2026年12月23日", "待换证，还有30天"):
        assert words in page
    assert number[-4:] in page
    assert number not in page


def test_a_certificate_of_a_kind_without_a_title_is_named_by_who_issued_it(site, local_time):
    person = site.person("dongjie")
    with site.world.db.writing.begin() as session:
        card = session.scalars(select(CredentialRow).where(CredentialRow.holder_id == person)).first()
        assert card is not None
        card.kind, card.issuer = "drone-pilot", "焦作市公安局"

    page = site.app.test_client().get(site.path(None, person, local_time(NOW))).text

    assert "焦作市公安局所发证件" in page
    assert "drone-pilot" not in page


def test_going_away_names_a_deputy_who_is_told_and_gets_the_duties(site, mine, local_time):
    client, path = mine
    fields = {"from": "2026-11-24", "last": "2026-11-27", "kind": "trip", "deputy": "赵静"}

    answer = site.send(client, f"{path}/away", fields)

    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "代办人会收到通知" in page
    assert "11月24日（周二）至11月27日（周五）" in page
    with site.world.db.reading() as session:
        row = session.scalars(select(AbsenceRow)).one()
        message = session.scalars(select(MessageRow).where(MessageRow.lane == "deputy")).one()
    assert (row.from_on, row.until_on) == (date(2026, 11, 24), date(2026, 11, 28))
    assert message.title == "请您代办陈霞的事项"
    assert "11月24日（周二）至11月27日（周五）离岗" in message.body
    deputy = site.path(None, site.person("zhaojing"), local_time(NOW))
    assert "由您代办陈霞的事项" in client.get(deputy).text
    site.stand_at(local_time(NOW) + timedelta(days=1))
    assert "报送问题清单" in client.get(deputy).text


def test_whoever_is_back_early_says_so(site, mine):
    client, path = mine
    site.send(
        client,
        f"{path}/away",
        {"from": "2026-11-23", "last": "2026-12-04", "kind": "sick", "deputy": "zhaojing"},
    )
    with site.world.db.reading() as session:
        absence = session.scalars(select(AbsenceRow.id)).one()

    assert site.send(client, f"{path}/away/{absence}/end", page=f"{path}/away").status_code == 303

    assert "当前没有离岗登记" in client.get(path).text
    with site.world.db.reading() as session:
        bodies = session.scalars(select(MessageRow.body).where(MessageRow.lane == "deputy")).all()
    assert any("不必再代办陈霞" in body for body in bodies)
    assert site.send(client, f"{path}/away/{absence}/end", page=f"{path}/away").status_code == 303


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from": ""}, "from"),
        ({"from": "2026-11-20"}, "from"),
        ({"last": "2026-11-23"}, "last"),
        ({"last": "2031-11-23"}, "until"),
        ({"kind": "holiday"}, "kind"),
        ({"deputy": "李雷"}, "deputy"),
        ({"deputy": "chenxia"}, "deputy"),
    ],
    ids=["no day", "a past day", "the last before the first", "for years", "no kind", "nobody", "oneself"],
)
def test_what_cannot_be_comes_back_with_everything_typed(site, mine, change, field):
    client, path = mine
    fields = {"from": "2026-11-24", "last": "2026-11-27", "kind": "trip", "deputy": "赵静"} | change

    answer = site.send(client, f"{path}/away", fields)

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert f'value="{fields["deputy"]}"' in answer.text
    with site.world.db.reading() as session:
        assert session.scalars(select(AbsenceRow)).all() == []


def test_nobody_ends_the_absence_of_another(site, mine, local_time):
    client, path = mine
    site.send(
        client, f"{path}/away", {"from": "2026-11-24", "last": "2026-11-27", "kind": "trip", "deputy": ""}
    )
    with site.world.db.reading() as session:
        absence = session.scalars(select(AbsenceRow.id)).one()
    other = site.path(None, site.person("zhaojing"), local_time(NOW))

    assert site.send(client, f"{other}/away/{absence}/end", page=f"{other}/away").status_code == 404

    with site.world.db.reading() as session:
        assert session.get_one(AbsenceRow, absence).until_on == date(2026, 11, 28)
