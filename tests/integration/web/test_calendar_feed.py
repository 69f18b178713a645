"""The calendar that programs subscribe to: what it shows, how it follows changes, what it keeps to itself, how it ends."""

import gzip
import json
import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from sqlalchemy import select

from models.access import FeedRow
from models.people import PersonRow
from models.schedules import ScheduleVersionRow
from schedules.dues import Due
from tasks.duties.approve import waive
from tasks.duties.confirm import confirm
from tasks.duties.due import move_due
from tasks.duties.duty import load
from tasks.duties.transfer import party_of, transfer
from tasks.duties.undo import undo

NOW = "2026-11-23 09:05"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def feed(site, local_time):
    """Chen Xia's address: (client, path of the feed, path of its page)."""
    client, page = (
        site.app.test_client(),
        site.path(None, site.person("chenxia"), local_time(NOW)) + "/calendar",
    )
    assert site.send(client, page).status_code == 303
    return client, address(client, page), page


def address(client, page) -> str:
    found = re.search(r"<code[^>]*>https?://[^/]+(/cal/[^<]+)</code>", client.get(page).text)
    assert found
    return unescape(found[1])


def events(client, path) -> dict[str, Any]:
    """The events by their first summary word and uid."""
    answer = client.get(path)
    assert answer.status_code == 200
    return {str(each["uid"]): each for each in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}


def of(found: dict[str, Any], word: str) -> Any:
    (one,) = (each for each in found.values() if word in str(each["summary"]))
    return one


def alarms(event: Any) -> list[timedelta]:
    return [each["trigger"].dt for each in event.walk("VALARM")]


def test_a_deadline_is_an_event_of_its_day_with_an_alarm_the_morning_before(site, feed):
    client, path, _ = feed

    event = of(events(client, path), "报送问题清单")

    assert str(event["summary"]) == "待办：法治建设集中研判：报送问题清单"
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 11, 23), date(2026, 11, 24))
    assert (str(event["status"]), str(event["transp"])) == ("CONFIRMED", "TRANSPARENT")
    assert "时限：11月23日（周一） 18:00" in str(event["description"])
    assert alarms(event) == [-timedelta(hours=15, minutes=20)], "at 08:40, when the office sends"


