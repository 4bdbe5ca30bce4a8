"""A tiny service provider, written from the protocol alone: what the sandbox operator must be able to talk to."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from roamgrid.kernel.json import dumps, loads
from tests.sandbox.serving import eventually

Json = dict[str, Any]
TOKEN = {
    "country_code": "NL",
    "party_id": "TST",
    "uid": "APP-1",
    "type": "APP_USER",
    "contract_id": "NL-TST-C00001-X",
    "issuer": "Testbrand",
    "valid": True,
    "whitelist": "NEVER",
    "last_updated": "2026-05-01T10:00:00Z",
}
OLD_TOKEN = {name: value for name, value in TOKEN.items() if name not in ("country_code", "party_id", "contract_id")} | {
    "auth_id": "NL-TST-C00001-X",
    "type": "OTHER",
}
_ROLES = {
    "sessions": "RECEIVER",
    "cdrs": "RECEIVER",
    "locations": "RECEIVER",
    "hubclientinfo": "RECEIVER",
    "tokens": "SENDER",
    "chargingprofiles": "SENDER",
}
_CPO_ROLES = {"locations": "SENDER", "tokens": "RECEIVER", "commands": "RECEIVER"}
CARD = TOKEN | {"uid": "0A1B2C3D", "type": "RFID"}


@dataclass(frozen=True)
class Received:
    """One push from the operator."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]


