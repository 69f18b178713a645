"""Tell beat that something may have become due. Best effort: a nudge that gets lost costs at most a second."""

import logging
from contextlib import suppress
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

KEY = "duban:nudge"
NUDGE_SECONDS = 0.2
LIFE_SECONDS = 30  # a nudge nobody took is worthless after that
MOST = 10  # waiting nudges; one is as good as many


def redis_address(broker_url: str) -> str | None:
    """The broker's URL as redis-py writes it; None if the broker is no Redis."""
    if urlsplit(broker_url).scheme not in ("redis", "rediss", "redis+socket", "unix"):
        return None
    return broker_url.replace("redis+socket://", "unix://", 1)


def redis_client(broker_url: str, *, seconds: float) -> redis.Redis | None:
    """A client that answers or fails within `seconds` and never tries twice; None if the broker is no Redis."""
    address = redis_address(broker_url)
    if address is None:
        return None
    return redis.Redis.from_url(
        address, socket_timeout=seconds, socket_connect_timeout=min(seconds, 1.0), retry=Retry(NoBackoff(), 0)
    )


class Nudger:
    """Sends nudges; never raises, never takes longer than a blink."""

    def __init__(self, broker_url: str) -> None:
        self._client = redis_client(broker_url, seconds=NUDGE_SECONDS)

    def nudge(self) -> bool:
        """Wake beat. Call after the commit that made something due; whether it was passed on."""
        if self._client is None:
            return False
        try:
            with self._client.pipeline(transaction=False) as pipe:
                pipe.lpush(KEY, "1")
                pipe.ltrim(KEY, 0, MOST - 1)
                pipe.expire(KEY, LIFE_SECONDS)
                pipe.execute()
        except (redis.RedisError, OSError) as error:
            log.debug("a nudge was lost: %s", type(error).__name__)
            return False
        return True

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            with suppress(redis.RedisError, OSError):
                self._client.close()
