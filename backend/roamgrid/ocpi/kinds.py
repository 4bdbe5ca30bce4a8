"""The kinds of objects that platforms exchange. A kind's value is canonical, or one of `values` where it ends in this room."""

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.command import CommandReply, StartSession, StopSession
from roamgrid.canonical.location import Location
from roamgrid.canonical.session import Session
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import Token
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.values import Asked, AuthorizationInfo, ClientInfo, CommandOutcome, Credentials, LocationReferences

LOCATION: ObjectKind[Location] = ObjectKind("location")
TARIFF: ObjectKind[Tariff] = ObjectKind("tariff")
SESSION: ObjectKind[Session] = ObjectKind("session")
CDR: ObjectKind[Cdr] = ObjectKind("cdr")
TOKEN: ObjectKind[Token] = ObjectKind("token")
CREDENTIALS: ObjectKind[Credentials] = ObjectKind("credentials")

LOCATION_REFERENCES: ObjectKind[LocationReferences] = ObjectKind("location references")
AUTHORIZATION_INFO: ObjectKind[AuthorizationInfo] = ObjectKind("authorization info")

START_SESSION: ObjectKind[Asked[StartSession]] = ObjectKind("START_SESSION")
STOP_SESSION: ObjectKind[Asked[StopSession]] = ObjectKind("STOP_SESSION")
COMMAND_RESPONSE: ObjectKind[CommandReply] = ObjectKind("command response")
COMMAND_RESULT: ObjectKind[CommandOutcome] = ObjectKind("command result")

CLIENT_INFO: ObjectKind[ClientInfo] = ObjectKind("client info")
