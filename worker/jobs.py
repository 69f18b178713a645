"""What only workers need: the jobs, the runtime they run on, and what happens when a worker starts and stops.

`worker.app` imports this when a worker begins; beat never does, which saves it 40 MB.
"""

from typing import Any

from celery import Celery
from celery.signals import (
    task_postrun,
    worker_process_shutdown,
    worker_ready,
    worker_shutdown,
    worker_shutting_down,
)

from tasks import jobs, runtime
from tasks.job_names import DELIVER, SWEEP
from worker.job_runtime import JobRuntime
from worker.memory import trim
from worker.settings import Settings

__all__ = ["jobs", "prepare"]


def prepare(app: Celery, settings: Settings) -> None:
    """Say what jobs run on; a process makes it when its first job runs, a forked child anew."""
    runtime.install(lambda: JobRuntime(settings, app))


@worker_ready.connect
def _begin(sender: Any = None, **_what: object) -> None:
    """Look at once for what has become due while nobody worked; then give back the memory that starting took."""
    queues = sender.app.amqp.queues.consume_from if sender is not None else {}
    for queue, job in (("sweep", SWEEP), ("deliver", DELIVER)):
        if queue in queues:
            runtime.current().ask(job)
    trim()


@task_postrun.connect
def _tidy(**_what: object) -> None:
    """A job has ended."""
    run = runtime.made()
    if isinstance(run, JobRuntime):
        run.tidy()


@worker_shutting_down.connect
def _begin_nothing_new(**_what: object) -> None:
    """SIGTERM: a deliver job ends after what is on the wire."""
    run = runtime.made()
    if isinstance(run, JobRuntime):
        run.stop()


@worker_shutdown.connect
@worker_process_shutdown.connect
def _let_go(**_what: object) -> None:
    """Commit the results that have arrived."""
    run = runtime.made()
    if isinstance(run, JobRuntime):
        run.close()
