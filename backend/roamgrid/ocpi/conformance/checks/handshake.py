"""Versions, version details, credentials, tokens (OCPI Versions; Credentials; Transport, Authorization header)."""

from urllib.parse import urljoin, urlsplit

from roamgrid.kernel.crypto import random_token
from roamgrid.kernel.errors import DomainError, Invalid
from roamgrid.ocpi.conformance.check import Check
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Notes, skipped
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.dialects.suggest import Observed
from roamgrid.ocpi.handshake.their_side import is_web_address, read_credentials
from roamgrid.ocpi.wire.common.authorization import TokenEncoding
from roamgrid.ocpi.wire.common.links import join
from roamgrid.ocpi.wire.common.versions import read_version_details, read_versions

_REFUSED = frozenset({401, 403})
_ELSE = {TokenEncoding.BASE64: TokenEncoding.PLAIN, TokenEncoding.PLAIN: TokenEncoding.BASE64}
_WANTED = {TokenEncoding.PLAIN: Sign.TOKEN_WANTED_PLAIN, TokenEncoding.BASE64: Sign.TOKEN_WANTED_BASE64}


async def _token_taken(subject: Subject) -> Finding:
    url = subject.connection.their_versions_url
    if url is None:
        return skipped("they have not told a versions URL")
    notes = Notes()
    seen = await subject.probe.call("GET", url, routed=False)
    if seen.http in _REFUSED:
        other = _ELSE[subject.probe.encoding]
        again = await subject.probe.call("GET", url, routed=False, encoding=other)
        note = f"{seen.said()} for our token written as {subject.probe.encoding.value}"
        if again.succeeded:
            notes.fails(f"{note}; as {other.value} it is taken", Observed(_WANTED[other], "versions", seen.said()))
        else:
            notes.fails(f"{note}, and as {other.value} as well")
    elif not seen.succeeded:
        notes.fails(seen.said())
    return notes.finding()


async def _versions(subject: Subject) -> Finding:
    url = subject.connection.their_versions_url
    if url is None:
        return skipped("they have not told a versions URL")
    notes = Notes()
    seen = await subject.probe.call("GET", url, routed=False)
    if not seen.succeeded or seen.envelope is None:
        notes.fails(f"GET versions: {seen.said()}")
        return notes.finding()
    try:
        read = read_versions(seen.envelope.data or b"null")
    except Invalid as problem:
        notes.fails(f"the list of versions cannot be read: {problem.message}")
        return notes.finding()
    found = {item.version for item in read.value}
    if subject.version not in found:
        said = ", ".join(sorted(found))
        (notes.deviates if subject.version.startswith(tuple(found)) else notes.fails)(
            f"{subject.version}, which we speak with them, is not in their list: {said}"
        )
    for item in read.value:
        if not is_web_address(item.url):
            notes.deviates(f"the address of {item.version} has no host: {item.url}")
    for deviation in read.deviations:
        notes.deviates(f"{deviation.code} {deviation.field}")
    return notes.finding()


async def _details_address(subject: Subject) -> str | None:
    """Where they describe the version that we share; None when that is not to be found."""
    url = subject.connection.their_versions_url
    seen = await subject.probe.call("GET", url, routed=False) if url else None
    if url is None or seen is None or seen.envelope is None or not seen.succeeded:
        return None
    try:
        listed = {item.version: urljoin(url, item.url) for item in read_versions(seen.envelope.data or b"null").value}
    except Invalid:
        return None
    return listed.get(subject.version) or next((at for name, at in listed.items() if subject.version.startswith(name)), None)


