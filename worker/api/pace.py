"""How many requests a client may make: so many in any minute, counted over all processes in Redis.

While Redis is away each process counts for itself, and asks Redis again only after a while: the API must neither wait for it nor
stop with it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import redis
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from worker.limits import REDIS_SECONDS, storage_address

log = logging.getLogger(__name__)
NAMESPACE = "duban:api"
AGAIN = timedelta(seconds=15)  # until Redis is asked again after it did not answer


class Pace:
    """Grants or refuses requests; one for each process. `rate` is like `600/minute`."""

    def __init__(self, broker_url: str, rate: str, machine_now: Callable[[], datetime]) -> None:
        self._item: RateLimitItem = parse(rate)
        self._address = storage_address(broker_url)
        self._machine_now = machine_now
        self._shared: MovingWindowRateLimiter | None = None
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._away_until: datetime | None = None

    def wait(self, client: str) -> int:
        """Seconds until a client may ask again; 0 counts as asked now."""
        now = self._machine_now()
        if self._address is not None and (self._away_until is None or self._away_until <= now):
            try:
                return self._hit(self._of_redis(self._address), client, now)
            except (redis.RedisError, StorageError, OSError) as error:
                log.warning(
                    "pace: Redis does not answer (%s), each process counts for itself", type(error).__name__
                )
                self._away_until = now + AGAIN
        return self._hit(self._own, client, now)

    def _hit(self, limiter: MovingWindowRateLimiter, client: str, now: datetime) -> int:
        if limiter.hit(self._item, NAMESPACE, client):
            return 0
        reset = limiter.get_window_stats(self._item, NAMESPACE, client).reset_time
        return max(1, int(reset - now.timestamp()) + 1)

    def _of_redis(self, address: str) -> MovingWindowRateLimiter:
        if self._shared is None:
            storage = RedisStorage(
                address,
                wrap_exceptions=True,
                socket_timeout=REDIS_SECONDS,
                socket_connect_timeout=REDIS_SECONDS,
            )
            self._shared = MovingWindowRateLimiter(storage)
        return self._shared
