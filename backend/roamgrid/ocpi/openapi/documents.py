"""The documents by version."""

from importlib.metadata import version as release_of

from roamgrid.ocpi.adapter import UnsupportedVersion
from roamgrid.ocpi.handshake.addresses import CPO_SEGMENT
from roamgrid.ocpi.openapi import cpo, emsp
from roamgrid.ocpi.openapi.document import Surface, document
from roamgrid.ocpi.openapi.schemas import Schema
from roamgrid.ocpi.versions import SPEECHES

TEMPLATE = "https://{host}/ocpi/{tenant}"
SURFACES: tuple[Surface, ...] = (("", emsp.MODULES), (f"/{CPO_SEGMENT}", cpo.MODULES))
"""The eMSP's side below the version, the operator's side below `/cpo`."""


def ocpi_document(version: str, *, server: str = TEMPLATE) -> Schema:
    """Everything that we serve in one version. Raises `UnsupportedVersion`."""
    if version not in SPEECHES:
        raise UnsupportedVersion(f"there is no adapter for OCPI {version!r}", field="version")
    return document(SPEECHES[version], SURFACES, server=server, release=release_of("roamgrid"))
