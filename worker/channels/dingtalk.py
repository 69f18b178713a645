"""DingTalk with a signature (加签) that the provider can verify."""

import base64
import hashlib
import hmac
from typing import Any

from worker.channels.untyped import class_of
from worker.clock import machine_now

NotifyDingTalk: Any = class_of("dingtalk")


class DingTalk(NotifyDingTalk):  # type: ignore[misc] # Apprise has no types
    """Apprise 2.2 percent-encodes the signature twice, which DingTalk answers with "sign not match" under HTTP 200."""

    def get_signature(self) -> tuple[str, str]:
        """Milliseconds, and the signature in base64; `requests` percent-encodes it once."""
        timestamp = str(round(machine_now().timestamp() * 1000))
        digest = hmac.new(
            self.secret.encode(), f"{timestamp}\n{self.secret}".encode(), hashlib.sha256
        ).digest()
        return timestamp, base64.b64encode(digest).decode("ascii")
