"""Everybody who is connected to the hub, as its clients see them (OCPI 2.2.1 mod_hub_client_info)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from roamgrid.sandbox.cpo.network import Network
from roamgrid.sandbox.ocpi.connections import Connections
from roamgrid.sandbox.ocpi.instants import Stamps, written
from roamgrid.sandbox.ocpi.shapes.shape import Owner

Json = dict[str, Any]
Status = Literal["CONNECTED", "OFFLINE", "PLANNED", "SUSPENDED"]


@dataclass(slots=True)
class Client:
    """One party in one role; only a CONNECTED one can be reached."""

    country_code: str
    party_id: str
    role: str
    status: Status
    updated: datetime

    @property
    def party(self) -> Owner:
        return (self.country_code, self.party_id)

    def as_json(self) -> Json:
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            "role": self.role,
            "status": self.status,
            "last_updated": written(self.updated),
        }


class Clients:
    """The operators behind the hub, and the parties of every registered peer. Nobody is ever deleted."""

    def __init__(self, network: Network, connections: Connections, stamps: Stamps) -> None:
        self._connections = connections
        self._stamps = stamps
        self._known: dict[tuple[str, str, str], Client] = {}
        for party in network.parties:
            self._add(party.country_code, party.party_id, "CPO")

    def all(self) -> list[Client]:
        """In the order in which they appeared; peers that registered since are among them."""
        for connection in self._connections.registered():
            for role in connection.roles:
                self._add(role["country_code"], role["party_id"], role["role"])
        return list(self._known.values())

    def find(self, party: Owner) -> Client | None:
        """The client with this party in whatever role, operators first."""
        wanted = (party[0].casefold(), party[1].casefold())
        found = [item for item in self.all() if (item.country_code.casefold(), item.party_id.casefold()) == wanted]
        return next(iter(sorted(found, key=lambda item: item.role != "CPO")), None)

    def turn(self, client: Client, status: Status) -> None:
        client.status, client.updated = status, self._stamps.next()

    def _add(self, country_code: str, party_id: str, role: str) -> None:
        key = (country_code.casefold(), party_id.casefold(), role)
        if key not in self._known:
            self._known[key] = Client(country_code, party_id, role, "CONNECTED", self._stamps.next())
