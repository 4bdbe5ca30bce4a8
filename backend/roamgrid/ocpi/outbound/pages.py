"""Following a list to its end (OCPI Transport, Pagination): by the `Link` header alone, whatever offsets and totals say."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import httpx

from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.kernel.crypto import content_hash
from roamgrid.ocpi.outbound.answer import Answer
from roamgrid.ocpi.outbound.errors import PagesBroken
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.envelope import split
from roamgrid.ocpi.wire.common.links import next_link

_MOST_EMPTY_PAGES = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Objects byte for byte as they were sent. `total`: what the partner says the whole list holds."""

    objects: tuple[bytes, ...]
    total: int | None


async def follow(
    first: str, get: Callable[[str], Awaitable[Answer]], *, rewrite_host: bool = False
) -> AsyncGenerator[Page, None]:
    """`rewrite_host`: a link to another host is asked of the same one, which alone may get our token.

    Raises `PagesBroken`, `PartnerUnavailable` for a page that is no list, and whatever `get` raises."""
    visited: set[str] = set()
    empty = 0
    before: bytes | None = None
    link: str | None = first
    while link is not None:
        _check(link, first, visited)
        visited.add(link)
        answer = await get(link)
        page = Page(_objects(answer, link), answer.total)
        fingerprint = content_hash(answer.data or b"") if page.objects else None
        if fingerprint is not None and fingerprint == before:
            raise PagesBroken(f"two pages in a row are the same: {link}")
        empty = 0 if page.objects else empty + 1
        if empty > _MOST_EMPTY_PAGES:
            raise PagesBroken(f"{empty} empty pages in a row: {link}")
        yield page
        before = fingerprint
        link = _next(answer, link)
        if link is not None and rewrite_host:
            link = _on_host_of(first, link)


def _next(answer: Answer, link: str) -> str | None:
    try:
        return next_link(answer.headers.get("link"), link)
    except ValueError as error:
        raise PagesBroken(f"the next page has no address: {error}") from None


def _on_host_of(first: str, link: str) -> str:
    try:
        known = httpx.URL(first)
        return str(httpx.URL(link).copy_with(scheme=known.scheme, netloc=known.netloc))
    except httpx.InvalidURL as error:
        raise PagesBroken(f"the next page has no address: {error}") from None


def _check(link: str, first: str, visited: set[str]) -> None:
    if link in visited:
        raise PagesBroken(f"the pages run in a circle: {link}")
    if link != first and _origin(link) != _origin(first):
        raise PagesBroken(f"the next page is on another host, which would get our token: {link}")


def _origin(link: str) -> tuple[str, str, int | None, bytes] | None:
    """Whom the client would call, and as whom, in the client's own reading of the address; None for no address."""
    try:
        url = httpx.URL(link)
    except httpx.InvalidURL:
        return None
    return url.scheme, url.host, url.port, url.userinfo


def _objects(answer: Answer, link: str) -> tuple[bytes, ...]:
    try:
        return tuple(split(answer.data)) if answer.data is not None else ()
    except Refused as problem:
        raise PartnerUnavailable(f"{link}: {problem.message}") from None
