"""Which channels reach whom: what their URLs ask for against what the roster knows."""

from dataclasses import replace
from datetime import date

import pytest

from schedules.channels import missing, person_fields, reaching, unreached
from schedules.office import OfficeSpec, Person
from schedules.office_grammar import OfficeFile

CHANNELS = {
    "app": {"url": "wechat://{secret.CORP}:{secret.KEY}@1000002/{wecom_id}"},
    "sms": {"url": "alisms://{secret.ID}:{secret.KEY}@/{mobile}?template=SMS_1&:who=name"},
    "mail": {"url": "mailtos://{secret.USER}:{secret.PASS}@smtp.example.cn?to={email}"},
    "outbox": {"url": "outbox://{id}"},
    "group": {"url": "wecombot://{secret.BOT}", "group": True},
}
QIN = Person(
    id="qin", name="秦岚", unit="office", mobile="13800000001", wecom_id="qin", email="qin@example.cn"
)
HE = Person(id="he", name="何建国", unit="office", mobile="13800000002")
BAI = Person(id="bai", name="白云", unit="office")


def office(**reach: object) -> OfficeFile:
    return OfficeFile.model_validate({"title": "测试街道", "channels": CHANNELS, "reach": reach})


def test_a_url_asks_for_the_fields_of_its_recipient_and_for_no_secret() -> None:
    assert person_fields("wechat://{secret.CORP}:{secret.KEY}@1/{wecom_id}") == {"wecom_id"}
    assert person_fields("outbox://{id}") == {"id"}
    assert person_fields("json://host?:mobile={mobile}&:to={email}&:x={}") == {"mobile", "email"}
    assert person_fields("wecombot://key") == frozenset()
    assert missing("x://{mobile}/{email}", HE) == {"email"}


@pytest.mark.parametrize(
    ("person", "channels"),
    [(QIN, ("app", "sms", "mail")), (HE, ("sms",)), (BAI, ())],
    ids=lambda each: str(each)[:20],
)
def test_channels_are_tried_in_the_order_of_the_office_as_far_as_they_reach(
    person: Person, channels: tuple[str, ...]
) -> None:
    assert reaching(office(people=["app", "sms", "mail"]), person) == channels


def test_on_paper_no_channel_is_tried_and_nobody_is_unreached() -> None:
    paper = office(level="paper", people=["sms"])

    assert reaching(paper, QIN) == ()
    assert unreached(OfficeSpec(file=paper, people=(QIN, BAI))) == ()


def test_who_lacks_what_every_channel_needs_is_unreached() -> None:
    gone = replace(BAI, id="gone", left_on=date(2026, 1, 1))
    spec = OfficeSpec(file=office(people=["app", "sms"]), people=(QIN, HE, BAI, gone))

    (found,) = unreached(spec)

    assert found.person == BAI
    assert found.lacks == (frozenset({"wecom_id"}), frozenset({"mobile"}))


def test_the_outbox_reaches_everybody() -> None:
    assert unreached(OfficeSpec(file=office(people=["app", "outbox"]), people=(QIN, HE, BAI))) == ()


def test_a_group_mentions_by_mobile_or_wecom_id() -> None:
    wecom = replace(BAI, id="wecom", wecom_id="wecom")
    spec = OfficeSpec(file=office(level="group", group="group"), people=(QIN, HE, BAI, wecom))

    (found,) = unreached(spec)

    assert found.person == BAI
    assert found.lacks == (frozenset({"mobile"}), frozenset({"wecom_id"}))


def test_a_channel_for_people_reaches_also_whom_the_group_cannot_mention() -> None:
    spec = OfficeSpec(file=office(level="group", group="group", people=["outbox"]), people=(BAI,))

    assert unreached(spec) == ()
