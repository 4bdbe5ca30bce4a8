"""The tokens that this provider issues, in house form."""

from datetime import datetime
from typing import Any

from roamgrid.sandbox.emsp.options import EmspOptions
from roamgrid.sandbox.ocpi.instants import Stamps, written
from roamgrid.sandbox.ocpi.shapes.shape import Owner
from roamgrid.sandbox.ocpi.shelf import Shelf, key_of

Json = dict[str, Any]


class Wallet:
    """Tokens by uid; every connection sees all of them."""

    def __init__(self, options: EmspOptions) -> None:
        self._owner: Owner = options.party
        self._stamps = Stamps()
        self._shelf: Shelf[Json] = Shelf()
        prefix = "-".join(options.party)
        for number in range(1, options.cards + 1):
            self._add(f"04CAFE{number:02d}", "RFID", f"{prefix}-C{number:08d}", options.name)
        self._add("APP-0001", "APP_USER", f"{prefix}-A00000001", options.name)

    def find(self, uid: str) -> Json | None:
        return self._shelf.find(key_of(*self._owner, uid))

    def change(self, uid: str, changes: Json) -> Json | None:
        """The token with some fields changed, as of now; None for one that was never issued."""
        token = self.find(uid)
        return None if token is None else self._put(token | changes)

    def between(self, date_from: datetime | None, date_to: datetime | None) -> list[Json]:
        return self._shelf.between(date_from, date_to)

    def _add(self, uid: str, kind: str, contract_id: str, issuer: str) -> None:
        whitelist = "ALLOWED_OFFLINE" if kind == "RFID" else "NEVER"
        country_code, party_id = self._owner
        identity = {"country_code": country_code, "party_id": party_id, "uid": uid, "type": kind}
        standing = {"contract_id": contract_id, "issuer": issuer, "valid": True, "whitelist": whitelist}
        self._put(identity | standing)

    def _put(self, token: Json) -> Json:
        at = self._stamps.next()
        stamped = token | {"last_updated": written(at)}
        self._shelf.put(key_of(*self._owner, token["uid"]), stamped, at)
        return stamped
