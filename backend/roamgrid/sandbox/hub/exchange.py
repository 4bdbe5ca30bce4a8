"""Who is meant by a request to the hub (OCPI 2.2.1, Message Routing)."""

from roamgrid.sandbox.hub.clients import Clients
from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.shapes.shape import Owner
from roamgrid.sandbox.ocpi.wire import OcpiError

_BROADCAST = {"tokens": ("PUT", "PATCH", "POST")}


class Exchange:
    """Checks the routing headers. Lists of everything are asked of the hub itself, and so are broadcasts.

    Without a receiver the hub finds out by the object whom the request is for (open routing).
    """

    def __init__(self, hub: Owner, clients: Clients) -> None:
        self._hub = hub
        self._clients = clients

    def admit(self, call: Call, module: str) -> None:
        """Raises OcpiError 4001 for receivers that are unknown, 4003 for those that are not connected, 2001 else."""
        if module == "hubclientinfo":
            return
        receiver = call.addressed_party
        is_list = call.request.method == "GET" and set(call.request.path_params) == {"version"}
        if receiver is None:
            if is_list:
                raise OcpiError(2001, f"name {'*'.join(self._hub)} in OCPI-to-*: open routing is not for whole lists")
            return
        if self.is_hub(receiver):
            if not is_list and call.request.method not in _BROADCAST.get(module, ()):
                raise OcpiError(4001, "the hub itself answers for lists and broadcasts only")
            return
        self.reach(receiver)

    def reach(self, party: Owner) -> None:
        client = self._clients.find(party)
        if client is None or client.role != "CPO":
            raise OcpiError(4001, f"no client {'*'.join(party)} behind this hub")
        if client.status != "CONNECTED":
            raise OcpiError(4003, f"{'*'.join(party)} is {client.status}")

    def scope(self, call: Call) -> Owner | None:
        """Lists asked of the hub show everybody's objects; asked of a client, its own."""
        receiver = call.addressed_party
        return None if receiver is None or self.is_hub(receiver) else (receiver[0].upper(), receiver[1].upper())

    def is_hub(self, party: Owner) -> bool:
        return (party[0].casefold(), party[1].casefold()) == (self._hub[0].casefold(), self._hub[1].casefold())
