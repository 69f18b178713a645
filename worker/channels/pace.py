"""How often a group's bot may speak: providers refuse, and DingTalk blocks for ten minutes, whoever writes too often."""

import threading
from collections import deque

from worker.clock import monotonic

WINDOW_SECONDS = 60.0
# Messages a minute for one bot, as the providers document it (DOMAIN: 20, 20, 100), less one for what another process may send.
LIMITS = {"wecombot": 19, "dingtalk": 19, "feishu": 95, "lark": 95}


class Pace:
    """Counts what each bot of this process sent within the last minute."""

    def __init__(self) -> None:
        self._sent: dict[str, deque[float]] = {}
        self._turn = threading.Lock()

    def wait(self, bot: str, scheme: str) -> int:
        """Seconds until this bot may speak again; 0 counts as spoken now."""
        now = monotonic()
        with self._turn:
            sent = self._sent.setdefault(bot, deque())
            while sent and sent[0] <= now - WINDOW_SECONDS:
                sent.popleft()
            if len(sent) >= LIMITS[scheme]:
                return int(sent[0] + WINDOW_SECONDS - now) + 1
            sent.append(now)
            return 0
