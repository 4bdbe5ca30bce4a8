"""Secrets: sealed at rest, compared in constant time, never logged."""

import base64
import binascii
import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from pydantic import SecretStr

from roamgrid.kernel.errors import Invalid

_KEY_FILE = "secret.key"
_KEY_BYTES = 32
_SHORTEST_SECRET = 16


def random_token() -> str:
    """A fresh secret: 43 printable characters without blanks, fits OCPI's 64."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """How a high-entropy secret is looked up without being stored: SHA-256, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def content_hash(body: bytes) -> bytes:
    """Fingerprint of a verbatim body: SHA-256."""
    return hashlib.sha256(body).digest()


def load_secret_key(configured: SecretStr | None, data_dir: Path) -> bytes:
    """The deployment's key: configured, else made once and kept in `data_dir` readable by its owner only.

    Raises `Invalid` for a configured secret under 16 characters and for a damaged key file: a key that anyone can guess
    is worse than none.
    """
    if configured is not None:
        secret = configured.get_secret_value()
        if len(secret) < _SHORTEST_SECRET:
            raise Invalid(f"the secret key is shorter than {_SHORTEST_SECRET} characters", field="secret_key")
        return hashlib.sha256(secret.encode()).digest()
    path = data_dir / _KEY_FILE
    if not path.exists():
        _create_once(path)
    return _read_key(path)


def retired_key(configured: SecretStr) -> bytes:
    """A key that was configured before: it opens what it sealed and seals nothing any more."""
    return hashlib.sha256(configured.get_secret_value().encode()).digest()


def _read_key(path: Path) -> bytes:
    try:
        key = base64.urlsafe_b64decode(path.read_bytes())
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise Invalid(f"{path} is damaged: restore it from a backup, or delete it and register partners anew")
    return key


def _create_once(path: Path) -> None:
    """Written aside and linked into place: of several starting processes one wins and none reads half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)))
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


class Vault:
    """Seals secrets that we must be able to show again (a partner's token for its own API).

    Seals with `key`; opens also what was sealed with a `retired` one, so that a deployment can change its key.
    """

    def __init__(self, key: bytes, *retired: bytes) -> None:
        self._fernet = MultiFernet([_fernet(one) for one in (key, *retired)])

    def seal(self, secret: str) -> bytes:
        """Encrypt and authenticate."""
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt. Raises `cryptography.fernet.InvalidToken` when the key or the text is wrong."""
        return self._fernet.decrypt(bytes(sealed)).decode()

    def reseal(self, sealed: bytes) -> bytes:
        """The same secret under the present key. Raises `cryptography.fernet.InvalidToken`."""
        return self._fernet.rotate(bytes(sealed))


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"vault" + key).digest()))
