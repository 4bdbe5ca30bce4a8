"""Who is named in the routing headers (OCPI 2.2.1, Message Routing)."""

from dataclasses import replace
from uuid import UUID

import pytest

from roamgrid.canonical.party import Party, PartyId, Role, SourceId
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus, Direction
from roamgrid.ocpi.outbound.routing import Route, open_route, route_to

US, HUB, GREENFIELD, EVERLEDE = (PartyId("NL", code) for code in ("VOL", "HUB", "GRF", "EVL"))
BILATERAL = Connection(
    id=SourceId(UUID(int=1)),
    name="Greenfield",
    status=ConnectionStatus.REGISTERED,
    direction=Direction.WE_REGISTER,
    version="2.2.1",
    dialect="default",
    their_token="their-token",
    their_versions_url=None,
    endpoints=(),
    roles=(Party(GREENFIELD, Role.CPO, "Greenfield"),),
)
OVER_HUB = replace(BILATERAL, roles=(Party(HUB, Role.HUB, "The Hub"),), hub=HUB)
NEWER_HUB = replace(
    BILATERAL,
    version="2.3.0",
    roles=(Party(GREENFIELD, Role.CPO, "Greenfield"), Party(EVERLEDE, Role.CPO, "Everlede")),
    hub=HUB,
)


def test_a_request_names_who_asks_and_who_is_asked() -> None:
    assert Route(US, GREENFIELD).headers() == {
        "OCPI-from-country-code": "NL",
        "OCPI-from-party-id": "VOL",
        "OCPI-to-country-code": "NL",
        "OCPI-to-party-id": "GRF",
    }


@pytest.mark.parametrize("connection", [BILATERAL, OVER_HUB, NEWER_HUB], ids=["bilateral", "hub 2.2.1", "hub 2.3.0"])
def test_to_a_party_directly_and_over_a_hub_alike(connection: Connection) -> None:
    assert route_to(connection, US, GREENFIELD) == Route(US, GREENFIELD)


@pytest.mark.parametrize("hub", [OVER_HUB, NEWER_HUB], ids=["2.2.1", "2.3.0"])
def test_what_concerns_everybody_behind_a_hub_is_addressed_to_the_hub(hub: Connection) -> None:
    assert route_to(hub, US) == Route(US, HUB), "a token pushed to all, a list of everybody's locations"


def test_a_hub_that_tells_so_by_its_role_alone_is_one_too() -> None:
    assert route_to(replace(OVER_HUB, hub=None), US) == Route(US, HUB)


def test_without_a_hub_the_only_party_is_addressed_and_of_several_nobody() -> None:
    assert route_to(BILATERAL, US) == Route(US, GREENFIELD)
    assert route_to(replace(NEWER_HUB, hub=None), US) is None


def test_open_routing_leaves_it_to_the_hub() -> None:
    route = open_route(OVER_HUB, US)
    assert route is not None
    assert route.headers() == {"OCPI-from-country-code": "NL", "OCPI-from-party-id": "VOL"}
    assert open_route(BILATERAL, US) is None, "nobody there to decide"


@pytest.mark.parametrize("connection", [BILATERAL, OVER_HUB])
def test_the_oldest_version_has_no_such_headers(connection: Connection) -> None:
    old = replace(connection, version="2.1.1")
    assert (route_to(old, US), route_to(old, US, GREENFIELD), open_route(old, US)) == (None, None, None)
