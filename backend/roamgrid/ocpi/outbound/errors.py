"""How a call to a partner fails.

- `PartnerUnavailable`: no usable answer came; what the partner did with the request is unknown.
  - `PartnerNotReached`: nothing of the request reached it; another way may be tried at once.
    - `PartnerLeftAlone`: it failed too often just now.
    - `PartnerOverloaded`: our own limit for this partner is used up.
    - `AddressForbidden`: its address is one that this deployment does not call.
    - `PartyNotConnected`: the partner is a hub, and the party behind it is not connected.
  - `PartnerBusy`: it asked to be left alone for a while.
- `PartnerRefused`: it understood and said no.
- `PagesBroken`: its list cannot be followed.
- `SyncRunning`: it is being pulled already.
"""

from roamgrid.core.commands.errors import PartnerNotReached, PartnerUnavailable
from roamgrid.kernel.errors import Conflict, Unavailable


class PartnerLeftAlone(PartnerNotReached):
    """The partner failed several times in a row and is not called for a few seconds."""

    code = "PARTNER_LEFT_ALONE"
    hint = "`roamgrid partner show` says why and since when; the partner is tried again by itself."


class PartnerOverloaded(PartnerNotReached):
    """More calls wait for this partner than its share allows."""

    code = "PARTNER_OVERLOADED"
    hint = "Try again in a moment; if it lasts, the partner is slow, or its dialect's outbound limits are too low."


class AddressForbidden(PartnerNotReached):
    """The partner's address is private, local or a cloud's metadata service, which this deployment does not call."""

    code = "PARTNER_ADDRESS_FORBIDDEN"
    hint = "Set ROAMGRID_ALLOW_PRIVATE_PARTNERS=true if partners in private networks are meant to be reached."


class PartyNotConnected(PartnerNotReached):
    """The hub does not get through to the party behind it (OCPI 2.2.1, HubClientInfo; status codes 4001 and 4003)."""

    code = "PARTY_NOT_CONNECTED"
    hint = "Nothing is to be done: the hub tells when the party is connected again."


class PartnerBusy(PartnerUnavailable):
    """The partner asked for a pause (`Retry-After`, RFC 9110 section 10.2.3). `retry_after_s`: how long, in seconds."""

    code = "PARTNER_BUSY"
    hint = "Nothing is to be done: the partner is called again when the time that it named has passed."

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class PartnerRefused(Conflict):
    """The partner understood and said no. `http` is the HTTP status, `status_code` the OCPI one (None: no envelope came)."""

    code = "PARTNER_REFUSED"
    hint = "Read the partner's message; asking again without a change gives the same answer."

    def __init__(self, message: str, *, http: int, status_code: int | None) -> None:
        super().__init__(message)
        self.http = http
        self.status_code = status_code


class PagesBroken(Unavailable):
    """A list whose pages cannot be followed to the end: a loop, or a link to another host, which would get our token."""

    code = "PARTNER_PAGES_BROKEN"
    hint = "The partner must correct the Link header of its lists."


class SyncRunning(Conflict):
    """Somebody is pulling from this partner; two at once would undo each other's findings."""

    code = "SYNC_RUNNING"
    hint = "Wait until the running sync has ended; `roamgrid partner show` says how far it is."
