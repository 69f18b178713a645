"""MQTT through Apprise to a mosquitto: a service that is not ours works by its URL alone, once the office enables it."""

import threading
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from integration.real_servers.conftest import free_ports, running_mosquitto
from one_message import message, send, sender_with
from paho.mqtt.enums import CallbackAPIVersion

from tasks.delivery.outcomes import Outcome


class Subscriber:
    """Somebody who reads a topic."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, str]] = []
        self.ready, self.came = threading.Event(), threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_rest: client.subscribe("duban/#", qos=1)
        self._client.on_subscribe = lambda *_rest: self.ready.set()
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self.ready.wait(10)

    def _on_message(self, _client: object, _data: object, got: mqtt.MQTTMessage) -> None:
        self.heard.append((got.topic, got.payload.decode()))
        self.came.set()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def port() -> Iterator[int]:
    (found,) = free_ports(1)
    with running_mosquitto(found):
        yield found


def test_a_reminder_arrives_and_stays_unverified(tmp_path: Path, port: int) -> None:
    subscriber = Subscriber(port)
    outgoing = message(f"mqtt://127.0.0.1:{port}/duban/{{id}}", schemes=("mqtt",))

    result = send(sender_with(tmp_path), outgoing)

    assert result.outcome is Outcome.UNVERIFIED, result
    assert subscriber.came.wait(10)
    subscriber.close()
    ((topic, text),) = subscriber.heard
    assert topic == "duban/he"
    assert "【提醒】周报" in text
    assert "请于周五18:00前登记" in text


def test_without_the_offices_word_it_is_refused(tmp_path: Path, port: int) -> None:
    result = send(sender_with(tmp_path), message(f"mqtt://127.0.0.1:{port}/duban/he"))

    assert result.outcome is Outcome.CHANNEL
    assert "mqtt:// is not enabled" in result.words


def test_a_server_that_is_stopped_got_nothing(tmp_path: Path) -> None:
    sender = sender_with(tmp_path)
    (found,) = free_ports(1)
    with running_mosquitto(found):
        outgoing = message(f"mqtt://127.0.0.1:{found}/duban/he", schemes=("mqtt",))
        assert send(sender, outgoing).outcome is Outcome.UNVERIFIED

    assert send(sender, outgoing).outcome is Outcome.RETRY
