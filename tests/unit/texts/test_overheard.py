"""Which channels end with the reader: every scheme that an office can name counts as overheard unless it is known not to be."""

import pytest

from tasks.delivery.privacy import OWN, overheard
from worker.channels.registry import OURS
from worker.channels.untyped import SERVICES


@pytest.mark.parametrize("scheme", sorted({*OURS, *SERVICES, "paper", "mqtt"}))
def test_only_the_outbox_and_the_offices_own_wecom_application_end_with_the_reader(scheme: str) -> None:
    assert overheard(f"{scheme}://somewhere/{{mobile}}") is (scheme not in ("outbox", "wechat", "wecomapp"))


def test_an_address_as_a_provider_shows_it_is_overheard() -> None:
    assert overheard("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x")
    assert {"outbox", "wechat", "wecomapp"} == OWN
