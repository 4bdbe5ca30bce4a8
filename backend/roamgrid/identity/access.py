"""Access tokens: signed statements that a driver of one brand signed in (JWT, RFC 7519, HS256)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NewType
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from roamgrid.kernel.errors import Unauthenticated
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext

DriverId = NewType("DriverId", UUID)

LIFETIME = timedelta(days=7)
_ALGORITHMS = ("HS256",)
_AUDIENCE = "driver"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a driver's app sends with every request, as `Authorization: Bearer <text>`."""

    text: str
    expires_at: datetime


class AccessTokens:
    """Issues and verifies access tokens. `secret` is the deployment's key; the signing key is derived from it."""

    def __init__(self, secret: bytes) -> None:
        self._key = OctKey.import_key(hashlib.sha256(b"access-token" + secret).digest())

    def issue(self, ctx: TenantContext, driver: DriverId) -> AccessToken:
        """A token for one driver of the context's tenant, valid for `LIFETIME`."""
        now = ctx.clock.now()
        expires = datetime.fromtimestamp(int((now + LIFETIME).timestamp()), UTC)
        claims = {
            "sub": str(driver),
            "tenant": ctx.tenant,
            "aud": _AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int(expires.timestamp()),
            "jti": str(new_id()),
        }
        return AccessToken(jwt.encode({"alg": "HS256"}, claims, self._key, algorithms=_ALGORITHMS), expires)

    def verify(self, ctx: TenantContext, text: str) -> DriverId:
        """Whom the token names. Raises `Unauthenticated` when it is forged, expired or another brand's."""
        try:
            claims = jwt.decode(text, self._key, algorithms=_ALGORITHMS).claims
            self._check(ctx, claims)
            return DriverId(UUID(claims["sub"]))
        except (JoseError, ValueError):
            raise Unauthenticated("the access token is not valid here") from None

    def _check(self, ctx: TenantContext, claims: Mapping[str, Any]) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(ctx.clock.now().timestamp()),
            sub={"essential": True},
            exp={"essential": True},
            jti={"essential": True},
            aud={"essential": True, "value": _AUDIENCE},
            tenant={"essential": True, "value": ctx.tenant},
        )
        registry.validate(dict(claims))
