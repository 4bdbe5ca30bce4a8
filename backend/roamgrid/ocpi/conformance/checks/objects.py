"""What is in the lists: every object of the sample is read as a pull would read it."""

from collections import Counter
from functools import partial

from roamgrid.kernel import json
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi.conformance.check import Check
from roamgrid.ocpi.conformance.subject import KINDS, Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Notes, skipped
from roamgrid.ocpi.connections.model import Side
from roamgrid.ocpi.connections.redaction import redacted
from roamgrid.ocpi.dialects.suggest import Counted, read_deviations
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.envelope import NOT_JSON

_CHAPTERS = {"locations": "Locations", "tariffs": "Tariffs", "sessions": "Sessions", "cdrs": "CDRs", "tokens": "Tokens"}
_FRAIL = frozenset({Code.POWER_MISSING, Code.EVSE_ID_MISSING, Code.MANY_EVSES, Code.NO_TARIFF})
"""Thin, and as the specification allows: no word about it."""
_MOST_NOTES = 12


async def _readable(subject: Subject, module: str) -> Finding:
    """A refused object is lost to us and fails; one that is understood all the same deviates."""
    objects = await subject.objects(module)
    if not objects:
        return skipped("there is none to look at")
    found: list[Deviation] = []
    refused: list[Deviation] = []
    shouting = True
    for raw in objects:
        shouting = shouting and _is_upper_case(raw)
        try:
            found += subject.adapter.read(KINDS[module], raw, subject.connection.only_party).deviations
        except Refused as problem:
            refused.append(Deviation(Code.REFUSED, problem.field or "/", problem.reason[:120]))
        except Invalid as problem:
            refused.append(Deviation(Code.REFUSED, problem.field or "/", problem.message[:120]))
    notes = Notes()
    if not shouting:
        notes.deviates("country_code and party_id are in lower case; ids are compared without case (issue 535)")
    for counted in _counted(module, [one for one in found if one.code not in _FRAIL]):
        notes.deviates(_note(counted, len(objects)), *read_deviations([counted]))
    for counted in _counted(module, refused):
        notes.fails(_note(counted, len(objects)), *read_deviations([counted]))
    return notes.finding()


def _is_upper_case(raw: bytes) -> bool:
    try:
        document = json.loads(raw)
    except NOT_JSON:
        return True
    owner = [document.get("country_code"), document.get("party_id")] if isinstance(document, dict) else []
    return all(part == part.upper() for part in owner if isinstance(part, str))


def _counted(module: str, deviations: list[Deviation]) -> list[Counted]:
    """The most frequent first, one example of each."""
    counts = Counter((one.code, one.field) for one in deviations)
    examples = {(one.code, one.field): redacted(one.field, one.example) for one in deviations}
    if Code.UNKNOWN_FIELD in {code for code, _ in counts}:
        counts, examples = _by_name(deviations, counts, examples)
    return [Counted(module, key[0], key[1], examples[key], count) for key, count in counts.most_common(_MOST_NOTES)]


def _by_name(
    deviations: list[Deviation], counts: Counter[tuple[Code, str]], examples: dict[tuple[Code, str], str]
) -> tuple[Counter[tuple[Code, str]], dict[tuple[Code, str], str]]:
    """Unknown fields are told apart by their names, which stand in the example."""
    for one in deviations:
        if one.code is Code.UNKNOWN_FIELD:
            key = (one.code, one.field.removesuffix("*") + one.example)
            counts[key] += 1
            examples[key] = one.example
            counts.pop((one.code, one.field), None)
    return counts, examples


def _note(one: Counted, objects: int) -> str:
    example = f", such as {one.example!r}" if one.example else ""
    return f"{one.code} at {one.field}{example}: {one.count} times in {objects} objects"


def _of(module: str, side: Side) -> Check:
    ask = partial(_readable, module=module)
    return Check(
        f"{module}.objects", f"Objects of {module} are as specified", f"{_CHAPTERS[module]}, Object description", ask, side,
        module,
        hint="What is only named is understood all the same; refused objects are missing in every pull.",
    )  # fmt: skip


CHECKS = (*(_of(module, Side.CPO) for module in ("locations", "tariffs", "sessions", "cdrs")), _of("tokens", Side.EMSP))
