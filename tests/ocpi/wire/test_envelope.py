"""The envelope, the split into verbatim objects, page links, the authorization header."""

from datetime import UTC, datetime

import pytest

from roamgrid.ocpi.wire.common.authorization import TokenEncoding, write_authorization
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.envelope import Envelope, read_envelope, split, write_envelope
from roamgrid.ocpi.wire.common.links import join, next_link, origin


def test_data_stays_byte_for_byte():
    body = b'{"data": [ {"id" : 1.10, "x":"\xc3\xa9"} ,{"id":2}], "status_code": 1000, "timestamp": "2026-06-01T12:00:00Z"}'
    envelope = read_envelope(body)
    assert envelope.succeeded
    assert split(envelope.data or b"") == [b'{"id" : 1.10, "x":"\xc3\xa9"}', b'{"id":2}']


@pytest.mark.parametrize(
    "body", [b'{"status_code":2001}', b'{"status_code":"2001","data":null}', b'\xef\xbb\xbf{"status_code":2001}']
)
def test_an_error_carries_no_data(body: bytes):
    assert read_envelope(body) == Envelope(2001, None, None)
    assert not read_envelope(body).succeeded


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"{}", b'{"status_code":null}', b'{"status_code":"ok"}'])
def test_what_is_no_envelope_is_refused(body: bytes):
    with pytest.raises(Refused):
        read_envelope(body)


def test_we_write_the_envelope_with_a_timestamp_in_utc():
    at = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert write_envelope(1000, "Success", at, []) == (
        b'{"status_code":1000,"status_message":"Success","timestamp":"2026-06-01T12:00:00Z","data":[]}'
    )
    assert write_envelope(2001, "id: missing", at) == (
        b'{"status_code":2001,"status_message":"id: missing","timestamp":"2026-06-01T12:00:00Z"}'
    )


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ('<https://cpo.test/locations?offset=50>; rel="next"', "https://cpo.test/locations?offset=50"),
        ("<https://cpo.test/l?a=1,2;b>; title=x; REL=next", "https://cpo.test/l?a=1,2;b"),
        ('</l?offset=50>; rel="next"', "https://cpo.test/l?offset=50"),
        ('<https://cpo.test/1>; rel="first", <https://cpo.test/2>; rel="last next"', "https://cpo.test/2"),
        ('<https://cpo.test/1>; rel="prev"', None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_the_next_page(header: str | None, link: str | None):
    assert next_link(header, "https://cpo.test/ocpi/locations") == link


def test_an_origin_is_scheme_host_and_port():
    assert origin("https://CPO.test/a") == origin("https://cpo.test:443/b?c")
    assert (
        len({origin("https://cpo.test"), origin("http://cpo.test"), origin("https://cpo.test:8443"), origin("https://o.test")})
        == 4
    )


def test_addresses_are_joined_with_one_slash():
    assert join("https://cpo.test/commands/", "START_SESSION") == "https://cpo.test/commands/START_SESSION"
    assert join("https://cpo.test/tokens", "NL", "VLT", trailing_slash=True) == "https://cpo.test/tokens/NL/VLT/"


def test_a_token_goes_out_encoded_without_a_newline_or_as_it_is():
    assert write_authorization("example-token", TokenEncoding.BASE64) == "Token ZXhhbXBsZS10b2tlbg=="
    assert write_authorization("example-token", TokenEncoding.PLAIN) == "Token example-token"
