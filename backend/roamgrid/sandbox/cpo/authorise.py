"""A driver holds a card to the reader: whitelist or real-time authorization (OCPI 2.2.1 mod_tokens)."""

from dataclasses import dataclass
from typing import Any

from roamgrid.sandbox.cpo.connections import Connection
from roamgrid.sandbox.cpo.network import Place
from roamgrid.sandbox.cpo.peer import Peer, Unreachable, joined, routing
from roamgrid.sandbox.cpo.session import Authorisation

Json = dict[str, Any]


class Refused(Exception):
    """The driver may not charge; the message is what the reader's display would show."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the reader sees."""

    uid: str
    kind: str = "RFID"


async def authorise_card(card: Card, place: Place, connection: Connection, peer: Peer) -> Authorisation:
    """The ground on which this card charges here. Raises Refused."""
    known = _known_token(card, connection)
    if known and known["whitelist"] == "ALWAYS":
        return _whitelisted(known, connection)
    try:
        return await _ask(card, place, connection, peer)
    except Unreachable as error:
        if known and known["whitelist"] == "ALLOWED_OFFLINE":
            return _whitelisted(known, connection)
        raise Refused(f"the provider cannot be reached: {error}") from error


async def _ask(card: Card, place: Place, connection: Connection, peer: Peer) -> Authorisation:
    endpoint = connection.endpoint("tokens", "SENDER")
    if endpoint is None:
        raise Refused("the provider offers no real-time authorisation")
    answer = await peer.call(
        "POST",
        f"{joined(endpoint, card.uid, 'authorize')}?type={card.kind}",
        token=connection.their_token,
        body={"location_id": place.location["id"], "evse_uids": [place.evse["uid"]]},
        headers=routing(place.owner, connection),
    )
    if not answer.acknowledged or not isinstance(answer.data, dict):
        raise Refused(f"HTTP {answer.http}, status_code {answer.code}: {answer.message}")
    if answer.data["allowed"] != "ALLOWED":
        raise Refused(answer.data["allowed"])
    reference = answer.data.get("authorization_reference")
    return Authorisation(connection.id, cdr_token(answer.data["token"]), "AUTH_REQUEST", reference)


def cdr_token(token: Json) -> Json:
    """The CdrToken of a Token."""
    return {name: token[name] for name in ("country_code", "party_id", "uid", "type", "contract_id")}


def _whitelisted(token: Json, connection: Connection) -> Authorisation:
    if not token["valid"]:
        raise Refused("NOT_ALLOWED")
    return Authorisation(connection.id, cdr_token(token), "WHITELIST", None)


def _known_token(card: Card, connection: Connection) -> Json | None:
    wanted = (card.uid.casefold(), card.kind.casefold())
    return next((token for key, token in connection.tokens.items() if key[2:] == wanted), None)
