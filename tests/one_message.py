"""One message through the real sender: what a test of a channel begins with."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tasks.delivery.outcomes import Result
from tasks.delivery.outgoing import Outgoing
from worker.channels.send import Sender
from worker.clock import machine_now
from worker.settings import Secret
from worker.tokens import Tokens

NOW = datetime(2026, 11, 26, 0, 40, tzinfo=UTC)
MOBILE = "13800000003"


def sender_with(data: Path, secrets: Mapping[str, str] | None = None) -> Sender:
    """A sender with these secrets, its outbox in `data`."""
    kept = {name: Secret(text) for name, text in (secrets or {}).items()}
    return Sender(
        outbox_file=data / "outbox.jsonl",
        secret=kept.get,
        tokens=Tokens(Secret("k" * 43), base_url="https://duban.example.cn"),
        gettext=lambda text: text,
        machine_now=machine_now,
    )


def message(url: str, **more: Any) -> Outgoing:
    """A reminder to one person."""
    values: dict[str, Any] = {
        "message_id": 7, "attempt": 1, "recipient_key": "he", "recipient_name": "何建国", "channel_key": "c",
        "channel_url": url, "is_group": False, "lang": "zh_CN", "title": "【提醒】周报", "body": "请于周五18:00前登记",
        "mobile": MOBILE, "wecom_id": "he", "email": "he@example.cn", "link_person": None, "link_obligation": None,
        "trial_for": None, "count": 1, "subject_line": "周报", "due_text": "11月27日",
    }  # fmt: skip
    return Outgoing(**(values | more))


def send(sender: Sender, outgoing: Outgoing, *, lease: float = 120) -> Result:
    """What the ledger is told."""
    return sender.send(outgoing, now=NOW, lease_until=machine_now() + timedelta(seconds=lease))
