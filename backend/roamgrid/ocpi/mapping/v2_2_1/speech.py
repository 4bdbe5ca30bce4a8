"""The forms of OCPI 2.2.1."""

from typing import Any

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.command import CommandReply
from roamgrid.canonical.location import Location
from roamgrid.canonical.session import Session
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import Token
from roamgrid.ocpi import kinds
from roamgrid.ocpi.mapping.v2_2_1 import authorization, cdr, command, credentials, location, session, tariff, token
from roamgrid.ocpi.speech import Form, Speech, Ways
from roamgrid.ocpi.values import CommandOutcome, Credentials, LocationReferences
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1.authorization import AuthorizationInfo as WireAuthorizationInfo
from roamgrid.ocpi.wire.v2_2_1.cdr import Cdr as WireCdr
from roamgrid.ocpi.wire.v2_2_1.command import CommandResponse as WireCommandResponse
from roamgrid.ocpi.wire.v2_2_1.command import CommandResult as WireCommandResult
from roamgrid.ocpi.wire.v2_2_1.command import StartSession as WireStartSession
from roamgrid.ocpi.wire.v2_2_1.command import StopSession as WireStopSession
from roamgrid.ocpi.wire.v2_2_1.credentials import Credentials as WireCredentials
from roamgrid.ocpi.wire.v2_2_1.location import Location as WireLocation
from roamgrid.ocpi.wire.v2_2_1.session import Session as WireSession
from roamgrid.ocpi.wire.v2_2_1.tariff import Tariff as WireTariff
from roamgrid.ocpi.wire.v2_2_1.token import Token as WireToken
from roamgrid.ocpi.wire.v2_2_1.types import LocationReferences as WireLocationReferences

_location = object_reader(WireLocation)
_tariff = object_reader(WireTariff)
_session = object_reader(WireSession)
_cdr = object_reader(WireCdr)
_token = object_reader(WireToken)
_response = object_reader(WireCommandResponse)
_result = object_reader(WireCommandResult)
_credentials = object_reader(WireCredentials)
_references = object_reader(WireLocationReferences)


def _read_location(document: Any, ways: Ways, found: Found) -> Location:
    return location.location(_location(document, found), ways.dialect, found)


def _read_tariff(document: Any, ways: Ways, found: Found) -> Tariff:
    return tariff.tariff(_tariff(document, found), found)


def _read_session(document: Any, ways: Ways, found: Found) -> Session:
    return session.session(_session(document, found), ways.dialect)


def _read_cdr(document: Any, ways: Ways, found: Found) -> Cdr:
    return cdr.cdr(_cdr(document, found), ways.dialect, found)


def _read_token(document: Any, ways: Ways, found: Found) -> Token:
    return token.token(_token(document, found))


def _read_credentials(document: Any, ways: Ways, found: Found) -> Credentials:
    return credentials.credentials(_credentials(document, found))


def _read_references(document: Any, ways: Ways, found: Found) -> LocationReferences:
    return authorization.references(_references(document, found))


def _read_response(document: Any, ways: Ways, found: Found) -> CommandReply:
    return command.reply(_response(command.unwrapped(document), found))


def _read_result(document: Any, ways: Ways, found: Found) -> CommandOutcome:
    return command.result(_result(command.unwrapped(document), found))


def _never_read(document: Any, ways: Ways, found: Found) -> Any:
    raise NotImplementedError


SPEECH = Speech(
    "2.2.1",
    {
        kinds.LOCATION: Form(WireLocation, _read_location),
        kinds.TARIFF: Form(WireTariff, _read_tariff),
        kinds.SESSION: Form(WireSession, _read_session),
        kinds.CDR: Form(WireCdr, _read_cdr),
        kinds.TOKEN: Form(WireToken, _read_token, token.write_token),
        kinds.CREDENTIALS: Form(WireCredentials, _read_credentials, credentials.write_credentials),
        kinds.LOCATION_REFERENCES: Form(WireLocationReferences, _read_references, authorization.write_references),
        kinds.AUTHORIZATION_INFO: Form(WireAuthorizationInfo, _never_read, authorization.write_info),
        kinds.START_SESSION: Form(WireStartSession, _never_read, command.write_start),
        kinds.STOP_SESSION: Form(WireStopSession, _never_read, command.write_stop),
        kinds.COMMAND_RESPONSE: Form(WireCommandResponse, _read_response),
        kinds.COMMAND_RESULT: Form(WireCommandResult, _read_result),
    },
)
