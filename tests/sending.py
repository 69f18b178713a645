"""A sender as a worker has it, and messages for it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tasks.delivery.outcomes import Result
from tasks.delivery.outgoing import Mention, Outgoing
from worker.channels.send import Sender
from worker.clock import machine_now
from worker.settings import Secret
from worker.tokens import Tokens

NOW = datetime(2026, 11, 26, 0, 40, tzinfo=UTC)
SECRETS = {
    "KEY": Secret("693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"),
    "SIGN": Secret("SEC" + "a" * 60),
    "APP": Secret("app-secret-0123456789"),
    "TOKEN": Secret("a" * 32),
    "HOOK": Secret("b" * 36),
}
PEOPLE = (
    Mention(name="李强", mobile="13800000001", wecom_id="LiQiang"),
    Mention(name="王芳", mobile="13800000002"),
    Mention(name="赵敏"),
)


def new_sender(folder: Path, **more: Any) -> Sender:
    """A sender whose outbox is in the folder."""
    return Sender(
        outbox_file=folder / "outbox.jsonl",
        secret=SECRETS.get,
        tokens=Tokens(Secret("k" * 43), base_url="https://duban.example.cn"),
        gettext=lambda text: text,
        machine_now=machine_now,
        **more,
    )


def message(url: str, **more: Any) -> Outgoing:
    """A message for 李强 on a channel with this URL."""
    values: dict[str, Any] = {
        "message_id": 7, "attempt": 1, "recipient_key": "liqiang", "recipient_name": "李强", "channel_key": "c",
        "channel_url": url, "is_group": False, "lang": "zh_CN", "title": "【提醒】", "body": "请于周五18:00前登记", "mobile": None,
        "wecom_id": None, "email": None, "link_person": None, "link_obligation": None, "trial_for": None,
        "schemes": ("xml",),
    }  # fmt: skip
    return Outgoing(**(values | more))


def send(sender: Sender, outgoing: Outgoing, *, lease: float = 60) -> Result:
    """Send now, with a lease of so many seconds."""
    return sender.send(outgoing, now=NOW, lease_until=machine_now() + timedelta(seconds=lease))
