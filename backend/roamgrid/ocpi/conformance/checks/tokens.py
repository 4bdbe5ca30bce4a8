"""Their store of our tokens: PUT, GET, PATCH of one that lets nobody charge (OCPI Tokens, Receiver interface)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.conformance.check import Check, Needs
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Notes, skipped
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.dialects.suggest import Observed
from roamgrid.ocpi.speech import Document
from roamgrid.ocpi.wire.common.deviations import Refused

UID = "RGCONFORMANCE"


def check_token(subject: Subject) -> Token:
    """Not valid and never whitelisted: whoever finds it in a station gets nothing."""
    party = subject.our_party
    return Token(
        party=party,
        uid=UID,
        type=TokenType.RFID,
        contract_id=f"{party.country_code}-{party.party_id}-C00000000-0",
        issuer="Conformance check",
        valid=False,
        whitelist=Whitelist.NEVER,
        last_updated=datetime.now(UTC).replace(microsecond=0),
    )


def address(subject: Subject, uid: str = UID) -> str | None:
    """Where they keep a token of ours."""
    endpoint = subject.endpoint("tokens", InterfaceRole.RECEIVER)
    party = subject.our_party
    return subject.below(endpoint, party.country_code, party.party_id, quote(uid, safe="")) if endpoint else None


def _document(subject: Subject, token: Token) -> Document:
    return subject.adapter.write(kinds.TOKEN, token).document


async def _unknown(subject: Subject) -> Finding:
    url = address(subject, "ROAMGRIDNOBODY")
    if url is None:
        return skipped("they take no tokens")
    notes = Notes()
    seen = await subject.probe.get(url)
    if seen.succeeded or seen.http >= 500:
        notes.fails(f"a token that they never got is answered with {seen.said()}")
    elif seen.http != 404:
        notes.deviates(f"a token that they never got is answered with {seen.said()} instead of 404")
    return notes.finding()


async def _put(subject: Subject) -> Finding:
    url = address(subject)
    if url is None:
        return skipped("they take no tokens")
    notes = Notes()
    token = check_token(subject)
    for attempt in ("a first", "the same"):
        seen = await subject.probe.call("PUT", url, _document(subject, token))
        if not seen.succeeded:
            notes.fails(f"PUT of {attempt} token: {seen.said()}")
            return notes.finding()
        if not seen.body.strip():
            notes.deviates(f"a success comes without an envelope (HTTP {seen.http})")
    held = await subject.probe.get(url)
    if not held.succeeded or held.envelope is None:
        notes.deviates(f"what was PUT cannot be read back: {held.said()}")
        return notes.finding()
    try:
        theirs = subject.adapter.read(kinds.TOKEN, held.envelope.data or b"null", subject.our_party).value
    except Refused as problem:
        notes.deviates(f"what was PUT comes back unreadable: {problem.message}")
        return notes.finding()
    for name in ("uid", "valid", "whitelist", "issuer"):
        if getattr(theirs, name) != getattr(token, name):
            notes.deviates(f"{name} comes back as {getattr(theirs, name)!s} instead of {getattr(token, name)!s}")
    return notes.finding()


async def _fraction(subject: Subject) -> Finding:
    url = address(subject)
    if url is None:
        return skipped("they take no tokens")
    if not (await subject.probe.call("PUT", url, _document(subject, check_token(subject)))).succeeded:
        return skipped("no token is taken at all")
    notes = Notes()
    token = replace(check_token(subject), last_updated=datetime.now(UTC).replace(microsecond=125_000))
    document = {**_document(subject, token), "last_updated": subject.adapter.write_date(token.last_updated)}
    seen = await subject.probe.call("PUT", url, document)
    if not seen.succeeded:
        absorbed = not subject.ways.fractions
        sign = Observed(Sign.FRACTIONS_REFUSED, "tokens", seen.said())
        (notes.deviates if absorbed else notes.fails)(f"a moment with milliseconds is refused: {seen.said()}", sign)
    return notes.finding()


async def _patch(subject: Subject) -> Finding:
    url = address(subject)
    if url is None:
        return skipped("they take no tokens")
    notes = Notes()
    await subject.probe.call("PUT", url, _document(subject, check_token(subject)))
    later = (datetime.now(UTC) + timedelta(seconds=1)).replace(microsecond=0)
    change = {"issuer": "Conformance check, patched", "last_updated": subject.adapter.write_date(later)}
    seen = await subject.probe.call("PATCH", url, change)
    if not seen.succeeded:
        notes.deviates(f"PATCH: {seen.said()}; we send tokens whole, by PUT")
        return notes.finding()
    held = await subject.probe.get(url)
    document = json.loads(held.envelope.data) if held.envelope and held.envelope.data else {}
    if isinstance(document, dict) and held.succeeded:
        if document.get("issuer") != change["issuer"]:
            notes.deviates("a PATCH that was acknowledged changed nothing")
        if document.get("uid") != UID:
            notes.deviates("a PATCH lost the fields that it does not name")
    return notes.finding()


async def _foreign(subject: Subject) -> Finding:
    """The address and the object name different tokens: one of them is wrong, and nobody knows which."""
    url = address(subject, f"{UID}OTHER")
    if url is None:
        return skipped("they take no tokens")
    notes = Notes()
    seen = await subject.probe.call("PUT", url, _document(subject, check_token(subject)))
    if seen.succeeded:
        notes.deviates("a token at the address of another one is taken")
    elif seen.http >= 500:
        notes.fails(f"a token at the address of another one is answered with {seen.said()}")
    return notes.finding()


_WRITES = Needs.WRITES
CHECKS = (
    Check("tokens.unknown", "An unknown token is not found", "Tokens, Receiver Interface, GET Method", _unknown, Side.CPO,
          "tokens"),
    Check("tokens.put", "A token is taken and kept", "Tokens, Receiver Interface, PUT Method", _put, Side.CPO, "tokens",
          needs=_WRITES),
    Check("tokens.milliseconds", "Milliseconds are taken in objects", "Types, DateTime", _fraction, Side.CPO, "tokens",
          needs=_WRITES),
    Check("tokens.patch", "A token is changed by PATCH", "Tokens, Receiver Interface, PATCH Method", _patch, Side.CPO, "tokens",
          needs=_WRITES),
    Check("tokens.address", "A token at a wrong address is refused", "Transport and format, PUT", _foreign, Side.CPO, "tokens",
          needs=_WRITES),
)  # fmt: skip
