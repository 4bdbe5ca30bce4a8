"""Every CDR ends in exactly one of billed, exempt, disputed or error, with its reason and its evidence."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.session import Amount
from roamgrid.canonical.tariff import Restrictions, TariffElement
from roamgrid.canonical.token import Token, TokenRef, TokenType
from roamgrid.core.sessions.models import Pins, Stream
from roamgrid.core.tariffs import service as tariffs
from roamgrid.core.tokens import service as tokens
from roamgrid.core.tokens.reference import Authorized
from roamgrid.kernel.ids import new_id
from roamgrid.pricing import VerdictKind
from roamgrid.settlement.plans import service as plans
from roamgrid.settlement.settle.models import Reason, State
from roamgrid.tenancy.naming import slug
from tests import builders
from tests.builders import NOON, SOURCE, cdr
from tests.settlement.world import DRIVER, FIXED, PASS_THROUGH, REFERENCES, RULES, World, declared

CARD = TokenRef("CARD1", "RFID", "NL-VLT-C2")


async def card(world: World, driver_id: UUID | None = DRIVER) -> Token:
    """A driver's RFID card."""
    async with world.database.work(world.ctx) as work:
        return await tokens.add_rfid(work, driver_id, "CARD1", PartyId("NL", "VLT"), "Voltara")


async def test_an_ad_hoc_charge_is_billed_as_offered(voltara: World):
    grant = await voltara.grant()
    settled = await voltara.charge(cdr())
    # 10 kWh * 0.40 + 0.35 = 4.35 net, gross 5.2635
    assert (settled.state, settled.reason, settled.verdict, settled.stream) == (
        State.BILLED,
        None,
        VerdictKind.MATCH,
        Stream.AD_HOC,
    )
    (receipt,) = await voltara.receipts()
    assert (receipt.id, receipt.number, receipt.driver_id) == (settled.receipt, f"R{receipt.issued_at.year}-000001", DRIVER)
    assert (receipt.net, receipt.tax_percent, receipt.tax, receipt.gross) == (
        Decimal("4.35"),
        Decimal(21),
        Decimal("0.91"),
        Decimal("5.26"),
    )
    assert [(line.text, line.quantity, line.unit, line.unit_price, line.net) for line in receipt.lines] == [
        ("Energy", Decimal(10), "kWh", Decimal("0.40"), Decimal("4.00")),
        ("Service fee", Decimal(1), "session", Decimal("0.35"), Decimal("0.35")),
    ]
    assert (receipt.pins.plan_version, receipt.pins.tariff_version) == (grant.pins.plan_version, grant.pins.tariff_version)
    assert receipt.pins.rule_pack == RULES
    assert (receipt.visit.city, receipt.visit.kwh, receipt.visit.started_at) == ("Utrecht", Decimal(10), NOON)


async def test_the_journal_shows_what_is_owed_to_whom(voltara: World):
    await voltara.grant()
    await voltara.charge(cdr())
    assert await voltara.journal() == {
        "wholesale": [("roaming_cost", Decimal("4.00")), ("payable:NL*GRF", Decimal("-4.00"))],
        "receipt": [
            ("accounts_receivable", Decimal("5.26")),
            ("revenue:ad_hoc", Decimal("-4.35")),
            ("vat_payable", Decimal("-0.91")),
        ],
    }


async def test_a_subscriber_pays_the_plans_price_and_we_the_operators(voltara: World):
    await voltara.grant(plan="flat")
    settled = await voltara.charge(cdr())
    assert (settled.state, settled.stream) == (State.BILLED, Stream.SUBSCRIPTION)
    assert (await voltara.receipts())[0].gross == Decimal("6.29")
    journal = await voltara.journal()
    assert journal["wholesale"][0] == ("roaming_cost", Decimal("4.00"))
    assert journal["receipt"][1] == ("revenue:subscription", Decimal("-5.20"))


