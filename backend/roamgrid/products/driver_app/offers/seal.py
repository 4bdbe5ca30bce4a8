"""Offer ids: signed, so that browsing writes nothing and nobody can change what was offered (JWS, RFC 7515, HS256)."""

import hashlib
from datetime import datetime

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from roamgrid.identity.access import DriverId
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.products.driver_app.offers.errors import OfferExpired, OfferNotFound
from roamgrid.products.driver_app.offers.models import ConnectorName, Offer, OfferId, SealedOffer
from roamgrid.tenancy.context import TenantContext

_HEADER = {"alg": "HS256", "typ": "offer"}
_ALGORITHMS = ("HS256",)


class OfferSeal:
    """Signs and opens offer ids. `secret` is the deployment's key; the signing key is derived from it."""

    def __init__(self, secret: bytes) -> None:
        self._key = OctKey.import_key(hashlib.sha256(b"offer" + secret).digest())

    def seal(self, ctx: TenantContext, driver: DriverId, offer: Offer) -> str:
        """The id under which this driver may take the offer; another one each time."""
        sealed = SealedOffer(
            id=OfferId(new_id()),
            tenant=ctx.tenant,
            driver=driver,
            connector=offer.connector.id,
            name=ConnectorName.of(offer.connector),
            versions=offer.versions,
            startable=offer.startable,
            price_unknown=offer.price_unknown,
            shown=offer.shown,
            valid_until=offer.valid_until,
        )
        return jws.serialize_compact(dict(_HEADER), json.encode(sealed), self._key, algorithms=_ALGORITHMS)

    def open(self, ctx: TenantContext, driver: DriverId, text: str, now: datetime) -> SealedOffer:
        """What was offered. Raises `OfferNotFound` for anything that was not made for this driver, `OfferExpired`."""
        try:
            signed = jws.deserialize_compact(text, self._key, algorithms=_ALGORITHMS)
            sealed = json.decode(signed.payload, SealedOffer)
        except (JoseError, ValueError):
            raise OfferNotFound("there is no such offer", field="offerId") from None
        if sealed.tenant != ctx.tenant or sealed.driver != driver:
            raise OfferNotFound("there is no such offer", field="offerId")
        if now >= sealed.valid_until:
            raise OfferExpired("the offer has expired", field="offerId")
        return sealed
