"""Charging profiles and preferences to operators: `core.charging_profiles.ports.ProfileGateway` over OCPI (OCPI 2.2.1,
ChargingProfiles module, Receiver interface; Sessions module, Sender interface)."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from roamgrid.canonical.charging_profile import PreferencesAnswer, ProfileReply, ProfileResponse
from roamgrid.canonical.party import SourceId
from roamgrid.core.charging_profiles.errors import PreferencesUnsupported
from roamgrid.core.charging_profiles.models import PreferencesRequest, ProfileKind, ProfileRequest
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.kernel import json
from roamgrid.kernel.json import JsonError
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.outbound.deferred import Deferred
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.speech import Document
from roamgrid.ocpi.values import Asked
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.tenancy.context import TenantContext

MODULE = "chargingprofiles"
_METHODS = {ProfileKind.SET: "PUT", ProfileKind.CLEAR: "DELETE", ProfileKind.ACTIVE: "GET"}
_ANSWERS = {answer.value: answer for answer in PreferencesAnswer}


@dataclass(frozen=True, slots=True)
class OcpiProfileGateway:
    """`timeout_s`: after how many seconds a partner that does not answer counts as down."""

    deferred: Deferred
    timeout_s: float

    async def ask(self, ctx: TenantContext, source: SourceId, request: ProfileRequest) -> ProfileReply:
        """NOT_SUPPORTED without asking where the operator's protocol knows no profiles. Raises `PartnerUnavailable`."""
        connection, adapter = await self.deferred.reach(ctx, source, request.operator)
        if not adapter.speaks(kinds.CHARGING_PROFILE):
            return ProfileReply(ProfileResponse.NOT_SUPPORTED, 0)
        endpoint = self.deferred.endpoint(connection, MODULE)
        url = self.deferred.response_url(ctx, adapter, MODULE, request.kind, request.id)
        body, query = _said(adapter, request, url)
        sender = await self.deferred.sender(ctx)
        try:
            answer = await self.deferred.call(
                ctx, connection, adapter, _METHODS[request.kind], endpoint, (quote(request.session_id, safe=""),), body,
                sender, request.operator, self.timeout_s, query,
            )  # fmt: skip
            read = adapter.read(kinds.PROFILE_REPLY, answer.data or b"null")
        except PartnerRefused:
            return ProfileReply(ProfileResponse.REJECTED, 0)
        except Refused as problem:
            raise PartnerUnavailable(f"{connection.name} gave no answer that we understand: {problem.message}") from None
        await self.deferred.note(ctx, connection, MODULE, read.deviations)
        return read.value

    async def prefer(self, ctx: TenantContext, source: SourceId, request: PreferencesRequest) -> PreferencesAnswer:
        """Raises `PartnerUnavailable`, or `PreferencesUnsupported`."""
        connection, adapter = await self.deferred.reach(ctx, source, request.operator)
        if not adapter.speaks(kinds.CHARGING_PREFERENCES):
            raise PreferencesUnsupported(f"{connection.name} speaks OCPI {adapter.version}, which knows no preferences")
        endpoint = self.deferred.endpoint(connection, "sessions", InterfaceRole.SENDER)
        segments = (quote(request.session_id, safe=""), "charging_preferences")
        body = adapter.write(kinds.CHARGING_PREFERENCES, request.wanted).document
        sender = await self.deferred.sender(ctx)
        try:
            answer = await self.deferred.call(
                ctx, connection, adapter, "PUT", endpoint, segments, body, sender, request.operator, self.timeout_s
            )
        except PartnerRefused as error:
            raise PreferencesUnsupported(error.message) from error
        return _preference(connection.name, answer.data)


def _said(adapter: Adapter, request: ProfileRequest, url: str) -> tuple[Document | None, str]:
    """A body for SET; else the query, percent-encoded, as the address of an answer is a value like any other."""
    if request.profile is not None:
        return adapter.write(kinds.CHARGING_PROFILE, Asked(request.profile, url)).document, ""
    duration = {} if request.duration_s is None else {"duration": str(request.duration_s)}
    return None, "?" + urlencode({**duration, "response_url": url}, quote_via=quote, safe="")


def _preference(name: str, data: bytes | None) -> PreferencesAnswer:
    """A bare text; the text within an object occurs as well. Raises `PartnerUnavailable`."""
    try:
        said = json.loads(data or b"null")
    except JsonError:
        said = None
    if isinstance(said, dict):
        said = said.get("result") or said.get("data")
    answer = _ANSWERS.get(said.upper()) if isinstance(said, str) else None
    if answer is None:
        raise PartnerUnavailable(f"{name} gave no answer to the preferences that we understand: {str(said)[:40]!r}")
    return answer