async def test_settling_again_returns_the_first_disposition_and_changes_nothing(voltara: World):
    await voltara.grant()
    first = await voltara.charge(cdr())
    again = await voltara.charge(cdr())
    assert again == first
    assert len(await voltara.receipts()) == 1
    assert len(await voltara.rows("select from journal_entry")) == 2
    assert len(await voltara.events("receipt.issued.v1")) == len(await voltara.events("cdr.settled.v1")) == 1


async def test_the_bill_uses_the_pinned_versions_not_todays(voltara: World):
    await voltara.grant()
    async with voltara.database.work(voltara.ctx) as work:
        await tariffs.put(work, SOURCE, builders.received(builders.tariff(per_kwh="0.90")))
    async with voltara.database.orm(voltara.ctx) as work:
        dearer = PASS_THROUGH.model_copy(update={"session_fee": Decimal(5)})
        await plans.apply(work, declared("voltara", dearer, FIXED))
    assert (await voltara.charge(cdr())).state is State.BILLED
    assert (await voltara.receipts())[0].gross == Decimal("5.26")


async def test_a_claim_above_the_pinned_tariff_is_disputed_and_nobody_pays(voltara: World):
    await voltara.grant()
    settled = await voltara.charge(cdr(net="4.02"))
    assert (settled.state, settled.reason, settled.verdict) == (State.DISPUTED, Reason.CLAIM_DIFFERS, VerdictKind.MISMATCH)
    assert settled.evidence["claim"] == {"net": "4.02", "gross": None}
    assert Decimal(settled.evidence["ours"]["net"]) == Decimal(4)
    assert Decimal(settled.evidence["dimensions"]["ENERGY"]["net"]) == Decimal(4)
    assert settled.evidence["tariff"]["origin"] == "PINNED"
    assert await voltara.receipts() == []
    assert await voltara.journal() == {}


async def test_one_cent_is_the_operators_rounding(voltara: World):
    await voltara.grant()
    assert (await voltara.charge(cdr(net="4.01"))).state is State.BILLED
    assert (await voltara.journal())["wholesale"][0] == ("roaming_cost", Decimal("4.01"))
    assert (await voltara.receipts())[0].gross == Decimal("5.26")


async def test_a_charge_without_pinned_tariff_is_checked_against_the_one_in_the_cdr(voltara: World):
    await voltara.grant(tariff=None)
    settled = await voltara.charge(cdr())
    assert (settled.state, settled.verdict, settled.tariff_version) == (State.BILLED, VerdictKind.MATCH, None)
    assert settled.evidence["tariff"]["origin"] == "EMBEDDED"


async def test_without_both_the_live_tariff_named_by_the_periods_is_used(voltara: World):
    await voltara.grant(tariff=None)
    named = tuple(replace(period, tariff_id="T1") for period in cdr().periods)
    settled = await voltara.charge(cdr(tariffs=(), periods=named))
    assert (settled.state, settled.evidence["tariff"]["origin"]) == (State.BILLED, "LIVE")
    assert settled.tariff_version is not None


async def test_a_claim_that_nothing_can_check_is_passed_on(voltara: World):
    await voltara.grant(tariff=None)
    settled = await voltara.charge(cdr(tariffs=(), net="4.1234"))
    assert (settled.state, settled.verdict, settled.evidence["tariff"]["origin"]) == (
        State.BILLED,
        VerdictKind.NOT_VERIFIABLE,
        "NONE",
    )
    assert (await voltara.receipts())[0].gross == Decimal("5.41")


async def test_a_time_of_day_price_at_an_unknown_station_cannot_be_checked(voltara: World):
    await voltara.grant(tariff=None)
    day = TariffElement(builders.tariff().elements[0].components, Restrictions(start_time=time(8), end_time=time(20)))
    claim = cdr(tariffs=(builders.tariff(elements=(day,)),), net="9.00", place=replace(cdr().place, location_id="ELSEWHERE"))
    settled = await voltara.charge(claim)
    assert (settled.state, settled.verdict, settled.evidence["time_zone"]) == (State.BILLED, VerdictKind.NOT_VERIFIABLE, None)
    assert "the station's local time is unknown" in settled.evidence["reasons"]


