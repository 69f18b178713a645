"""Events as RFC 5545 wants them.

Loaded by the first program that fetches a calendar: the library is large, and most processes never need it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone

from worker.web.staff.agenda import Item

REFRESH = timedelta(hours=1)  # and PT1H below: how often programs are asked to look again


def calendar(items: Iterable[Item], *, name: str, tz: ZoneInfo) -> bytes:
    """The whole calendar, published: folded, escaped, with its zone. The same items give the same bytes."""
    found = Calendar()
    found.add("prodid", "-//duban//duban//ZH")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("name", name)
    found.add("x-wr-calname", name)
    found.add("x-wr-timezone", tz.key)
    found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    found.add_component(Timezone.from_tzinfo(tz, tz.key, date(2020, 1, 1), date(2038, 1, 1)))
    for item in items:
        found.add_component(_event(item, tz))
    return bytes(found.to_ical())


def _event(item: Item, tz: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", item.uid)
    event.add("dtstamp", item.changed_at)
    event.add("last-modified", item.changed_at)
    event.add("sequence", item.sequence)
    event.add("summary", item.summary)
    event.add("description", item.description)
    event.add("dtstart", _local(item.start, tz))
    event.add("dtend", _local(item.end, tz))
    event.add("status", item.status)
    event.add("class", "PRIVATE")
    event.add(
        "transp",
        "OPAQUE" if isinstance(item.start, datetime) and item.status != "CANCELLED" else "TRANSPARENT",
    )
    event.add("url", item.url)
    for lead in item.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", item.summary)
        alarm.add("trigger", -lead)
        event.add_component(alarm)
    return event


def _local(at: date | datetime, tz: ZoneInfo) -> date | datetime:
    return at.astimezone(tz) if isinstance(at, datetime) else at
