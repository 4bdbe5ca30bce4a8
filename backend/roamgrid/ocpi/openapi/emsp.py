"""What a service provider serves to operators and hubs."""

from roamgrid.ocpi import kinds
from roamgrid.ocpi.openapi.operation import ModuleOperations, Operation, Payload, Query
from roamgrid.ocpi.openapi.optional import BOOKINGS, INVOICES
from roamgrid.ocpi.openapi.pages import WINDOW

_OWNED = "/{country_code}/{party_id}"
_LOCATION = f"{_OWNED}/{{location_id}}"
_EVSE = f"{_LOCATION}/{{evse_uid}}"
_CONNECTOR = f"{_EVSE}/{{connector_id}}"
_TOKEN_TYPE = Query("type", {"type": "string", "examples": ["RFID", "APP_USER", "AD_HOC_USER", "OTHER"]})


def _object(path: str, name: str, payload: Payload) -> tuple[Operation, ...]:
    """Read, replace and change one client-owned object."""
    return (
        Operation("GET", path, f"Read {name} as it is stored here", data=payload),
        Operation("PUT", path, f"Store {name}", body=payload),
        Operation("PATCH", path, f"Change {name}", body=Payload(payload.kind, payload.within, partial=True)),
    )


CREDENTIALS = ModuleOperations(
    "credentials",
    (
        Operation("GET", "", "Read our credentials", data=Payload(kinds.CREDENTIALS)),
        Operation("POST", "", "Register", body=Payload(kinds.CREDENTIALS), data=Payload(kinds.CREDENTIALS)),
        Operation(
            "PUT", "", "Renew the registration, or move to this version", Payload(kinds.CREDENTIALS), Payload(kinds.CREDENTIALS)
        ),
        Operation("DELETE", "", "End the registration"),
    ),
    functional=False,
)

LOCATIONS = ModuleOperations(
    "locations",
    (
        *_object(_LOCATION, "a location", Payload(kinds.LOCATION)),
        *_object(_EVSE, "a charging point", Payload(kinds.LOCATION, ("evses",))),
        *_object(_CONNECTOR, "a connector", Payload(kinds.LOCATION, ("evses", "connectors"))),
    ),
)

TARIFFS = ModuleOperations(
    "tariffs",
    (
        Operation("GET", f"{_OWNED}/{{tariff_id}}", "Read a tariff as it is stored here", data=Payload(kinds.TARIFF)),
        Operation("PUT", f"{_OWNED}/{{tariff_id}}", "Store a tariff", body=Payload(kinds.TARIFF)),
        Operation(
            "PATCH",
            f"{_OWNED}/{{tariff_id}}",
            "Change a tariff",
            body=Payload(kinds.TARIFF, partial=True),
        ),
        Operation("DELETE", f"{_OWNED}/{{tariff_id}}", "Withdraw a tariff"),
    ),
)

SESSIONS = ModuleOperations("sessions", _object(f"{_OWNED}/{{session_id}}", "a session", Payload(kinds.SESSION)))

CDRS = ModuleOperations(
    "cdrs",
    (
        Operation("POST", "", "Hand in a charge detail record", body=Payload(kinds.CDR)),
        Operation(
            "POST",
            _OWNED,
            "The same, for those who name the owner in the address",
            body=Payload(kinds.CDR),
        ),
        Operation("GET", f"{_OWNED}/{{cdr_id}}", "Read a charge detail record by its id", data=Payload(kinds.CDR)),
        Operation("GET", "/{cdr}", "Read a charge detail record at the address that its POST named", data=Payload(kinds.CDR)),
    ),
)

TOKENS = ModuleOperations(
    "tokens",
    (
        Operation("GET", "", "List the tokens that you may accept", data=Payload(kinds.TOKEN, many=True), query=WINDOW),
        Operation(
            "POST",
            "/{token_uid}/authorize",
            "Ask whether a token may charge now",
            body=Payload(kinds.LOCATION_REFERENCES),
            data=Payload(kinds.AUTHORIZATION_INFO),
            query=(_TOKEN_TYPE,),
            body_required=False,
        ),
    ),
)

COMMANDS = ModuleOperations(
    "commands",
    (Operation("POST", "/{command}/{id}", "Tell the result of a command", body=Payload(kinds.COMMAND_RESULT)),),
)

CHARGING_PROFILES = ModuleOperations(
    "chargingprofiles",
    (
        Operation("POST", "/{kind}/{id}", "Tell what the station made of a profile", body=Payload(kinds.PROFILE_OUTCOME)),
        Operation("PUT", "/{session_id}", "Tell what the station plans now", body=Payload(kinds.ACTIVE_PROFILE)),
    ),
)

HUB_CLIENT_INFO = ModuleOperations(
    "hubclientinfo",
    (
        Operation("GET", _OWNED, "Read what we know of a party behind a hub", data=Payload(kinds.CLIENT_INFO)),
        Operation("PUT", _OWNED, "Tell whether a party behind a hub can be reached", body=Payload(kinds.CLIENT_INFO)),
    ),
    functional=False,
)

MODULES = (
    CREDENTIALS,
    LOCATIONS,
    TARIFFS,
    SESSIONS,
    CDRS,
    TOKENS,
    COMMANDS,
    CHARGING_PROFILES,
    HUB_CLIENT_INFO,
    BOOKINGS,
    INVOICES,
)
