"""Named ladders in a file of schedules: they serve every schedule, and a mistake in one is told with its place."""

from collections.abc import Callable

Said = Callable[..., list[str]]
USES = "a: {title: 周报, when: {weekly: 周五}, who: {roles: [staff]}, remind: {use: quick}}\n"
OWN = "ladders:\n  quick: [{before: due, by: 1 workday}]\n"


def test_a_schedule_of_another_file_uses_it(said: Said) -> None:
    assert said(USES, other_yaml=OWN) == []


def test_a_name_is_taken_once(said: Said) -> None:
    twice = OWN.replace("quick", "weekly") + "  quick: [{on: due}]\n"

    assert said(OWN, z_yaml=twice) == [
        "z.yaml:2:3: weekly: the id 'weekly' is already taken at office.yaml:13",
        "z.yaml:3:3: quick: the id 'quick' is already taken at s.yaml:2",
    ]


def test_mistakes_in_rungs_are_told_with_their_place(said: Said) -> None:
    found = said("ladders:\n  quick: [{before: due, by: 1 workday, to: boss}]\n  odd: [{befor: due}]\n")

    assert any(each.startswith("s.yaml:2:") and "boss" in each for each in found), found
    assert any(each.startswith("s.yaml:3:") and "befor" in each for each in found), found
