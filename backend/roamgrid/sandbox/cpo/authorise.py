"""A driver holds a card to the reader: whitelist or real-time authorization (OCPI mod_tokens)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from roamgrid.sandbox.cpo.network import Place
from roamgrid.sandbox.cpo.session import Authorisation
from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.peer import Peer, Unreachable, joined, routing
from roamgrid.sandbox.ocpi.quirks import Quirk

Json = dict[str, Any]


class Refused(Exception):
    """The driver may not charge; the message is what the reader's display would show."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the reader sees."""

    uid: str
    kind: str = "RFID"


async def authorise_card(
    card: Card, place: Place, connection: Connection, peer: Peer, quirks: Collection[Quirk] = ()
) -> Authorisation:
    """The ground on which this card charges here. Raises Refused."""
    known = _known_token(card, connection)
    if known and known["whitelist"] == "ALWAYS":
        return _whitelisted(known, connection, quirks)
    read_as = card.uid.lower() if Quirk.TOKEN_UID_LOWERCASE in quirks else card.uid
    try:
        return await _ask(Card(read_as, card.kind), known, place, connection, peer)
    except Unreachable as error:
        if known and known["whitelist"] == "ALLOWED_OFFLINE":
            return _whitelisted(known, connection, quirks)
        raise Refused(f"the provider cannot be reached: {error}") from error


async def _ask(card: Card, known: Json | None, place: Place, connection: Connection, peer: Peer) -> Authorisation:
    endpoint = connection.endpoint("tokens", "SENDER")
    if endpoint is None:
        raise Refused("the provider offers no real-time authorisation")
    answer = await peer.call(
        "POST",
        f"{joined(endpoint, card.uid, 'authorize')}?type={card.kind}",
        token=connection.their_token,
        shape=connection.shape,
        body=connection.shape.question(place.location, place.evse["uid"]),
        headers=routing(place.owner, connection),
    )
    if not answer.acknowledged or not isinstance(answer.data, dict):
        raise Refused(f"HTTP {answer.http}, status_code {answer.code}: {answer.message}")
    if answer.data["allowed"] != "ALLOWED":
        raise Refused(answer.data["allowed"])
    token = _token_of(answer.data, card, known, connection)
    return Authorisation(connection.id, cdr_token(token), "AUTH_REQUEST", answer.data.get("authorization_reference"))


def _token_of(data: Json, card: Card, known: Json | None, connection: Connection) -> Json:
    """The answer's token; in a version whose answer has none, the one that was pushed, else what the reader saw."""
    if data.get("token"):
        try:
            return connection.shape.read_token(data["token"], connection.first_party)
        except msgspec.ValidationError as error:
            raise Refused(f"the provider's answer has no usable token: {error}") from error
    country_code, party_id = connection.first_party
    seen = {"country_code": country_code, "party_id": party_id, "uid": card.uid, "type": card.kind, "contract_id": card.uid}
    return known or seen


def cdr_token(token: Json) -> Json:
    """The CdrToken of a Token."""
    return {name: token[name] for name in ("country_code", "party_id", "uid", "type", "contract_id")}


def _whitelisted(token: Json, connection: Connection, quirks: Collection[Quirk]) -> Authorisation:
    if not token["valid"] and Quirk.WHITELIST_MISREAD not in quirks:
        raise Refused("NOT_ALLOWED")
    return Authorisation(connection.id, cdr_token(token), "WHITELIST", None)


def _known_token(card: Card, connection: Connection) -> Json | None:
    wanted = (card.uid.casefold(), card.kind.casefold())
    return next((token for key, token in connection.tokens.items() if key[2:] == wanted), None)
