"""What an operator serves to service providers and hubs."""

from roamgrid.ocpi import kinds
from roamgrid.ocpi.openapi.operation import ModuleOperations, Operation, Payload, Query
from roamgrid.ocpi.openapi.optional import INVOICES, PAYMENTS
from roamgrid.ocpi.openapi.pages import REQUIRED_WINDOW, WINDOW

LOCATIONS = ModuleOperations(
    "locations",
    (
        Operation("GET", "", "List our stations", data=Payload(kinds.LOCATION, many=True), query=WINDOW),
        Operation("GET", "/{location_id}", "Read a station", data=Payload(kinds.LOCATION)),
        Operation("GET", "/{location_id}/{evse_uid}", "Read a charging point", data=Payload(kinds.LOCATION, ("evses",))),
        Operation(
            "GET",
            "/{location_id}/{evse_uid}/{connector_id}",
            "Read a connector",
            data=Payload(kinds.LOCATION, ("evses", "connectors")),
        ),
    ),
)

TARIFFS = ModuleOperations(
    "tariffs", (Operation("GET", "", "List our tariffs", data=Payload(kinds.TARIFF, many=True), query=WINDOW),)
)

SESSIONS = ModuleOperations(
    "sessions",
    (
        Operation(
            "GET",
            "",
            "List the charges of your drivers at our stations",
            data=Payload(kinds.SESSION, many=True),
            query=REQUIRED_WINDOW,
        ),
        Operation(
            "PUT",
            "/{session_id}/charging_preferences",
            "Tell what the driver wants of a charge",
            body=Payload(kinds.CHARGING_PREFERENCES),
        ),
    ),
)

CDRS = ModuleOperations(
    "cdrs",
    (
        Operation(
            "GET",
            "",
            "List the charge detail records of your drivers at our stations",
            data=Payload(kinds.CDR, many=True),
            query=WINDOW,
        ),
    ),
)

_TOKEN = "/{country_code}/{party_id}/{token_uid}"
_TYPE = (Query("type", {"type": "string", "examples": ["RFID", "APP_USER", "AD_HOC_USER", "OTHER"]}),)

TOKENS = ModuleOperations(
    "tokens",
    (
        Operation("GET", _TOKEN, "Read a token as it is stored here", data=Payload(kinds.TOKEN), query=_TYPE),
        Operation("PUT", _TOKEN, "Store a token", body=Payload(kinds.TOKEN), query=_TYPE),
        Operation("PATCH", _TOKEN, "Change a token", body=Payload(kinds.TOKEN, partial=True), query=_TYPE),
    ),
)

COMMANDS = ModuleOperations(
    "commands",
    tuple(
        Operation("POST", f"/{kind.name}", summary, body=Payload(kind), data=Payload(kinds.COMMAND_RESPONSE))
        for kind, summary in (
            (kinds.START_SESSION, "Start a charge at one of our stations"),
            (kinds.STOP_SESSION, "Stop a charge of yours"),
            (kinds.RESERVE_NOW, "Keep a charging point free"),
            (kinds.CANCEL_RESERVATION, "Give a reservation back"),
            (kinds.UNLOCK_CONNECTOR, "Let go of a cable"),
        )
    ),
)

_RESPONSE_URL = Query("response_url", {"type": "string", "format": "uri"}, required=True)
_DURATION = Query("duration", {"type": "integer", "minimum": 0}, required=True)
_REPLY = Payload(kinds.PROFILE_REPLY)

CHARGING_PROFILES = ModuleOperations(
    "chargingprofiles",
    (
        Operation("GET", "/{session_id}", "Ask what the station plans", data=_REPLY, query=(_RESPONSE_URL, _DURATION)),
        Operation("PUT", "/{session_id}", "Limit a charge", body=Payload(kinds.CHARGING_PROFILE), data=_REPLY),
        Operation("DELETE", "/{session_id}", "Lift the limit", data=_REPLY, query=(_RESPONSE_URL,)),
    ),
)

MODULES = (LOCATIONS, TARIFFS, SESSIONS, CDRS, TOKENS, COMMANDS, CHARGING_PROFILES, PAYMENTS, INVOICES)
