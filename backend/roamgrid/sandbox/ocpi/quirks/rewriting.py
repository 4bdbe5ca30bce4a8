"""Doing to a document what the quirks that are on say, after its shape is made and before it is sent."""

from collections.abc import Collection
from copy import deepcopy
from typing import Any, Literal

from roamgrid.sandbox.ocpi.quirks import absence, places, records, spelling, tariffs
from roamgrid.sandbox.ocpi.quirks.catalogue import Quirk

Json = dict[str, Any]
Kind = Literal["location", "status", "tariff", "session", "session_patch", "cdr", "token", "result"]
_BY_KIND = {
    "location": places.REWRITES,
    "tariff": tariffs.REWRITES,
    "session": records.SESSION_REWRITES,
    "session_patch": records.PATCH_REWRITES,
    "cdr": records.CDR_REWRITES,
}
REWRITTEN = frozenset(spelling.REWRITES).union(absence.VALUES, *_BY_KIND.values())
"""Quirks that are a matter of documents alone."""


def rewritten(kind: Kind, document: Json, quirks: Collection[Quirk]) -> Json:
    """The document as a partner with these quirks would send it; the given one stays as it is."""
    applied = [quirk for quirk in Quirk if quirk in quirks and quirk in REWRITTEN]
    if not applied:
        return document
    changed = deepcopy(document)
    for quirk in applied:
        if rewrite := _BY_KIND.get(kind, {}).get(quirk):
            rewrite(changed)
        _rewrite_inside(kind, changed, quirk)
        if quirk in absence.VALUES:
            changed = absence.spelled_out(kind, absence.VALUES[quirk]) | changed
    for quirk in applied:
        if spell := spelling.REWRITES.get(quirk):
            changed = spell(changed)
    return changed


def _rewrite_inside(kind: Kind, document: Json, quirk: Quirk) -> None:
    """Places and tariffs inside sessions and CDRs have the habits of those that are published."""
    if kind not in ("session", "cdr"):
        return
    if "location" in document and quirk in places.REWRITES:
        places.REWRITES[quirk](document["location"])
    if "cdr_location" in document and quirk in places.FLAT_REWRITES:
        places.FLAT_REWRITES[quirk](document["cdr_location"])
    if quirk in tariffs.REWRITES:
        for tariff in document.get("tariffs") or []:
            tariffs.REWRITES[quirk](tariff)
