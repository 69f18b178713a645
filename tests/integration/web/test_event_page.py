"""A chain is started in the browser: by whom, with which fields, and what a second click does; requests about its terms are decided."""

import re

import pytest
from sqlalchemy import func, select

from models.events import EventRow, ExtensionRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from tasks.duties.extend import ask

CLERK, LEADER, DEPUTY = "wangmin", "linhaifeng", "songlihua"
CASES = """\
complaint:
  title: 群众投诉办理
  when:
    event: complaint.received
    key: 编号
    fields:
      owner: {label: 承办单位, kind: unit}
      people: {label: 承办人, kind: people}
      source: {label: 来源, kind: choice, from: [来访, 来电]}
      urgent: {label: 是否急件, kind: yes-no}
  who: {from_event: people}
  steps:
    answer:
      title: 答复
      after: event
      within: 15 days
      basis: 信访工作条例34条
      extend: {once: 5 days, approve: {role: director}}
      evidence: {answered_on: date}
  remind: [{at: open}]
secret:
  title: 内部事项
  privacy: sealed
  when: {event: matter.opened, key: 编号, fields: {people: people}}
  who: {from_event: people}
  steps: {report: {title: 报告, after: event, within: 5 days}}
  remind: [{at: open}]
"""
FIELDS = {
    "kind": "complaint.received", "key": "2026-9", "on": "2026-11-23", "e-owner": "youyi", "e-people": "zhoukai", "e-source": "来电",
    "e-urgent": "no",
}  # fmt: skip
PAGE = "/act/event?kind=complaint.received"


@pytest.fixture
def office_files(office_files):
    return {**office_files, "cases.yaml": CASES}


def events(site):
    with site.world.db.reading() as session:
        return session.scalar(select(func.count()).select_from(EventRow))


def start(site, who, **changes):
    return site.send(site.signed_in(who), "/act/event", {**FIELDS, **changes}, page=PAGE)


