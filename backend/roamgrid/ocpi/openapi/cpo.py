"""What an operator serves to service providers and hubs."""

from roamgrid.ocpi import kinds
from roamgrid.ocpi.openapi.operation import ModuleOperations, Operation, Payload, Query
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

MODULES = (LOCATIONS, TARIFFS, SESSIONS, CDRS, TOKENS)