async def test_restrictions_are_read_in_the_stations_own_time(voltara: World):
    # 12:00 UTC in June is 14:00 in Utrecht: the price from 13:00 local time applies
    await voltara.grant(tariff=None)
    components = builders.tariff(per_kwh="0.80").elements[0].components
    afternoon = TariffElement(components, Restrictions(start_time=time(13), end_time=time(23)))
    tariff = builders.tariff(elements=(afternoon, *builders.tariff().elements))
    assert (await voltara.charge(cdr(tariffs=(tariff,), net="8.00"))).verdict == VerdictKind.MATCH


@pytest.mark.parametrize(
    ("claim", "state", "reason"),
    [
        (cdr(home_charging_compensation=True), State.EXEMPT, Reason.HOME_CHARGING),
        (cdr(kwh="0", net="0"), State.EXEMPT, Reason.NOTHING_USED),
        (cdr(credit=True, credit_reference_id="CDR0"), State.ERROR, Reason.CREDIT_NOT_SUPPORTED),
        (cdr(token=TokenRef("SOMEBODY", "APP_USER", "C")), State.ERROR, Reason.TOKEN_NOT_OF_GRANT),
        (cdr(authorization_reference=None, session_id=None), State.ERROR, Reason.UNKNOWN_TOKEN),
        (cdr(place=replace(cdr().place, country="DEU")), State.ERROR, Reason.TAX_RATE_UNKNOWN),
        (
            cdr(currency=CurrencyCode("SEK"), tariffs=(builders.tariff(currency=CurrencyCode("SEK")),)),
            State.DISPUTED,
            Reason.CLAIM_DIFFERS,
        ),
    ],
)
async def test_what_is_not_billed_says_why(voltara: World, claim, state: State, reason: Reason):
    await voltara.grant()
    settled = await voltara.charge(claim)
    assert (settled.state, settled.reason) == (state, reason)
    assert settled.evidence["text"]
    assert await voltara.receipts() == []
    assert await voltara.journal() == {}


async def test_an_operator_in_another_currency_cannot_be_passed_through(voltara: World):
    await voltara.grant(tariff=None)
    crowns = CurrencyCode("SEK")
    settled = await voltara.charge(cdr(currency=crowns, tariffs=(builders.tariff(currency=crowns),)))
    assert (settled.state, settled.reason) == (State.ERROR, Reason.CURRENCY_MISMATCH)


async def test_a_fixed_price_does_not_mind_the_operators_currency(voltara: World):
    await voltara.grant(plan="flat", tariff=None)
    crowns = CurrencyCode("SEK")
    assert (await voltara.charge(cdr(currency=crowns, tariffs=(builders.tariff(currency=crowns),)))).state is State.BILLED
    assert (await voltara.receipts())[0].currency == "EUR"
    assert {row["currency"] for row in await voltara.rows("select distinct currency from posting")} == {"EUR", "SEK"}


async def test_a_total_below_zero_is_for_finance(voltara: World):
    await voltara.grant()
    settled = await voltara.charge(cdr(kwh="-10", net="-4.00"))
    assert (settled.state, settled.reason) == (State.ERROR, Reason.NEGATIVE_TOTAL)


async def test_a_charge_that_costs_the_driver_nothing_has_no_receipt_but_its_cost(voltara: World):
    free = PASS_THROUGH.model_copy(update={"session_fee": Decimal(0)})
    await voltara.prepare(free, FIXED, tariff=builders.tariff(per_kwh="0"))
    await voltara.grant()
    settled = await voltara.charge(cdr(net="0.01"))
    assert (settled.state, settled.reason) == (State.EXEMPT, Reason.NOTHING_DUE)
    assert list(await voltara.journal()) == ["wholesale"]


async def test_versions_that_are_gone_are_an_error_not_a_guess(voltara: World):
    version = (await voltara.plan("ad-hoc")).id
    await voltara.grant("NO-PLAN", pins=Pins(new_id(), RULES))
    await voltara.grant("NO-RULES", pins=Pins(version, "nl-0.9"))
    no_plan = await voltara.charge(cdr("A", authorization_reference="NO-PLAN"))
    no_rules = await voltara.charge(cdr("B", authorization_reference="NO-RULES"))
    assert [no_plan.reason, no_rules.reason] == [Reason.PLAN_UNKNOWN, Reason.RULE_PACK_UNAVAILABLE]


