"""What a channel's URL may say, told with line and column before anything is sent."""

from datetime import date

import pytest
from unit.schedules.offices import OFFICE_YAML

from schedules.channel_urls import OWN, host_of, options, url_remarks
from schedules.loader import SourceFile, load
from worker.channels.registry import OURS, service_class


def said(url: str, *schemes: str, group: bool = False) -> list[str]:
    return [str(what) for what, _allowed in url_remarks(url, schemes, group=group)]


@pytest.mark.parametrize(
    "url",
    [
        "outbox://{id}",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={secret.BOT}",
        "wechat://{secret.CORP}:{secret.KEY}@1000002/{wecom_id}",
        "alisms://{secret.ID}:{secret.KEY}@/{mobile}?sign=民主街道&template=SMS_1&:who=name",
        "alisms://{secret.ID}:{secret.KEY}@/{mobile}?sign=民主街道&template=SMS_1&base=http://127.0.0.1:8080",
        "gateways://sms.example.cn/send?:mobile={mobile}&:content={title}：{body}&hmac={secret.K}&hmac_id={secret.I}",
        "json://127.0.0.1:8080/?:mobile={mobile}",
        "mailtos://{secret.USER}:{secret.PASS}@smtp.example.cn?to={email}",
        "mailto://localhost:2525?to={email}",
    ],
)
def test_what_works_is_not_remarked_upon(url: str) -> None:
    assert said(url) == []


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("bark://host/{id}", "bark:// is not enabled; if it is a service of Apprise, add 'schemes: [bark]'"),
        ("dbus://", "dbus:// is no service for offices"),
        ("https://example.cn/hook", "https:// is no service for offices"),
        ("example.cn/sms", "a channel's url begins with a service and '://'"),
        ("jsons://host/?:to={moblie}", "there is no field {moblie}"),
        ("wechat://c:s@1/{body}", "there is no field {body}"),
        ("jsons://host/?verify=no", "the option 'verify' is not allowed in a channel"),
        ("jsons://host/?Retry=3", "the option 'Retry' is not allowed in a channel"),
        ("jsons://host/?to={mobile}", "'to' would not be sent; write ':to' for a field of the body"),
        ("gateway://10.1.1.1/sms", "gateway:// sends in clear; write gateways://"),
        ("mailto://smtp.example.cn?to={email}", "mailto:// sends in clear; write mailtos://"),
        ("alisms://a:b@/{mobile}?template=SMS_1", "an SMS needs 'sign'"),
        ("mailtos://u:p@smtp.example.cn", "mail needs 'to'"),
        (
            "alisms://a:b@/{mobile}?sign=街道&template=S&:x=nmae",
            "a message has no 'nmae' for the variable 'x'",
        ),
        (
            "alisms://a:b@/1?sign=x&template=S&base=http://example.cn",
            "'base' must begin with https:// and name a host",
        ),
        ("alisms://a:b@/1?sign=x&template=S&base=//[", "'base' must begin with https:// and name a host"),
    ],
)
def test_what_cannot_work_is_said(url: str, what: str) -> None:
    (found,) = said(url)

    assert found.startswith(what)


def test_what_the_office_enables_is_allowed_but_never_the_machine_itself() -> None:
    assert said("mqtt://127.0.0.1/duban/{id}", "mqtt") == []
    assert said("gateway://10.1.1.1/sms", "http") == []
    assert said("mailto://10.1.1.1?to={email}", "mailto") == []
    assert said("syslog://", "syslog") == ["syslog:// is no service for offices"]


def test_a_group_has_no_number() -> None:
    assert said("jsons://host/?:to={mobile}", group=True) == ["a group has no {mobile}"]
    assert said("outbox://{id}", group=True) == []


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("outbox://{id}", "{id}"),
        ("x://[", ""),
        ("x://[::1]:80/", "::1"),
        ("x://u:p@Host.CN:80?to=a@b", "host.cn"),
        ("x://id:key@/138", ""),
        ("x", ""),
    ],
)
def test_the_host_of_a_template(url: str, host: str) -> None:
    assert host_of(url) == host


def test_an_option_is_read_as_it_was_written() -> None:
    assert options("x://h?a=%E6%B0%91+1&b&&:C=%zz#x") == [("a", "民+1"), ("b", ""), (":C", "%zz")]


def test_check_names_file_line_and_column_of_a_url() -> None:
    office = OFFICE_YAML.replace("outbox://{id}", "bark://host/{id}").replace(
        "reach:", "schemes: [syslog, http]\nreach:"
    )
    files = [SourceFile("office.yaml", office.encode())]

    texts = [problem.text() for problem in load(files, today=date(2026, 11, 23)).problems]

    assert any(
        text.startswith("office.yaml:3:19: bark:// is not enabled") and "wecombot" in text for text in texts
    )
    assert any("syslog is no service for offices" in text for text in texts)
    assert not any("http is no service" in text for text in texts)


def test_an_office_that_was_applied_before_a_rule_keeps_running() -> None:
    files = [SourceFile("office.yaml", OFFICE_YAML.replace("outbox://{id}", "bark://host/{id}").encode())]

    assert not any("bark" in problem.text() for problem in load(files).problems)


def test_every_service_of_ours_is_one_that_an_office_may_name() -> None:
    assert set(OURS) <= OWN
    assert all(service_class(scheme) for scheme in OURS)


@pytest.mark.parametrize(
    "url", ["wecombot://{secret.K}", "https://oapi.dingtalk.com/robot/send?access_token={secret.K}"]
)
def test_a_bot_of_a_group_is_never_a_persons_channel(url: str) -> None:
    def allowed(more: str) -> list[str]:
        bot = f'channels:\n  bot: {{url: "{url}"{more}}}\n'
        files = [SourceFile("office.yaml", OFFICE_YAML.replace("channels:\n", bot).encode())]
        problems = load(files, today=date(2026, 11, 23)).problems
        return [each.text() for each in problems if "posts to a whole group" in each.text()]

    assert ["group: true" in text for text in allowed("")] == [True]
    assert allowed(", group: true") == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "reach: {people: personal, group: group}",
            "reach: {level: personal}",
            "the level 'personal' needs 'people'",
        ),
        (
            "reach: {people: personal, group: group}",
            "reach: {level: group}",
            "the level 'group' needs 'group'",
        ),
        ('url: "outbox://{id}"', 'url: "outbox://{id}", limits: [20 a minute]', "'20 a minute' is no limit"),
    ],
)
def test_check_says_what_reach_and_limits_lack(old: str, new: str, said: str) -> None:
    assert old in OFFICE_YAML
    files = [SourceFile("office.yaml", OFFICE_YAML.replace(old, new).encode())]

    texts = [problem.text() for problem in load(files).problems]

    assert any(said in text and "allowed" in text for text in texts), texts


def test_an_office_may_say_how_often_its_own_server_is_used() -> None:
    limited = OFFICE_YAML.replace(
        'url: "outbox://{id}"', 'url: "outbox://{id}", limits: [100/minute, 5/second]'
    )

    loaded = load([SourceFile("office.yaml", limited.encode())])

    assert not any("limit" in problem.text() for problem in loaded.problems)
