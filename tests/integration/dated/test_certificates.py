"""Certificates of several kinds and types: which are renewed, and what becomes of a renewal when one is not valid any more."""

from datetime import date

import pytest

from schedules.office import Credential
from tasks.roster.people import credentials_now, write_credentials

DRIVING = """\
driving-licence:
  title: 驾驶证换证
  when: {expiry: driving, opens: 90 days before}
  who: {holder: true}
  done: {credential: later-expiry}
  remind: [{before: expiry, by: 60 days}, {before: expiry, by: 10 workdays}]
"""
HEADER = "证件编号,证件种类,持证人工号,发证日期,有效期至,发证机关,状态,类型\n"


@pytest.fixture
def licences(office):
    office.write(driving_yaml=DRIVING)
    own = office.world.files["credentials.csv"].splitlines()
    lines = [own[0] + ",类型", *(line + "," for line in own[1:])]
    lines += [
        "J-1,driving,machao,2021-01-05,2027-01-04,市公安局,有效,首次",
        "J-2,driving,zhaogang,2026-09-01,2026-12-31,市公安局,有效,临时",
        "H-1,health,machao,2026-01-05,2026-12-04,区卫健委,有效,",
    ]
    office.world.files["credentials.csv"] = "\n".join(lines) + "\n"
    office.begin("2026-11-23 09:00")
    return office


def recorded(office, now: str, **changes: object) -> None:
    values: dict[str, object] = {
        "number": "J-1", "kind": "driving", "holder": "machao", "issued_on": date(2021, 1, 5), "expires_on": date(2027, 1, 4),
        "issuer": "市公安局",
    } | changes  # fmt: skip
    with office.world.writing() as (session, live):
        at = office.at(now)
        write_credentials(session, [Credential(**values)], actor="cli:test", now=at, today=live.today(at))  # type: ignore[arg-type]
    office.world.at(now)


def test_each_kind_is_renewed_by_its_own_rule_and_a_temporary_one_is_not(licences):
    assert licences.states("driving-licence") == {"J-1@2027-01-04 machao": "open"}
    with licences.world.db.reading() as session:
        found = {each.number: each.type for each in credentials_now(session)}
    assert (found["J-1"], found["J-2"], found["H-1"]) == ("first", "temporary", "first")


@pytest.mark.parametrize("state", ["revoked", "cancelled", "suspended"])
def test_a_certificate_that_is_not_valid_any_more_is_not_renewed(licences, state):
    recorded(licences, "2026-11-24 10:00", state=state)

    (one,) = licences.seen("driving-licence")
    assert (one.state, one.why, one.occurrence, one.next_at) == ("withdrawn", state, "cancelled", None)
    licences.world.at("2026-11-26 10:00")
    assert len(licences.seen("driving-licence")) == 1


def test_a_suspension_that_is_lifted_lets_the_renewal_go_on(licences):
    recorded(licences, "2026-11-24 10:00", state="suspended")
    recorded(licences, "2026-11-25 10:00", state="valid")

    (one,) = licences.seen("driving-licence")
    assert (one.state, one.why, one.occurrence) == ("open", None, "open")
    assert one.next_at is not None
    assert one.next_at >= licences.at("2026-11-25 10:00")


def test_a_temporary_certificate_renews_nothing(licences):
    recorded(
        licences, "2026-11-24 10:00", number="J-9", issued_on=date(2026, 11, 24), expires_on=date(2027, 3, 1), type="temporary"
    )  # fmt: skip

    assert licences.states("driving-licence") == {"J-1@2027-01-04 machao": "open"}


def test_a_new_certificate_closes_the_renewal(licences):
    recorded(
        licences, "2026-11-24 10:00", number="J-1", issued_on=date(2026, 11, 24), expires_on=date(2033, 1, 4), type="renewal"
    )  # fmt: skip

    (one,) = licences.seen("driving-licence")
    assert (one.state, one.why) == ("done", "renewed")


def test_that_the_last_one_was_revoked_does_not_bring_the_one_before_back(licences):
    recorded(
        licences,
        "2026-11-24 10:00",
        issued_on=date(2026, 11, 24),
        expires_on=date(2033, 1, 4),
        type="renewal",
    )
    recorded(
        licences, "2026-11-25 10:00", issued_on=date(2026, 11, 24), expires_on=date(2033, 1, 4), type="renewal", state="revoked"
    )  # fmt: skip

    assert [each.key for each in licences.seen("driving-licence")] == ["J-1@2027-01-04"]
    with licences.world.db.reading() as session:
        (last,) = [each for each in credentials_now(session) if each.number == "J-1"]
    assert (last.state, last.expires_on) == ("revoked", date(2033, 1, 4))
