"""The fakes run by themselves too, for the demo and for measurements."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fakes.dingtalk import TOKEN
from fakes.feishu import TOKEN as HOOK
from fakes.wecom import KEY
from sending import message, new_sender, send

from worker.channels.http import get, post

TESTS = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("wecom", f"wecombot://{KEY}?base={{base}}"),
        ("dingtalk", f"dingtalk://{TOKEN}?base={{base}}"),
        ("feishu", f"feishu://{HOOK}?base={{base}}"),
    ],
)
def test_a_fake_runs_by_itself(tmp_path: Path, name: str, url: str):
    program = [sys.executable, "-m", f"fakes.{name}", "--port", "0"]
    with subprocess.Popen(program, cwd=TESTS, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            base = running.stdout.readline().strip()
            sender = new_sender(tmp_path)
            assert send(sender, message(url.format(base=base))).outcome == "sent"
            post(f"{base}/__script", json=["-7"])
            assert send(sender, message(url.format(base=base))).outcome == "retry"
            assert len(json.loads(get(f"{base}/__accepted").body)) == 1
        finally:
            running.terminate()
