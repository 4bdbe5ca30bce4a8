"""The versions that a counterparty can speak, one module each."""

from collections.abc import Iterable

from roamgrid.sandbox.ocpi.shapes import v2_1_1, v2_2_1, v2_3_0
from roamgrid.sandbox.ocpi.shapes.shape import Shape, Version

SHAPES: dict[Version, Shape] = {shape.version: shape for shape in (v2_1_1.SHAPE, v2_2_1.SHAPE, v2_3_0.SHAPE)}


def highest_common(ours: Iterable[Version], theirs: Iterable[str]) -> Shape | None:
    """The newest version that both offer; a peer that says `2.1` means 2.1.1."""
    offered = {"2.1.1" if version == "2.1" else version for version in theirs}
    return max((SHAPES[version] for version in ours if version in offered), key=lambda shape: shape.version, default=None)
