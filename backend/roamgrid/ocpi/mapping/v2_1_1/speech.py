"""The forms of OCPI 2.1.1."""

from typing import Any

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.command import CommandReply, ReserveNow, StartSession, StopSession, UnlockConnector
from roamgrid.canonical.location import Location
from roamgrid.canonical.session import Session
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import Token
from roamgrid.ocpi import kinds
from roamgrid.ocpi.mapping.v2_1_1 import (
    authorization,
    cdr,
    command,
    credentials,
    location,
    reservation,
    session,
    tariff,
    token,
)
from roamgrid.ocpi.mapping.v2_1_1.owner import asker_of, operator_of, owner_of
from roamgrid.ocpi.mapping.v2_1_1.write_location import write_location
from roamgrid.ocpi.mapping.v2_1_1.write_tariff import write_tariff
from roamgrid.ocpi.mapping.v2_2_1.command import unwrapped
from roamgrid.ocpi.speech import Form, Speech, Ways
from roamgrid.ocpi.values import Asked, AuthorizationInfo, CommandOutcome, Credentials, LocationReferences
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_1_1.authorization import AuthorizationInfo as WireAuthorizationInfo
from roamgrid.ocpi.wire.v2_1_1.cdr import Cdr as WireCdr
from roamgrid.ocpi.wire.v2_1_1.command import CommandResponse as WireCommandResponse
from roamgrid.ocpi.wire.v2_1_1.command import ReserveNow as WireReserveNow
from roamgrid.ocpi.wire.v2_1_1.command import StartSession as WireStartSession
from roamgrid.ocpi.wire.v2_1_1.command import StopSession as WireStopSession
from roamgrid.ocpi.wire.v2_1_1.command import UnlockConnector as WireUnlockConnector
from roamgrid.ocpi.wire.v2_1_1.credentials import Credentials as WireCredentials
from roamgrid.ocpi.wire.v2_1_1.location import UNKNOWN
from roamgrid.ocpi.wire.v2_1_1.location import Location as WireLocation
from roamgrid.ocpi.wire.v2_1_1.session import Session as WireSession
from roamgrid.ocpi.wire.v2_1_1.tariff import Tariff as WireTariff
from roamgrid.ocpi.wire.v2_1_1.token import Token as WireToken
from roamgrid.ocpi.wire.v2_1_1.types import LocationReferences as WireLocationReferences

_location = object_reader(WireLocation)
_tariff = object_reader(WireTariff)
_session = object_reader(WireSession)
_cdr = object_reader(WireCdr)
_token = object_reader(WireToken)
_answer = object_reader(WireCommandResponse)
_credentials = object_reader(WireCredentials)
_references = object_reader(WireLocationReferences)
_info = object_reader(WireAuthorizationInfo)
_start = object_reader(WireStartSession)
_stop = object_reader(WireStopSession)
_reserve = object_reader(WireReserveNow)
_unlock = object_reader(WireUnlockConnector)


def _read_location(document: Any, ways: Ways, found: Found) -> Location:
    return location.location(_location(document, found), owner_of(document, ways), ways.dialect, found)


def _read_tariff(document: Any, ways: Ways, found: Found) -> Tariff:
    return tariff.tariff(_tariff(document, found), owner_of(document, ways), found)


def _read_session(document: Any, ways: Ways, found: Found) -> Session:
    return session.session(_session(document, found), owner_of(document, ways), ways.dialect, found)


def _read_cdr(document: Any, ways: Ways, found: Found) -> Cdr:
    return cdr.cdr(_cdr(document, found), owner_of(document, ways), ways.dialect, found)


def _read_token(document: Any, ways: Ways, found: Found) -> Token:
    return token.token(_token(document, found), owner_of(document, ways))


def _read_credentials(document: Any, ways: Ways, found: Found) -> Credentials:
    return credentials.credentials(_credentials(document, found))


def _read_references(document: Any, ways: Ways, found: Found) -> LocationReferences:
    return authorization.references(_references(document, found))


def _read_info(document: Any, ways: Ways, found: Found) -> AuthorizationInfo:
    return authorization.info(_info(document, found))


def _read_start(document: Any, ways: Ways, found: Found) -> Asked[StartSession]:
    return command.start(_start(document, found), operator_of(ways), asker_of(ways))


def _read_stop(document: Any, ways: Ways, found: Found) -> Asked[StopSession]:
    return command.stop(_stop(document, found), operator_of(ways))


def _read_reserve(document: Any, ways: Ways, found: Found) -> Asked[ReserveNow]:
    return reservation.reserve(_reserve(document, found), operator_of(ways), asker_of(ways))


def _read_unlock(document: Any, ways: Ways, found: Found) -> Asked[UnlockConnector]:
    return reservation.unlock(_unlock(document, found), operator_of(ways))


def _read_response(document: Any, ways: Ways, found: Found) -> CommandReply:
    return command.reply(_answer(unwrapped(document), found))


def _read_result(document: Any, ways: Ways, found: Found) -> CommandOutcome:
    return command.result(_answer(unwrapped(document), found))


SPEECH = Speech(
    "2.1.1",
    {
        kinds.LOCATION: Form(WireLocation, _read_location, write_location, {"type": UNKNOWN}),
        kinds.TARIFF: Form(WireTariff, _read_tariff, write_tariff),
        kinds.SESSION: Form(WireSession, _read_session, session.write_session),
        kinds.CDR: Form(WireCdr, _read_cdr, cdr.write_cdr),
        kinds.TOKEN: Form(WireToken, _read_token, token.write_token),
        kinds.CREDENTIALS: Form(WireCredentials, _read_credentials, credentials.write_credentials),
        kinds.LOCATION_REFERENCES: Form(WireLocationReferences, _read_references, authorization.write_references),
        kinds.AUTHORIZATION_INFO: Form(WireAuthorizationInfo, _read_info, authorization.write_info),
        kinds.START_SESSION: Form(WireStartSession, _read_start, command.write_start),
        kinds.STOP_SESSION: Form(WireStopSession, _read_stop, command.write_stop),
        kinds.RESERVE_NOW: Form(WireReserveNow, _read_reserve, reservation.write_reserve),
        kinds.UNLOCK_CONNECTOR: Form(WireUnlockConnector, _read_unlock, reservation.write_unlock),
        kinds.COMMAND_RESPONSE: Form(WireCommandResponse, _read_response, command.write_reply),
        kinds.COMMAND_RESULT: Form(WireCommandResponse, _read_result, command.write_result),
    },
    owner_in_address=True,
)
