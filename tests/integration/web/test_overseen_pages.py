"""The pages behind a supervisor's links: the table of the units under a person, what a message speaks of, and nobody else's."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.messages import MessageRow
from models.people import UnitRow
from tasks.delivery.links import LINK
from tasks.delivery.routes import refresh_routes
from tasks.reporting.overdue import overdue
from tasks.roster.supervision import units_of
from worker.channels.send import Sender
from worker.clock import machine_now

MONDAY = "2026-11-30 08:15"
LATER = "2026-11-30 08:20"


@pytest.fixture
def late(site, local_time):
    """A week later: the communities' lists are overdue, the summary drafted on Friday went out released."""
    for moment in ("2026-11-25 08:40", "2026-11-27 08:40", "2026-11-27 16:30"):
        site.world.at(moment)
    with site.world.writing() as (session, _):
        for message in session.scalars(
            select(MessageRow).where(MessageRow.lane == "summary", MessageRow.state == "held")
        ):
            message.state, message.released_by = "queued", 1
    site.world.at(MONDAY)
    site.stand_at(local_time(LATER))
    return site


def summary_of(site, key):
    """The summary that went to a person, as it left."""
    person = site.person(key)
    return next(m for _, m in site.world.sent if m.link_person == person and "截至" in m.title)


def opened(site, message, now):
    """The page that the link of a message opens."""
    sender = Sender(
        outbox_file=site.run.settings.data / "outbox.jsonl", secret=lambda name: None, tokens=site.run.tokens, gettext=str,
        machine_now=machine_now,
    )  # fmt: skip
    address = sender._link(message, now)
    assert address
    return site.app.test_client().get("/" + address.reveal().split("/", 3)[3])


def test_the_summarys_link_opens_the_table_of_the_units_under_its_reader(late, local_time):
    message = summary_of(late, "songlihua")

    page = opened(late, message, local_time(LATER))

    assert page.status_code == 200
    for words in (
        "友谊社区",
        "和平社区",
        "法治建设集中研判：报送问题清单",
        "周凯",
        "刘娟",
        "未说明",
        "红",
        "按期办结",
    ):
        assert words in page.text, words
    assert "陈霞" not in page.text, "民主社区 is under somebody else"


def test_the_page_has_the_figures_of_the_message(late, local_time):
    message = summary_of(late, "songlihua")
    said = re.search(r"逾期未办(\d+)项", message.body)
    assert said
    assert int(said[1]) > 0

    page = opened(late, message, local_time(LATER))

    assert f"逾期{said[1]}项" in page.text
    assert page.text.count('<span class="late nb">') == int(said[1])


def test_every_item_leads_to_its_duty(late, local_time):
    page = opened(late, summary_of(late, "songlihua"), local_time(LATER))
    link = re.search(r'href="(/c/[^"]+)"', page.text)
    assert link

    duty = late.app.test_client().get(link[1])

    assert duty.status_code == 200
    assert "报送问题清单" in duty.text


def test_looking_changes_nothing(late, local_time):
    message = summary_of(late, "songlihua")
    before = late.rows()

    opened(late, message, local_time(LATER))

    assert late.rows() == before


def test_whoever_no_longer_supervises_a_unit_does_not_see_it(late, local_time):
    message = summary_of(late, "songlihua")
    with late.world.db.writing.begin() as session:
        for unit in session.scalars(
            select(UnitRow).where(UnitRow.key.in_(["youyi", "heping", "shehuishiwuban"]))
        ):
            unit.leader_id = None
    with late.world.writing() as (session, live):
        refresh_routes(session, live.office, now=local_time(LATER))

    page = opened(late, message, local_time(LATER))

    assert "报送问题清单" not in page.text
    assert "没有您负责的单位" in page.text


def test_a_link_of_a_message_to_somebody_else_does_not_open(late, local_time):
    message = summary_of(late, "songlihua")

    page = opened(late, replace(message, link_person=late.person("chenxia")), local_time(LATER))

    assert page.status_code == 404


def test_an_old_link_says_so(late, local_time):
    message = summary_of(late, "songlihua")

    page = opened(late, message, local_time(LATER) - timedelta(days=61))

    assert page.status_code == 410


def test_the_page_of_a_supervisors_own_duties_leads_to_the_units(late, local_time):
    client, now = late.app.test_client(), local_time(LATER)
    page = client.get(late.path(None, late.person("songlihua"), now)).text
    link = re.search(r'href="(/units/[^"]+)"', page)
    assert link
    assert "报送问题清单" in client.get(link[1]).text
    assert "/units/" not in client.get(late.path(None, late.person("xufang"), now)).text
    own = late.path(None, late.person("xufang"), now).replace("/me/", "/units/")
    assert "没有您负责的单位" in client.get(own).text


def test_a_list_leads_to_the_items_it_speaks_of(site, local_time):
    """The keeper is told of several people's certificates in one message."""
    keeper = site.person("sunli")
    message = next(m for _, m in site.world.sent if m.link_person == keeper and "孙涛" in m.body)
    assert LINK in message.body
    assert message.link_obligation is None

    page = opened(site, message, local_time("2026-11-23 09:05"))

    assert page.status_code == 200
    for name in ("孙涛", "赵刚", "马超", "江涛"):
        assert name in page.text
    assert len(re.findall(r'href="/c/', page.text)) == len(re.findall("<li>", page.text))


def test_whoever_leads_units_sees_those_and_no_others(late, local_time):
    now, person = local_time(LATER), late.person("songlihua")
    with late.world.writing() as (session, live):
        report = overdue(session, live, now=now)
        under = report.under(units_of(session, live, report, person, now=now))

    assert {unit.key for unit in under.units} == {"youyi", "heping", "shehuishiwuban"}
