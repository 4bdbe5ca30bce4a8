"""What the data folder remembers between runs: the ports and the password."""

import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import msgspec

from roamgrid.kernel.embedded.ports import free_port, is_free
from roamgrid.kernel.embedded.urls import ServiceUrls

FILE = "services.json"
ROLE = "roamgrid"
DATABASE = "roamgrid"


@dataclass(frozen=True, slots=True)
class State:
    """Ports and password of one data folder. Immutable; `save` writes it as a whole or not at all."""

    postgres_port: int
    redis_port: int
    password: str

    @classmethod
    def load(cls, data_dir: Path) -> Self | None:
        """The remembered state; None in a new folder. Raises `msgspec.DecodeError` when the file was tampered with."""
        try:
            return msgspec.json.decode((data_dir / FILE).read_bytes(), type=cls)
        except FileNotFoundError:
            return None

    @classmethod
    def new(cls) -> Self:
        """Fresh ports and a random password of 192 bits (URL-safe, so it needs no quoting anywhere)."""
        postgres_port = free_port()
        return cls(postgres_port, free_port(besides=postgres_port), secrets.token_urlsafe(24))

    def with_free_ports(self) -> Self:
        """The same ports where nobody took them meanwhile, else new ones. Call while both servers are down."""
        postgres = self.postgres_port if is_free(self.postgres_port) else free_port(besides=self.redis_port)
        redis = self.redis_port if is_free(self.redis_port) else free_port(besides=postgres)
        return replace(self, postgres_port=postgres, redis_port=redis)

    def save(self, data_dir: Path) -> None:
        """Replace the file atomically, readable by its owner only."""
        fresh = data_dir / f"{FILE}.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.json.encode(self))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(data_dir / FILE)

    @property
    def urls(self) -> ServiceUrls:
        return ServiceUrls(
            database_url=f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.postgres_port}/{DATABASE}",
            redis_url=f"redis://:{self.password}@127.0.0.1:{self.redis_port}",
        )
