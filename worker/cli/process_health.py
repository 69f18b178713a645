"""What `duban doctor` says of the processes: beat, its lease and last look, the workers, Redis, the clocks."""

from collections.abc import Iterator

import redis
from sqlalchemy.orm import Session

from models.schedules import HeartbeatRow, LeaseRow
from worker.cli.finding import Finding
from worker.cli.language import N_, _
from worker.clock import machine_now, stepped_at
from worker.lease import LASTS, is_free
from worker.nudge import redis_client
from worker.settings import Settings
from worker.vitals import PARTS, ages, at_work, clocks, policy_of
from worker.zone import zone_in_force

REDIS_SECONDS = 2.0
LATER = N_("It was last seen at a time that is later than now; set the clock right first.")
NEARLY = 0.9  # of Redis's memory


def of_processes(session: Session) -> Iterator[Finding]:
    """Beat by its lease and its heartbeat, each kind of worker by its heartbeat. Who leads renews the lease every few seconds."""
    now = machine_now()
    seen = ages(session, now)
    lease = session.get(LeaseRow, "beat")
    leads = lease is not None and not is_free(lease, now)
    if lease is not None and leads and at_work(seen.get("beat")):
        ago = max(0, round((LASTS - (lease.until - now)).total_seconds()))
        yield Finding(
            subject="beat", level="fine",
            what=_("It is at work: {holder}, last look {n} s ago.").format(holder=lease.holder, n=ago),
        )  # fmt: skip
    else:
        yield Finding(
            subject="beat",
            level="wrong",
            what=_(LATER)
            if _is_later(seen.get("beat"))
            else _("It is stopped; it was last seen at {at}.").format(at=_at(session, "beat"))
            if "beat" in seen
            else _("It has never been at work."),
            advice=_("Start it: `duban up`, or `celery -A worker.app beat`. What was missed is caught up."),
        )
    for part in PARTS:
        yield _of_worker(part, seen.get(part), asked=leads)


def _of_worker(part: str, age: float | None, *, asked: bool) -> Finding:
    subject = _("worker {queue}").format(queue=part)
    if age is not None and at_work(age):
        return Finding(
            subject=subject,
            level="fine",
            what=_("It is at work, last seen {n} s ago.").format(n=max(0, round(age))),
        )
    what = (
        _(LATER)
        if _is_later(age)
        else _("It was last seen {ago}.").format(ago=_ago(age))
        if age is not None
        else _("It has never been seen.")
    )
    if not asked:  # beat asks it for something twice a minute; whether it lives cannot be told without that
        return Finding(
            subject=subject,
            level="note",
            what=what,
            advice=_("Start beat first; then look again after a minute."),
        )
    advice = _("Start it: `duban up`, or `celery -A worker.app worker -Q {queue}`.").format(queue=part)
    return Finding(subject=subject, level="wrong", what=what, advice=advice)


def _is_later(age: float | None) -> bool:
    """Whether a heartbeat is of a clock that was ahead of this one."""
    return age is not None and age < 0 and not at_work(age)


def _at(session: Session, name: str) -> str:
    """When that kind of process was last seen, as the office writes it."""
    at = session.get_one(HeartbeatRow, name).at
    return f"{at.astimezone(zone_in_force(session)):%Y-%m-%d %H:%M}"


def _ago(seconds: float) -> str:
    """How long ago, in the largest unit that is at least two."""
    for size, words in ((86400, _("{n} days ago")), (3600, _("{n} hours ago")), (60, _("{n} minutes ago"))):
        if seconds >= 2 * size:
            return words.format(n=int(seconds // size))
    return _("{n} seconds ago").format(n=max(0, round(seconds)))


def _span(seconds: float) -> str:
    """How long, in the largest unit of which there are at least two."""
    for size, words in ((86400, _("{n} days")), (3600, _("{n} hours")), (60, _("{n} minutes"))):
        if seconds >= 2 * size:
            return words.format(n=round(seconds / size))
    return _("{n} s").format(n=round(seconds))


def of_clocks(session: Session, settings: Settings) -> Iterator[Finding]:
    """Whether this machine's clock agrees with those it works with, and has not gone back."""
    subject = _("clock")
    client = redis_client(settings.redis_url, seconds=REDIS_SECONDS)
    try:
        found = clocks(session, client, machine_now())
    finally:
        if client is not None:
            client.close()
    advice = _("Set the clock by NTP on every machine (timedatectl set-ntp true).")
    if found.back > max(map(abs, found.ahead.values()), default=0.0) and found.level != "fine":
        what = _("It stands {span} before what was already written: it was set back.").format(
            span=_span(found.back)
        )
        yield Finding(subject=subject, level=found.level, what=what, advice=advice)
    elif found.level != "fine":
        name, off = max(found.ahead.items(), key=lambda each: abs(each[1]))
        words = (
            _("It is {span} ahead of that of {name}.")
            if off > 0
            else _("It is {span} behind that of {name}.")
        )
        yield Finding(
            subject=subject,
            level=found.level,
            what=words.format(span=_span(abs(off)), name=name),
            advice=advice,
        )
    else:
        yield Finding(
            subject=subject,
            level="fine",
            what=f"{machine_now().astimezone(zone_in_force(session)):%Y-%m-%d %H:%M:%S %z}",
        )
    if (stands := stepped_at(session)) is not None:
        what = _("The office's clock stands at {at}; nothing falls due until it is moved on.").format(
            at=f"{stands.astimezone(zone_in_force(session)):%Y-%m-%d %H:%M}"
        )
        yield Finding(
            subject=subject, level="note", what=what, advice=_("That is right in a demo only; start a real office in another data folder.")
        )  # fmt: skip


def of_redis(settings: Settings) -> Iterator[Finding]:
    """Whether Redis answers and keeps what it is given."""
    try:
        client = redis_client(settings.redis_url, seconds=REDIS_SECONDS)
        if client is None:
            yield Finding(
                subject="Redis", level="note", what=_("The broker is no Redis; it is not looked at.")
            )
            return
        with client:
            client.ping()
            policy, part = policy_of(client), _used(client)
    except (redis.RedisError, OSError, ValueError) as error:
        yield Finding(
            subject="Redis", level="wrong", what=_("It does not answer ({why}).").format(why=type(error).__name__),
            advice=_("Nothing is lost, but everything waits. Start it: `duban up`, or look at DUBAN_REDIS_URL."),
        )  # fmt: skip
        return
    if policy not in (None, "noeviction"):
        yield Finding(
            subject="Redis", level="wrong",
            what=_("It throws data away when memory is short (maxmemory-policy {policy}).").format(policy=policy),
            advice=_("Set maxmemory-policy noeviction."),
        )  # fmt: skip
    elif part > NEARLY:
        yield Finding(
            subject="Redis", level="note", what=_("{n} % of its memory are used.").format(n=round(part * 100)),
            advice=_("See whether something else uses it, or raise maxmemory."),
        )  # fmt: skip
    else:
        yield Finding(subject="Redis", level="fine", what=_("It answers."))


def _used(client: redis.Redis) -> float:
    """The part of its memory that Redis uses; 0 where it has no bound."""
    memory = dict(client.info("memory"))
    most = float(memory.get("maxmemory", 0) or 0)
    return float(memory.get("used_memory", 0)) / most if most else 0.0
