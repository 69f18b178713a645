"""Which report an office fills: its own, else that of the starter office without what this office does not keep."""

from functools import lru_cache

from schedules.report import Chapter
from schedules.report_file import chapters_of
from tasks.live import Live
from worker.settings import packaged_office

FILE = "report.yaml"


def report_of(live: Live) -> tuple[Chapter, ...]:
    """The chapters."""
    return live.office.report or _starter()


@lru_cache(maxsize=1)
def _starter() -> tuple[Chapter, ...]:
    return chapters_of((packaged_office() / FILE).read_text(encoding="utf-8"))
