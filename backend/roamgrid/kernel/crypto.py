"""Secrets: sealed at rest, compared in constant time, never logged."""

import base64
import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

_KEY_FILE = "secret.key"


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
    """The deployment's key: configured, else made once and kept in `data_dir` readable by its owner only."""
    if configured is not None:
        return hashlib.sha256(configured.get_secret_value().encode()).digest()
    path = data_dir / _KEY_FILE
    if not path.exists():
        _create_once(path)
    return base64.urlsafe_b64decode(path.read_bytes())


def _create_once(path: Path) -> None:
    """Written aside and linked into place: of several starting processes one wins and none reads half a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)))
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


class Vault:
    """Seals secrets that we must be able to show again (a partner's token for its own API)."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"vault" + key).digest()))

    def seal(self, secret: str) -> bytes:
        """Encrypt and authenticate."""
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt. Raises `cryptography.fernet.InvalidToken` when the key or the text is wrong."""
        return self._fernet.decrypt(bytes(sealed)).decode()