def test_the_leader_starts_a_chain_and_what_follows_is_open(site):
    page = site.signed_in(LEADER).get(PAGE).text
    for words in ("编号", "承办单位", "承办人", "来源", "来访", "是否急件", "友谊社区"):
        assert words in page, words

    done = start(site, LEADER)

    assert done.status_code == 303
    with site.world.db.reading() as session:
        occurrence = session.scalars(select(OccurrenceRow).where(OccurrenceRow.key == "2026-9")).one()
        assert done.headers["Location"].endswith(f"/occurrence/{occurrence.id}")
        parts = session.scalars(
            select(ObligationRow.part).where(ObligationRow.occurrence_id == occurrence.id)
        ).all()
    assert list(parts) == ["answer"]
    assert start(site, LEADER).status_code == 303
    assert events(site) == 1, "the same event again changes nothing"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": " "}, "请写编号或名称"),
        ({"on": "2026-11-24"}, "不能"),
        ({"e-urgent": ""}, "是否急件"),
        ({"e-source": "来信"}, "来源"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(site, changes, words):
    refused = start(site, CLERK, **changes)

    assert refused.status_code == 422
    assert words in refused.text
    assert events(site) == 0
    if "key" not in changes:
        assert 'value="2026-9"' in refused.text


def test_a_deputy_leader_starts_what_concerns_the_own_units_only(site):
    refused = start(site, DEPUTY, **{"e-owner": "minzhu", "e-people": "chenxia"})
    assert refused.status_code == 422
    assert "您分管" in refused.text
    assert events(site) == 0

    assert start(site, DEPUTY).status_code == 303
    assert events(site) == 1


def test_what_is_sealed_is_not_offered_to_others(site):
    assert "内部事项" in site.signed_in(LEADER).get("/act/event").text
    client = site.signed_in(DEPUTY)
    assert "内部事项" not in client.get("/act/event").text
    assert client.get("/act/event?kind=matter.opened").status_code == 404
    assert client.get("/act/event?kind=nothing").status_code == 404


def test_a_sealed_duty_is_seen_by_the_clerk_and_the_leader_only(site):
    site.send(
        site.signed_in(LEADER), "/act/event", {"kind": "matter.opened", "key": "1", "on": "2026-11-23", "e-people": "zhoukai"},
        page="/act/event?kind=matter.opened",
    )  # fmt: skip
    duty = site.duty("secret", "report")
    assert duty

    assert [site.signed_in(who).get(f"/duty/{duty}").status_code for who in (CLERK, LEADER, DEPUTY)] == [
        200,
        200,
        404,
    ]


def test_a_longer_term_is_granted_on_the_page_and_a_term_of_the_law_is_not_moved_otherwise(site, local_time):
    start(site, LEADER)
    duty, client = site.duty("complaint", "answer"), site.signed_in(LEADER)
    assert f"/duty/{duty}/extend" not in client.get(f"/duty/{duty}").text, "the law sets its term"
    with site.world.writing() as (session, live):
        ask(
            session,
            live,
            obligation_id=duty,
            reason="需要现场核实",
            by=site.owner(duty),
            now=local_time("2026-11-23 09:06"),
        )
    page = client.get(f"/duty/{duty}").text
    assert "需要现场核实" in page
    assert "待审批" in page
    assert "需要现场核实" in client.get(f"/duty/{duty}/extend").text

    done = site.send(client, f"/duty/{duty}/extend", {"verdict": "grant", "reason": ""})

    assert done.headers["Location"].endswith("said=granted")
    with site.world.db.reading() as session:
        assert session.scalars(select(ExtensionRow.state)).one() == "granted"


# ── correcting one ────────────────────────────────────────────
CORRECTED = {
    "e-owner": "youyi", "e-people": "周凯", "e-source": "来访", "e-urgent": "yes", "reason": "来信人补充说明",
}  # fmt: skip


def recorded(site, who=LEADER):
    """An event that was recorded, and the page on which it is corrected."""
    start(site, who)
    with site.world.db.reading() as session:
        return f"/act/event/{session.scalars(select(EventRow.id)).one()}"


def correct(site, client, page, **changes):
    digest = re.search(r'name="digest" value="([^"]+)"', client.get(page).text)
    assert digest
    return site.send(client, page, {"digest": digest[1], **CORRECTED, **changes})


def fields_of(site):
    with site.world.db.reading() as session:
        return session.scalars(select(EventRow.fields)).one()


def test_an_event_is_corrected_with_a_reason_that_stays(site):
    page, client = recorded(site), site.signed_in(CLERK)
    shown = client.get(page).text
    for words in ("2026-9", "群众投诉办理", "周凯", "来电", "友谊社区"):
        assert words in shown, words
    assert page in client.get("/act/event").text

    done = correct(site, client, page)

    assert done.headers["Location"].endswith("said=corrected")
    assert fields_of(site) == {
        "owner": ["youyi"],
        "people": ["zhoukai"],
        "source": ["来访"],
        "urgent": ["yes"],
    }
    after = client.get(done.headers["Location"]).text
    assert "来信人补充说明" in after
    assert "更正了事件" in after
    assert "来信人补充说明" in client.get(f"/duty/{site.duty('complaint', 'answer')}").text


def test_whoever_is_named_now_owes_what_is_open(site):
    page = recorded(site)

    correct(site, site.signed_in(CLERK), page, **{"e-people": "陈霞"})

    with site.world.db.reading() as session:
        assert "陈霞" in session.scalars(
            select(PartyRow.title).join(ObligationRow, ObligationRow.party_id == PartyRow.id).where(
                ObligationRow.id == site.duty("complaint", "answer")
            )
        ).one()  # fmt: skip


def test_the_chain_and_its_duty_lead_to_the_correction_for_whom_it_is(site):
    page = recorded(site)
    duty = site.duty("complaint", "answer")
    with site.world.db.reading() as session:
        occurrence = session.get_one(ObligationRow, duty).occurrence_id

    for path in (f"/duty/{duty}", f"/occurrence/{occurrence}"):
        assert page in site.signed_in(DEPUTY).get(path).text
        head = site.signed_in("zhoukai").get(path)
        assert head.status_code == 200
        assert f'href="{page}"' in head.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "请简要写明为什么更正"),
        ({"e-urgent": ""}, "是否急件"),
        ({"e-people": "没有这人"}, "没有这人"),
        ({"digest": "0"}, "已有人更正"),
    ],
)
def test_what_is_wrong_with_a_correction_is_said_and_nothing_changes(site, changes, words):
    page, client = recorded(site), site.signed_in(CLERK)
    before = fields_of(site)

    refused = correct(site, client, page, **changes)

    assert refused.status_code == 422
    assert words in refused.text
    assert "来信人补充说明" in refused.text or "reason" in changes
    assert fields_of(site) == before


def test_correcting_nothing_leaves_no_trace(site):
    page, client = recorded(site), site.signed_in(CLERK)

    same = correct(site, client, page, **{"e-source": "来电", "e-urgent": "no"})

    assert same.headers["Location"].endswith("said=same")
    assert "来信人补充说明" not in client.get(page).text


def test_who_may_not_have_recorded_it_does_not_find_it(site):
    page = recorded(site)
    site.send(
        site.signed_in(LEADER), "/act/event", {"kind": "matter.opened", "key": "1", "on": "2026-11-23", "e-people": "zhoukai"},
        page="/act/event?kind=matter.opened",
    )  # fmt: skip
    with site.world.db.reading() as session:
        sealed = session.scalars(select(EventRow.id).where(EventRow.key == "1")).one()

    assert site.signed_in("chenxia").get(page).status_code == 404
    assert site.signed_in(CLERK).get("/act/event/999999").status_code == 404
    assert [
        site.signed_in(who).get(f"/act/event/{sealed}").status_code for who in (CLERK, LEADER, DEPUTY)
    ] == [200, 200, 404]
    outside = correct(site, site.signed_in(DEPUTY), page, **{"e-owner": "minzhu", "e-people": "chenxia"})
    assert outside.status_code == 422
