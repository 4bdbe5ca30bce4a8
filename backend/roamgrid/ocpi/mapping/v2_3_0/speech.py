"""The forms of OCPI 2.3.0: those of 2.2.1, and what is different or new."""

from typing import Any

from msgspec import structs

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.command import ReserveNow, StartSession
from roamgrid.canonical.location import Location
from roamgrid.canonical.session import Session
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import Token
from roamgrid.ocpi import kinds
from roamgrid.ocpi.mapping.v2_2_1 import authorization, cdr, client_info, command, location, reservation, session
from roamgrid.ocpi.mapping.v2_2_1 import token as before_token
from roamgrid.ocpi.mapping.v2_2_1.speech import SPEECH as BEFORE
from roamgrid.ocpi.mapping.v2_2_1.write_cdr import write_cdr
from roamgrid.ocpi.mapping.v2_2_1.write_location import write_location
from roamgrid.ocpi.mapping.v2_2_1.write_session import write_session
from roamgrid.ocpi.mapping.v2_3_0 import credentials, money, tariff, token
from roamgrid.ocpi.mapping.v2_3_0.old_prices import states_old_prices
from roamgrid.ocpi.mapping.v2_3_0.optional_modules import FORMS as OPTIONAL
from roamgrid.ocpi.speech import Document, Form, Losses, Speech, Ways
from roamgrid.ocpi.values import Asked, AuthorizationInfo, ClientInfo, Credentials
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_3_0.authorization import AuthorizationInfo as WireAuthorizationInfo
from roamgrid.ocpi.wire.v2_3_0.cdr import Cdr as WireCdr
from roamgrid.ocpi.wire.v2_3_0.cdr import CdrInOldPrices
from roamgrid.ocpi.wire.v2_3_0.command import ReserveNow as WireReserveNow
from roamgrid.ocpi.wire.v2_3_0.command import StartSession as WireStartSession
from roamgrid.ocpi.wire.v2_3_0.credentials import ClientInfo as WireClientInfo
from roamgrid.ocpi.wire.v2_3_0.credentials import Credentials as WireCredentials
from roamgrid.ocpi.wire.v2_3_0.location import Location as WireLocation
from roamgrid.ocpi.wire.v2_3_0.session import Session as WireSession
from roamgrid.ocpi.wire.v2_3_0.session import SessionInOldPrices
from roamgrid.ocpi.wire.v2_3_0.tariff import Tariff as WireTariff
from roamgrid.ocpi.wire.v2_3_0.token import Token as WireToken

_location = object_reader(WireLocation)
_tariff = object_reader(WireTariff)
_session = object_reader(WireSession)
_old_session = object_reader(SessionInOldPrices)
_cdr = object_reader(WireCdr)
_old_cdr = object_reader(CdrInOldPrices)
_token = object_reader(WireToken)
_credentials = object_reader(WireCredentials)
_client_info = object_reader(WireClientInfo)
_info = object_reader(WireAuthorizationInfo)
_start = object_reader(WireStartSession)
_reserve = object_reader(WireReserveNow)


def _read_location(document: Any, ways: Ways, found: Found) -> Location:
    return location.location(_location(document, found), ways.dialect, found)


def _read_tariff(document: Any, ways: Ways, found: Found) -> Tariff:
    return tariff.tariff(_tariff(document, found), found)


def _read_session(document: Any, ways: Ways, found: Found) -> Session:
    if states_old_prices(document, "total_cost", found):
        return session.session(_old_session(document, found), ways.dialect, money.amount)
    return session.session(_session(document, found), ways.dialect, money.amount)


def _read_cdr(document: Any, ways: Ways, found: Found) -> Cdr:
    if states_old_prices(document, "total_cost", found):
        return cdr.cdr(_old_cdr(document, found), ways.dialect, found, money.amount, tariff.tariff)
    return cdr.cdr(_cdr(document, found), ways.dialect, found, money.amount, tariff.tariff)


def _read_token(document: Any, ways: Ways, found: Found) -> Token:
    return before_token.token(token.known(_token(document, found)))


def _read_credentials(document: Any, ways: Ways, found: Found) -> Credentials:
    return credentials.credentials(_credentials(document, found), found)


def _read_client_info(document: Any, ways: Ways, found: Found) -> ClientInfo:
    return client_info.client_info(_client_info(document, found))


def _read_info(document: Any, ways: Ways, found: Found) -> AuthorizationInfo:
    read = _info(document, found)
    return authorization.info(read if read.token is None else structs.replace(read, token=token.known(read.token)))


def _read_start(document: Any, ways: Ways, found: Found) -> Asked[StartSession]:
    read = _start(document, found)
    return command.start(structs.replace(read, token=token.known(read.token)), ways.owner)


def _read_reserve(document: Any, ways: Ways, found: Found) -> Asked[ReserveNow]:
    read = _reserve(document, found)
    return reservation.reserve(structs.replace(read, token=token.known(read.token)), ways.owner)


def _write_session(value: Session, ways: Ways, losses: Losses) -> Document:
    return write_session(value, ways, losses, money.write_amount)


def _write_cdr(value: Cdr, ways: Ways, losses: Losses) -> Document:
    return write_cdr(value, ways, losses, money.write_amount, tariff.write_tariff)


SPEECH = Speech(
    "2.3.0",
    {
        **BEFORE.forms,
        kinds.LOCATION: Form(WireLocation, _read_location, write_location),
        kinds.TARIFF: Form(WireTariff, _read_tariff, tariff.write_tariff),
        kinds.SESSION: Form(WireSession, _read_session, _write_session),
        kinds.CDR: Form(WireCdr, _read_cdr, _write_cdr),
        kinds.TOKEN: Form(WireToken, _read_token, token.write_token),
        kinds.CREDENTIALS: Form(WireCredentials, _read_credentials, credentials.write_credentials),
        kinds.CLIENT_INFO: Form(WireClientInfo, _read_client_info, client_info.write_client_info),
        kinds.AUTHORIZATION_INFO: Form(WireAuthorizationInfo, _read_info, token.write_info),
        kinds.START_SESSION: Form(WireStartSession, _read_start, token.naming_any_token(command.write_start)),
        kinds.RESERVE_NOW: Form(WireReserveNow, _read_reserve, token.naming_any_token(reservation.write_reserve)),
        **OPTIONAL,
    },
    takes_unknown=True,
)
