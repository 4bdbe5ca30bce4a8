"""Who may be reached through whom. An operator or provider answers for itself; a hub has more to say."""

from typing import Protocol

from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.shapes.shape import Owner


class Switchboard(Protocol):
    """Decides before a functional module is asked, and where a request turns out to be meant for a party of ours."""

    def admit(self, call: Call, module: str) -> None:
        """Raises OcpiError where the routing headers name nobody who could answer."""

    def reach(self, party: Owner) -> None:
        """Raises OcpiError where the party cannot be reached now."""


class Direct:
    """Everybody here answers at once: no routing to do."""

    def admit(self, call: Call, module: str) -> None:
        """Headers are not needed between two platforms that are connected directly."""

    def reach(self, party: Owner) -> None:
        """Our own parties are always there."""