async def _details(subject: Subject) -> Finding:
    url = await _details_address(subject)
    if url is None:
        return skipped("their list of versions does not lead there")
    notes = Notes()
    seen = await subject.probe.call("GET", url, routed=False)
    if not seen.succeeded or seen.envelope is None:
        notes.fails(f"GET version details: {seen.said()}")
        return notes.finding()
    try:
        details = read_version_details(seen.envelope.data or b"null")
    except Invalid as problem:
        notes.fails(f"the version details cannot be read: {problem.message}")
        return notes.finding()
    identifiers = [item.identifier.casefold() for item in details.value.endpoints]
    if details.value.version != subject.version:
        notes.deviates(f"they name themselves version {details.value.version!r}")
    if identifiers.count("credentials") != 1:
        notes.deviates(f"credentials are listed {identifiers.count('credentials')} times")
    for item in details.value.endpoints:
        if not urlsplit(item.url).netloc:
            notes.deviates(f"the address of {item.identifier} has no host: {item.url}")
        if subject.adapter.dialect.interface_roles and not item.role:
            notes.deviates(f"{item.identifier} has no role")
    without_roles = not subject.adapter.dialect.interface_roles
    for deviation in details.deviations:
        if without_roles and deviation.field.endswith("/role"):
            continue
        notes.deviates(f"{deviation.code} {deviation.field} {deviation.example}".rstrip())
    if subject.faces(Side.CPO) and "commands" not in identifiers:
        await _look_for_commands(subject, url, notes)
    return notes.finding()


async def _look_for_commands(subject: Subject, details: str, notes: Notes) -> None:
    """An address that exists refuses the method; one that does not is not found. Nothing is commanded."""
    seen = await subject.probe.call("GET", subject.below(join(details, "commands"), "STOP_SESSION"))
    if seen.http == 405:
        taken = subject.endpoint("commands", InterfaceRole.RECEIVER) is not None
        note = "commands are served but not listed" + (", and reached all the same" if taken else "; we cannot send any")
        (notes.deviates if taken else notes.fails)(note, Observed(Sign.COMMANDS_UNLISTED, "commands", seen.said()))


async def _credentials(subject: Subject) -> Finding:
    url = next((item.url for item in subject.connection.endpoints if item.module == "credentials"), None)
    if url is None:
        return skipped("they list no credentials")
    notes = Notes()
    seen = await subject.probe.call("GET", url, routed=False)
    if not seen.succeeded or seen.envelope is None:
        notes.fails(f"GET credentials: {seen.said()}")
        return notes.finding()
    try:
        theirs = read_credentials(subject.adapter, seen.envelope.data or b"null", subject.connection.as_role)
    except DomainError as problem:
        notes.fails(f"their credentials cannot be read: {problem.message}")
        return notes.finding()
    gone = {role.id for role in subject.connection.roles} - {role.id for role in theirs.roles}
    if gone:
        notes.deviates(f"parties that they registered are missing: {', '.join(sorted(str(party) for party in gone))}")
    return notes.finding()


async def _wrong_token(subject: Subject) -> Finding:
    url = subject.connection.their_versions_url
    if url is None:
        return skipped("they have not told a versions URL")
    notes = Notes()
    seen = await subject.probe.call("GET", url, routed=False, token=random_token())
    if seen.succeeded:
        notes.fails("a token that nobody has opens their versions")
    elif seen.http >= 500:
        notes.fails(f"a wrong token is answered with {seen.said()}")
    elif seen.http != 401:
        notes.deviates(f"a wrong token is answered with {seen.said()} instead of 401")
    return notes.finding()


async def _broken_header(subject: Subject) -> Finding:
    url = subject.connection.their_versions_url
    if url is None:
        return skipped("they have not told a versions URL")
    notes = Notes()
    seen = await subject.probe.call("GET", url, routed=False, headers={"Authorization": "Token %%%"})
    if seen.succeeded or seen.http >= 500:
        notes.fails(f"an Authorization header that is no Base64 is answered with {seen.said()}")
    elif seen.http != 401:
        notes.deviates(f"an Authorization header that is no Base64 is answered with {seen.said()} instead of 401")
    return notes.finding()


_AUTHORIZATION = "Transport and format, Authorization header"
CHECKS = (
    Check("token.taken", "Our token opens their interface", _AUTHORIZATION, _token_taken,
          hint="Set the suggested dialect; otherwise renew the credentials."),
    Check("token.wrong", "A wrong token is refused with 401", _AUTHORIZATION, _wrong_token),
    Check("token.garbled", "A garbled header is refused with 401", _AUTHORIZATION, _broken_header),
    Check("versions.list", "Versions are listed", "Versions, Version information endpoint", _versions),
    Check("versions.details", "Endpoints are described", "Versions, Version details endpoint", _details),
    Check("credentials.get", "Credentials can be read", "Credentials, GET Method", _credentials),
)  # fmt: skip
