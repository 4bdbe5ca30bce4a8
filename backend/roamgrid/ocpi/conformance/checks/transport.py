"""Envelope, headers, unknown addresses, slashes (OCPI Transport and format; Status codes)."""

import re
from urllib.parse import quote

from roamgrid.kernel import json
from roamgrid.ocpi.conformance.check import Check
from roamgrid.ocpi.conformance.checks.places import locations
from roamgrid.ocpi.conformance.probe import Seen
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Notes, skipped
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.dialects.suggest import Observed
from roamgrid.ocpi.wire.common.links import join
from roamgrid.ocpi.wire.common.moments import read_moment

_LISTS = ("tariffs", "locations", "tokens", "cdrs")
_LAST_SEGMENT = re.compile(r"/[^/]*/?$")


async def _some_list(subject: Subject) -> Seen | None:
    module = next((name for name in _LISTS if subject.list_address(name)), None)
    return await subject.sample(module) if module else None


async def _envelope(subject: Subject) -> Finding:
    seen = await _some_list(subject)
    if seen is None:
        return skipped("they offer no list")
    notes = Notes()
    if seen.items is not None:
        items = Observed(Sign.ITEMS_BODY, "transport", "items and next instead of data")
        (notes.deviates if subject.ways.bare else notes.fails)("a list comes as items and next, without an envelope", items)
        return notes.finding()
    if seen.envelope is None:
        notes.fails(seen.said())
        return notes.finding()
    body = json.loads(seen.body)
    if "timestamp" not in body:
        notes.deviates("the envelope has no timestamp")
    elif not _is_moment(body["timestamp"]):
        notes.deviates(f"the envelope's timestamp is written as {str(body['timestamp'])[:40]}")
    if not isinstance(body["status_code"], int):
        notes.deviates("status_code is a text")
    if "json" not in seen.headers.get("content-type", ""):
        notes.deviates(f"Content-Type is {seen.headers.get('content-type', 'missing')}")
    return notes.finding()


async def _request_ids(subject: Subject) -> Finding:
    seen = await _some_list(subject)
    if seen is None:
        return skipped("they offer no list")
    notes = Notes()
    for name, value in seen.sent.items():
        answered = seen.headers.get(name.lower())
        if answered is None:
            notes.deviates(f"{name} is not repeated")
        elif answered != value:
            notes.deviates(f"{name} comes back with another value")
    return notes.finding()


async def _routing(subject: Subject) -> Finding:
    if not subject.addressed:
        return skipped("the dialect has no such headers")
    module = next((name for name in _LISTS if subject.list_address(name)), None)
    if module is None:
        return skipped("they offer no list")
    notes = Notes()
    seen = await subject.probe.call("GET", subject.list_address(module) or "", headers=subject.addressed)
    for name, value in subject.addressed.items():
        other = name.lower().replace("ocpi-from-", "#").replace("ocpi-to-", "ocpi-from-").replace("#", "ocpi-to-")
        answered = seen.headers.get(other)
        missing = Observed(Sign.ROUTING_HEADERS_MISSING, "transport", other)
        if answered is None:
            notes.deviates(f"{other} is missing in the answer", missing)
        elif answered.casefold() != value.casefold():
            notes.deviates(f"{other} is {answered[:10]!r} where {value!r} asked", missing)
    return notes.finding()


async def _slash(subject: Subject) -> Finding:
    notes = Notes()
    for module in _LISTS:
        url = subject.endpoint(module, InterfaceRole.SENDER)
        if url is None or "?" in url:
            continue
        bare, slashed = url.rstrip("/"), f"{url.rstrip('/')}/"
        listed = await subject.probe.get(url, {"limit": "1", **subject.required(module)})
        if listed.http != 404:
            if 300 <= listed.http < 400:
                notes.deviates(f"{module} answers with a redirect, on which many clients lose their token")
            await _slash_below(subject, notes)
            return notes.finding()
        other = slashed if url == bare else bare
        if (await subject.probe.get(other, {"limit": "1", **subject.required(module)})).http == 404:
            notes.fails(f"{module}: not found where it is listed")
        elif other == slashed:
            note = f"{module} is found only with a slash at the end"
            absorbed = subject.ways.trailing_slash
            (notes.deviates if absorbed else notes.fails)(note, Observed(Sign.SLASH_WANTED, module, listed.said()))
        return notes.finding()
    return skipped("they offer no list")


async def _slash_below(subject: Subject, notes: Notes) -> None:
    """Of what we append to an endpoint; a known location shows it."""
    known = await locations(subject)
    url = subject.endpoint("locations", InterfaceRole.SENDER)
    if not known or url is None:
        return
    bare = join(url, quote(known[0].id, safe=""))
    without, with_slash = await subject.probe.get(bare), await subject.probe.get(f"{bare}/")
    if not without.succeeded and with_slash.succeeded:
        note = "what is below an endpoint is found only with a slash at the end"
        absorbed = subject.ways.trailing_slash
        (notes.deviates if absorbed else notes.fails)(note, Observed(Sign.SLASH_WANTED, "locations", without.said()))


async def _unknown_module(subject: Subject) -> Finding:
    url = _credentials(subject)
    if url is None:
        return skipped("they list no credentials, so the address of their version is unknown")
    return await _nowhere(subject, join(_LAST_SEGMENT.sub("", url), "roamgridcheck"), "a module that does not exist")


async def _nowhere(subject: Subject, url: str, what: str) -> Finding:
    notes = Notes()
    seen = await subject.probe.call("GET", url)
    if seen.succeeded or seen.http >= 500:
        notes.fails(f"{what} is answered with {seen.said()}")
    elif seen.http != 404:
        notes.deviates(f"{what} is answered with {seen.said()} instead of 404")
    return notes.finding()


async def _unknown_version(subject: Subject) -> Finding:
    url = _credentials(subject)
    if url is None or f"/{subject.version}/" not in url:
        return skipped("their addresses do not tell the version")
    head, _, tail = url.rpartition(f"/{subject.version}/")
    return await _nowhere(subject, f"{head}/9.9/{tail}", "a version that does not exist")


def _credentials(subject: Subject) -> str | None:
    return next((item.url for item in subject.connection.endpoints if item.module == "credentials"), None)


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and read_moment(value)[1]
    except ValueError:
        return False


CHECKS = (
    Check("transport.slash", "Modules are found where they are listed", "Versions, Version details endpoint", _slash),
    Check("transport.envelope", "Lists come in an envelope", "Transport and format, Response format", _envelope),
    Check("transport.request_ids", "Request ids are repeated", "Transport and format, Unique message ids", _request_ids,
          versions=("2.2.1", "2.3.0")),
    Check("transport.routing", "Answers name who speaks to whom", "Message routing, Headers", _routing,
          versions=("2.2.1", "2.3.0")),
    Check("transport.unknown_module", "An unknown module is not found", "Status codes", _unknown_module),
    Check("transport.unknown_version", "An unknown version is not found", "Status codes", _unknown_version),
)  # fmt: skip
