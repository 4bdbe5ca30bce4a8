"""A service provider: authorization, and what it keeps of ours (OCPI Tokens, Sender; Locations, CDRs, Receiver interfaces)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote, urljoin

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.location import Location
from roamgrid.canonical.token import Token
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.conformance.check import Check, Needs
from roamgrid.ocpi.conformance.checks.specimens import LOCATION_ID, specimen_cdr, specimen_location
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Notes, skipped
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.wire.common.deviations import Refused

_RECEIVER = InterfaceRole.RECEIVER


async def _tokens(subject: Subject) -> list[Token]:
    found = []
    for raw in await subject.objects("tokens"):
        try:
            found.append(subject.adapter.read(kinds.TOKEN, raw, subject.connection.only_party).value)
        except Refused:
            continue  # said by `tokens.objects`
    return found


def _authorize(subject: Subject, uid: str) -> str | None:
    endpoint = subject.endpoint("tokens", InterfaceRole.SENDER)
    return subject.below(endpoint, quote(uid, safe=""), "authorize") if endpoint else None


async def _authorize_unknown(subject: Subject) -> Finding:
    url = _authorize(subject, "ROAMGRIDNOBODY")
    if url is None:
        return skipped("they authorize no tokens")
    notes = Notes()
    seen = await subject.probe.call("POST", url)
    if seen.http >= 500:
        notes.fails(f"an unknown token is answered with {seen.said()}")
    elif seen.succeeded and seen.envelope is not None:
        _refused_in_data(subject, seen.envelope.data, notes)
    elif seen.http != 404:
        notes.deviates(f"an unknown token is answered with {seen.said()} instead of 404")
    return notes.finding()


def _refused_in_data(subject: Subject, data: bytes | None, notes: Notes) -> None:
    try:
        allowed = subject.adapter.read(kinds.AUTHORIZATION_INFO, data or b"null").value.allowed
    except Refused as problem:
        notes.fails(f"the answer to an unknown token cannot be read: {problem.message}")
        return
    if allowed.value == "ALLOWED":
        notes.fails("an unknown token is allowed to charge")
    else:
        notes.deviates(f"an unknown token is answered with {allowed} instead of 404")


async def _authorize_known(subject: Subject) -> Finding:
    known = await _tokens(subject)
    url = _authorize(subject, known[0].uid) if known else None
    if url is None:
        return skipped("they list no token to ask for")
    notes = Notes()
    seen = await subject.probe.call("POST", f"{url}?type={known[0].type.value}")
    if not seen.succeeded or seen.envelope is None:
        note = f"a token of their own list is answered with {seen.said()}"
        (notes.fails if seen.http >= 500 or seen.http == 404 else notes.deviates)(note)
        return notes.finding()
    try:
        read = subject.adapter.read(kinds.AUTHORIZATION_INFO, seen.envelope.data or b"null")
    except Refused as problem:
        notes.fails(f"the answer cannot be read: {problem.message}")
        return notes.finding()
    for deviation in read.deviations:
        notes.deviates(f"{deviation.code} at {deviation.field or '/'} of the answer")
    if read.value.token is not None and read.value.token.uid.casefold() != known[0].uid.casefold():
        notes.fails("the answer is about another token")
    return notes.finding()


def _address(subject: Subject, module: str, object_id: str) -> str | None:
    endpoint, party = subject.endpoint(module, _RECEIVER), subject.our_party
    return subject.below(endpoint, party.country_code, party.party_id, object_id) if endpoint else None


async def _location(subject: Subject) -> Finding:
    url = _address(subject, "locations", LOCATION_ID)
    if url is None:
        return skipped("they take no locations")
    notes = Notes()
    sent = specimen_location(subject.our_party)
    seen = await subject.probe.call("PUT", url, subject.adapter.write(kinds.LOCATION, sent).document)
    if not seen.succeeded:
        notes.fails(f"PUT of a location: {seen.said()}")
        return notes.finding()
    held = await _held(subject, url, notes)
    if held is not None and (held.id, held.city, len(held.evses)) != (sent.id, sent.city, len(sent.evses)):
        notes.fails("the location comes back with another content")
    later = sent.last_updated + timedelta(seconds=1)
    change = {"name": "Conformance check, patched", "last_updated": subject.adapter.write_date(later)}
    patched = await subject.probe.call("PATCH", url, change)
    if not patched.succeeded:
        notes.deviates(f"PATCH of a location: {patched.said()}")
    elif (after := await _held(subject, url, notes)) is not None and (after.name, after.city) != (change["name"], sent.city):
        notes.fails("a PATCH that was acknowledged changed nothing, or lost what it does not name")
    return notes.finding()


async def _held(subject: Subject, url: str, notes: Notes) -> Location | None:
    seen = await subject.probe.get(url)
    if not seen.succeeded or seen.envelope is None:
        notes.deviates(f"what was PUT cannot be read back: {seen.said()}")
        return None
    try:
        return subject.adapter.read(kinds.LOCATION, seen.envelope.data or b"null", subject.our_party).value
    except Refused as problem:
        notes.deviates(f"what was PUT comes back unreadable: {problem.message}")
        return None


async def _cdr(subject: Subject) -> Finding:
    """The same CDR twice must be one charge. It is about no energy and no money, of a token that nobody has."""
    endpoint = subject.endpoint("cdrs", _RECEIVER)
    if endpoint is None:
        return skipped("they take no CDRs")
    notes = Notes()
    cdr = specimen_cdr(subject.our_party)
    document = subject.adapter.write(kinds.CDR, cdr).document
    addresses = []
    for attempt in ("a first", "the same"):
        seen = await subject.probe.call("POST", subject.below(endpoint), document)
        if not seen.succeeded:
            refused = seen.code is not None and 2000 <= seen.code < 3000
            (notes.deviates if refused and attempt == "the same" else notes.fails)(f"POST of {attempt} CDR: {seen.said()}")
            return notes.finding()
        addresses.append(seen.headers.get("location", ""))
    if not addresses[0]:
        notes.deviates("the answer to a CDR has no Location header")
        return notes.finding()
    if "://" not in addresses[0]:
        notes.deviates(f"the Location of a CDR has no host: {addresses[0]}")
    if addresses[0] != addresses[1]:
        notes.deviates("the same CDR got two addresses: it may be billed twice")
    await _read_back(subject, cdr, urljoin(endpoint, addresses[0]), notes)
    return notes.finding()


async def _read_back(subject: Subject, cdr: Cdr, url: str, notes: Notes) -> None:
    seen = await subject.probe.get(url)
    if not seen.succeeded or seen.envelope is None:
        notes.deviates(f"the CDR cannot be read at its address: {seen.said()}")
        return
    held = json.loads(seen.envelope.data or b"null")
    if not isinstance(held, dict) or held.get("id") != cdr.id:
        notes.fails("another object is at the address of the CDR")


async def _negative(subject: Subject) -> Finding:
    """A credit takes money back."""
    endpoint = subject.endpoint("cdrs", _RECEIVER)
    if endpoint is None:
        return skipped("they take no CDRs")
    notes = Notes()
    first = specimen_cdr(subject.our_party)
    credited = replace(
        first,
        id=f"{first.id}-C",
        credit=True,
        credit_reference_id=first.id,
        total_cost=replace(first.total_cost, net=Decimal("-0.01"), gross=None),
    )
    seen = await subject.probe.call("POST", subject.below(endpoint), subject.adapter.write(kinds.CDR, credited).document)
    if not seen.succeeded:
        notes.deviates(f"a credit CDR with a negative total is answered with {seen.said()}")
    return notes.finding()


_WRITES = Needs.WRITES
CHECKS = (
    Check("authorize.unknown", "An unknown token may not charge", "Tokens, Real-time authorization", _authorize_unknown,
          Side.EMSP, "tokens"),
    Check("authorize.known", "A listed token gets an answer", "Tokens, Real-time authorization", _authorize_known, Side.EMSP,
          "tokens", needs=_WRITES),
    Check("locations.receive", "A location is taken, kept and patched", "Locations, Receiver Interface", _location, Side.EMSP,
          "locations", needs=_WRITES),
    Check("cdrs.receive", "A CDR sent twice is one", "CDRs, POST Method", _cdr, Side.EMSP, "cdrs", needs=_WRITES),
    Check("cdrs.credit", "A credit CDR is taken", "CDRs, Credit CDRs", _negative, Side.EMSP, "cdrs", needs=_WRITES,
          versions=("2.2.1", "2.3.0")),
)  # fmt: skip
