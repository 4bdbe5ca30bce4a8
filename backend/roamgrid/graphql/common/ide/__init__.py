"""The built-in GraphQL workbench: one self-contained page that loads nothing from any other host."""

from functools import cache
from pathlib import Path

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "connect-src 'self'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "frame-ancestors 'none'",
    )
)

_HERE = Path(__file__).parent


@cache
def page() -> str:
    """The page with its style and its script in place."""
    html = (_HERE / "page.html").read_text(encoding="utf-8")
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    return html.replace("/* style */", style).replace("/* script */", script)
