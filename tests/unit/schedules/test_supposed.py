"""An office file with mistakes: what it names is looked up all the same, and nothing is said that only follows from a mistake."""

from collections.abc import Callable

import pytest
from apprise.manager_plugins import NotificationManager
from unit.schedules.offices import OFFICE_YAML

from schedules.apprise_services import SERVICES
from schedules.channel_urls import OWN

Said = Callable[..., list[str]]
SLIP = "x: 1\n"
ENTRY = "a:\n  title: 周报\n  when: {weekly: 周五}\n  who: {roles: [staf]}\n"
NO_ROLE = "s.yaml:4:17: a: there is no role 'staf'; allowed: staff, clerk, keeper; did you mean staff?"


def of_office(said: Said, text: str) -> list[str]:
    """What is said of an office file with one more mistake beside those of `text`."""
    found = said(ENTRY, office_yaml=text + SLIP)
    assert any("unknown key 'x'" in each for each in found)
    return [each for each in found if "unknown key 'x'" not in each]


def test_a_slip_in_office_yaml_hides_no_unknown_role(said: Said) -> None:
    assert of_office(said, OFFICE_YAML) == [NO_ROLE]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("law: {title: 司法所,", "law: {titel: 司法所,", "unknown key 'titel'"),
        ("law: {title: 司法所,", "law: {", "'title' is missing"),
        ("group: true}", "group: 是}", "must be true or false"),
        ("leader: bob", "leader: [bob]", "must be a name"),
        ("team: {title: 执法队, parent: all, head: bob}", "team: 执法队", "must be a mapping"),
        ("statute: [{on: due}]", "statute: 3", "must be a list"),
        ("reach: {", 'quiet: [{from: "12:00", to: 14}]\nreach: {', "is not a time of day"),
        ("title: 小单位", "title: 小单位", ""),
    ],
)
def test_nothing_follows_from_a_mistake(said: Said, old: str, new: str, sentence: str) -> None:
    text = OFFICE_YAML.replace(old, new)
    found = [each for each in of_office(said, text) if not each.startswith("people.csv")]

    assert len(found) == (2 if sentence else 1), found
    assert NO_ROLE in found
    assert any(sentence in each for each in found)


def test_half_a_ladder_names_no_anchor(said: Said) -> None:
    text = OFFICE_YAML.replace(
        "[{before: start, by: 1 workday}]", "[{before: start, bye: 1 workday}, {on: strat}]"
    )

    places = [each.split(": ")[0] for each in of_office(said, text)]

    assert places[-1] == "s.yaml:4:17"
    assert all(each.startswith("office.yaml:13:") for each in places[:-1])


@pytest.mark.parametrize("lost", ["units:", "roles:"])
def test_an_office_whose_names_cannot_be_read_hides_what_hangs_on_them(said: Said, lost: str) -> None:
    text = OFFICE_YAML.replace(lost, f"s{lost}")

    assert all(each.startswith("office.yaml:") for each in of_office(said, text))


def test_an_office_of_nothing_but_slips_names_nothing(said: Said) -> None:
    text = OFFICE_YAML + 'qiet: [{form: 7, to: "14:30"}]\n'

    assert all(each.startswith("office.yaml:") for each in of_office(said, text))


@pytest.mark.parametrize("changed", ["roles: [clerk]", "roles: 1"])
def test_a_section_that_is_no_mapping_names_nothing(said: Said, changed: str) -> None:
    lines = [line for line in OFFICE_YAML.splitlines() if not line.startswith("roles:")]

    assert all(each.startswith("office.yaml:") for each in of_office(said, "\n".join([*lines, changed, ""])))


def test_the_services_written_down_are_those_of_apprise() -> None:
    known = NotificationManager()
    known.load_modules()

    assert set(known.schemas()) - OWN <= SERVICES
