"""No request begins that could outlast the lease of its message: somebody else would send it meanwhile."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes.providers import Providers
from sending import message, new_sender, send

from worker.channels import http, service
from worker.channels.registry import service_of
from worker.channels.send import Sender
from worker.channels.service import loose
from worker.clock import monotonic


def test_nothing_is_asked_of_a_provider_when_the_lease_is_about_to_end(providers: Providers):
    bot = service_of(f"wecombot://KEY?base={providers.wecom.base}")
    known = replace(loose(), until=monotonic() + http.ON_THE_WIRE_SECONDS - 1)

    with pytest.raises(http.Unanswered) as failed:
        bot.post(f"{providers.wecom.base}/", known, json={})

    assert not failed.value.written
    assert providers.wecom.requests == []


def test_a_lease_that_ends_between_two_parts_leaves_the_message_unknown(
    providers: Providers, sender: Sender, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(service, "monotonic", lambda: monotonic() + 60 * len(providers.wecom.accepted))

    result = send(sender, message(providers.url("wecombot"), body="督\n" * 1500))

    assert (result.outcome, result.words) == ("unknown", "1 of 3 parts accepted; its turn ended")
    assert len(providers.wecom.accepted) == 1


def test_what_fails_before_the_wire_is_not_unknown(providers: Providers, tmp_path: Path):
    def refuses(_use: object) -> int:
        raise RuntimeError

    sender = new_sender(tmp_path, limits=SimpleNamespace(wait=refuses))

    assert send(sender, message(providers.url("wecombot"))).outcome == "retry"
    assert providers.wecom.requests == []


def test_a_lease_that_ends_while_the_token_is_fetched_sends_nothing(
    providers: Providers, sender: Sender, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(service, "monotonic", lambda: monotonic() + 60 * providers.wecom.fetched)

    result = send(sender, message(providers.url("wechat"), wecom_id="LiQiang"))

    assert result.outcome == "retry"
    assert providers.wecom.accepted == []
