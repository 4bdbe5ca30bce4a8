"""The `Link` header of a page (OCPI Transport and format, Pagination; RFC 8288)."""

import re
from urllib.parse import urljoin, urlsplit

_LINK = re.compile(r"<([^>]*)>([^<]*)")
_NEXT = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))""", re.IGNORECASE)


def next_link(header: str | None, current: str) -> str | None:
    """The absolute address of the next page; None on the last one. A relative link is taken against `current`.

    Raises `ValueError` for a link that is no address.
    """
    for target, parameters in _LINK.findall(header or ""):
        for quoted, bare in _NEXT.findall(parameters):
            if "next" in (quoted or bare).casefold().split():
                return str(urljoin(current, target.strip()))
    return None


def write_next_link(url: str) -> str:
    """The header's value."""
    return f'<{url}>; rel="next"'


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: what must not change while a token is being sent along. Raises `ValueError` on a broken port."""
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").casefold(), parts.port or default


def is_callable(url: str) -> bool:
    """Whether it is an absolute web address."""
    try:
        scheme, host, _ = origin(url)
    except ValueError:
        return False
    return scheme in ("http", "https") and bool(host) and url.isprintable() and " " not in url


def join(base: str, *segments: str, trailing_slash: bool = False) -> str:
    """`base` and already encoded path segments with exactly one slash between them."""
    path = "/".join([base.rstrip("/"), *segments])
    return f"{path}/" if trailing_slash else path
