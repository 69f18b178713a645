"""The calendar files of an office together: each year once, each single day once, and no year left out between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from schedules.calendar import Notice, Override, WorkCalendar, merge
from schedules.calendar_file import read_calendar
from schedules.problems import Problem
from schedules.source_text import SourceFile
from schedules.words import phrase


@dataclass(slots=True)
class CalendarFiles:
    """The notices and overrides that were read, and the calendar they make."""

    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    notices: list[Notice] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    _files: dict[int, str] = field(default_factory=dict)

    def read(self, files: Sequence[SourceFile]) -> list[Problem]:
        """Read every *.json; return what was wrong."""
        problems: list[Problem] = []
        for source in files:
            if source.path.endswith(".json"):
                found = read_calendar(source)
                problems += found.problems
                if found.notice is not None:
                    problems += self._take_notice(source, found.notice)
                problems += self._take_overrides(source, found.overrides)
        self.calendar = merge(self.notices, overrides=self.overrides)
        return problems

    def _take_notice(self, source: SourceFile, notice: Notice) -> Iterator[Problem]:
        known = self._files.setdefault(notice.year, source.path)
        if known != source.path:
            what = phrase("the year {year} is already in {file}", year=notice.year, file=known)
            yield Problem(source.path, 1, 1, "", what)
        self.notices.append(notice)

    def _take_overrides(self, source: SourceFile, overrides: Sequence[Override]) -> Iterator[Problem]:
        known = {each.day for each in self.overrides}
        for each in overrides:
            if each.day in known:
                yield Problem(source.path, 1, 1, "", phrase("{day} stands here twice", day=each.day))
            self.overrides.append(each)

    def missing(self) -> Iterator[Problem]:
        """Years without a notice between the first one and the last one. After the last one days are estimated and provisional."""
        years = self.calendar.years
        if not years:
            return
        for year in self.calendar.missing_years(max(years)):
            latest = self._files[max(known for known in years if known < year)]
            what = phrase("the working days of {year} are missing", year=year)
            allowed = phrase("add {name}", name=f"{latest.rpartition('/')[0]}/{year}.json".lstrip("/"))
            yield Problem(latest, 1, 1, "", what, allowed)
