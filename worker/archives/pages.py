"""The pages and tables of a package, which open without a server and without the network."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from tasks.duties.trail import Step
from worker.archives.content import Content
from worker.web.display import Display

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("worker.archives"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip


def page(template: str, d: Display, **values: object) -> bytes:
    """One page; its style stands in the same folder as the package's first page."""
    return _environment().get_template(template).render(_=d._, ngettext=d.ngettext, d=d, **values).encode()


def style() -> bytes:
    """The stylesheet of every page."""
    return _environment().get_template("archive.css").render().encode()


def table(rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV that Excel reads as UTF-8; no cell of it is run as a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
    return ("\ufeff" + written.getvalue()).encode()


def trail_rows(d: Display, content: Content) -> Sequence[Mapping[str, str]]:
    """Who did what, a row for each act."""
    return [_step(d, step, content.names) for step in content.steps]


def _step(d: Display, step: Step, names: Mapping[int, str]) -> Mapping[str, str]:
    about = names.get(step.obligation_id or 0) or d.gettext("the whole")
    return {
        "at": step.at.astimezone(d.tz).isoformat(timespec="seconds"), "moment": d.moment(step.at).striptags(),
        "who": d.words(step.who), "about": about, "what": d.words(step.what), "reason": step.reason,
    }  # fmt: skip
