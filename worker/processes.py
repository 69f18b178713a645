"""The processes of an office on one machine, as `duban up` runs them; the containers run the same."""

import sys

from schedules.words import phrase
from worker import embedded
from worker.child import Process
from worker.errors import NotConfigured
from worker.readiness import is_free
from worker.settings import Settings

LAST_PORT = 65535
DELIVER_SECONDS = 30.0  # what is on the wire gets its answer before the worker is killed
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


def processes(settings: Settings) -> tuple[Process, ...]:
    """Redis if it is ours to start, beat, one worker per queue, the pages.

    Sweeping is one thing after another and gets a single process without a pool; sending waits for providers
    and gets threads. On Linux all but Redis are forks of the supervisor; elsewhere system libraries may not survive a fork.
    Raises NotConfigured if a Redis is needed and there is no program for it.
    """
    forked = sys.platform == "linux"
    redis = (embedded.process(settings.redis_socket),) if settings.redis_socket else ()
    return (
        *redis,
        Process(name="beat", command=celery("beat"), forked=forked),
        Process(name="worker-sweep", command=worker("sweep", "--pool", "solo"), forked=forked),
        Process(
            name="worker-deliver",
            command=worker("deliver", "--pool", "threads", "--concurrency", "8"),
            forked=forked,
            stop_seconds=DELIVER_SECONDS,
        ),
        Process(
            name="web",
            command=(sys.executable, "-m", "worker", "web"),
            ready=health_url(settings),
            forked=forked,
        ),
    )


def celery(*arguments: str) -> tuple[str, ...]:
    """A command line of Celery with our application."""
    return (sys.executable, "-m", "celery", "-A", "worker.app", *arguments, "--loglevel", "INFO")


def worker(queue: str, *arguments: str) -> tuple[str, ...]:
    """A worker of one queue. Workers need not know each other: no gossip, no mingle."""
    return celery(
        "worker", "-Q", queue, "-n", f"{queue}@%h", *arguments, "--without-gossip", "--without-mingle"
    )


def require_port(settings: Settings) -> None:
    """Raise NotConfigured unless the pages can be served where they are to be."""
    host, port = settings.listen_host, settings.listen_port
    if not is_free(host, port):
        raise NotConfigured(
            phrase(
                "port {port} on {host} is taken, perhaps by another duban; end that, or name another one: "
                "DUBAN_LISTEN={host}:{other}, and where others reach it DUBAN_BASE_URL=http://…:{other}",
                port=port, host=host, other=port + 1 if port < LAST_PORT else port - 1,
            )
        )  # fmt: skip


def health_url(settings: Settings) -> str:
    """Where to ask whether the pages are there."""
    host = "127.0.0.1" if settings.listen_host in EVERYWHERE else settings.listen_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.listen_port}/healthz"
