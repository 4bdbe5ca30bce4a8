"""How a call to a partner fails, besides `PartnerUnavailable` (the partner gave no answer that one could use)."""

from roamgrid.kernel.errors import Conflict, Unavailable


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
