"""An operator's platform of a few lines, over real HTTP: enough to shake hands with, and to misbehave at it."""

import asyncio
import socket
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

MODULES = (
    ("credentials", "SENDER"),
    ("locations", "SENDER"),
    ("cdrs", "SENDER"),
    ("commands", "RECEIVER"),
    ("tokens", "RECEIVER"),
)


@asynccontextmanager
async def served(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """`app` on a port, within this very event loop: whoever blocks it while being called back hangs the test."""
    config = uvicorn.Config(app, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 (uvicorn tells nobody)
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task


def listening_socket() -> tuple[socket.socket, str]:
    """A free port and its base address."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


def header(token: str) -> str:
    return f"Token {b64encode(token.encode()).decode()}"


def envelope(data: Any = None, code: int = 1000, message: str = "Success") -> dict[str, Any]:
    return {"status_code": code, "status_message": message, "timestamp": "2026-06-01T12:00:00Z", "data": data}


@dataclass
class Cpo:
    """`accepts` are the tokens that open it; `calls` is what it was asked. Its knobs make it fail."""

    base: str
    http: httpx.AsyncClient
    token: str = "token-of-the-cpo"
    accepts: set[str] = field(default_factory=lambda: {"invitation"})
    versions: tuple[str, ...] = ("2.1.1", "2.2.1", "2.3.0")
    modules: tuple[tuple[str, str], ...] = MODULES
    parties: tuple[tuple[str, str], ...] = (("NL", "GRF"),)
    broken_versions: bool = False
    refuse_credentials: bool = False
    call_back: bool = True
    impatient: bool = False
    impatient_call: "asyncio.Task[httpx.Response] | None" = None
    calls: list[tuple[str, str]] = field(default_factory=list)
    theirs: dict[str, Any] = field(default_factory=dict)

    def credentials(self, token: str | None = None) -> dict[str, Any]:
        roles = [
            {"role": "CPO", "country_code": country, "party_id": party, "business_details": {"name": f"Operator {party}"}}
            for country, party in self.parties
        ]
        return {"token": token or self.token, "url": f"{self.base}/versions", "roles": roles}

    async def post(self, versions_url: str, invitation: str, method: str = "POST", body: Any = None) -> httpx.Response:
        """Go through our versions and details as a good client does, then send credentials."""
        details = await self._details(versions_url, invitation)
        url = next(item["url"] for item in details["endpoints"] if item["identifier"] == "credentials")
        return await self.http.request(
            method, url, json=body or self.credentials(), headers={"Authorization": header(invitation)}
        )

    async def _details(self, versions_url: str, token: str) -> dict[str, Any]:
        headers = {"Authorization": header(token)}
        versions = (await self.http.get(versions_url, headers=headers)).json()["data"]
        return (await self.http.get(versions[0]["url"], headers=headers)).json()["data"]

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/versions", self._versions),
                Route("/2.2.1", self._version_details),
                Route("/2.2.1/credentials", self._credentials, methods=["POST", "PUT", "DELETE"]),
            ]
        )

    def _admit(self, request: Request) -> JSONResponse | None:
        self.calls.append((request.method, request.url.path))
        presented = b64decode(request.headers.get("authorization", "Token ")[6:]).decode()
        if presented in {*self.accepts, self.token}:
            return None
        return JSONResponse(envelope(code=2000, message="unknown token"), 401)

    async def _versions(self, request: Request) -> JSONResponse:
        if refusal := self._admit(request):
            return refusal
        if self.broken_versions:
            return JSONResponse({"hello": "world"})
        return JSONResponse(envelope([{"version": name, "url": f"{self.base}/{name}"} for name in self.versions]))

    async def _version_details(self, request: Request) -> JSONResponse:
        if refusal := self._admit(request):
            return refusal
        endpoints = [{"identifier": name, "role": role, "url": f"{self.base}/2.2.1/{name}"} for name, role in self.modules]
        return JSONResponse(envelope({"version": "2.2.1", "endpoints": endpoints}))

    async def _credentials(self, request: Request) -> JSONResponse:
        if refusal := self._admit(request):
            return refusal
        if self.refuse_credentials:
            return JSONResponse(envelope(code=2001, message="we do not know you"))
        if request.method == "DELETE":
            self.accepts.clear()
            return JSONResponse(envelope())
        self.theirs = await request.json()
        if self.call_back:
            await self._details(self.theirs["url"], self.theirs["token"])
        if self.impatient:
            url = f"{self.theirs['url'].removesuffix('/versions')}/2.2.1/sessions/NL/GRF/S1"
            call = self.http.get(url, headers={"Authorization": header(self.theirs["token"])})
            self.impatient_call = asyncio.create_task(call)
        self.token = f"{request.method.lower()}-answer-of-the-cpo"
        self.accepts.clear()
        return JSONResponse(envelope(self.credentials()))


@asynccontextmanager
async def running_cpo() -> AsyncIterator[Cpo]:
    """A CPO on a port of its own."""
    listening, base = listening_socket()
    async with httpx.AsyncClient(timeout=20) as http:
        cpo = Cpo(base, http)
        async with served(cpo.app(), listening):
            yield cpo
