from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.providers import Providers
from sending import new_sender

from worker.channels import http, kept_tokens
from worker.channels.send import Sender


@pytest.fixture(scope="session")
def _running() -> Iterator[Providers]:
    made = Providers()
    with made.wecom, made.dingtalk, made.feishu:
        yield made


@pytest.fixture
def providers(_running: Providers) -> Iterator[Providers]:
    """Fresh providers: nothing accepted, nothing scripted, no rate reached, no token known."""
    _running.renew()
    http.forget()
    kept_tokens.forget()
    yield _running
    http.forget()


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return new_sender(tmp_path)
