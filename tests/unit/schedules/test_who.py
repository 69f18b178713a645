"""Who, on which day: roles, units with those below, tags, certificates while they are valid; and the office's names."""

from dataclasses import replace
from datetime import date

import pytest

from schedules.audience import AnyOf, Expr, In, Minus, Roll, expression, memberships, roll_of
from schedules.errors import NotFound
from schedules.grammar import Who
from schedules.office import Credential, OfficeSpec
from schedules.office_grammar import UnitDefinition

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def office(small: object) -> OfficeSpec:
    loaded = small()  # type: ignore[operator]
    assert isinstance(loaded.office, OfficeSpec)
    return loaded.office


def who(**keys: object) -> Who:
    return Who.model_validate({key.replace("but", "except"): value for key, value in keys.items()})


@pytest.mark.parametrize(
    ("words", "people"),
    [
        (who(roles=["staff"]), ["alice", "bob", "carol"]),
        (who(role="clerk"), ["alice"]),
        (who(unit="执法队"), ["bob", "carol"]),
        (who(units=["all"]), ["alice", "bob", "carol", "dave"]),
        (who(tags=["党员"]), ["alice", "carol"]),
        (who(people=["dave"], role="clerk"), ["alice", "dave"]),
        (who(credential="enforcement"), ["carol"]),
        (who(units=["all"], but={"roles": ["staff"]}), ["dave"]),
        (who(responsible={"role": "clerk"}), []),
    ],
)
def test_who_is_meant(words: Who, people: list[str], office: OfficeSpec) -> None:
    assert list(Roll(memberships(office)).evaluate(expression(words, office), TODAY)) == people


def test_expressions_are_values(office: OfficeSpec) -> None:
    found: Expr = expression(who(roles=["staff"], tags=["党员"], but={"role": "clerk"}), office)

    assert found == Minus(AnyOf((In("role", "staff"), In("tag", "党员"))), In("role", "clerk"))


@pytest.mark.parametrize(
    ("day", "people"),
    [
        ("2026-05-31", ["bob"]),
        ("2026-06-14", ["bob"]),
        ("2026-06-15", ["bob", "carol"]),
        ("2026-10-08", ["bob", "carol"]),
        ("2026-10-09", ["carol"]),
    ],
)
def test_a_certificate_counts_from_its_first_to_its_last_day(
    day: str, people: list[str], office: OfficeSpec
) -> None:
    found = Roll(memberships(office)).evaluate(In("credential", "enforcement"), date.fromisoformat(day))

    assert list(found) == people


def test_who_joins_and_leaves_belongs_from_then_and_until_then(office: OfficeSpec) -> None:
    people = tuple(
        replace(person, left_on=date(2026, 7, 1)) if person.id == "carol" else person
        for person in office.people
    )
    members = memberships(replace(office, people=people))

    days = {
        day: Roll(members).evaluate(In("person", "carol"), date.fromisoformat(day))
        for day in ("2026-05-31", "2026-06-01", "2026-07-01")
    }

    assert days == {"2026-05-31": (), "2026-06-01": ("carol",), "2026-07-01": ()}


def test_a_revoked_or_unheld_certificate_makes_nobody_a_member(office: OfficeSpec) -> None:
    base = office.credentials[0]
    revoked, stray = replace(base, state="revoked"), replace(base, holder="eve")

    assert [
        m for m in memberships(replace(office, credentials=(revoked, stray))) if m.kind == "credential"
    ] == []


def test_units_answer_to_id_and_title(office: OfficeSpec) -> None:
    assert office.unit("law") == office.unit("司法所") == "law"
    assert office.has_unit("司法所")
    assert not office.has_unit("财政所")
    assert office.ancestors("law") == ("law", "all")
    assert office.units_below("all") == ("all", "law", "team")
    assert office.owning_units(("各科室",)) == ("law", "team")
    with pytest.raises(NotFound, match="no unit '财政所'"):
        office.unit("财政所")


def test_a_circle_of_units_ends(office: OfficeSpec) -> None:
    units = {"a": UnitDefinition(title="a", parent="b"), "b": UnitDefinition(title="b", parent="a")}
    circle = replace(office, file=office.file.model_copy(update={"units": units}))

    assert circle.ancestors("a") == ("a", "b")


def test_people_and_roles_are_found(office: OfficeSpec) -> None:
    assert office.person("alice").name == "艾丽"
    assert office.has_person("alice")
    assert not office.has_person("eve")
    assert office.holders("staff") == ("alice", "bob", "carol")
    assert office.holders("boss") == ()
    assert office.sources == {}
    with pytest.raises(NotFound, match="no person 'eve'"):
        office.person("eve")


def test_an_unknown_schedule_names_the_nearest(starter: OfficeSpec) -> None:
    assert starter.schedule("friday-study").title == "周五集中学习"
    with pytest.raises(NotFound, match="'friday-studie'; allowed: friday-study"):
        starter.schedule("friday-studie")


def test_a_credential_is_a_value() -> None:
    one = Credential(
        number="1", kind="k", holder="h", issued_on=date(2026, 1, 1), expires_on=date(2026, 1, 2)
    )

    assert one == replace(one)
    assert one.state == "valid"


def test_an_office_is_indexed_once_and_a_changed_one_anew(starter: OfficeSpec) -> None:
    assert roll_of(starter) is roll_of(starter)
    nobody = replace(starter, people=())
    assert roll_of(nobody).evaluate(In("role", "staff"), date(2026, 6, 1)) == ()
    assert roll_of(starter).evaluate(In("role", "staff"), date(2026, 6, 1))


def test_a_roster_says_no_membership_twice(starter: OfficeSpec) -> None:
    twice = replace(starter, credentials=(*starter.credentials, *starter.credentials))

    assert memberships(twice) == memberships(starter)
    assert len(set(memberships(starter))) == len(memberships(starter))
