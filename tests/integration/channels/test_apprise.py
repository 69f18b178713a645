"""Our services under the names that Apprise's users know."""

import subprocess
import sys
from typing import Any

import apprise
import pytest
from fakes.dingtalk import SECRET as DING_SECRET
from fakes.dingtalk import TOKEN
from fakes.feishu import SECRET as FEISHU_SECRET
from fakes.feishu import TOKEN as HOOK
from fakes.provider import Answer
from fakes.providers import Providers
from fakes.wecom import AGENT, CORP, KEY, SECRET

from worker.channels import registry

URLS = {
    "wecombot": f"wecombot://{KEY}",
    "wechat": f"wechat://{CORP}:{SECRET}@{AGENT}/LiQiang",
    "wecomapp": f"wecomapp://{CORP}:{SECRET}@{AGENT}/LiQiang",
    "dingtalk": f"dingtalk://{DING_SECRET}@{TOKEN}",
    "feishu": f"feishu://{FEISHU_SECRET}@{HOOK}",
    "lark": f"lark://{FEISHU_SECRET}@{HOOK}",
}
NATIVE = {
    "wecombot": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
    "dingtalk": f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}&secret={DING_SECRET}",
    "feishu": f"https://open.feishu.cn/open-apis/bot/v2/hook/{HOOK}?secret={FEISHU_SECRET}",
    "lark": f"https://open.larksuite.com/open-apis/bot/v2/hook/{HOOK}",
}


def loaded(url: str) -> apprise.Apprise:
    made = apprise.Apprise(asset=apprise.AppriseAsset(service_timeout=0, async_mode=False))
    assert made.add(url)
    return made


@pytest.mark.parametrize("scheme", sorted(URLS))
def test_apprise_makes_our_class_and_says_no_when_the_provider_does(providers: Providers, scheme: str):
    fake = providers.of(scheme)
    made = loaded(f"{URLS[scheme]}?base={fake.base}")
    fake.script.append(Answer(body={"errcode": 93000, "code": 19001, "errmsg": "no"}))

    assert type(made[0]) is registry.service_class(scheme)
    assert not made.notify(body="请登记", title="【提醒】")
    assert made.notify(body="请登记", title="【提醒】")
    assert len(fake.accepted) == 1


@pytest.mark.parametrize("scheme", sorted(URLS))
def test_a_url_that_a_service_gives_makes_the_same_service(scheme: str):
    service: Any = loaded(f"{URLS[scheme]}?base=https://gateway.example.cn/x")[0]

    again: Any = loaded(service.url())[0]

    assert (again.url(), again.url_identifier, again.base) == (
        service.url(), service.url_identifier, "https://gateway.example.cn/x",
    )  # fmt: skip
    shown = service.url(privacy=True)
    assert all(secret not in shown for secret in (KEY, SECRET, DING_SECRET, TOKEN, FEISHU_SECRET, HOOK))


@pytest.mark.parametrize("scheme", sorted(NATIVE))
def test_an_address_is_read_as_the_provider_shows_it(scheme: str):
    service = loaded(NATIVE[scheme])[0]

    assert type(service) is registry.service_class(scheme)
    assert registry.scheme_of(NATIVE[scheme]) == scheme
    assert service.url_identifier == registry.service_of(NATIVE[scheme]).url_identifier


def test_our_services_do_not_load_apprises_170_plugins():
    program = """
import sys
from worker.channels import send
from worker.channels.registry import service_of, service_class, OURS
for scheme in OURS: service_class(scheme)
assert service_of("wecombot://KEY").key == "KEY"
before = len([name for name in sys.modules if name.startswith("apprise.plugins.")])
import apprise
made = apprise.Apprise(); assert made.add("wecombot://KEY")
assert type(made[0]) is service_class("wecombot")
after = len([name for name in sys.modules if name.startswith("apprise.plugins.")])
assert made.add("json://127.0.0.1/") and made.add("mailto://u:p@example.cn")
print(before, after)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    before, after = map(int, ended.stdout.split())
    assert before < 20 < 100 < after
