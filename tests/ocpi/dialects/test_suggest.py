"""From what was observed to what would help."""

from roamgrid.ocpi.connections.redaction import redacted
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.dialects.suggest import Counted, Observed, read_deviations, suggest, with_suggestions


def counted(module: str, code: str, field: str, example: str = "", count: int = 1) -> Counted:
    return Counted(module, code, field, example, count)


def test_nothing_seen_nothing_suggested():
    assert suggest([], "default", "2.2.1") == []


def test_the_strongest_evidence_first_and_how_to_take_it():
    seen = [Observed(Sign.SLASH_WANTED, "tariffs", "HTTP 404"), Observed(Sign.ENERGY_IN_WH, "cdrs", "11300", 7)]
    suggestions = suggest(seen, "default", "2.2.1")
    assert [one.dialect for one in suggestions] == ["wh_energy", "trailing_slash"]
    assert suggestions[0].switches == {"energy_unit": "Wh"}
    assert with_suggestions("plain_token", suggestions) == "plain_token+wh_energy+trailing_slash"


def test_what_the_dialect_contains_is_not_suggested_again():
    seen = [Observed(Sign.ENERGY_IN_WH, "cdrs", "11300")]
    assert suggest(seen, "plain_token+wh_energy", "2.2.1") == []


def test_traffic_tells():
    told = read_deviations([
        counted("sessions", "REFUSED", "/last_updated", "/last_updated: is required", 4),
        counted("tariffs", "REFUSED", "/elements/*/restrictions/dayOfWeek", "is unknown and may change what the rest means"),
        counted("locations", "UNKNOWN_FIELD", "/evses/*/connectors/*", "voltage"),
        counted("locations", "POWER_IMPLAUSIBLE", "/evses/*/connectors/*/max_electric_power", "150"),
        counted("sessions", "PERIODS_REPEATED", "/charging_periods", "3 periods"),
    ])  # fmt: skip
    assert [(one.sign, one.count) for one in told] == [
        (Sign.PATCH_UNDATED, 4),
        (Sign.CAMEL_CASE_RESTRICTIONS, 1),
        (Sign.OLD_CONNECTOR_NAMES, 1),
        (Sign.POWER_IN_KW, 1),
        (Sign.PERIODS_REPEATED, 1),
    ]


def test_what_every_reader_absorbs_tells_nothing():
    assert read_deviations([
        counted("locations", "DATE_FORM", "/last_updated", "2026-05-04T06:00:00+00:00"),
        counted("locations", "POWER_IMPLAUSIBLE", "/evses/*/connectors/*/max_electric_power", "5000000"),
        counted("tariffs", "REFUSED", "/currency", "is missing"),
        counted("locations", "UNKNOWN_FIELD", "/*", "voltage_class"),
    ]) == []  # fmt: skip


def test_examples_hold_no_secret():
    assert redacted("/token", "c2VjcmV0") == "…"
    assert redacted("/", "sent Token c2VjcmV0 twice") == "sent Token … twice"
    assert redacted("/cdr_token/contract_id", "NL-VLT-C12345678-9") == "NL-…"
    assert redacted("/cdr_token/uid", "is '04A1B2C3D4', not a text") == "is …, not a text"
    assert redacted("/auth_id", "04A1B2C3D4") == "04A…"


def test_ids_of_stations_are_no_secret():
    assert redacted("/evses/*/uid", "UTR-002-1") == "UTR-002-1"
    assert redacted("/evses/*/connectors/*", "voltage") == "voltage"