async def test_a_cdr_without_our_reference_is_found_by_its_session(voltara: World):
    await voltara.grant()
    await voltara.session()
    settled = await voltara.charge(cdr(authorization_reference=None))
    assert (settled.state, settled.authorization_reference) == (State.BILLED, "REF1")


async def test_a_cdr_without_reference_and_session_is_found_by_token_point_and_time(voltara: World):
    await voltara.grant()
    await voltara.session(start=NOON + timedelta(minutes=2))
    settled = await voltara.charge(cdr(authorization_reference=None, session_id=None))
    assert (settled.state, settled.authorization_reference) == (State.BILLED, "REF1")


async def test_a_cdr_of_a_session_never_seen_is_found_by_the_start_command(voltara: World):
    await voltara.grant()
    await voltara.rows(
        f"""insert into command (id, kind, state, source_id, country_code, party_id, authorization_reference, evse_uid,
                                 token_uid, requested_at, deadline, history)
            values (uuidv7(), 'START_SESSION', 'TIMED_OUT', '{SOURCE}', 'NL', 'GRF', 'REF1', 'E1', 'token1',
                    '2026-06-01T11:58:00Z', '2026-06-01T12:00:00Z', '{{}}') returning id"""
    )
    settled = await voltara.charge(cdr(authorization_reference=None, session_id=None))
    assert (settled.state, settled.authorization_reference) == (State.BILLED, "REF1")


async def test_a_tapped_card_is_billed_on_the_default_plan(voltara: World):
    await card(voltara)
    await voltara.session("S1", token=CARD, authorization_reference=None)
    settled = await voltara.charge(cdr(token=CARD, authorization_reference=None))
    assert (settled.state, settled.driver_id, settled.rule_pack) == (State.BILLED, DRIVER, RULES)
    assert (await voltara.receipts())[0].gross == Decimal("5.26")


async def test_a_card_of_an_unknown_session_or_driver_is_for_finance(voltara: World):
    await card(voltara, driver_id=None)
    unseen = await voltara.charge(cdr("A", token=CARD, authorization_reference=None, session_id="NEVER"))
    await voltara.session("S1", token=CARD, authorization_reference=None)
    nobody = await voltara.charge(cdr("B", token=CARD, authorization_reference=None))
    assert [unseen.reason, nobody.reason] == [Reason.UNKNOWN_SESSION, Reason.TOKEN_WITHOUT_DRIVER]


async def test_a_card_that_we_authorized_is_billed_without_a_session(voltara: World):
    await card(voltara)
    given = REFERENCES.make(Authorized(voltara.ctx.tenant, SOURCE, CARD.uid, TokenType.RFID), NOON)
    settled = await voltara.charge(cdr("A", token=CARD, authorization_reference=given.upper(), session_id=None))
    again = await voltara.charge(cdr("B", token=CARD, authorization_reference=given, session_id=None))
    assert (settled.state, settled.driver_id) == (State.BILLED, DRIVER)
    assert (again.state, again.reason) == (State.ERROR, Reason.CHARGE_ALREADY_BILLED)


async def test_a_reference_given_to_another_partner_or_another_brand_proves_nothing(voltara: World):
    await card(voltara)
    forged = [
        REFERENCES.make(Authorized(voltara.ctx.tenant, SourceId(new_id()), CARD.uid, TokenType.RFID), NOON),
        REFERENCES.make(Authorized(slug("kilowind"), SOURCE, CARD.uid, TokenType.RFID), NOON),
        REFERENCES.make(Authorized(voltara.ctx.tenant, SOURCE, CARD.uid, TokenType.RFID), NOON + timedelta(days=30)),
    ]
    reasons = [
        (await voltara.charge(cdr(str(n), token=CARD, authorization_reference=one, session_id=None))).reason
        for n, one in enumerate(forged)
    ]
    assert reasons == [Reason.UNKNOWN_SESSION] * 3


