"""Mobile numbers at rest: sealed for sending, and a keyed digest to find them by. Both keys come from the secret key."""

import base64
import hmac
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schedules.words import phrase
from worker.errors import NotConfigured
from worker.settings import Secret

SEAL = b"duban mobile seal"
DIGEST = b"duban mobile digest"


class Cipher:
    """Seals with Fernet (AES-128-CBC and HMAC-SHA256), digests with HMAC-SHA256; one key for each, derived by HKDF."""

    __slots__ = ("_digest_key", "_fernet")

    def __init__(self, secret: Secret) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derive(secret, SEAL)))
        self._digest_key = _derive(secret, DIGEST)

    def encrypt(self, text: str) -> bytes:
        """Seal a number; the same number gives another text each time."""
        return self._fernet.encrypt(text.encode())

    def decrypt(self, sealed: bytes) -> str:
        """Open a sealed number. Raises NotConfigured if it was sealed with another secret key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise NotConfigured(
                phrase(
                    "a mobile number cannot be opened: it was sealed with another secret key; "
                    "set DUBAN_SECRET_KEY to the old one, or import the roster again"
                )
            ) from error

    def opened(self, sealed: bytes) -> str | None:
        """Open a sealed number; None if it was sealed with another secret key."""
        try:
            return self.decrypt(sealed)
        except NotConfigured:
            return None

    def digest(self, text: str) -> str:
        """The keyed digest of a number, 64 hexadecimal digits; equal numbers have equal digests."""
        return hmac.new(self._digest_key, text.encode(), sha256).hexdigest()

    def __repr__(self) -> str:
        return "Cipher(***)"


def _derive(secret: Secret, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.reveal().encode())
