"""Terminals with their providers (OCPI 2.3.0, Payments module, Sender interface)."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.exchanged.models import ExchangedKind
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.outbound.optional.exchange import PAYMENTS, Exchange, Pulled
from roamgrid.ocpi.payments import FinancialAdvice, Terminal
from roamgrid.ocpi.speech import Document
from roamgrid.tenancy.context import TenantContext


@dataclass(frozen=True, slots=True)
class TerminalDesk:
    """All raise `PartnerUnavailable` or `PartnerRefused`."""

    exchange: Exchange

    async def activate(self, ctx: TenantContext, source: SourceId, terminal: Terminal) -> None:
        """Ask a terminal's provider for it; it names it and tells us then."""
        connection, adapter, endpoint = await self.exchange.reach(ctx, source, PAYMENTS, InterfaceRole.SENDER)
        body = adapter.write(kinds.TERMINAL_ACTIVATION, terminal).document
        await self.exchange.call(ctx, connection, adapter, "POST", endpoint, ("terminals", "activate"), body, None)

    async def deactivate(self, ctx: TenantContext, source: SourceId, terminal_id: str) -> None:
        """It takes no payments any more."""
        connection, adapter, endpoint = await self.exchange.reach(ctx, source, PAYMENTS, InterfaceRole.SENDER)
        segments = ("terminals", quote(terminal_id, safe=""), "deactivate")
        await self.exchange.call(ctx, connection, adapter, "POST", endpoint, segments, None, None)

    async def assign(
        self, ctx: TenantContext, source: SourceId, terminal_id: str, location_ids: Sequence[str], evse_uids: Sequence[str]
    ) -> None:
        """Say for which of our stations a terminal takes payments."""
        connection, adapter, endpoint = await self.exchange.reach(ctx, source, PAYMENTS, InterfaceRole.SENDER)
        body: Document = {"location_ids": list(location_ids), "evse_uids": list(evse_uids)}
        body["last_updated"] = adapter.write_date(ctx.clock.now())
        segments = ("terminals", quote(terminal_id, safe=""))
        await self.exchange.call(ctx, connection, adapter, "PATCH", endpoint, segments, body, None)

    async def pull(self, ctx: TenantContext, source: SourceId) -> tuple[Pulled, Pulled]:
        """Terminals, and what became of captures."""

        def of_terminal(value: Terminal) -> tuple[PartyId | None, str]:
            return None, value.terminal_id or ""

        def of_advice(value: FinancialAdvice) -> tuple[PartyId | None, str]:
            return None, value.id

        terminals = await self.exchange.pull(
            ctx, source, PAYMENTS, ("terminals",), kinds.TERMINAL, ExchangedKind.TERMINAL, of_terminal
        )
        advices = await self.exchange.pull(
            ctx,
            source,
            PAYMENTS,
            ("financial-advice-confirmations",),
            kinds.FINANCIAL_ADVICE,
            ExchangedKind.FINANCIAL_ADVICE,
            of_advice,
        )
        return terminals, advices
