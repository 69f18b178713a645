"""What staff ask about a duty: longer, a colleague, back. Each with a trail; the duty stays where it is until somebody decides."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from models.events import ExtensionRow
from models.handovers import HandoverRow
from models.messages import MessageRow
from models.obligations import AuditRow, ObligationRow
from models.people import DeviceRow, PartyRow
from models.schedules import ScheduleVersionRow
from tasks.roster.devices import digest_of
from worker.clock import machine_now

NOW = "2026-11-20 09:05"


@pytest.fixture
def collect(site, local_time):
    """The list that a community owes on Monday, on the Friday before: (client, path, obligation)."""
    site.stand_at(local_time(NOW))
    duty = site.duty("half-year-review", "collect", "minzhu")
    return site.app.test_client(), site.path(duty, site.person("chenxia"), local_time(NOW)), duty


@dataclass
class Said:
    title: str
    body: str


def told(site, lane: str) -> list[Said]:
    with site.world.db.reading() as session:
        query = select(MessageRow.title, MessageRow.body).where(MessageRow.lane == lane)
        return [
            Said(title or "", body or "") for title, body in session.execute(query.order_by(MessageRow.id))
        ]


def acts(site, duty: int) -> list[tuple[str, str]]:
    with site.world.db.reading() as session:
        rows = session.scalars(
            select(AuditRow).where(AuditRow.subject_kind == "obligation", AuditRow.subject_id == duty)
        )
        return [(row.act, row.actor) for row in rows]


def row(site, table):
    with site.world.db.reading() as session:
        return session.scalars(select(table)).one()


def owner(site, duty: int) -> str:
    with site.world.db.reading() as session:
        return session.get_one(PartyRow, session.get_one(ObligationRow, duty).party_id).title


def test_a_longer_term_is_asked_for_with_reason_and_day_and_granted_at_the_desk(site, collect):
    client, path, duty = collect
    ask = f"{path}/ask"

    answer = site.send(
        client, f"{ask}/longer", {"x-reason": "等物业进场", "x-new_date": "2026-11-27"}, page=ask
    )

    assert answer.status_code == 303
    for page in (client.get(ask).text, client.get(path).text):
        assert "申请延期至11月27日（周五）。原因：等物业进场" in page
        assert "待批准，批准前以原时限为准" in page
    assert row(site, ExtensionRow).state == "asked"
    (message,) = told(site, "request")
    assert message.title == "有延期申请"
    assert (
        "陈霞申请延期：法治建设集中研判：报送问题清单，由11月23日（周一）延至11月27日（周五）。原因：等物业进场。"
        in message.body
    )

    clerk = site.signed_in("wangmin")
    assert "1项申请等您办理" in clerk.get("/desk").text
    assert "陈霞申请延期至" in clerk.get("/desk/requests").text
    decided = site.send(
        clerk, f"/desk/requests/extension/{duty}", {"verdict": "agree", "words": ""}, page="/desk/requests"
    )

    assert decided.status_code == 303
    with site.world.db.reading() as session:
        assert session.get_one(ObligationRow, duty).due_on == date(2026, 11, 27)
    page = client.get(path).text
    assert "11月27日（周五）18:00前" in page
    assert "已同意" in page
    assert told(site, "answer")[0].body.startswith(
        "法治建设集中研判：报送问题清单，时限改为11月27日（周五）。"
    )
    assert [act for act, _ in acts(site, duty)][:3] == ["extension-ask", "move-due", "extension-grant"]


def test_a_longer_term_that_was_asked_for_is_taken_back_and_asked_for_anew(site, collect):
    client, path, duty = collect
    ask = f"{path}/ask"
    fields = {"x-reason": "等物业进场", "x-new_date": "2026-11-27"}
    site.send(client, f"{ask}/longer", fields, page=ask)

    assert site.send(client, f"{ask}/longer/undo", {}, page=ask).status_code == 303

    assert row(site, ExtensionRow).state == "withdrawn"
    assert "已撤回" in client.get(ask).text
    assert "陈霞申请延期" not in site.signed_in("wangmin").get("/desk/requests").text
    assert acts(site, duty)[-1] == ("extension-withdraw", f"person:{site.person('chenxia')}")
    assert site.send(client, f"{ask}/longer/undo", {}, page=ask).status_code == 422, "there is none any more"
    again = site.send(client, f"{ask}/longer", {**fields, "x-new_date": "2026-11-30"}, page=ask)
    assert again.status_code == 303


def test_a_refusal_says_why(site, collect):
    client, path, duty = collect
    ask = f"{path}/ask"
    site.send(client, f"{ask}/longer", {"x-reason": "等物业进场", "x-new_date": "2026-11-27"}, page=ask)
    clerk = site.signed_in("wangmin")

    silent = site.send(
        clerk, f"/desk/requests/extension/{duty}", {"verdict": "refuse", "words": " "}, page="/desk/requests"
    )
    assert silent.status_code == 422
    site.send(
        clerk,
        f"/desk/requests/extension/{duty}",
        {"verdict": "refuse", "words": "会期不能改"},
        page="/desk/requests",
    )

    assert "未同意" in client.get(path).text
    assert "说明：会期不能改" in client.get(path).text
    assert "时限仍为11月23日（周一）。原因：会期不能改。" in told(site, "answer")[0].body
    assert site.state(duty) == "open"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"x-reason": "", "x-new_date": "2026-11-27"}, "x-reason"),
        ({"x-reason": "等物业", "x-new_date": ""}, "x-new_date"),
        ({"x-reason": "等物业", "x-new_date": "2026-11-20"}, "x-new_date"),
        ({"x-reason": "等物业", "x-new_date": "2028-11-20"}, "x-new_date"),
    ],
    ids=["no reason", "no day", "an earlier day", "years"],
)
def test_what_lacks_something_comes_back_with_what_was_typed(site, collect, fields, field):
    client, path, _ = collect

    answer = site.send(client, f"{path}/ask/longer", fields, page=f"{path}/ask")

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert fields["x-reason"] in answer.text
    assert fields["x-new_date"] in answer.text
    with site.world.db.reading() as session:
        assert session.scalars(select(ExtensionRow)).all() == []


def test_a_refusal_says_its_day_as_people_write_days(site, collect):
    client, path, _ = collect

    answer = site.send(
        client, f"{path}/ask/longer", {"x-reason": "等物业", "x-new_date": "2026-11-20"}, page=f"{path}/ask"
    )
    early = site.send(client, path, {"done_on": "2025-01-05", "t-list": "无"})

    assert "请选择11月23日之后的日期" in answer.text
    alert = early.text.partition('role="alert"')[2].partition("</div>")[0]
    assert early.status_code == 422
    assert "月" in alert
    assert "2026-" not in alert


def test_after_the_deadline_and_of_a_term_by_law_nobody_is_offered_longer(site, collect, local_time):
    client, path, _ = collect
    site.stand_at(local_time("2026-11-24 09:00"))
    assert "延期须在时限前申请" in client.get(f"{path}/ask").text
    late = site.send(
        client, f"{path}/ask/longer", {"x-reason": "忙", "x-new_date": "2026-12-01"}, page=f"{path}/ask"
    )
    assert late.status_code == 422
    hours = site.duty("enforcement-training", "", "dongjie")
    own = site.path(hours, site.person("dongjie"), local_time(NOW))
    assert "不能延期" in client.get(f"{own}/ask").text


def test_what_is_handed_back_is_given_to_another_by_the_desk(site, collect, local_time):
    client, path, duty = collect
    ask = f"{path}/ask"

    site.send(client, f"{ask}/back", {"b-reason": "应由综治中心报送"}, page=ask)

    assert "待党政办处理，处理前仍由您办理" in client.get(path).text
    assert owner(site, duty) == "民主社区"
    assert told(site, "request")[0].title == "有事项退回"
    clerk, request = site.signed_in("wangmin"), row(site, HandoverRow).id
    nobody = site.send(
        clerk,
        f"/desk/requests/{request}",
        {"verdict": "transfer", "to": "李雷", "words": "归口"},
        page="/desk/requests",
    )
    assert nobody.status_code == 422
    assert 'value="归口"' in nobody.text
    done = site.send(
        clerk,
        f"/desk/requests/{request}",
        {"verdict": "transfer", "to": "赵静", "words": "归口"},
        page="/desk/requests",
    )

    assert done.status_code == 303
    assert owner(site, duty) == "赵静"
    assert "已转由赵静办理" in told(site, "answer")[0].body
    assert "<form" not in client.get(path).text
    assert [act for act, _ in acts(site, duty)] == ["return-ask", "handover-accepted", "transfer"]
    assert "这件事由赵静办理" in client.get(path).text
    with site.world.db.reading() as session:
        left = session.scalars(
            select(ObligationRow.id).where(ObligationRow.closed_why == "transferred")
        ).one()
    left_behind = client.get(site.path(left, site.person("chenxia"), local_time(NOW)))
    assert "“法治建设集中研判：报送问题清单”已转由赵静办理。" in left_behind.text
    handed = next(each for each in told(site, "transfer") if "现转由您承办" in each.body)
    assert "请于11月23日（周一）18:00前办结" in handed.body
    trail = clerk.get(f"/duty/{duty}").text
    assert "答复：归口" in trail
    assert "应由综治中心报送" in trail.split("办理痕迹")[1]


def test_what_is_handed_back_is_waived_or_stays_with_words(site, collect):
    client, path, duty = collect
    ask = f"{path}/ask"
    clerk = site.signed_in("wangmin")
    site.send(client, f"{ask}/back", {"b-reason": "不是我的"}, page=ask)
    first = row(site, HandoverRow).id

    bare = site.send(
        clerk, f"/desk/requests/{first}", {"verdict": "refuse", "words": ""}, page="/desk/requests"
    )
    assert bare.status_code == 422
    site.send(
        clerk,
        f"/desk/requests/{first}",
        {"verdict": "refuse", "words": "按分工由社区报"},
        page="/desk/requests",
    )

    assert "说明：按分工由社区报" in client.get(path).text
    assert "仍由您办理。原因：按分工由社区报。" in told(site, "answer")[0].body
    assert "按分工由社区报" in clerk.get(f"/duty/{duty}").text.split("办理痕迹")[1]
    site.send(client, f"{ask}/back", {"b-reason": "再说明一次"}, page=ask)
    with site.world.db.reading() as session:
        second = session.scalars(select(HandoverRow.id).where(HandoverRow.state == "asked")).one()
    site.send(clerk, f"/desk/requests/{second}", {"verdict": "waive", "words": ""}, page="/desk/requests")
    assert site.state(duty) == "waived"


def test_answers_of_different_kinds_in_one_message_have_a_title_that_fits_all(site, collect):
    client, path, duty = collect
    ask, clerk = f"{path}/ask", site.signed_in("wangmin")
    site.send(client, f"{ask}/back", {"b-reason": "不是我的"}, page=ask)
    site.send(client, f"{ask}/longer", {"x-reason": "等物业进场", "x-new_date": "2026-11-27"}, page=ask)
    handed = row(site, HandoverRow).id
    refused = {"verdict": "refuse", "words": "按分工由社区报"}
    site.send(clerk, f"/desk/requests/{handed}", refused, page="/desk/requests")
    longer = f"/desk/requests/extension/{duty}"
    site.send(clerk, longer, {"verdict": "agree", "words": ""}, page="/desk/requests")

    (message,) = told(site, "answer")

    assert message.title == "有几件事告知您"
    assert "仍由您办理" in message.body
    assert "时限改为11月27日" in message.body


def test_a_stranger_does_not_learn_what_a_duty_was_called(site, collect, local_time):
    client, path, duty = collect
    with site.world.db.writing.begin() as session:
        session.get_one(ObligationRow, duty).state = "waived"
    stranger = site.app.test_client()
    bound = machine_now()
    with site.world.db.writing.begin() as session:
        session.add(
            DeviceRow(
                person_id=site.person("guoliang"),
                digest=digest_of("s"),
                how="slip",
                bound_at=bound,
                seen_at=bound,
            )
        )
    stranger.set_cookie("phone", "s")

    assert "集中研判" in client.get(path).text
    answer = stranger.get(f"/c/my-{duty}")
    assert answer.status_code == 410
    assert "集中研判" not in answer.text


def test_a_colleague_takes_it_over_once_he_and_the_desk_agree(site, collect, local_time):
    client, path, duty = collect
    ask = f"{path}/ask"

    site.send(client, f"{ask}/over", {"t-to": "赵静", "t-reason": "外出培训"}, page=ask)

    assert "待赵静确认接办" in client.get(path).text
    (asked,) = told(site, "request")
    assert asked.title == "陈霞请您接办一项工作"
    request, clerk = row(site, HandoverRow).id, site.signed_in("wangmin")
    assert "待赵静确认接办" in clerk.get("/desk/requests").text
    early = site.send(clerk, f"/desk/requests/{request}", {"verdict": "agree"}, page="/desk/requests")
    assert early.status_code == 422
    mine = site.path(None, site.person("zhaojing"), local_time(NOW))
    assert "陈霞请您接办" in client.get(mine).text
    yes = site.send(client, f"{mine}/take/{request}", {"verdict": "approve"}, page=mine)
    assert yes.status_code == 303
    assert "陈霞请您接办" not in client.get(mine).text
    assert owner(site, duty) == "民主社区", "it stays until the desk agrees"

    site.send(clerk, f"/desk/requests/{request}", {"verdict": "agree"}, page="/desk/requests")

    assert owner(site, duty) == "赵静"
    assert row(site, HandoverRow).state == "accepted"
    assert "报送问题清单" in client.get(mine).text


def test_a_colleague_says_no_and_why(site, collect, local_time):
    client, path, duty = collect
    site.send(client, f"{path}/ask/over", {"t-to": "zhaojing", "t-reason": "外出培训"}, page=f"{path}/ask")
    request, mine = row(site, HandoverRow).id, site.path(None, site.person("zhaojing"), local_time(NOW))

    assert (
        site.send(
            client, f"{mine}/take/{request}", {"verdict": "return", "reason": ""}, page=mine
        ).status_code
        == 422
    )
    site.send(client, f"{mine}/take/{request}", {"verdict": "return", "reason": "我也外出"}, page=mine)

    assert row(site, HandoverRow).state == "refused"
    assert "赵静不接办" in told(site, "answer")[0].body
    assert "说明：我也外出" in client.get(path).text
    assert owner(site, duty) == "民主社区"


def test_a_request_is_taken_back_by_its_asker_and_one_waits_at_a_time(site, collect):
    client, path, duty = collect
    ask = f"{path}/ask"
    site.send(client, f"{ask}/back", {"b-reason": "不是我的"}, page=ask)
    request = row(site, HandoverRow).id

    second = site.send(client, f"{ask}/over", {"t-to": "赵静", "t-reason": "忙"}, page=ask)
    assert second.status_code == 422
    undone = site.send(client, f"{ask}/{request}/undo", page=ask)

    assert undone.status_code == 303
    assert row(site, HandoverRow).state == "withdrawn"
    clerk = site.signed_in("wangmin")
    assert "没有待处理的申请" in clerk.get("/desk/requests").text
    late = site.send(clerk, f"/desk/requests/{request}", {"verdict": "waive"}, page=f"/duty/{duty}/waive")
    assert late.status_code == 422
    assert site.state(duty) == "open"


@pytest.mark.parametrize("person", ["zhaojing", "linzhi"])
def test_nobody_answers_or_takes_back_for_another(site, collect, local_time, person):
    client, path, duty = collect
    site.send(client, f"{path}/ask/over", {"t-to": "liqiang", "t-reason": "忙"}, page=f"{path}/ask")
    request = row(site, HandoverRow).id
    mine = site.path(None, site.person(person), local_time(NOW))

    answer = site.send(client, f"{mine}/take/{request}", {"verdict": "approve"}, page=f"{mine}/away")
    assert answer.status_code == 404
    assert (
        site.send(client, f"{mine}/extension/{duty}", {"verdict": "approve"}, page=f"{mine}/away").status_code
        == 404
    )
    stranger = site.path(duty, site.person(person), local_time(NOW))
    assert client.get(f"{stranger}/ask").status_code == 410
    assert row(site, HandoverRow).taken_at is None


def test_hours_and_certificates_cannot_be_handed_to_another(site, collect, local_time):
    client, _, _ = collect
    hours = site.duty("enforcement-training", "", "dongjie")
    path = site.path(hours, site.person("dongjie"), local_time(NOW))

    assert "每人自己" in client.get(f"{path}/ask").text or "本人" in client.get(f"{path}/ask").text
    answer = site.send(client, f"{path}/ask/over", {"t-to": "赵静", "t-reason": "忙"}, page=f"{path}/ask")
    assert answer.status_code == 422


def test_of_a_sealed_duty_a_request_says_nothing(site, collect):
    client, path, _ = collect
    with site.world.db.writing.begin() as session:
        for version in session.scalars(select(ScheduleVersionRow)):
            version.spec_json = version.spec_json.replace(
                '"id":"half-year-review"', '"id":"half-year-review","privacy":"sealed"', 1
            )

    site.send(client, f"{path}/ask/back", {"b-reason": "涉及举报人"}, page=f"{path}/ask")

    (message,) = told(site, "request")
    assert "举报" not in message.body
    assert "研判" not in f"{message.title}{message.body}"


def test_two_verdicts_in_the_same_moment_decide_once(site, collect):
    client, path, duty = collect
    site.send(client, f"{path}/ask/back", {"b-reason": "应由综治中心报送"}, page=f"{path}/ask")
    request, clerk = row(site, HandoverRow).id, site.signed_in("wangmin")
    cookie = clerk.get_cookie("duban")
    token = clerk.get("/desk/requests").text.split('name="csrf" value="')[1].split('"')[0]

    def decide(verdict: str) -> int:
        hand = site.app.test_client()
        hand.set_cookie("duban", cookie.value)
        fields = {"csrf": token, "verdict": verdict, "to": "赵静", "words": "按分工"}
        return int(hand.post(f"/desk/requests/{request}", data=fields).status_code)

    with ThreadPoolExecutor(3) as pool:
        codes = sorted(pool.map(decide, ["transfer", "waive", "refuse"] * 2))

    assert codes == [303, 422, 422, 422, 422, 422]
    assert len(told(site, "answer")) == 1
    decided = [act for act, _ in acts(site, duty) if act in ("handover-accepted", "handover-refused")]
    assert len(decided) == 1


def test_the_trail_tells_what_was_asked_and_decided_in_words(site, collect):
    client, path, duty = collect
    ask = f"{path}/ask"
    site.send(client, f"{ask}/longer", {"x-reason": "等物业进场", "x-new_date": "2026-11-27"}, page=ask)
    clerk = site.signed_in("wangmin")
    site.send(
        clerk, f"/desk/requests/extension/{duty}", {"verdict": "agree", "words": ""}, page="/desk/requests"
    )
    site.send(client, f"{ask}/back", {"b-reason": "应由司法所办"}, page=ask)
    number = row(site, HandoverRow).id
    site.send(client, f"{ask}/{number}/undo", page=ask)

    trail = clerk.get(f"/duty/{duty}").text.rpartition("办理痕迹")[2]

    for words in ("申请延期", "同意延期", "申请退回", "撤回申请", "11月23日", "11月27日"):
        assert words in trail, words
    assert "办理了“" not in trail, "no act stands there by the name that programs give it"
    assert "2026-11-2" not in re.sub(r'datetime="[^"]*"', "", trail)
