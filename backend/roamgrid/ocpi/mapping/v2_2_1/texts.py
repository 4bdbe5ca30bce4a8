"""Texts in several languages, of which we keep one."""

from collections.abc import Sequence

from roamgrid.ocpi.wire.v2_2_1.types import DisplayText


def one_of(texts: Sequence[DisplayText]) -> str | None:
    """The English one, else the first."""
    english = (text.text for text in texts if text.language.casefold().startswith("en"))
    return next(english, texts[0].text if texts else None)
