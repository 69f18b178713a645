"""A keyed digest (HMAC-SHA256) over a request, for gateways that ask for one in a header.

`hmac={secret.K}` is the key. `hmac_over=` names what is digested, joined by `+` in the order in which the gateway joins it: body,
timestamp, nonce, method, path, key_id (of `hmac_id=`), nl (a line break), dot, amp; `body` if nothing is said. `hmac_as=` is hex or base64,
`timestamp=` s, ms or iso; `hmac_header=`, `timestamp_header=` and `nonce_header=` name the headers, X-Signature, X-Timestamp and X-Nonce.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

SHAPES = ("hex", "base64")
STAMPS = ("s", "ms", "iso")
FIXED = {"nl": "\n", "dot": ".", "amp": "&"}
PARTS = ("body", "timestamp", "nonce", "method", "path", "key_id", *FIXED)


@dataclass(frozen=True, slots=True)
class Seal:
    """How a gateway wants a request sealed."""

    key: str
    over: tuple[str, ...] = ("body",)
    shape: str = "hex"
    stamp: str = "s"
    key_id: str = ""
    header: str = "X-Signature"
    timestamp_header: str = "X-Timestamp"
    nonce_header: str = "X-Nonce"

    def headers(self, method: str, path: str, body: bytes, *, at: datetime) -> dict[str, str]:
        """The headers to send with a request; time and nonce only where they are part of the digest."""
        timestamp = _stamp(at, self.stamp)
        nonce = secrets.token_hex(16)
        parts = {
            "timestamp": timestamp,
            "nonce": nonce,
            "method": method,
            "path": path,
            "key_id": self.key_id,
            **FIXED,
        }
        text = b"".join(body if name == "body" else parts[name].encode() for name in self.over)
        digest = hmac.new(self.key.encode(), text, hashlib.sha256).digest()
        sent = {self.header: digest.hex() if self.shape == "hex" else base64.b64encode(digest).decode()}
        if "timestamp" in self.over:
            sent[self.timestamp_header] = timestamp
        if "nonce" in self.over:
            sent[self.nonce_header] = nonce
        return sent


def read_seal(options: Mapping[str, str]) -> Seal | None:
    """The seal that a URL asks for, None without `hmac=`. Raises ValueError with the option that makes no sense."""
    if "hmac" not in options:
        return None
    found = Seal(
        key=options["hmac"],
        over=tuple(options.get("hmac_over", "body").split("+")),
        shape=options.get("hmac_as", "hex"),
        stamp=options.get("timestamp", "s"),
        key_id=options.get("hmac_id", ""),
        header=options.get("hmac_header", "X-Signature"),
        timestamp_header=options.get("timestamp_header", "X-Timestamp"),
        nonce_header=options.get("nonce_header", "X-Nonce"),
    )
    if not found.key:
        raise ValueError("hmac")
    if not set(found.over) <= set(PARTS):
        raise ValueError("hmac_over")
    if found.shape not in SHAPES:
        raise ValueError("hmac_as")
    if found.stamp not in STAMPS:
        raise ValueError("timestamp")
    return found


def _stamp(at: datetime, shape: str) -> str:
    if shape == "iso":
        return at.astimezone().isoformat(timespec="milliseconds")
    return str(int(at.timestamp() * (1000 if shape == "ms" else 1)))
