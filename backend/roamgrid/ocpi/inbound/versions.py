"""Versions and version details, written from what is mounted (OCPI 2.2.1, Versions module)."""

from collections.abc import Sequence

from roamgrid.kernel import json
from roamgrid.ocpi.handshake.addresses import VERSION, details_url, endpoint_url
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call


class VersionDocuments:
    """The two documents that a handshake begins with."""

    def __init__(self, base_url: str, modules: Sequence[Module]) -> None:
        self._base_url = base_url
        self._modules = tuple(modules)

    def versions(self, call: Call) -> Answer:
        return ok(json.dumps([{"version": VERSION, "url": details_url(self._base_url, call.ctx.tenant)}]))

    def details(self, call: Call) -> Answer:
        endpoints = [
            {
                "identifier": module.identifier,
                "role": module.role.value,
                "url": endpoint_url(self._base_url, call.ctx.tenant, module.identifier),
            }
            for module in self._modules
        ]
        return ok(json.dumps({"version": VERSION, "endpoints": endpoints}))
