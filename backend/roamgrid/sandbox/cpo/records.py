"""Sessions and CDRs as they can be pulled, each seen only by the peer that it belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from roamgrid.sandbox.cpo.network import Place, only
from roamgrid.sandbox.cpo.session import Session
from roamgrid.sandbox.ocpi.instants import read
from roamgrid.sandbox.ocpi.shapes.shape import Owner
from roamgrid.sandbox.ocpi.shelf import Shelf, key_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeptCdr:
    """A CDR in house form, where the charge took place, and the connection that it was made for."""

    connection: str
    cdr: Json
    place: Place

    @property
    def location(self) -> Json:
        return only(self.place)


class Records:
    """What this process remembers about its charges."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.cdrs: dict[str, KeptCdr] = {}
        self._session_shelves: dict[str, Shelf[Session]] = {}
        self._cdr_shelves: dict[str, Shelf[KeptCdr]] = {}

    def keep_session(self, session: Session) -> None:
        self.sessions[session.id.casefold()] = session
        self.refresh_session(session)

    def refresh_session(self, session: Session) -> None:
        """List filters see the session as of its `updated`."""
        shelf = self._session_shelves.setdefault(session.authorisation.connection, Shelf())
        shelf.put(key_of(*session.key), session, session.updated)

    def keep_cdr(self, cdr: Json, place: Place, connection: str) -> KeptCdr:
        kept = KeptCdr(connection, cdr, place)
        self.cdrs[cdr["id"].casefold()] = kept
        shelf = self._cdr_shelves.setdefault(connection, Shelf())
        shelf.put(key_of(cdr["country_code"], cdr["party_id"], cdr["id"]), kept, read(cdr["last_updated"]))
        return kept

    def session(self, session_id: str) -> Session | None:
        return self.sessions.get(session_id.casefold())

    def running(self, session_id: str, connection: str) -> Session | None:
        """A session of this peer that is not over."""
        found = self.session(session_id)
        ours = found is not None and found.authorisation.connection == connection and found.status != "COMPLETED"
        return found if ours else None

    def sessions_of(
        self, connection: str, date_from: datetime | None, date_to: datetime | None, *, owner: Owner | None = None
    ) -> list[Session]:
        return self._session_shelves.get(connection, Shelf[Session]()).between(date_from, date_to, owner=owner)

    def cdrs_of(
        self, connection: str, date_from: datetime | None, date_to: datetime | None, *, owner: Owner | None = None
    ) -> list[KeptCdr]:
        return self._cdr_shelves.get(connection, Shelf[KeptCdr]()).between(date_from, date_to, owner=owner)
