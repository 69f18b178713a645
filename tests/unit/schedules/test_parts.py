"""What an occurrence consists of: who owes each part, until when, what opens it; and what a quota asks of whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from schedules.audience import AnyOf, In
from schedules.chain import Known, StepFact
from schedules.dues import Due, basis_of, step_due
from schedules.grammar import Quota, Schedule
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.parts import OwnedBy, Part, evidence_of, part_title, parts
from schedules.quota import target
from schedules.slot import Slot

One = Callable[..., tuple[Schedule, OfficeSpec]]
YEAR = date(2026, 1, 1), date(2026, 12, 31)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=8)


def last_slot(schedule: Schedule, office: OfficeSpec) -> Slot:
    return slots(schedule, office, *YEAR)[-1]


def by_key(schedule: Schedule, office: OfficeSpec) -> dict[str, Part]:
    return {part.key: part for part in parts(schedule, last_slot(schedule, office), office)}


def test_a_gathering_is_recorded_by_its_host_and_made_up_for_by_the_absent(starter: OfficeSpec) -> None:
    study = starter.schedule("friday-study")
    found = by_key(study, starter)

    assert list(found) == ["record", "make_up"]
    assert found["record"].owner == OwnedBy(kind="role", keys=("study-secretary",))
    assert (found["record"].kind, found["record"].due_on) == ("record", date(2026, 12, 28))
    assert found["record"].due_at == local("2026-12-28T18:00")
    assert found["make_up"].owner == OwnedBy(kind="expected", expr=In("role", "staff"))
    assert (found["make_up"].kind, found["make_up"].due_on, found["make_up"].opens) == (
        "attend",
        None,
        "at-open",
    )
    assert list(evidence_of(study, "record")) == ["topic", "law", "sheet"]
    assert evidence_of(study, "make_up") == {}


def test_a_review_is_steps_and_children(starter: OfficeSpec) -> None:
    review = starter.schedule("half-year-review")
    found = by_key(review, starter)

    assert {key: (part.kind, str(part.due_on), part.opens, part.owner.kind) for key, part in found.items()} == {
        "collect": ("step", "2026-11-23", "at-open", "units"), "meet": ("step", "2026-11-30", "at-open", "role"),
        "minutes": ("step", "None", "after:meet", "role"), "child": ("child", "None", "after:minutes", "units"),
    }  # fmt: skip
    assert "minzhu" in found["collect"].owner.keys
    assert "dangzhengban" in found["collect"].owner.keys
    assert "sections" not in found["collect"].owner.keys, "a group without a head owes nothing"
    assert found["meet"].owner.keys == ("justice-head",)
    assert found["child"].owner.keys == ()
    assert part_title(review, "meet") == "召开研判会"
    assert part_title(review, "child") == ""
    assert list(evidence_of(review, "meet")) == ["held_on"]


def met(field: str, day: str) -> Known:
    """The review's meeting was held, and its record says so."""
    fact = StepFact(done_on=date.fromisoformat(day), values={field: (day,)})
    return Known(on=date(2026, 11, 30), done={"meet": fact})


def test_a_step_counts_from_what_was_recorded(starter: OfficeSpec) -> None:
    review = starter.schedule("half-year-review")
    slot = last_slot(review, starter)

    assert step_due(review, "minutes", slot, Known(on=slot.date), starter) is None
    due, estimated = (
        Due(date(2026, 12, 4), local("2026-12-04T18:00")),
        Due(date(2027, 1, 5), local("2027-01-05T18:00"), True),
    )
    assert step_due(review, "minutes", slot, met("held_on", "2026-11-27"), starter) == due
    assert step_due(review, "minutes", slot, met("held_on", "2026-12-28"), starter) == estimated


def test_a_step_without_a_fact_of_its_own_counts_from_the_day_of_the_step_before(one: One) -> None:
    steps = "{x: {title: x, due: window}, z: {title: z, after: x, within: 3 workdays}}"
    schedule, office = one(
        f"a: {{title: a, when: {{window: [11]}}, who: {{roles: [staff]}}, steps: {steps}, remind: []}}\n"
    )

    slot = last_slot(schedule, office)
    known = Known(on=slot.date, done={"x": StepFact(done_on=date(2026, 11, 26))})
    found = step_due(schedule, "z", slot, known, office)

    assert found == Due(date(2026, 12, 1), local("2026-12-01T18:00"))