@dataclass
class TinyEmsp:
    """Records every push. `refuse` lists path prefixes that are answered with HTTP 500."""

    url: str
    token_for_us: str = "token-b-of-the-test"
    token_for_them: str = ""
    received: list[Received] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    allowed: str = "ALLOWED"
    endpoints: dict[str, str] = field(default_factory=dict)
    party_id: str = "TST"
    version: str = "2.2.1"
    offers: tuple[str, ...] = ("2.2.1",)
    role: str = "EMSP"

    def app(self) -> Starlette:
        routes = [
            Route("/versions", self._versions),
            Route("/{version}", self._details),
            Route("/{version}/credentials", self._credentials, methods=["POST", "PUT", "DELETE"]),
            Route("/{version}/tokens/{uid}/authorize", self._authorize, methods=["POST"]),
            Route("/{version}/{rest:path}", self._receive, methods=["POST", "PUT", "PATCH"]),
        ]
        routes.insert(0, Route("/results/{id}", self._receive, methods=["POST"]))
        return Starlette(routes=routes)

    # What the test asks

    def bodies(self, prefix: str, *, method: str | None = None) -> list[Json]:
        """Bodies of the pushes to paths that start with `prefix`."""
        return [push.body for push in self.received if push.path.startswith(prefix) and method in (None, push.method)]

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until the condition holds; a test that waits in vain fails with TimeoutError."""

        async def condition() -> object:
            return holds()

        await eventually(condition)

    async def cdr(self) -> Json:
        """The first CDR, once it is here."""
        await self.until(lambda: self.bodies(f"/{self.version}/cdrs"))
        return self.bodies(f"/{self.version}/cdrs")[0]

    async def call(self, method: str, url: str, body: Any = None, **headers: str) -> httpx.Response:
        """A request to the operator with the token it gave us."""
        return await call(method, url, self.token_for_them, body, **headers)

    async def command(self, name: str, result_id: str, **fields: Any) -> Json:
        """Send a command; the synchronous envelope."""
        body = {"response_url": f"{self.url}/results/{result_id}", **fields}
        return loads((await self.call("POST", f"{self.endpoints['commands']}/{name}", body)).content)

    async def start(self, result_id: str = "r1", **place: Any) -> Json:
        """START_SESSION for the app user's token, as the version writes it."""
        if self.version == "2.1.1":
            place.pop("connector_id", None)
            return await self.command("START_SESSION", result_id, token=OLD_TOKEN, **place)
        return await self.command("START_SESSION", result_id, token=TOKEN, authorization_reference="REF-1", **place)

    async def register_at(self, versions_url: str, token_a: str) -> Json:
        """Take up an invitation of the operator in our version; its credentials."""
        await self.discover(versions_url, token_a)
        answer = await call("POST", self.endpoints["credentials"], token_a, self.credentials(self.token_for_us))
        theirs: Json = loads(answer.content)
        if theirs["status_code"] == 1000:
            self.token_for_them = theirs["data"]["token"]
        return theirs

    async def move_to(self, version: str, versions_url: str) -> Json:
        """Renew the connection by PUT in another version; the operator's credentials."""
        self.version = version
        await self.discover(versions_url, self.token_for_them)
        answer = await self.call("PUT", self.endpoints["credentials"], self.credentials(self.token_for_us))
        theirs: Json = loads(answer.content)["data"]
        self.token_for_them = theirs["token"]
        return theirs

    async def discover(self, versions_url: str, token: str) -> None:
        """The operator's endpoints in our version."""
        versions = loads((await call("GET", versions_url, token)).content)["data"]
        url = next(item["url"] for item in versions if item["version"] == self.version)
        details = loads((await call("GET", url, token)).content)["data"]
        self.endpoints = {item["identifier"]: item["url"] for item in details["endpoints"]}

    def credentials(self, token: str) -> Json:
        brand = {"business_details": {"name": f"Brand {self.party_id}"}}
        party = {"country_code": "NL", "party_id": self.party_id, **brand}
        if self.version == "2.1.1":
            return {"token": token, "url": f"{self.url}/versions", **party}
        return {"token": token, "url": f"{self.url}/versions", "roles": [{"role": self.role, **party}]}

    # What the operator calls

    async def _versions(self, request: Request) -> Response:
        return self._guarded(request, [{"version": name, "url": f"{self.url}/{name}"} for name in self.offers])

    async def _details(self, request: Request) -> Response:
        version = request.path_params["version"]
        modules = [("credentials", "SENDER"), *(_ROLES if self.role == "EMSP" else _CPO_ROLES).items()]
        endpoints = [{"identifier": name, "role": role, "url": f"{self.url}/{version}/{name}"} for name, role in modules]
        if version == "2.1.1":
            endpoints = [{name: value for name, value in item.items() if name != "role"} for item in endpoints]
        return self._guarded(request, {"version": version, "endpoints": endpoints})

    async def _credentials(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.received.append(Received("DELETE", request.url.path, None, dict(request.headers)))
            return self._guarded(request, None)
        theirs = loads(await request.body())
        self.version = request.path_params["version"]
        self.token_for_them = theirs["token"]
        answer = self._guarded(request, self.credentials("token-c-of-the-test"))
        self.token_for_us = "token-c-of-the-test"
        await self.discover(theirs["url"], self.token_for_them)
        return answer

    async def _authorize(self, request: Request) -> Response:
        self.received.append(Received("POST", request.url.path, loads(await request.body()), dict(request.headers)))
        known = {} if self.version == "2.1.1" else {"token": CARD, "authorization_reference": "AUTH-7"}
        return self._guarded(request, {"allowed": self.allowed, **known})

    async def _receive(self, request: Request) -> Response:
        if any(request.url.path.startswith(prefix) for prefix in self.refuse):
            return Response(status_code=500)
        answer = self._guarded(request, None)
        if answer.status_code == 200:
            body = loads(await request.body())
            self.received.append(Received(request.method, request.url.path, body, dict(request.headers)))
        return answer

    def _guarded(self, request: Request, data: Any) -> Response:
        scheme, _, credential = request.headers["Authorization"].partition(" ")
        if scheme != "Token" or self.token_for_us not in (credential, _decoded(credential)):
            return Response(dumps({"status_code": 2000, "timestamp": "2026-05-01T10:00:00Z"}), status_code=401)
        envelope = {"status_code": 1000, "timestamp": "2026-05-01T10:00:00Z", "data": data}
        return Response(dumps(envelope), media_type="application/json")


async def call(method: str, url: str, token: str, body: Any = None, **headers: str) -> httpx.Response:
    """One OCPI request with a Base64 token; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Authorization": f"Token {b64encode(token.encode()).decode()}", **named}
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        content = None if body is None else dumps(body)
        return await client.request(method, url, content=content, headers=sent)


def _decoded(credential: str) -> str:
    try:
        return b64decode(credential, validate=True).decode().strip()
    except ValueError:
        return ""
