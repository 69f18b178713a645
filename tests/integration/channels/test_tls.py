"""TLS that cannot be trusted is a fault of the channel, and nothing goes out another way."""

from collections.abc import Iterator

import pytest
from fakes.certificates import Authority, authority
from fakes.provider import Answer, Fake, Request
from fakes.wecom import WeCom
from sending import message, send

from worker.channels import http
from worker.channels.send import Sender


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def by_the_system(trusted: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system trusts the authority of this test."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.root))
    http.forget()
    yield
    http.forget()


@pytest.mark.usefixtures("by_the_system")
def test_a_private_authority_of_the_system_is_trusted(trusted: Authority, sender: Sender):
    with WeCom(tls=trusted.server()) as fake:
        url = f"wecombot://{{secret.KEY}}?base={fake.base}"

        results = [send(sender, message(url)) for _ in range(3)]

    assert [each.outcome for each in results] == ["sent"] * 3
    assert fake.connections == 1


@pytest.mark.usefixtures("by_the_system")
@pytest.mark.parametrize(
    ("kind", "words"),
    [("expired", "expired"), ("other-host", "IP address mismatch"), ("self-signed", "self-signed")],
)
def test_a_certificate_that_is_not_sound_is_the_channels_fault(
    trusted: Authority, sender: Sender, kind: str, words: str
):
    with WeCom(tls=trusted.server(kind)) as fake:
        result = send(sender, message(f"wecombot://{{secret.KEY}}?base={fake.base}"))

    assert result.outcome == "channel"
    assert words in result.words
    assert fake.requests == []


def test_an_authority_that_nobody_knows_is_not_trusted(trusted: Authority, sender: Sender):
    http.forget()
    with WeCom(tls=trusted.server()) as fake:
        result = send(sender, message(f"wecombot://{{secret.KEY}}?base={fake.base}"))

    assert (result.outcome, fake.requests) == ("channel", [])


def test_whoever_does_not_speak_tls_is_the_channels_fault(sender: Sender):
    class Plain(Fake):
        def reply(self, request: Request) -> Answer:
            return Answer(body={"errcode": 0})

    with Plain() as fake:
        result = send(sender, message(f"wecombot://{{secret.KEY}}?base=https://127.0.0.1:{fake.port}"))

    assert (result.outcome, fake.requests) == ("channel", [])
    assert result.words.startswith("TLS")


def test_apprises_own_services_verify_too(trusted: Authority, sender: Sender):
    with WeCom(tls=trusted.server("self-signed")) as fake:
        result = send(sender, message(f"jsons://127.0.0.1:{fake.port}/"))

    assert (result.outcome, fake.requests) == ("channel", [])
