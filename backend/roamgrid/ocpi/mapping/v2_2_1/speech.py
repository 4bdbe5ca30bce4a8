"""The forms of OCPI 2.2.1."""

from dataclasses import replace
from typing import Any

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.command import CommandReply, StartSession, StopSession
from roamgrid.canonical.location import Location
from roamgrid.canonical.session import Session
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import Token
from roamgrid.ocpi import kinds
from roamgrid.ocpi.mapping.v2_2_1 import (
    authorization,
    cdr,
    client_info,
    command,
    credentials,
    location,
    money,
    session,
    tariff,
    token,
)
from roamgrid.ocpi.mapping.v2_2_1.deferred import DEFERRED
from roamgrid.ocpi.mapping.v2_2_1.write_cdr import write_cdr
from roamgrid.ocpi.mapping.v2_2_1.write_location import write_location
from roamgrid.ocpi.mapping.v2_2_1.write_session import write_session
from roamgrid.ocpi.mapping.v2_2_1.write_tariff import write_tariff
from roamgrid.ocpi.speech import Document, Form, Losses, Speech, Ways
from roamgrid.ocpi.values import Asked, AuthorizationInfo, ClientInfo, CommandOutcome, Credentials, LocationReferences
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1.authorization import AuthorizationInfo as WireAuthorizationInfo
from roamgrid.ocpi.wire.v2_2_1.cdr import Cdr as WireCdr
from roamgrid.ocpi.wire.v2_2_1.client_info import ClientInfo as WireClientInfo
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
_info = object_reader(WireAuthorizationInfo)
_start = object_reader(WireStartSession)
_stop = object_reader(WireStopSession)
_client_info = object_reader(WireClientInfo)


def _read_location(document: Any, ways: Ways, found: Found) -> Location:
    return location.location(_location(document, found), ways.dialect, found)


def _read_tariff(document: Any, ways: Ways, found: Found) -> Tariff:
    return tariff.tariff(_tariff(document, found), found)


def _read_session(document: Any, ways: Ways, found: Found) -> Session:
    return session.session(_session(document, found), ways.dialect, money.amount)


def _read_cdr(document: Any, ways: Ways, found: Found) -> Cdr:
    return cdr.cdr(_cdr(document, found), ways.dialect, found, money.amount, tariff.tariff)


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


def _read_info(document: Any, ways: Ways, found: Found) -> AuthorizationInfo:
    return authorization.info(_info(document, found))


def _read_start(document: Any, ways: Ways, found: Found) -> Asked[StartSession]:
    return command.start(_start(document, found), ways.owner)


def _read_stop(document: Any, ways: Ways, found: Found) -> Asked[StopSession]:
    return command.stop(_stop(document, found), ways.owner)


def _read_client_info(document: Any, ways: Ways, found: Found) -> ClientInfo:
    return client_info.client_info(_client_info(document, found))


def _write_session(value: Session, ways: Ways, losses: Losses) -> Document:
    return write_session(replace(value, token=token.known_ref(value.token, losses)), ways, losses, money.write_amount)


def _write_cdr(value: Cdr, ways: Ways, losses: Losses) -> Document:
    known = replace(value, token=token.known_ref(value.token, losses))
    return write_cdr(known, ways, losses, money.write_amount, write_tariff)


SPEECH = Speech(
    "2.2.1",
    {
        kinds.LOCATION: Form(WireLocation, _read_location, write_location),
        kinds.TARIFF: Form(WireTariff, _read_tariff, write_tariff),
        kinds.SESSION: Form(WireSession, _read_session, _write_session),
        kinds.CDR: Form(WireCdr, _read_cdr, _write_cdr),
        kinds.TOKEN: Form(WireToken, _read_token, token.write_token),
        kinds.CREDENTIALS: Form(WireCredentials, _read_credentials, credentials.write_credentials),
        kinds.LOCATION_REFERENCES: Form(WireLocationReferences, _read_references, authorization.write_references),
        kinds.AUTHORIZATION_INFO: Form(WireAuthorizationInfo, _read_info, authorization.write_info),
        kinds.START_SESSION: Form(WireStartSession, _read_start, command.write_start),
        kinds.STOP_SESSION: Form(WireStopSession, _read_stop, command.write_stop),
        kinds.COMMAND_RESPONSE: Form(WireCommandResponse, _read_response, command.write_reply),
        kinds.COMMAND_RESULT: Form(WireCommandResult, _read_result, command.write_result),
        kinds.CLIENT_INFO: Form(WireClientInfo, _read_client_info, client_info.write_client_info),
        **DEFERRED,
    },
)
