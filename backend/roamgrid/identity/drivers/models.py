"""What the driver store hands out."""

import re
from dataclasses import dataclass
from datetime import datetime

from roamgrid.identity.access import AccessToken, DriverId
from roamgrid.identity.drivers.errors import InvalidEmail

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MAX_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Email:
    """An address as typed; two spellings that differ only in case have one `key`."""

    text: str

    @property
    def key(self) -> str:
        return self.text.lower()

    @classmethod
    def of(cls, text: str) -> "Email":
        """Raises `InvalidEmail`. The grammar is the one that browsers use (HTML, input type=email)."""
        stripped = text.strip()
        if len(stripped) > _MAX_ADDRESS or not _ADDRESS.fullmatch(stripped):
            raise InvalidEmail("this is not an e-mail address", field="email")
        return cls(stripped)


@dataclass(frozen=True, slots=True)
class Driver:
    """A brand's customer. `plan_code` None: the brand's default plan. `locale` None: the brand's first."""

    id: DriverId
    email: str
    plan_code: str | None
    locale: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CodeRequested:
    """A code is on its way. `shown_code` carries it in sandbox mode and is None otherwise."""

    email: str
    expires_at: datetime
    shown_code: str | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A driver and the token that proves it."""

    driver: Driver
    token: AccessToken
