"""What `/metrics` and `/healthz` say: the facts of `duban doctor`, as figures. No names of people, and nothing that is slow to count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib.metadata import version

import redis
from sqlalchemy.orm import Session

from models.queries import measured
from models.schedules import LeaseRow, OfficeStateRow
from schedules.errors import NotFound
from tasks.delivery.auditor import Findings, examine
from tasks.live import Live, current
from worker import vitals
from worker.backups.restore_mark import broken_off
from worker.clock import machine_now, office_now
from worker.exposition import Gauge, Sample, by_label, gauge
from worker.lease import is_free
from worker.settings import Settings
from worker.vitals import Level
from worker.zone import zone_in_force

NUMBERS: Mapping[Level, int] = {"fine": 0, "note": 1, "wrong": 2}
LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Redis: whether it answers (None: the broker is no Redis), and what it does when its memory is full."""

    up: bool | None
    policy: str | None = None

    @property
    def level(self) -> Level:
        """As `duban doctor` has it."""
        if self.up is False or self.policy not in (None, "noeviction"):
            return "wrong"
        return "note" if self.up is None else "fine"


def broker_of(client: redis.Redis | None) -> Broker:
    """Ask Redis."""
    if client is None:
        return Broker(up=None)
    try:
        client.ping()
        return Broker(up=True, policy=vitals.policy_of(client))
    except (redis.RedisError, OSError):
        return Broker(up=False)


def unreadable(settings: Settings, client: redis.Redis | None) -> Iterator[Gauge]:
    """What can be said while the database does not answer."""
    broker = broker_of(client)
    yield gauge("duban_database_up", "Whether the database answers.", False)
    yield from _of_broker(broker)
    yield from _of_machine(settings, young=True)
    yield _lights({"database": "wrong", "redis": broker.level, **_kept(settings, young=True)})


def measure(session: Session, settings: Settings, client: redis.Redis | None) -> Iterator[Gauge]:
    """Everything, in the caller's transaction."""
    now, broker = machine_now(), broker_of(client)
    state = session.get(OfficeStateRow, 1)
    young = vitals.is_young(session, office_now(session).astimezone(zone_in_force(session)))
    labels = {"version": version("duban"), "revision": measured.revision(session)}
    yield Gauge(
        "duban_build_info", "Version of the program and revision of the tables.", (Sample(1.0, labels),)
    )
    yield gauge("duban_database_up", "Whether the database answers.", True)
    yield from _of_broker(broker)
    yield from _of_machine(settings, young=young)
    ages, lease = vitals.ages(session, now), session.get(LeaseRow, "beat")
    leads = lease is not None and not is_free(lease, now)
    yield from _of_processes(ages, leads=leads)
    clocks = vitals.clocks(session, client if broker.up else None, now)
    yield by_label(
        "duban_clock_ahead_seconds", "How far the clock of this machine is ahead of another one.", "of", dict(clocks.ahead)
    )  # fmt: skip
    yield gauge(
        "duban_clock_back_seconds", "How far the clock stands before what was already written.", clocks.back
    )
    lights = {
        "database": "fine", "redis": broker.level, "beat": _work(ages.get("beat"), also=leads), **_kept(settings, young=young),
        **{part: _work(ages.get(part)) for part in vitals.PARTS}, "clock": clocks.level,
    }  # fmt: skip
    try:
        live = current(session)
    except NotFound:
        yield _lights(lights)
        return
    found = examine(session, now=office_now(session), machine_now=now)
    yield from _of_delivery(session, live, found, stopped=bool(state and state.sending_stopped), now=now)
    today = live.today(office_now(session))
    lights |= {
        "messages": "fine" if found.well else "wrong", "calendar": vitals.calendar_level(live.office.calendar, today),
        "channels": "wrong" if found.broken else "fine", "people": "wrong" if found.unreached else "fine",
    }  # fmt: skip
    yield _lights(lights)


def _kept(settings: Settings, *, young: bool) -> dict[str, Level]:
    disk = vitals.disk(settings.data)
    last = vitals.backup(settings.data, now=machine_now(), young=young)
    cut_off = broken_off(settings.data).exists()
    return {
        "disk": disk.level if disk else "note", "backups": last.level, "restore": "wrong" if cut_off else "fine",
    }  # fmt: skip


