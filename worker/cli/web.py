"""`duban web`: serve the pages with waitress. One of the processes of `duban up`; in a container the only one."""

import logging
import signal
import sys
from typing import Any

import click
import waitress  # type: ignore[import-untyped]

from worker.bootstrap import boot
from worker.cli.command import Command
from worker.cli.language import N_
from worker.memory import trim
from worker.web.app import create_app

THREADS = 8
# Above what a form may have (64 MB): of a larger one the pages still give back what was typed.
LARGEST_REQUEST = 256 * 1024 * 1024


@click.command(
    "web",
    cls=Command,
    help=N_("Serve the pages until stopped. Address and port come from DUBAN_LISTEN."),
    examples=[("duban web", N_("in a container, beside beat and the workers"))],
)
def web() -> None:
    """Listen until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    run = boot()
    app = create_app(run)
    signal.signal(signal.SIGTERM, _stop)
    trim()
    try:
        waitress.serve(
            app, host=run.settings.listen_host, port=run.settings.listen_port, threads=THREADS, ident=None,
            max_request_body_size=LARGEST_REQUEST, clear_untrusted_proxy_headers=True, **behind(run.settings.trusted_proxy),
        )  # fmt: skip
    finally:
        run.close()


def behind(proxy: str | None) -> dict[str, Any]:
    """Take the caller's address from the header of that proxy, the one entry that it wrote itself, and from nobody else's."""
    if proxy is None:
        return {}
    return {"trusted_proxy": proxy, "trusted_proxy_count": 1, "trusted_proxy_headers": {"x-forwarded-for"}}


def _stop(_number: int, _frame: object) -> None:
    """End as asked: waitress closes its sockets on SystemExit, and the exit code says that nothing went wrong."""
    sys.exit(0)
