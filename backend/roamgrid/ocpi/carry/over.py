"""Writes a value over the document that it was read from."""

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.carry.fields import fields_of
from roamgrid.ocpi.carry.fit import Fit
from roamgrid.ocpi.carry.keeping import KeepAll, KeepFitting
from roamgrid.ocpi.carry.lay import lay
from roamgrid.ocpi.carry.renames import renamed, renames, with_renames
from roamgrid.ocpi.dialects.dialect import DEFAULT, Dialect, dialect
from roamgrid.ocpi.dialects.habits import heard, said
from roamgrid.ocpi.speech import Carried, Form, Loss, Losses, ObjectKind, Speech, Unsayable, Ways, Written
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.document import parse

C = TypeVar("C")


@runtime_checkable
class Owned(Protocol):
    """A value that says whose it is."""

    @property
    def party(self) -> PartyId: ...


@dataclass(frozen=True, slots=True)
class _Said:
    """A verbatim document, what the mapping writes for the value that it is read to, and what it leaves out."""

    verbatim: Any
    document: Any
    losses: Losses


def write_over(
    kind: ObjectKind[C], value: C, fresh: Written, carried: Carried, ways: Ways, source: Speech, target: Speech
) -> Written:
    """`fresh`: the value as `target` writes it; `source`: the version of the carried document.

    A carried document that cannot be read any more gives nothing, and is a loss as a whole.
    """
    form = source.forms.get(kind)
    said = None if form is None else _said(form, value, carried, _ways(value, carried, ways, source is target))
    if form is None or said is None:
        return Written(fresh.document, (*fresh.losses, Loss("", f"the carried {kind.name} of OCPI {carried.version}")))
    if source is target:
        document = lay(fresh.document, said.document, said.verbatim, KeepAll())
        return Written(document, tuple(loss for loss in fresh.losses if loss not in said.losses))
    return _across(kind, fresh, said, source, target)


def _across(kind: ObjectKind[Any], fresh: Written, said: _Said, source: Speech, target: Speech) -> Written:
    names = renames(kind.name, source.version, target.version)
    wire = target.forms[kind].wire
    losses = list(fresh.losses)
    fit = Fit(fields_of(wire), fields_of(source.forms[kind].wire), target.takes_unknown, losses)
    laid = lay(fresh.document, with_renames(said.document, names), with_renames(said.verbatim, names), KeepFitting(fit))
    fitting = fit.document(laid, wire) if isinstance(laid, dict) else laid
    before = {renamed(path, name): path for path, name in names.items()}
    named = dict.fromkeys(Loss(before.get(loss.field, loss.field), loss.example) for loss in losses)
    return Written(fitting, tuple(named))


def _said(form: Form[C], value: C, carried: Carried, ways: Ways) -> _Said | None:
    if form.write is None:
        return None
    try:
        verbatim = parse(carried.raw, [])
        losses: Losses = []
        value = form.read(heard(verbatim, ways.dialect), ways, [])
        return _Said(verbatim, said(form.write(value, ways, losses), ways.dialect), losses)
    except (Refused, Unsayable):
        return None


def _ways(value: object, carried: Carried, ways: Ways, same: bool) -> Ways:
    spoken: Dialect = carried.dialect or (ways.dialect if same else dialect(DEFAULT, carried.version))
    return Ways(spoken, value.party if isinstance(value, Owned) else ways.owner)
