"""A partner's API on a real port: serves lists page by page, records what it is asked, and misbehaves when told to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from roamgrid.kernel import json
from tests.sandbox.serving import reserved_port, served


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Answering:
    """One scripted answer; `body` that is bytes goes out as it is, anything else as JSON. `wait_s` before it does."""

    http: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0


@dataclass(slots=True)
class FakePartner:
    """`lists`: objects by module, as documents or bytes. `script`: answers given first, in order, by path."""

    url: str = ""
    lists: dict[str, list[Any]] = field(default_factory=dict)
    script: dict[str, list[Answering]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    page_limit: int = 2
    wrong_total: int | None = None
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        path = request.scope["path"]
        self.asked.append(
            Asked(request.method, path, dict(request.query_params), dict(request.headers), json.loads(body) if body else None)
        )
        if self.script.get(path):
            return await self._scripted(self.script[path].pop(0))
        module = path.strip("/").split("/")[0]
        if request.method == "GET" and module in self.lists:
            return self._page(module, request)
        return _enveloped(1000)

    async def _scripted(self, answer: Answering) -> Response:
        if answer.wait_s:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), answer.wait_s)
        content = answer.body if isinstance(answer.body, bytes) else b"" if answer.body is None else json.dumps(answer.body)
        return Response(content, answer.http, headers=answer.headers)

    def _page(self, module: str, request: Request) -> Response:
        query = request.query_params
        since = query.get("date_from", "")
        matches = [raw for raw in map(_raw, self.lists[module]) if _changed_at(raw) >= since]
        offset, limit = int(query.get("offset", 0)), min(int(query.get("limit", 100)), self.page_limit)
        headers = {"X-Total-Count": str(len(matches) if self.wrong_total is None else self.wrong_total)}
        if offset + limit < len(matches):
            kept = f"&date_from={since}" if since else ""
            headers["Link"] = f'<{self.url}/{module}?offset={offset + limit}&limit={limit}{kept}>; rel="next"'
        page = b",".join(matches[offset : offset + limit])
        return Response(b'{"status_code":1000,"timestamp":"2026-06-01T12:00:00Z","data":[' + page + b"]}", headers=headers)


@asynccontextmanager
async def running_partner() -> AsyncIterator[FakePartner]:
    """A partner that listens until the block ends."""
    partner = FakePartner()
    app = Starlette(routes=[Route("/{path:path}", partner.answer, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])])
    async with served(app, reserved_port()) as url:
        partner.url = url
        yield partner
        partner.closing.set()


def ok(data: Any = None) -> Answering:
    return Answering(
        body={"status_code": 1000, "timestamp": "2026-06-01T12:00:00Z", **({} if data is None else {"data": data})}
    )


def refusal(code: int, message: str = "no", http: int = 200) -> Answering:
    return Answering(http, {"status_code": code, "status_message": message, "timestamp": "2026-06-01T12:00:00Z"})


def _enveloped(code: int) -> Response:
    return Response(json.dumps({"status_code": code, "timestamp": "2026-06-01T12:00:00Z"}), media_type="application/json")


def _raw(document: Any) -> bytes:
    return document if isinstance(document, bytes) else json.dumps(document)


def _changed_at(raw: bytes) -> str:
    document = json.loads(raw)
    return str(document.get("last_updated", "9")) if isinstance(document, dict) else "9"
