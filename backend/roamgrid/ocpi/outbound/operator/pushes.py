"""Put together what is pushed of our own network."""

from dataclasses import dataclass

from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.outbound.operator.charges import CdrSource, Charges, SessionSource
from roamgrid.ocpi.outbound.operator.network import LocationSource, TariffSource
from roamgrid.ocpi.outbound.operator.telling import Telling
from roamgrid.ocpi.outbound.push.source import PushSource
from roamgrid.ocpi.publishing import Publisher
from roamgrid.tenancy.directory import Directory


@dataclass(frozen=True, slots=True)
class OwnNetworkPushes:
    """The sources for the pusher, and the handlers of events that fill its queues."""

    connections: Connections
    directory: Directory

    def sources(self) -> list[PushSource]:
        """Each of a kind that no other source has."""
        publisher = Publisher(self.connections)
        charges = Charges(publisher, self.directory)
        return [
            LocationSource(publisher, self.directory),
            TariffSource(publisher, self.directory),
            SessionSource(charges),
            CdrSource(charges),
        ]

    def telling(self) -> Telling:
        """Who is told what."""
        return Telling(self.directory, Publisher(self.connections))
