"""An adapter: one version and one dialect, chosen once at the handshake (DESIGN section 1).

Readers take the verbatim bytes of one object and raise `Refused` only for what cannot be understood without a guess;
everything else odd is named in `Read.deviations`. Writers give values for `kernel.json.dumps`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.command import CommandReply, CommandResult, StartSession, StopSession
from roamgrid.canonical.location import Location
from roamgrid.canonical.party import Party, PartyId
from roamgrid.canonical.session import Session
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import Token
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi.dialects.dialect import Dialect, dialect
from roamgrid.ocpi.mapping.v2_2_1 import cdr, command, credentials, location, session, tariff, token
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.deviations import Deviation, Read, Refused
from roamgrid.ocpi.wire.common.document import parse
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1.cdr import Cdr as WireCdr
from roamgrid.ocpi.wire.v2_2_1.command import CommandResponse as WireCommandResponse
from roamgrid.ocpi.wire.v2_2_1.command import CommandResult as WireCommandResult
from roamgrid.ocpi.wire.v2_2_1.credentials import Credentials as WireCredentials
from roamgrid.ocpi.wire.v2_2_1.key import Key as WireKey
from roamgrid.ocpi.wire.v2_2_1.location import Location as WireLocation
from roamgrid.ocpi.wire.v2_2_1.session import Session as WireSession
from roamgrid.ocpi.wire.v2_2_1.tariff import Tariff as WireTariff
from roamgrid.ocpi.wire.v2_2_1.token import Token as WireToken
from roamgrid.ocpi.wire.v2_2_1.types import LocationReferences

V2_2_1 = "2.2.1"

T = TypeVar("T")

_location = object_reader(WireLocation)
_tariff = object_reader(WireTariff)
_session = object_reader(WireSession)
_cdr = object_reader(WireCdr)
_token = object_reader(WireToken)
_key = object_reader(WireKey)
_response = object_reader(WireCommandResponse)
_result = object_reader(WireCommandResult)
_credentials = object_reader(WireCredentials)
_references = object_reader(LocationReferences)


class UnsupportedVersion(Invalid):
    """No adapter speaks that OCPI version."""

    code = "OCPI_VERSION_UNSUPPORTED"
    hint = "Both sides need a common version; this platform speaks OCPI 2.2.1."


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """The station's answer to a command, and what it says to people."""

    result: CommandResult
    message: str | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """A partner's side of a handshake."""

    token: str = field(repr=False)
    versions_url: str
    roles: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class Adapter:
    """OCPI 2.2.1 in one dialect."""

    version: str
    dialect: Dialect

    def read_location(self, raw: bytes) -> Read[Location]:
        return _read(raw, lambda document, found: location.location(_location(document, found), self.dialect, found))

    def read_tariff(self, raw: bytes) -> Read[Tariff]:
        return _read(raw, lambda document, found: tariff.tariff(_tariff(document, found), found))

    def read_session(self, raw: bytes) -> Read[Session]:
        return _read(raw, lambda document, found: session.session(_session(document, found), self.dialect))

    def read_cdr(self, raw: bytes) -> Read[Cdr]:
        return _read(raw, lambda document, found: cdr.cdr(_cdr(document, found), self.dialect, found))

    def read_token(self, raw: bytes) -> Read[Token]:
        return _read(raw, lambda document, found: token.token(_token(document, found)))

    def read_location_references(self, raw: bytes) -> Read[LocationReferences]:
        """The optional body of a real-time authorization."""
        return _read(raw, _references)

    def read_command_response(self, raw: bytes) -> Read[CommandReply]:
        """The `data` of the answer to a command."""
        return _read(raw, lambda document, found: command.reply(_response(command.unwrapped(document), found)))

    def read_command_result(self, raw: bytes) -> Read[CommandOutcome]:
        """The body that a partner posts to a command's `response_url`."""
        return _read(raw, lambda document, found: CommandOutcome(*command.result(_result(command.unwrapped(document), found))))

    def read_credentials(self, raw: bytes) -> Read[Credentials]:
        return _read(raw, _read_credentials)

    def read_key(self, raw: bytes) -> tuple[PartyId, str] | None:
        """Whose object it is and its id, also of one that is otherwise unreadable; None when not even that is clear."""
        try:
            read = _key(parse(raw, []), [])
        except Refused:
            return None
        return PartyId.of(read.country_code, read.party_id), read.id

    def write_token(self, value: Token) -> dict[str, object]:
        return token.write_token(value)

    def write_start(self, value: StartSession, response_url: str) -> dict[str, object]:
        return command.write_start(value, response_url)

    def write_stop(self, value: StopSession, response_url: str) -> dict[str, object]:
        return command.write_stop(value, response_url)

    def write_credentials(self, our_token: str, versions_url: str, roles: Iterable[Party]) -> dict[str, object]:
        return credentials.write_credentials(our_token, versions_url, roles)

    def write_date(self, moment: datetime) -> str:
        return write_moment(moment)


@cache
def adapter_for(version: str, dialect_name: str) -> Adapter:
    """The adapter of a connection. Raises `UnsupportedVersion` or `UnknownDialect`."""
    if version != V2_2_1:
        raise UnsupportedVersion(f"there is no adapter for OCPI {version!r}", field="version")
    return Adapter(version, dialect(dialect_name))


def _read(raw: bytes, read: Callable[[Any, Found], T]) -> Read[T]:
    found: list[Deviation] = []
    value = read(parse(raw, found), found)
    return Read(value, tuple(found))


def _read_credentials(document: Any, found: Found) -> Credentials:
    read: WireCredentials = _credentials(document, found)
    return Credentials(read.token, read.url, credentials.parties(read))
