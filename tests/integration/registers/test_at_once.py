"""Two people at the same moment: nothing is lost from a figure, and a zero and an entry see each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from schedules.errors import Refused

MAY = "2026-05-06 10:00"


def at_once(*acts: Callable[[], object]) -> list[object]:
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_entries_of_two_people_are_both_counted(books, local_time):
    now = local_time(MAY)

    def add(day: str, entrance: str) -> Callable[[], object]:
        fields = {"people": "10", "leaflets": "50", "entrance": entrance}
        return lambda: books.add("publicity", now, day, fields)

    at_once(add("2026-04-01", "机关"), add("2026-04-02", "社区"), add("2026-04-03", "企业"))

    assert books.state("publicity-quota") == ("done", 10000, date(2026, 4, 3))


def test_the_same_entry_from_two_clicks_is_one(books, local_time):
    now = local_time(MAY)

    def click() -> object:
        return books.add("cleanup", now, "2026-05-05", {"place": "民主路"}, source="one")

    at_once(click, click)

    assert len(books.entries("cleanup")) == 1


def test_a_zero_never_stands_beside_an_entry(books, local_time):
    now = local_time(MAY)

    at_once(
        lambda: books.zero("complaints", now, "2026-04-01", "2026-04-30"),
        lambda: books.add("complaints", now, "2026-04-20", {"matter": "态度"}),
    )

    assert len(books.entries("complaints")) == 1
    assert books.zeros("complaints") == []
