"""The Celery application: `celery -A worker.app beat`, `celery -A worker.app worker -Q sweep`.

The database is the truth and the broker carries wake-ups only: no results, JSON, every message expires, no `eta`. Nothing is opened
at import; a process makes its connections when its first job runs, a forked child anew.
"""

from importlib import import_module

from celery import Celery
from celery.signals import celeryd_init
from kombu import Exchange, Queue

from worker.settings import Settings

settings = Settings.load()

app = Celery("duban", broker=settings.redis_url, set_as_current=True)
_direct = Exchange("duban", type="direct")
_redis = settings.redis_url.startswith(("redis", "unix"))

app.conf.update(
    # What is sent: wake-ups without arguments that matter, worthless after half a minute.
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    result_backend=None,
    task_queues=(
        Queue("sweep", _direct, routing_key="sweep"),
        Queue("deliver", _direct, routing_key="deliver"),
    ),
    task_default_queue="sweep",
    task_default_exchange="duban",
    task_default_routing_key="sweep",
    task_routes={"duban.deliver": {"queue": "deliver"}},
    task_default_delivery_mode="transient",
    task_publish_retry=False,
    task_publish_retry_policy={"max_retries": 1, "interval_max": 0.2},
    # How it is taken: late acknowledgement may repeat a wake-up, which does no harm; a poison message is never handed back.
    task_acks_late=True,
    task_reject_on_worker_lost=False,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=True,
    worker_log_format="%(asctime)s %(levelname)s %(message)s",
    worker_task_log_format="%(asctime)s %(levelname)s %(task_name)s: %(message)s",
    task_soft_time_limit=50,  # prefork only; threads bound themselves (tasks/jobs.py)
    task_time_limit=60,
    worker_soft_shutdown_timeout=20,
    # The broker may be away at any moment, for as long as it likes.
    broker_connection_retry=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=2,
    broker_transport_options={
        "visibility_timeout": 300,  # longer than any job
        "socket_timeout": 10,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.5,
    }
    if _redis
    else {},
    beat_scheduler="worker.beat:DatabaseScheduler",
    beat_max_loop_interval=1,
    beat_sync_every=1,
    timezone="UTC",
    enable_utc=True,
)


@celeryd_init.connect
def _load_jobs(**_what: object) -> None:
    """A worker begins: load the jobs. They are not in `include`, which beat would import as well."""
    import_module("worker.jobs").prepare(app, settings)
