"""Every list of theirs: limits, totals, links, filters, order (OCPI Transport and format, Pagination)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

from roamgrid.kernel import json
from roamgrid.kernel.crypto import content_hash
from roamgrid.ocpi.conformance.check import Check
from roamgrid.ocpi.conformance.probe import Seen
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Notes, skipped
from roamgrid.ocpi.connections.model import Side
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.dialects.suggest import Observed
from roamgrid.ocpi.wire.common.links import next_link, origin
from roamgrid.ocpi.wire.common.moments import read_moment, write_moment

_FUTURE = timedelta(days=3650)
_SMALL = 2
Put = Callable[[Subject, str, Notes], Awaitable[None]]


async def _asked(subject: Subject, module: str, *, put: Put) -> Finding:
    """One question to one list; a list that does not come at all is a failure of `list.read` alone."""
    sample = await subject.sample(module)
    if sample.objects() is None:
        return skipped("the list cannot be read")
    notes = Notes()
    await put(subject, module, notes)
    return notes.finding()


async def _read(subject: Subject, module: str) -> Finding:
    notes = Notes()
    seen = await subject.sample(module)
    if seen.items is not None and not subject.ways.bare:
        notes.fails("the list comes as items and next", Observed(Sign.ITEMS_BODY, module, seen.said()))
    elif seen.objects() is None:
        notes.fails(f"GET {module}: {seen.said()}")
    return notes.finding()


async def _counts(subject: Subject, module: str, notes: Notes) -> None:
    seen = await subject.sample(module)
    for name in ("x-total-count", "x-limit"):
        value = seen.headers.get(name)
        if value is None:
            notes.deviates(f"{name} is missing")
        elif not value.isdigit():
            notes.deviates(f"{name} is {value[:20]!r}, not a number")
    total, shown = seen.headers.get("x-total-count", ""), len(seen.objects() or [])
    if total.isdigit() and next_link(seen.headers.get("link"), "http://x") is None and int(total) != shown:
        notes.deviates(f"the last page says {total} in all and shows {shown}, without a link to more")


async def _limit(subject: Subject, module: str, notes: Notes) -> None:
    seen = await subject.page(module, limit=str(_SMALL))
    shown = len(seen.objects() or [])
    if shown > _SMALL:
        notes.deviates(f"asked for {_SMALL}, got {shown}")


async def _link(subject: Subject, module: str, notes: Notes) -> None:
    """The second page: on the same host, with the filters of the first, and with other objects."""
    seen = await subject.page(module, limit=str(_SMALL), date_to=write_moment(_later()))
    url = subject.list_address(module) or ""
    link = _next(seen, url, notes)
    if link is None:
        return
    if origin(link) != origin(url):
        where = urlsplit(link).netloc
        absorbed = subject.ways.rewrite_host
        (notes.deviates if absorbed else notes.fails)(
            f"the next page is on another host, {where}, which would get our token",
            Observed(Sign.LINK_ELSEWHERE, module, where),
        )
        return
    query = parse_qs(urlsplit(link).query)
    if "limit" not in query:
        notes.deviates("the link forgets the limit")
    if "offset" not in query:
        notes.deviates(f"the link has no offset but {', '.join(sorted(query)) or 'nothing'}; it is followed as it is")
    elif query["offset"] == [str(_SMALL + 1)]:
        notes.deviates("offsets begin at 1")
    if "date_to" not in query:
        notes.deviates("the link forgets the filters")
    following = (await subject.probe.get(link)).objects()
    if following is None:
        notes.fails("the link to the next page leads nowhere")
    elif set(_hashes(seen.objects() or [])) & set(_hashes(following)):
        notes.fails("the second page repeats objects of the first")


async def _beyond(subject: Subject, module: str, notes: Notes) -> None:
    seen = await subject.page(module, offset="10000000", limit="1")
    if seen.http >= 500:
        notes.fails(f"an offset beyond the end is answered with {seen.said()}")
    elif seen.objects() is None:
        notes.deviates(f"an offset beyond the end is answered with {seen.said()} instead of an empty list")
    elif seen.objects():
        notes.deviates("an offset beyond the end shows objects: it is ignored")


async def _stable(subject: Subject, module: str, notes: Notes) -> None:
    before = _ids((await subject.page(module, limit="20")).objects() or [])
    after = _ids((await subject.page(module, limit="20")).objects() or [])
    if before != after and sorted(before) == sorted(after):
        notes.deviates("the order changes from one request to the next, so that pages can miss objects")


async def _future(subject: Subject, module: str, notes: Notes) -> None:
    seen = await subject.page(module, date_from=subject.ways.moment(_later()))
    found = seen.objects()
    if found is None:
        notes.fails(f"date_from in the future is answered with {seen.said()}")
    elif found:
        stamp = Observed(Sign.DELTAS_UNRELIABLE, module, "date_from is ignored")
        notes.deviates(f"date_from is ignored: {len(found)} objects changed after {_later():%Y}", stamp)


async def _window(subject: Subject, module: str, notes: Notes) -> None:
    """`date_from` is inclusive, `date_to` exclusive."""
    dated = [at for raw in await subject.objects(module) if (at := _changed(raw)) is not None]
    if not dated:
        return
    newest = max(dated)
    including = await subject.page(module, date_from=subject.ways.moment(newest))
    if including.objects() == []:
        notes.deviates("date_from excludes what changed at that very moment, or last_updated moves with every answer")
    oldest = min(dated)
    excluding = await subject.page(module, date_from="1970-01-01T00:00:00Z", date_to=subject.ways.moment(oldest))
    if any(_changed(raw) == oldest for raw in excluding.objects() or []):
        notes.deviates("date_to includes what changed at that very moment")


async def _fractions(subject: Subject, module: str, notes: Notes) -> None:
    seen = await subject.page(module, date_from="2020-01-01T00:00:00.125Z", limit="1")
    if seen.succeeded or seen.items is not None:
        return
    whole = await subject.page(module, date_from="2020-01-01T00:00:00Z", limit="1")
    if whole.succeeded or whole.items is not None:
        absorbed = not subject.ways.fractions
        (notes.deviates if absorbed else notes.fails)(
            f"a date_from with milliseconds is refused ({seen.said()})", Observed(Sign.FRACTIONS_REFUSED, module, seen.said())
        )


async def _nonsense(subject: Subject, module: str, notes: Notes) -> None:
    seen = await subject.page(module, limit="many")
    if seen.http >= 500:
        notes.fails(f"limit=many is answered with {seen.said()}")
    elif seen.succeeded:
        notes.deviates("limit=many is not refused")
    elif seen.http not in (200, 400):
        notes.deviates(f"limit=many is answered with {seen.said()}")
    elif seen.http == 400 and seen.code is not None:
        notes.deviates(f"status code {seen.code} travels on HTTP 400 instead of 200")


def _next(seen: Seen, url: str, notes: Notes) -> str | None:
    if seen.items is not None:
        return seen.items.next
    try:
        return next_link(seen.headers.get("link"), url)
    except ValueError as problem:
        notes.fails(f"the link to the next page is no address: {problem}")
        return None


def _later() -> datetime:
    return (datetime.now(UTC) + _FUTURE).replace(microsecond=0)


def _hashes(objects: list[bytes]) -> list[bytes]:
    return [content_hash(raw) for raw in objects]


def _ids(objects: list[bytes]) -> list[str]:
    documents = [json.loads(raw) for raw in objects]
    return [str(one.get("id") or one.get("uid")) for one in documents if isinstance(one, dict)]


def _changed(raw: bytes) -> datetime | None:
    document = json.loads(raw)
    text = document.get("last_updated") if isinstance(document, dict) else None
    try:
        return read_moment(text)[0] if isinstance(text, str) else None
    except ValueError:
        return None


_QUESTIONS: tuple[tuple[str, str, Put], ...] = (
    ("counts", "says how many there are", _counts),
    ("limit", "keeps to the limit asked for", _limit),
    ("link", "links to the next page", _link),
    ("end", "ends with an empty list", _beyond),
    ("order", "keeps its order", _stable),
    ("future", "filters by date", _future),
    ("window", "includes date_from and excludes date_to", _window),
    ("fractions", "takes milliseconds in filters", _fractions),
    ("nonsense", "refuses a limit that is no number", _nonsense),
)
_REFERENCE = "Transport and format, Pagination"


def _of(module: str, side: Side) -> list[Check]:
    checks = [
        Check(f"{module}.read", f"The list of {module} can be read", _REFERENCE, partial(_read, module=module), side, module)
    ]
    for name, title, put in _QUESTIONS:
        ask = partial(_asked, module=module, put=put)
        checks.append(Check(f"{module}.{name}", f"The list of {module} {title}", _REFERENCE, ask, side, module))
    return checks


CHECKS = (
    *(check for module in ("locations", "tariffs", "sessions", "cdrs") for check in _of(module, Side.CPO)),
    *_of("tokens", Side.EMSP),
)