def test_a_certificate_is_owed_by_its_holder_and_its_steps_by_the_keeper(starter: OfficeSpec) -> None:
    certificate = starter.schedule("enforcement-certificate")
    found = by_key(certificate, starter)

    assert {key: (part.kind, str(part.due_on), part.owner) for key, part in found.items()} == {
        "": ("duty", "2026-12-20", OwnedBy(kind="holder")),
        "submit": ("step", "2026-10-21", OwnedBy(kind="role", keys=("credential-keeper",))),
        "issue": ("step", "2026-12-20", OwnedBy(kind="role", keys=("credential-keeper",))),
    }
    assert found[""].title == "行政执法证换证"
    assert evidence_of(certificate, "") == {}


@pytest.mark.parametrize(
    ("who", "done", "owner"),
    [
        ("{roles: [staff]}", "{by: each}", OwnedBy(kind="each", expr=In("role", "staff"))),
        ("{roles: [staff]}", "{by: any}", OwnedBy(kind="role", keys=("staff",))),
        (
            "{roles: [staff, clerk]}",
            "{by: any}",
            OwnedBy(kind="each", expr=AnyOf((In("role", "staff"), In("role", "clerk")))),
        ),
        ("{role: staff}", "{}", OwnedBy(kind="role", keys=("staff",))),
        ("{unit: 司法所}", "{}", OwnedBy(kind="units", keys=("law",))),
        (
            "{unit: 司法所, role: staff}",
            "{}",
            OwnedBy(kind="each", expr=AnyOf((In("role", "staff"), In("unit", "law")))),
        ),
        ("{units: [司法所]}", "{}", OwnedBy(kind="each", expr=In("unit", "law"))),
        ("{post: 党工委, responsible: {role: staff}}", "{}", OwnedBy(kind="role", keys=("staff",))),
    ],
)
def test_who_owes(one: One, who: str, done: str, owner: OwnedBy) -> None:
    schedule, office = one(f"a: {{title: a, when: {{window: [11]}}, who: {who}, done: {done}, remind: []}}\n")

    assert by_key(schedule, office)[""].owner == owner


def test_steps_of_people_are_owed_by_each_unless_a_role_is_named(one: One) -> None:
    steps = "{x: {title: x, due: due, basis: 某条例3条}, z: {title: z, due: {after: x, by: 2 workdays}, owed_by: {role: keeper}}}"
    schedule, office = one(
        f"a: {{title: a, when: {{window: [11]}}, who: {{roles: [staff]}}, basis: 惯例, steps: {steps}, remind: []}}\n"
    )
    found = by_key(schedule, office)

    assert found["x"].owner == OwnedBy(kind="each", expr=In("role", "staff"))
    assert found["z"].owner == OwnedBy(kind="role", keys=("keeper",))
    assert found["x"].due_at == local("2026-12-01T00:00"), "a legal term ends at 24:00"
    assert (found["z"].due_on, found["z"].due_at) == (date(2026, 12, 2), local("2026-12-02T18:00"))
    assert str(basis_of(schedule, "x") and basis_of(schedule, "x").text) == "某条例3条"  # type: ignore[union-attr]
    assert basis_of(schedule, "z") == schedule.basis


def test_an_occurrence_that_does_not_take_place_has_no_days(starter: OfficeSpec) -> None:
    review = starter.schedule("half-year-review")
    slot = replace(last_slot(review, starter), date=None, due_on=None)

    assert step_due(review, "meet", slot, Known(on=slot.date), starter) is None
    assert all(part.due_on is None for part in parts(review, slot, starter))


def test_the_evidence_of_a_plain_duty(one: One) -> None:
    schedule, office = one(
        "a: {title: a, when: {window: [11]}, who: {role: staff}, done: {evidence: {f: file}, within: 3 workdays}, remind: []}\n"
    )

    assert evidence_of(schedule, "")["f"].kind == "file"
    assert office.schedules == (schedule,)


# ── quotas ──────────────────────────────────────────────────
HOURS = Quota.model_validate({"sum": "hours", "reach": 60})
ODD = Quota.model_validate({"sum": "hours", "reach": 40})


@pytest.mark.parametrize(
    ("quota", "issued", "owed"),
    [
        (HOURS, None, 6000), (HOURS, date(2025, 12, 31), 6000), (HOURS, date(2026, 1, 31), 6000), (HOURS, date(2026, 2, 1), 5500),
        (HOURS, date(2026, 9, 15), 2000), (HOURS, date(2026, 12, 31), 500), (HOURS, date(2027, 1, 1), 0),
        (ODD, date(2026, 2, 1), 3700), (ODD, date(2026, 12, 1), 400),
    ],
)  # fmt: skip
def test_a_quota_shrinks_by_month_and_is_rounded_up(quota: Quota, issued: date | None, owed: int) -> None:
    assert target(quota, 2026, issued) == owed
