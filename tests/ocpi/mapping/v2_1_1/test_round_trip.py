"""What 2.1.1 can say is the same after it was written and read again; what it cannot say is named."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.location import Location
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Session, SessionStatus
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import Token, TokenRef, TokenType
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.speech import Carried, ObjectKind, Written
from tests.ocpi.mapping.v2_1_1 import strategies
from tests.ocpi.mapping.v2_1_1.documents import OPERATOR

adapter = adapter_for("2.1.1", "default")


def there_and_back(kind: ObjectKind[Any], value: Any) -> tuple[Any, Written, list[str]]:
    """The value as it is read again, what was written, and the codes of the deviations met."""
    written = adapter.write(kind, value)
    read = adapter.read(kind, json.dumps(written.document), OPERATOR)
    return read.value, written, [deviation.code.value for deviation in read.deviations]


@given(strategies.tokens)
def test_tokens(token: Token):
    again, written, deviations = there_and_back(kinds.TOKEN, token)
    assert (again, written.losses, deviations) == (token, (), [])


@given(strategies.tariffs)
def test_tariffs(tariff: Tariff):
    again, written, deviations = there_and_back(kinds.TARIFF, tariff)
    assert (again, written.losses, deviations) == (tariff, (), [])


@given(strategies.locations)
def test_locations(location: Location):
    """Without a postal code, which 2.1.1 requires, an empty one is written: nothing is invented."""
    again, written, deviations = there_and_back(kinds.LOCATION, location)
    assert (again, written.losses) == (location, ())
    assert set(deviations) <= {"EMPTY_TEXT", "NO_TARIFF", "EVSE_ID_MISSING"}
    assert ("EMPTY_TEXT" in deviations) == (location.postal_code is None)


@given(strategies.sessions)
def test_sessions(session: Session):
    """Of its place a session knows ids only; all else that 2.1.1 wants of a location is named."""
    again, written, _ = there_and_back(kinds.SESSION, session)
    assert again == session
    assert {loss.field.split("/")[1] for loss in written.losses} == {"location"}


@given(strategies.cdrs)
def test_cdrs(cdr: Cdr):
    again, written, _ = there_and_back(kinds.CDR, cdr)
    assert again == cdr
    assert {loss.field.split("/")[1] for loss in written.losses} <= {"location"}


@given(strategies.cdrs, st.sampled_from(["remark", "total_energy", "meter_id", "place", "periods", "tariffs"]), strategies.cdrs)
def test_written_over_the_document_it_was_read_from_only_what_changed_differs(cdr: Cdr, changed: str, other: Cdr):
    """An embedded location keeps what a CDR does not know of it."""
    document = adapter.write(kinds.CDR, cdr).document
    document["location"] |= {"type": "ON_STREET", "time_zone": "Europe/Amsterdam"}
    raw = json.dumps(document | {"x_partner": {"note": 1}})
    before = json.loads(raw)
    assert adapter.write(kinds.CDR, cdr, Carried("2.1.1", raw)).document == before
    after = adapter.write(kinds.CDR, replace(cdr, **{changed: getattr(other, changed)}), Carried("2.1.1", raw)).document
    field = {"place": "location", "periods": "charging_periods"}.get(changed, changed)
    assert {name: said for name, said in after.items() if name != field} == {
        name: said for name, said in before.items() if name != field
    }


@given(
    strategies.sessions,
    st.sampled_from(SessionStatus),
    st.sampled_from(["COMMAND", "WHITELIST", "AUTH_REQUEST"]),
    st.none() | strategies.ids,
    st.builds(
        TokenRef, strategies.ids, st.sampled_from([*TokenType, "UNKNOWN"]), strategies.ids, st.none() | st.just(OPERATOR)
    ),
)
def test_a_session_that_comes_back_otherwise_has_named_losses(
    session: Session, status: SessionStatus, auth_method: str, reference: str | None, token: TokenRef
):
    changed = replace(session, status=status, auth_method=auth_method, authorization_reference=reference, token=token)
    again, written, _ = there_and_back(kinds.SESSION, changed)
    lost = {loss.field for loss in written.losses}
    assert (again.status != status) == ("/status" in lost)
    assert (again.auth_method != auth_method) == ("/auth_method" in lost)
    assert (again.authorization_reference != reference) == ("/authorization_reference" in lost)
    assert (again.token != token) == bool(lost & {"/cdr_token/uid", "/cdr_token/type", "/cdr_token/party_id"})
    assert again.token.contract_id == token.contract_id


@given(strategies.tariffs, strategies.tokens)
def test_the_owner_is_not_written(tariff: Tariff, token: Token):
    """Nor is it a loss: the address says it."""
    elsewhere = PartyId("BE", "XYZ")
    written = (
        adapter.write(kinds.TARIFF, replace(tariff, party=elsewhere)),
        adapter.write(kinds.TOKEN, replace(token, party=elsewhere)),
    )
    assert [{"country_code", "party_id"} & result.document.keys() for result in written] == [set(), set()]
    assert [result.losses for result in written] == [(), ()]
