"""How two clouds want a request signed. Pure: what goes into a signature comes in, the header's value goes out.

Aliyun, signature version 3 (ACS3-HMAC-SHA256): help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature.
Tencent Cloud, signature method v3 (TC3-HMAC-SHA256): cloud.tencent.com/document/api/382/52072.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

ACS3 = "ACS3-HMAC-SHA256"
TC3 = "TC3-HMAC-SHA256"
_TC3_END = "tc3_request"


def sha256(data: bytes) -> str:
    """The digest in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def canonical_query(query: Mapping[str, str]) -> str:
    """Parameters sorted by name and percent-encoded by RFC 3986, as they stand both in the URL and in the signature."""
    return "&".join(
        f"{quote(name, safe='-_.~')}={quote(text, safe='-_.~')}" for name, text in sorted(query.items())
    )


def acs3(
    key_id: str, secret: str, *, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> str:
    """Aliyun's `Authorization`. `query` is canonical; `headers` are those that are signed, among them host and every x-acs-*."""
    signed, lines = _headers(headers)
    canonical = "\n".join((method, path, query, lines, signed, sha256(body)))
    signature = hmac.new(secret.encode(), f"{ACS3}\n{sha256(canonical.encode())}".encode(), hashlib.sha256)
    return f"{ACS3} Credential={key_id},SignedHeaders={signed},Signature={signature.hexdigest()}"


def tc3(
    key_id: str, secret: str, *, service: str, at: datetime, headers: Mapping[str, str], body: bytes
) -> str:
    """Tencent's `Authorization` of a POST to `/`. `at` is aware and goes into X-TC-Timestamp too; the day counts in UTC.

    Signed headers count in small letters, names and values.
    """
    seconds = int(at.timestamp())
    day = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/{_TC3_END}"
    signed, lines = _headers({name: text.lower() for name, text in headers.items()})
    canonical = "\n".join(("POST", "/", "", lines, signed, sha256(body)))
    text = "\n".join((TC3, str(seconds), scope, sha256(canonical.encode())))
    key = f"TC3{secret}".encode()
    for part in (day, service, _TC3_END):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"{TC3} Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={signature}"


def _headers(headers: Mapping[str, str]) -> tuple[str, str]:
    """The names of the signed headers, and their canonical lines."""
    sorted_ = sorted((name.lower(), text.strip()) for name, text in headers.items())
    return ";".join(name for name, _text in sorted_), "".join(f"{name}:{text}\n" for name, text in sorted_)