async def test_a_partner_that_names_the_contract_alone_means_its_card(voltara: World):
    """OCPI 2.1.1: sessions and CDRs carry an authorization id, which is the contract's."""
    added = await card(voltara)
    alone = TokenRef(added.contract_id, "UNKNOWN", added.contract_id)
    await voltara.session("S1", token=alone, authorization_reference=None)
    settled = await voltara.charge(cdr(token=alone, authorization_reference=None, session_id=None))
    assert (settled.state, settled.driver_id) == (State.BILLED, DRIVER)


async def test_a_contract_told_for_one_charge_leads_to_it(voltara: World):
    """OCPI 2.1.1 returns neither reference nor token: START_SESSION told a contract of its own, which is the reference."""
    grant = await voltara.grant(reference="REF211")
    told = TokenRef("REF211", "UNKNOWN", "REF211")
    settled = await voltara.charge(cdr(token=told, authorization_reference=None, session_id=None))
    assert (settled.state, settled.authorization_reference) == (State.BILLED, "REF211")
    assert [(receipt.driver_id, receipt.gross) for receipt in await voltara.receipts()] == [(grant.driver_id, Decimal("5.26"))]


async def test_such_a_contract_says_nothing_to_another_partner(voltara: World):
    await voltara.grant(reference="REF211", source=SourceId(new_id()))
    told = TokenRef("REF211", "UNKNOWN", "REF211")
    settled = await voltara.charge(cdr(token=told, authorization_reference=None, session_id=None))
    assert (settled.state, settled.reason) == (State.ERROR, Reason.UNKNOWN_TOKEN)


async def test_a_charge_is_billed_once_however_many_cdrs_tell_of_it(voltara: World):
    await voltara.grant()
    assert (await voltara.charge(cdr("CDR1"))).state is State.BILLED
    second = await voltara.charge(cdr("CDR2"))
    assert (second.state, second.reason) == (State.ERROR, Reason.CHARGE_ALREADY_BILLED)
    assert len(await voltara.receipts()) == 1


async def test_a_card_session_is_billed_once_too(voltara: World):
    await card(voltara)
    await voltara.session("S1", token=CARD, authorization_reference=None)
    await voltara.charge(cdr("CDR1", token=CARD, authorization_reference=None))
    second = await voltara.charge(cdr("CDR2", token=CARD, authorization_reference=None))
    assert second.reason is Reason.CHARGE_ALREADY_BILLED


async def test_a_grant_given_to_one_partner_bills_nothing_for_another(voltara: World):
    await voltara.grant(source=SourceId(new_id()))
    settled = await voltara.charge(cdr())
    assert (settled.state, settled.reason, settled.authorization_reference) == (State.ERROR, Reason.UNKNOWN_TOKEN, None)


async def test_the_other_brands_grant_does_not_exist_here(voltara: World, kilowind: World):
    await kilowind.grant()
    assert (await voltara.charge(cdr())).reason is Reason.UNKNOWN_TOKEN
    assert (await kilowind.charge(cdr())).state is State.BILLED
    assert (len(await voltara.receipts()), len(await kilowind.receipts())) == (0, 1)
    assert await voltara.journal() == {}


async def test_settlement_is_announced_with_its_outcome(voltara: World):
    await voltara.grant()
    settled = await voltara.charge(cdr())
    assert await voltara.events("cdr.settled.v1") == [f'{{"cdr":"{settled.cdr}","state":"billed","reference":"REF1"}}']
    assert await voltara.events("receipt.issued.v1") == [f'{{"receipt":"{settled.receipt}"}}']


async def test_gross_claims_are_checked_as_well(voltara: World):
    await voltara.grant(tariff=None)
    component = replace(builders.tariff().elements[0].components[0], vat_percent=Decimal(21))
    taxed = builders.tariff(elements=(TariffElement((component,)),))
    wrong = cdr(tariffs=(taxed,), total_cost=Amount(Decimal("4.00"), Decimal("5.00")))
    assert (await voltara.charge(wrong)).state is State.DISPUTED
