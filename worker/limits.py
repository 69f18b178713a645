"""How often a channel may be used, over all workers: an exact sliding window in Redis, and the ledger where Redis knows too little.

Providers refuse, and DingTalk blocks for ten minutes, whoever writes too often. Redis counts what was granted. While it is away, or its
memory is younger than the span in question (it was emptied or restarted), the ledger decides: what was tried within the span and what
is claimed now, which is at least as many as were sent. What is not granted waits; that is no attempt.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import redis
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy.exc import SQLAlchemyError

from schedules.channels import person_fields
from worker.nudge import redis_address

log = logging.getLogger(__name__)

# What providers publish. WeCom bot 20 a minute: developer.work.weixin.qq.com/document/path/91770; DingTalk bot 20 a minute:
# open.dingtalk.com, custom robot access; Feishu bot 100 a minute and 5 a second: open.feishu.cn, custom bot guide; SMS 50 a day for
# each number: Aliyun's default for notifications. A WeCom app takes 30 a minute for each member (…/path/90312), which one message for
# a reader and a moment never reaches.
DEFAULTS = {
    "wecombot": ("20/minute",), "dingtalk": ("20/minute",), "feishu": ("5/second", "100/minute"), "lark": ("5/second", "100/minute"),
    "alisms": ("50/day",), "qcloudsms": ("50/day",),
}  # fmt: skip
SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
# The provider counts arrivals, we count departures: the span is taken that much longer, so that a slow request is no excess.
MARGIN = {"second": 1, "minute": 5, "hour": 5, "day": 5}
NAMESPACE = "duban"
SINCE = "duban:limits:since"  # when Redis began to remember
REDIS_SECONDS = 0.5
AGAIN_SECONDS = 5  # while the ledger decides, it is asked again that soon
Used = Callable[[str, str, float], int]
"""How many messages of a channel (by its URL template) and recipient were tried or claimed within so many seconds."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in any span of so many seconds."""

    amount: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Read `20/minute`; the margin is added."""
        amount, _slash, unit = text.partition("/")
        return cls(int(amount), SECONDS[unit] + MARGIN[unit])

    def item(self) -> RateLimitItem:
        """The same as the library counts it."""
        return RateLimitItemPerSecond(self.amount, self.seconds, namespace=NAMESPACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What is about to be used: `address` the filled URL, of which only a digest leaves the process; `template` what the ledger knows
    it by. `pieces`: so many requests at once."""

    address: str
    template: str
    recipient: str
    limits: Sequence[Limit]
    pieces: int = 1

    @property
    def key(self) -> str:
        """Names the bot, or the number, in Redis."""
        return hashlib.sha256(self.address.encode()).hexdigest()[:32]

    @property
    def personal(self) -> bool:
        """Whether the address is one person's, as a number is, and not a bot that many are written to by."""
        return bool(person_fields(self.template))

    @property
    def every(self) -> float:
        """Seconds between two uses in the long run, for what waits behind others; 0 where nobody else is in the way."""
        return (
            0.0
            if self.personal
            else max((limit.seconds / limit.amount for limit in self.limits), default=0.0)
        )


def limits_of(scheme: str, given: Sequence[str] | None) -> tuple[Limit, ...]:
    """The office's limits of a channel, else the provider's."""
    texts = DEFAULTS.get(scheme, ()) if given is None else given
    return tuple(sorted((Limit.parse(text) for text in texts), key=lambda limit: limit.seconds))


class Limits:
    """Grants or refuses uses; one for each process. `used` reads the ledger; while it raises what a database raises nothing is granted."""

    def __init__(self, broker_url: str, used: Used, machine_now: Callable[[], datetime]) -> None:
        self._address = storage_address(broker_url)
        self._used = used
        self._machine_now = machine_now
        self._limiter: MovingWindowRateLimiter | None = None

    def wait(self, use: Use) -> int:
        """Seconds until it may be used; 0 counts as used now."""
        if not use.limits:
            return 0
        try:
            limiter, remembers = self._memory()
        except (redis.RedisError, StorageError, OSError) as error:
            log.warning("limits: Redis does not answer (%s), the ledger decides", type(error).__name__)
            limiter, remembers = None, 0.0
        # What the ledger refuses must not be counted as granted.
        forgotten = [limit for limit in use.limits if limit.seconds > remembers]
        try:
            if wait := self._of_ledger(use, forgotten):
                return wait
        except SQLAlchemyError as error:  # nothing was sent, so nothing is unknown
            log.warning("limits: the database does not answer (%s)", type(error).__name__)
            return AGAIN_SECONDS
        try:
            return self._of_redis(limiter, use) if limiter is not None else 0
        except (redis.RedisError, StorageError, OSError):
            return AGAIN_SECONDS

    def _memory(self) -> tuple[MovingWindowRateLimiter | None, float]:
        """The window in Redis, and for how many seconds it has been remembered."""
        if self._address is None:
            return None, 0.0
        limiter = self._limiter or self._connect(self._address)
        now = self._machine_now().timestamp()
        client = cast("RedisStorage", limiter.storage).storage
        client.set(SINCE, str(now), nx=True)
        return limiter, now - float(client.get(SINCE) or now)

    def _of_redis(self, limiter: MovingWindowRateLimiter, use: Use) -> int:
        now = self._machine_now().timestamp()
        for limit in use.limits:
            item = limit.item()
            if not limiter.hit(item, use.key, cost=min(use.pieces, limit.amount)):
                reset = limiter.get_window_stats(item, use.key).reset_time
                return max(1, int(reset - now) + 1)
        return 0

    def _connect(self, address: str) -> MovingWindowRateLimiter:
        storage = RedisStorage(
            address, wrap_exceptions=True, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        )
        self._limiter = MovingWindowRateLimiter(storage)
        return self._limiter

    def _of_ledger(self, use: Use, limits: Sequence[Limit]) -> int:
        """What is claimed is counted as sent, this message too; so the worst is to wait once more than needed."""
        others = use.recipient if use.personal else ""
        for limit in limits:
            # A long message alone passes a small limit, as it does in Redis.
            more = min(use.pieces, limit.amount) - 1
            if self._used(use.template, others, limit.seconds) + more > limit.amount:
                return min(AGAIN_SECONDS, limit.seconds)
        return 0


def storage_address(broker_url: str) -> str | None:
    """The broker's URL as the library writes it; None if it is no Redis."""
    address = redis_address(broker_url)
    if address is None:
        return None
    return address.replace("unix://", "redis+unix://", 1)