def test_a_gathering_is_an_event_of_its_hour_with_two_alarms(site, feed, local_time):
    client, path, _ = feed
    site.world.at("2026-11-26 16:00")
    site.stand_at(local_time("2026-11-26 16:00"))

    found = [each for each in events(client, path).values() if isinstance(each["dtstart"].dt, datetime)]

    coming = next(each for each in found if each["dtstart"].dt.date() == date(2026, 11, 27))
    assert coming["dtstart"].dt == datetime(2026, 11, 27, 15, tzinfo=SHANGHAI)
    assert coming["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert coming["dtend"].dt > coming["dtstart"].dt
    assert alarms(coming) == [-timedelta(days=1), -timedelta(hours=1)]


def test_a_moved_day_moves_the_same_event_with_a_higher_sequence(site, feed, local_time):
    client, path, _ = feed
    duty = site.duty("half-year-review", "collect", "minzhu")
    before = of(events(client, path), "报送问题清单")
    etag = client.get(path).headers["ETag"]

    with site.world.writing() as (session, live):
        day = date(2026, 11, 27)
        move_due(
            session, live, load(session, duty), Due(day, local_time("2026-11-27 18:00"), False, None), kind="manual", reason="会议改期",
            now=local_time(NOW) + timedelta(minutes=5), new_epoch=True,
        )  # fmt: skip

    after = of(events(client, path), "报送问题清单")
    assert after["uid"] == before["uid"]
    assert after["dtstart"].dt == day
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_what_is_done_says_so_and_rings_no_more(site, feed, local_time):
    client, path, _ = feed
    duty = site.duty("half-year-review", "collect", "minzhu")
    first = of(events(client, path), "报送问题清单")
    with site.world.writing() as (session, live):
        confirm(
            session, live, obligation_id=duty, by=None, done_on=date(2026, 11, 23), evidence={"list": "无"}, files={}, note=None,
            how="cli", now=local_time(NOW),
        )  # fmt: skip

    done = of(events(client, path), "报送问题清单")

    assert str(done["summary"]).startswith("已办结：")
    assert done["uid"] == first["uid"]
    assert done["sequence"] > first["sequence"]
    assert alarms(done) == []
    with site.world.writing() as (session, live):
        undo(session, live, obligation_id=duty, by=None, reason="传错了", now=local_time(NOW))
    again = of(events(client, path), "报送问题清单")
    assert str(again["summary"]).startswith("待办：")
    assert again["sequence"] >= done["sequence"], "it never falls"


def test_what_is_waived_is_cancelled_for_ninety_days(site, feed, local_time):
    client, path, _ = feed
    first = of(events(client, path), "报送问题清单")

    with site.world.writing() as (session, live):
        duty = site.duty("half-year-review", "collect", "minzhu")
        waive(session, live, obligation_id=duty, by=None, reason="不再需要", now=local_time(NOW))

    gone = of(events(client, path), "报送问题清单")
    assert (gone["uid"], str(gone["status"])) == (first["uid"], "CANCELLED")
    assert gone["sequence"] > first["sequence"]
    site.stand_at(local_time(NOW) + timedelta(days=89))
    assert str(events(client, path)[str(first["uid"])]["status"]) == "CANCELLED"
    site.stand_at(local_time(NOW) + timedelta(days=91))
    assert str(first["uid"]) not in events(client, path)


@pytest.mark.parametrize(
    ("privacy", "said", "unsaid"),
    [
        ("sealed", "1项督办事项", ("集中研判", "清单", "民主社区")),
        ("case", "报送问题清单", ("民主社区", "依据")),
    ],
)
def test_what_is_not_public_is_not_said_on_other_peoples_servers(site, feed, privacy, said, unsaid):
    client, path, _ = feed
    with site.world.db.writing.begin() as session:
        duty = site.duty("half-year-review", "collect", "minzhu")
        for row in session.scalars(select(ScheduleVersionRow)):
            spec = json.loads(row.spec_json)
            if spec["id"] == "half-year-review":
                row.spec_json = json.dumps({**spec, "privacy": privacy})

    found = [each for each in events(client, path).values() if str(each["url"]).endswith(f"/d/{duty}")]

    (event,) = found
    assert said in str(event["summary"])
    text = event.to_ical().decode().replace("\r\n ", "")
    for word in unsaid:
        assert word not in text


def test_no_address_in_it_opens_anything_without_the_phone(site, feed):
    client, path, _ = feed
    text = client.get(path).data.decode().replace("\r\n ", "")

    assert re.findall(r"/(?:c|me|m)/", text) == []
    assert re.search(r"URL:http\S+/d/\d+\r\n", text)


def test_the_bytes_are_as_the_rfc_wants_them(site, feed):
    client, path, _ = feed
    answer = client.get(path)
    lines = answer.data.split(b"\r\n")

    assert answer.mimetype == "text/calendar"
    assert answer.data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    for line in (
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ):
        assert line.encode() in lines
    uids = re.findall(rb"UID:([^\r]+)", answer.data.replace(b"\r\n ", b""))
    assert len(uids) == len(set(uids)) > 1


def test_a_program_that_has_it_is_answered_briefly(site, feed):
    client, path, _ = feed
    first = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert client.get(path).data == gzip.decompress(first.data), "the same to the byte while nothing changes"

    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert client.head(path).status_code == 200


def test_a_new_address_ends_the_old_one_and_ending_leaves_none(site, feed):
    client, path, page = feed
    before = site.rows()
    client.get(path)
    assert site.rows() == before, "fetching changes nothing"

    site.send(client, page)
    new = address(client, page)

    assert client.get(path).status_code == 410
    assert client.get(new).status_code == 200
    site.send(client, f"{page}/end", page=page)
    assert client.get(new).status_code == 410
    assert "webcal:" not in client.get(page).text
    with site.world.db.reading() as session:
        assert [row.ended_at is not None for row in session.scalars(select(FeedRow))] == [True, True]


def test_whoever_left_or_forges_gets_nothing(site, feed):
    client, path, _ = feed
    forged = path[:-8] + ("AAAA" if path[-8:-4] != "AAAA" else "BBBB") + ".ics"
    assert client.get(forged).status_code == 404
    with site.world.db.writing.begin() as session:
        session.get_one(PersonRow, site.person("chenxia")).left_on = date(2026, 11, 1)

    assert client.get(path).status_code == 410


def test_what_was_handed_over_is_cancelled_for_the_one_before(site, feed, local_time):
    client, path, _ = feed
    duty = site.duty("half-year-review", "collect", "minzhu")
    before = of(events(client, path), "报送问题清单")
    with site.world.writing() as (session, live):
        transfer(
            session, live, obligation_id=duty, to_party=party_of(session, live, "zhaojing"), by=None, reason="归口", now=local_time(NOW)
        )  # fmt: skip

    assert str(events(client, path)[str(before["uid"])]["status"]) == "CANCELLED"