def _work(age: float | None, *, also: bool = True) -> Level:
    return "fine" if vitals.at_work(age) and also else "wrong"


def _lights(levels: Mapping[str, Level]) -> Gauge:
    return by_label(
        "duban_light", "What duban doctor says: 0 green, 1 yellow, 2 red.", "subject",
        {subject: NUMBERS[level] for subject, level in levels.items()},
    )  # fmt: skip


def _of_broker(broker: Broker) -> Iterator[Gauge]:
    yield gauge("duban_redis_up", "Whether Redis answers.", broker.up)
    keeps = None if broker.policy is None else broker.policy == "noeviction"
    yield gauge(
        "duban_redis_keeps",
        "Whether Redis keeps everything it is given (maxmemory-policy noeviction).",
        keeps,
    )


def _of_machine(settings: Settings, *, young: bool) -> Iterator[Gauge]:
    disk = vitals.disk(settings.data)
    yield gauge("duban_disk_free_bytes", "Room on the disk of the data folder.", disk.free if disk else None)
    yield gauge("duban_disk_size_bytes", "Size of the disk of the data folder.", disk.total if disk else None)
    last = vitals.backup(settings.data, now=machine_now(), young=young).last
    at = last.at.timestamp() if last else None
    yield gauge(
        "duban_backup_timestamp_seconds", "When the last backup was made; absent if there never was one.", at
    )
    yield gauge("duban_backup_size_bytes", "Size of the last backup.", last.size if last else None)
    yield gauge(
        "duban_backup_missing_files",
        "Evidence that could not be put into the last backup.",
        last.missing if last else None,
    )


def _of_processes(ages: Mapping[str, float], *, leads: bool) -> Iterator[Gauge]:
    kinds = {"beat": ages.get("beat"), **{part: ages.get(part) for part in vitals.PARTS}}
    yield by_label(
        "duban_process_seen_seconds",
        "How long ago a kind of process was last seen at work.",
        "process",
        kinds,
    )
    yield by_label(
        "duban_process_up", "Whether a kind of process is at work.", "process",
        {kind: vitals.at_work(age) and (leads or kind != "beat") for kind, age in kinds.items()},
    )  # fmt: skip


def _of_delivery(
    session: Session, live: Live, found: Findings, *, stopped: bool, now: datetime
) -> Iterator[Gauge]:
    yield gauge("duban_delivery_well", "Whether everything that is due goes out, to everybody.", found.well)
    late = {"unsent": found.unsent_seconds, "unswept": found.unswept_seconds, "frozen": found.frozen_seconds}
    yield by_label(
        "duban_delivery_late_seconds", "How long something is late: due and unsent, due and unswept, claimed and frozen.", "what",
        {what: age or 0 for what, age in late.items()},
    )  # fmt: skip
    yield gauge("duban_sending_stopped", "Whether somebody stopped all sending.", stopped)
    yield gauge("duban_trial", "Whether every message goes to the clerk.", live.trial)
    yield by_label(
        "duban_messages",
        "Messages that wait, failed, or may not have arrived, by state.",
        "state",
        dict(measured.messages(session)),
    )
    tries = measured.attempts(session, since=now - LATELY)
    samples = tuple(
        Sample(float(n), {"channel": channel, "outcome": outcome})
        for (channel, outcome), n in sorted(tries.items())
    )
    yield Gauge(
        "duban_attempts_last_hour",
        "Tries to send that ended within the last hour, by channel and outcome.",
        samples,
    )
    yield by_label(
        "duban_channel_up", "Whether a channel may be used: its provider has not refused it.", "channel",
        {channel: not broken for channel, broken in measured.channels(session).items()},
    )  # fmt: skip
    yield gauge(
        "duban_people_unreached", "People who owe something and got no message lately.", found.unreached
    )
    opened, overdue = measured.duties(session, today=live.today(office_now(session)))
    yield gauge("duban_duties_open", "Duties that are open.", opened)
    yield gauge("duban_duties_overdue", "Duties that are open and overdue.", overdue)
    last = live.office.calendar.last_announced
    until = datetime.combine(last, time(), tzinfo=live.office.tz).timestamp() if last else None
    yield gauge(
        "duban_calendar_valid_to_timestamp_seconds", "The last day whose working days are announced.", until
    )
