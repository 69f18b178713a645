"""What the processes of one machine share: everything is imported once, then each of them is a fork.

The supervisor imports this when it shall fork a process; it loads all that beat, workers and pages use. Nothing here opens a database
or a connection, starts a thread or sends anything.
"""

import runpy
import sqlite3
import sys
from collections.abc import Sequence
from functools import partial

import billiard.pool
import celery.app.amqp
import celery.app.control
import celery.app.events
import celery.app.log
import celery.app.routes
import celery.apps.beat
import celery.apps.worker
import celery.concurrency.solo
import celery.concurrency.thread
import celery.events.receiver
import celery.worker.autoscale
import celery.worker.components
import celery.worker.consumer
import celery.worker.consumer.delayed_delivery
import celery.worker.control
import celery.worker.heartbeat
import celery.worker.loops
import celery.worker.pidbox
import celery.worker.request
import celery.worker.strategy
import kombu.transport.redis
from celery.bin.base import CLIContext
from celery.bin.beat import beat
from celery.bin.worker import worker as celery_worker
from sqlalchemy.orm import configure_mappers

from tasks import catalogs
from worker import beat as scheduler
from worker import jobs
from worker.app import app
from worker.channels import send
from worker.cli import main, web
from worker.memory import apart, release, uncollected

SHARED = (
    billiard.pool, celery.app, celery.apps, celery.concurrency.solo, celery.concurrency.thread, celery.events.receiver, celery.worker,
    kombu.transport.redis, sqlite3, jobs, main, scheduler, send, web,
)  # fmt: skip
CELERY = {"beat": beat, "worker": celery_worker}
OURS = "worker.app"


def load() -> None:
    """Make what is otherwise made at first use, then keep it out of the children's garbage collection, which would copy it."""
    with uncollected():
        configure_mappers()
        app.finalize(auto=True)
        for language in catalogs.LANGUAGES:
            catalogs.take(language, apart(partial(catalogs.compiled, language)))
            catalogs.translations(language)
    release()


def run(command: Sequence[str]) -> None:
    """Do in this process what `python -m MODULE ARGUMENTS` would do in its own; `command` begins with the interpreter.

    Celery's `beat` and `worker` are called below its command group, which would load a shell and its editor: 8 MB, half a second.
    Raises SystemExit as they do.
    """
    module, *arguments = command[2:]
    if module != "celery":
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    option, name, program, *rest = arguments
    if (option, name) != ("-A", OURS):
        raise ValueError(f"celery {option} {name}: only -A {OURS} can be forked")
    sys.argv = [module, *arguments]
    context = CLIContext(app=app, no_color=True, workdir=None)
    CELERY[program].main(rest, prog_name=f"celery {program}", obj=context)
