"""HubClientInfo: the list, and pushes when a client comes or goes (OCPI 2.2.1 mod_hub_client_info, Sender interface)."""

from starlette.routing import Route

from roamgrid.kernel.json import dumps
from roamgrid.sandbox.cpo.process import Process
from roamgrid.sandbox.hub.clients import Client, Clients
from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.pages import PageQuery
from roamgrid.sandbox.ocpi.peer import joined
from roamgrid.sandbox.ocpi.pushes import Push
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.wire import Envelope


class ClientInfo:
    """This module is between hub and client, so its messages carry no routing headers."""

    def __init__(self, process: Process, clients: Clients) -> None:
        self._process = process
        self._clients = clients

    def routes(self, surface: Surface) -> list[Route]:
        return surface.routes("hubclientinfo", "", {"GET": self.list})

    async def list(self, call: Call) -> Envelope:
        quirks = self._process.knobs.quirks
        query = PageQuery(call.request.query_params, page_limit=self._process.options.page_limit, quirks=quirks)
        found = [client for client in self._clients.all() if _is_between(client, query)]
        url = self._process.side.url(call.shape, "hubclientinfo")
        return query.answer(found, url, lambda client: dumps(client.as_json()))

    def announce(self, client: Client) -> None:
        """Tell every peer that wants to know."""
        for connection in self._process.connections.registered():
            if endpoint := connection.endpoint("hubclientinfo", "RECEIVER"):
                url = joined(endpoint, client.country_code, client.party_id)
                push = Push(connection, "client_info", "PUT", url, client.as_json())
                self._process.operator.in_background(self._send(push))

    async def _send(self, push: Push) -> None:
        await self._process.pushes.stubbornly(push)


def _is_between(client: Client, query: PageQuery) -> bool:
    late_enough = query.date_from is None or client.updated >= query.date_from
    return late_enough and (query.date_to is None or client.updated < query.date_to)
