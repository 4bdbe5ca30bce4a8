"""Sessions and CDRs as they can be pulled, each seen only by the peer that it belongs to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from roamgrid.kernel.json import dumps
from roamgrid.sandbox.cpo.instants import read
from roamgrid.sandbox.cpo.session import Session
from roamgrid.sandbox.cpo.shelf import Shelf, key_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeptCdr:
    """A CDR and the connection that it was made for."""

    connection: str
    cdr: Json


class Records:
    """What this process remembers about its charges."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.cdrs: dict[str, KeptCdr] = {}
        self._session_shelves: dict[str, Shelf] = {}
        self._cdr_shelves: dict[str, Shelf] = {}

    def keep_session(self, session: Session) -> None:
        self.sessions[session.id.casefold()] = session
        self.refresh_session(session)

    def refresh_session(self, session: Session) -> None:
        shelf = self._session_shelves.setdefault(session.authorisation.connection, Shelf())
        shelf.put(key_of(*session.key), dumps(session.as_json()), session.updated)

    def keep_cdr(self, cdr: Json, connection: str) -> None:
        self.cdrs[cdr["id"].casefold()] = KeptCdr(connection, cdr)
        shelf = self._cdr_shelves.setdefault(connection, Shelf())
        key = key_of(cdr["country_code"], cdr["party_id"], cdr["id"])
        shelf.put(key, dumps(cdr), read(cdr["last_updated"]))

    def session(self, session_id: str) -> Session | None:
        return self.sessions.get(session_id.casefold())

    def sessions_of(self, connection: str, date_from: datetime | None, date_to: datetime | None) -> list[bytes]:
        return self._session_shelves.get(connection, Shelf()).between(date_from, date_to)

    def cdrs_of(self, connection: str, date_from: datetime | None, date_to: datetime | None) -> list[bytes]:
        return self._cdr_shelves.get(connection, Shelf()).between(date_from, date_to)
