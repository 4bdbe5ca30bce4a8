"""Versions and version details, written from what is mounted (OCPI Versions module)."""

from roamgrid.kernel import json
from roamgrid.ocpi.connections.model import Side
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.ocpi.handshake.addresses import details_url, endpoint_url
from roamgrid.ocpi.handshake.choice import offered
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.mounted import Mounted
from roamgrid.ocpi.inbound.request import Call


class VersionDocuments:
    """The two documents that a handshake begins with."""

    def __init__(self, base_url: str, mounted: Mounted) -> None:
        self._base_url = base_url
        self._mounted = mounted

    def versions(self, call: Call) -> Answer:
        """The versions that this partner may speak with us."""
        versions = offered(call.connection, call.caller.other_version)
        return ok(
            json.dumps([{"version": item, "url": details_url(self._base_url, call.ctx.tenant, item)} for item in versions])
        )

    def details(self, call: Call, version: str) -> Answer:
        """The modules that this partner finds here in that version."""
        roles = dialect(call.connection.dialect, version).interface_roles
        endpoints = [
            self._endpoint(call, version, module, with_role=roles)
            for module in self._mounted.listed(version, call.connection.as_role)
            if module.offered_by(call.request.tenant)
        ]
        return ok(json.dumps({"version": version, "endpoints": endpoints}))

    def _endpoint(self, call: Call, version: str, module: Module, *, with_role: bool) -> dict[str, str]:
        role = {"role": module.role.value} if with_role else {}
        url = endpoint_url(self._base_url, call.ctx.tenant, version, module.identifier, module.side or Side.EMSP)
        return {"identifier": module.identifier, **role, "url": url}
