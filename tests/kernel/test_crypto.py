"""Secrets: one key per deployment, made once, never guessable, replaceable."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken
from pydantic import SecretStr

from roamgrid.kernel.crypto import Vault, content_hash, digest, load_secret_key, random_token
from roamgrid.kernel.errors import Invalid
from roamgrid.kernel.settings import Settings


def test_a_key_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    key = load_secret_key(None, tmp_path / "data")
    assert len(key) == 32
    assert load_secret_key(None, tmp_path / "data") == key
    [file] = list((tmp_path / "data").iterdir())
    assert file.stat().st_mode & 0o777 == 0o600


def test_of_processes_that_start_together_all_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: load_secret_key(None, tmp_path), range(64)))
    assert len(set(keys)) == 1
    assert os.listdir(tmp_path) == ["secret.key"]


@pytest.mark.parametrize("damage", [b"", b"abc", b"!!!!", b"QUJD"])
def test_a_damaged_key_file_is_said_so_instead_of_used(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(damage)
    with pytest.raises(Invalid, match="damaged"):
        load_secret_key(None, tmp_path)


def test_a_configured_secret_needs_no_file_and_some_length(tmp_path: Path) -> None:
    secret = SecretStr("correct horse battery staple")
    assert load_secret_key(secret, tmp_path) == load_secret_key(secret, tmp_path / "elsewhere")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Invalid, match="shorter than 16"):
        load_secret_key(SecretStr("short"), tmp_path)


def test_an_empty_variable_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ROAMGRID_SECRET_KEY", "DATABASE_URL", "ROAMGRID_PUBLIC_URL"):
        monkeypatch.setenv(name, "")
    settings = Settings()
    assert (settings.secret_key, settings.database_url, settings.public_url) == (None, None, None)


def test_what_is_sealed_opens_with_its_key_only() -> None:
    sealed = Vault(b"one").seal("partner's token")
    assert b"partner" not in sealed
    assert Vault(b"one").open(sealed) == "partner's token"
    with pytest.raises(InvalidToken):
        Vault(b"two").open(sealed)
    with pytest.raises(InvalidToken):
        Vault(b"one").open(sealed[:-1] + b"x")


def test_a_new_key_still_opens_what_a_retired_one_sealed() -> None:
    old = Vault(b"old").seal("token")
    vault = Vault(b"new", b"old")
    assert vault.open(old) == "token"
    with pytest.raises(InvalidToken):
        Vault(b"old").open(vault.seal("token"))


def test_tokens_are_long_printable_and_never_the_same() -> None:
    tokens = {random_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {43}
    assert all(token.isascii() and token.isprintable() and " " not in token for token in tokens)


def test_digests_are_sha256() -> None:
    assert digest("abc") == content_hash(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
