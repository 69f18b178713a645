"""`make demo`: `duban demo` with WeCom on loopback, so that the ledger shows what a provider says: yes, busy, no such user.

    PYTHONPATH=tests python -m fakes.demo [options of duban demo]

The office is the starter office with a WeCom app for persons, mail for whom that does not reach, and a group bot. Every fortieth
message is answered "system busy"; one person is unknown to the app. As a year passes in minutes, nothing here is limited by the minute.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fakes.provider import Answer, Request
from fakes.wecom import AGENT, CORP, KEY, SECRET, WeCom
from worker.settings import packaged_office

BUSY_EACH = 40
UNKNOWN = "songjia"  # 财政所会计: left the app, not the office
PERSONAL = '  personal: {url: "outbox://{id}", quiet: exempt}\n'
GROUP = '  group: {url: "outbox://group", quiet: exempt, group: true}\n'
REACH = "reach: {people: personal, group: group}\n"


class Office(WeCom):
    """WeCom as a busy day shows it; one address for its bots and its app, without their limits."""

    sends = 0

    def reply(self, request: Request) -> Answer:
        if request.place.endswith("/send"):
            self.sends += 1
            if self.sends % BUSY_EACH == 0:
                return self.error(-1)
            if request.place == "/cgi-bin/message/send" and request.json.get("touser") == UNKNOWN:
                return self.error(60111)
        self.bots.limit = sys.maxsize
        return super().reply(request)


def write_office(folder: Path, base: str) -> Path:
    """The starter office on the fake; its settings are replaced where they stand, so that a change there is noticed."""
    shutil.copytree(packaged_office(), folder)
    file = folder / "office.yaml"
    text = file.read_text(encoding="utf-8")
    app = f"wecomapp://{CORP}:{{secret.DEMO_APP}}@{AGENT}/{{wecom_id}}?base={base}"
    for old, new in (
        (
            PERSONAL,
            f'  personal: {{url: "{app}", quiet: exempt}}\n  mail: {{url: "outbox://{{email}}", quiet: exempt}}\n',
        ),
        (
            GROUP,
            f'  group: {{url: "wecombot://{{secret.DEMO_BOT}}?base={base}", quiet: exempt, group: true, limits: []}}\n',
        ),
        (REACH, "reach: {people: [personal, mail], group: group}\n"),
    ):
        if old not in text:
            raise SystemExit(f"the starter office has no line {old!r} any more")
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    return folder


def main() -> int:
    """Play; then say what the provider saw."""
    with tempfile.TemporaryDirectory(prefix="duban-demo-") as folder, Office() as wecom:
        environ = {
            **os.environ, "DUBAN_OFFICE": str(write_office(Path(folder) / "office", wecom.base)),
            "DUBAN_SECRET_DEMO_APP": SECRET, "DUBAN_SECRET_DEMO_BOT": KEY,
        }  # fmt: skip
        command = [sys.executable, "-m", "worker", "demo", "--yes", "--send", *sys.argv[1:]]
        with subprocess.Popen(command, env=environ) as play:
            while True:
                try:
                    code = play.wait()
                    break
                except KeyboardInterrupt:  # the play has got it too, and ends in its own order
                    continue
        personal = sum("touser" in each for each in wecom.accepted)
        sys.stdout.write(
            f"WeCom (a fake on this machine): {personal} personal messages and {len(wecom.accepted) - personal} group posts accepted\n"
        )
    return code


if __name__ == "__main__":
    sys.exit(main())
