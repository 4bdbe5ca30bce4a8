"""An operator's platform of a few lines, over real HTTP: enough to shake hands with, and to misbehave at it."""

import asyncio
import socket
from base64 import b64encode
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

from roamgrid.ocpi.connections.presented import presented_tokens

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
    # Without its name asyncio would leave Nagle's algorithm on.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    return listening, f"http://127.0.0.1:{listening.getsockname()[1]}"


def header(token: str) -> str:
    return f"Token {b64encode(token.encode()).decode()}"


def envelope(data: Any = None, code: int = 1000, message: str = "Success") -> dict[str, Any]:
    return {"status_code": code, "status_message": message, "timestamp": "2026-06-01T12:00:00Z", "data": data}


@dataclass
class Cpo:
    """`accepts` are the tokens that open it; `calls` is what it was asked; `speaks` is the version in which it registers.

    Its knobs make it fail.
    """

    base: str
    http: httpx.AsyncClient
    token: str = "token-of-the-cpo"
    accepts: set[str] = field(default_factory=lambda: {"invitation"})
    speaks: str = "2.2.1"
    versions: tuple[str, ...] = ("2.0", "2.1.1", "2.2", "2.2.1")
    modules: tuple[tuple[str, str], ...] = MODULES
    parties: tuple[tuple[str, str], ...] = (("NL", "GRF"),)
    broken_versions: bool = False
    refuse_credentials: bool = False
    call_back: bool = True
    impatient: bool = False
    impatient_call: "asyncio.Task[httpx.Response] | None" = None
    calls: list[tuple[str, str]] = field(default_factory=list)
    theirs: dict[str, Any] = field(default_factory=dict)

    def credentials(self, token: str | None = None, version: str | None = None) -> dict[str, Any]:
        said = {"token": token or self.token, "url": f"{self.base}/versions"}
        if (version or self.speaks) == "2.1.1":
            country, party = self.parties[0]
            details = {"name": f"Operator {party}"}
            return {**said, "country_code": country, "party_id": party, "business_details": details}
        roles = [
            {"role": "CPO", "country_code": country, "party_id": party, "business_details": {"name": f"Operator {party}"}}
            for country, party in self.parties
        ]
        return {**said, "roles": roles}

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
        url = next(item["url"] for item in versions if item["version"] == self.speaks)
        return (await self.http.get(url, headers=headers)).json()["data"]

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/versions", self._versions),
                Route("/{version}", self._version_details),
                Route("/{version}/credentials", self._credentials, methods=["POST", "PUT", "DELETE"]),
            ]
        )

    def _admit(self, request: Request) -> JSONResponse | None:
        self.calls.append((request.method, request.url.path))
        if {*self.accepts, self.token}.intersection(presented_tokens(request.headers.get("authorization"))):
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
        version = _meant(request)
        endpoints = [{"identifier": name, "role": role, "url": f"{self.base}/{version}/{name}"} for name, role in self.modules]
        if version == "2.1.1":
            endpoints = [{name: value for name, value in item.items() if name != "role"} for item in endpoints]
        return JSONResponse(envelope({"version": version, "endpoints": endpoints}))

    async def _credentials(self, request: Request) -> JSONResponse:
        if refusal := self._admit(request):
            return refusal
        if self.refuse_credentials:
            return JSONResponse(envelope(code=2001, message="we do not know you"))
        if request.method == "DELETE":
            self.accepts.clear()
            return JSONResponse(envelope())
        self.speaks = _meant(request)
        self.theirs = await request.json()
        if self.call_back:
            await self._details(self.theirs["url"], self.theirs["token"])
        if self.impatient:
            url = f"{self.theirs['url'].removesuffix('/versions')}/{self.speaks}/sessions/NL/GRF/S1"
            call = self.http.get(url, headers={"Authorization": header(self.theirs["token"])})
            self.impatient_call = asyncio.create_task(call)
        self.token = f"{request.method.lower()}-answer-of-the-cpo"
        self.accepts.clear()
        return JSONResponse(envelope(self.credentials()))


def _meant(request: Request) -> str:
    """What some call 2.1 is 2.1.1."""
    version: str = request.path_params["version"]
    return {"2.1": "2.1.1"}.get(version, version)


@asynccontextmanager
async def running_cpo() -> AsyncIterator[Cpo]:
    """A CPO on a port of its own."""
    listening, base = listening_socket()
    async with httpx.AsyncClient(timeout=20) as http:
        cpo = Cpo(base, http)
        async with served(cpo.app(), listening):
            yield cpo
