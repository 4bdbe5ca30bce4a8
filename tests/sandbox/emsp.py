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

    def app(self) -> Starlette:
        routes = [
            Route("/versions", self._versions),
            Route("/2.2.1", self._details),
            Route("/2.2.1/credentials", self._credentials, methods=["POST"]),
            Route("/2.2.1/tokens/{uid}/authorize", self._authorize, methods=["POST"]),
            Route("/2.2.1/{rest:path}", self._receive, methods=["POST", "PUT", "PATCH"]),
            Route("/results/{id}", self._receive, methods=["POST"]),
        ]
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
        await self.until(lambda: self.bodies("/2.2.1/cdrs"))
        return self.bodies("/2.2.1/cdrs")[0]

    async def call(self, method: str, url: str, body: Any = None, **headers: str) -> httpx.Response:
        """A request to the operator with the token it gave us."""
        return await call(method, url, self.token_for_them, body, **headers)

    async def command(self, name: str, result_id: str, **fields: Any) -> Json:
        """Send a command; the synchronous envelope."""
        body = {"response_url": f"{self.url}/results/{result_id}", **fields}
        return loads((await self.call("POST", f"{self.endpoints['commands']}/{name}", body)).content)

    async def start(self, result_id: str = "r1", **place: Any) -> Json:
        """START_SESSION for the app user's token."""
        return await self.command("START_SESSION", result_id, token=TOKEN, authorization_reference="REF-1", **place)

    async def register_at(self, versions_url: str, token_a: str) -> Json:
        """Take up an invitation of the operator; its credentials."""
        versions = loads((await call("GET", versions_url, token_a)).content)["data"]
        details = loads((await call("GET", versions[0]["url"], token_a)).content)["data"]
        self.endpoints = {item["identifier"]: item["url"] for item in details["endpoints"]}
        answer = await call("POST", self.endpoints["credentials"], token_a, self.credentials(self.token_for_us))
        theirs: Json = loads(answer.content)
        if theirs["status_code"] == 1000:
            self.token_for_them = theirs["data"]["token"]
        return theirs

    def credentials(self, token: str) -> Json:
        brand = {"business_details": {"name": f"Brand {self.party_id}"}}
        role = {"role": "EMSP", "country_code": "NL", "party_id": self.party_id, **brand}
        return {"token": token, "url": f"{self.url}/versions", "roles": [role]}

    # What the operator calls

    async def _versions(self, request: Request) -> Response:
        return self._guarded(request, [{"version": "2.2.1", "url": f"{self.url}/2.2.1"}])

    async def _details(self, request: Request) -> Response:
        roles = {"sessions": "RECEIVER", "cdrs": "RECEIVER", "locations": "RECEIVER", "tokens": "SENDER"}
        modules = [("credentials", "SENDER"), *roles.items()]
        endpoints = [{"identifier": name, "role": role, "url": f"{self.url}/2.2.1/{name}"} for name, role in modules]
        return self._guarded(request, {"version": "2.2.1", "endpoints": endpoints})

    async def _credentials(self, request: Request) -> Response:
        theirs = loads(await request.body())
        self.token_for_them = theirs["token"]
        answer = self._guarded(request, self.credentials("token-c-of-the-test"))
        self.token_for_us = "token-c-of-the-test"
        versions = loads((await call("GET", theirs["url"], self.token_for_them)).content)["data"]
        details = loads((await call("GET", versions[0]["url"], self.token_for_them)).content)["data"]
        self.endpoints = {item["identifier"]: item["url"] for item in details["endpoints"]}
        return answer

    async def _authorize(self, request: Request) -> Response:
        self.received.append(Received("POST", request.url.path, loads(await request.body()), dict(request.headers)))
        return self._guarded(request, {"allowed": self.allowed, "token": CARD, "authorization_reference": "AUTH-7"})

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
        if scheme != "Token" or b64decode(credential).decode() != self.token_for_us:
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
