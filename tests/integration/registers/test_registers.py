"""Entries and declared zeros: who may record, what is refused, what a confirmed step leaves, what a correction takes away."""

from datetime import date

import pytest

from models.queries.figures import Counted, figures
from schedules.errors import NotFound, Refused
from tasks.duties.evidence import BadEvidence

MAY = "2026-05-06 10:00"
PUBLIC = {"people": "80", "leaflets": "40", "entrance": "社区"}


def test_an_entry_is_kept_with_the_fact_and_the_record(books, local_time):
    entered = books.add("publicity", local_time(MAY), "2026-05-05", PUBLIC, by="liqiang")

    (row,) = books.entries("publicity")
    assert (row.id, row.held_on, row.recorded_at) == (entered.id, date(2026, 5, 5), local_time(MAY))
    assert row.fields == {"people": ["80"], "leaflets": ["40"], "entrance": ["社区"]}
    assert row.unit_id is not None, "the unit of who recorded it"


def test_the_same_source_is_the_same_entry_and_may_be_entered_again_after_it_was_taken_back(
    books, local_time
):
    now = local_time(MAY)
    first = books.add("cleanup", now, "2026-05-05", {"place": "民主路"}, source="one")
    again = books.add("cleanup", now, "2026-05-05", {"place": "民主路"}, source="one")
    books.add("cleanup", now, "2026-05-05", {"place": "民主路"}, source="two")
    books.take_back(first.id, now)
    back = books.add("cleanup", now, "2026-05-05", {"place": "建设路"}, source="one")

    assert (again.id, again.again, back.again) == (first.id, True, False)
    assert [row.fields["place"] for row in books.entries("cleanup")] == [["建设路"], ["民主路"]]


def test_what_is_wrong_with_an_entry_is_said_at_once_field_by_field(books, local_time):
    with pytest.raises(BadEvidence) as caught:
        books.add(
            "publicity",
            local_time(MAY),
            "2026-05-07",
            {"people": "many", "entrance": "学校", "weather": "fine"},
        )

    assert {name for name, _ in caught.value.faults} == {"held_on", "people", "entrance", "weather"}
    assert books.entries("publicity") == []


@pytest.mark.parametrize(
    ("register", "by", "words"),
    [("publicity", "xuli", "司法所"), ("cleanup", "xuli", "only the desk")],
    ids=["another unit", "a register of the desk"],
)
def test_who_may_not_record_is_told_who_may(books, local_time, register, by, words):
    with pytest.raises(Refused, match=words):
        books.add(register, local_time(MAY), "2026-05-05", {"place": "民主路"}, by=by)


def test_a_register_that_is_not_there_is_refused_with_those_that_are(books, local_time):
    with pytest.raises(NotFound, match="publicity"):
        books.add("publicty", local_time(MAY), "2026-05-05", PUBLIC)


def test_a_confirmed_step_becomes_an_entry_and_goes_with_its_record(books, local_time):
    now = local_time(MAY)
    duty = books.report(now, held_on="2026-04-14")

    (row,) = books.entries("publicity")
    assert (row.held_on, row.fields) == (
        date(2026, 4, 14), {"people": ["80"], "leaflets": ["60"], "entrance": ["社区"]}
    )  # fmt: skip
    with pytest.raises(Refused, match="came from a confirmed step"):
        books.take_back(row.id, now)

    books.undo(duty, now)
    assert books.entries("publicity") == []


def test_the_figures_of_a_record_count_while_it_stands(books, local_time):
    now = local_time(MAY)
    duty = books.report(now, held_on="2026-04-14", entrance="企业")
    year = date(2026, 1, 1), date(2026, 12, 31)

    with books.world.db.reading() as session:
        found = figures(session, *year)
        only = figures(session, *year, names=["leaflets"])
        assert figures(session, date(2026, 4, 15), date(2026, 12, 31)) == []
    here = ("spring-day", "2026-04-15")
    assert found == [
        Counted(*here, "activities", 100), Counted(*here, "leaflets", 6000), Counted(*here, "on_the_day", 100),
        Counted(*here, "with_firms", 100),
    ]  # fmt: skip
    assert only == [Counted(*here, "leaflets", 6000)]

    books.undo(duty, now)
    with books.world.db.reading() as session:
        assert figures(session, *year) == []


def test_a_zero_is_refused_for_days_with_entries_and_falls_when_one_is_entered(books, local_time):
    now = local_time(MAY)
    books.add("complaints", now, "2026-03-10", {"matter": "态度"})
    with pytest.raises(Refused, match="1 entries"):
        books.zero("complaints", now, "2026-03-01", "2026-03-31")

    books.zero("complaints", now, "2026-04-01", "2026-04-30")
    entered = books.add("complaints", now, "2026-04-20", {"matter": "态度"})

    assert (entered.zeros, books.zeros("complaints")) == (1, [])


@pytest.mark.parametrize(
    ("span", "words"),
    [(("2026-05-01", "2026-05-07"), "days to come"), (("2026-05-04", "2026-05-01"), "before the first")],
)
def test_a_zero_for_days_to_come_or_backwards_is_refused(books, local_time, span, words):
    with pytest.raises(Refused, match=words):
        books.zero("complaints", local_time(MAY), *span)


def test_the_only_unit_that_records_speaks_for_the_office(books, local_time):
    zero = books.zero("complaints", local_time(MAY), "2026-04-01", "2026-04-30", unit="综治办")

    (row,) = books.zeros("complaints")
    assert (row.id, row.unit_id) == (zero, None)


def test_declaring_twice_is_declaring_once(books, local_time):
    now = local_time(MAY)
    span = "2026-04-01", "2026-04-30"

    assert books.zero("complaints", now, *span) == books.zero("complaints", now, *span)
