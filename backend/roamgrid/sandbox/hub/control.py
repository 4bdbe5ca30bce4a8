"""`/_control/clients`: who is behind the hub, and pulling somebody's plug."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from roamgrid.sandbox.hub.client_info import ClientInfo
from roamgrid.sandbox.hub.clients import Clients, Status
from roamgrid.sandbox.ocpi.local_control import NotThere, control_body, local_only

Json = dict[str, Any]


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    country_code: str
    party_id: str
    status: Status


class HubControl:
    """HTTP for a developer on the same machine."""

    def __init__(self, clients: Clients, info: ClientInfo) -> None:
        self._clients = clients
        self._info = info

    def routes(self) -> list[Route]:
        return [
            Route("/_control/clients", local_only(self._list), methods=["GET"]),
            Route("/_control/clients", local_only(self._turn), methods=["POST"]),
        ]

    async def _list(self, _: Request) -> Json:
        return {"clients": [client.as_json() for client in self._clients.all()]}

    async def _turn(self, request: Request) -> Json:
        change = await control_body(request, _Change)
        client = self._clients.find((change.country_code, change.party_id))
        if client is None:
            raise NotThere(f"client {change.country_code}*{change.party_id}")
        self._clients.turn(client, change.status)
        self._info.announce(client)
        return client.as_json()
