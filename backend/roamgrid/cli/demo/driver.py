"""A driver's phone: speaks to a brand's GraphQL API over HTTP and knows nothing else."""

import json
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self

import httpx

from roamgrid.cli.demo import queries
from roamgrid.kernel.errors import DomainError

_TIMEOUT = httpx.Timeout(30.0, read=120.0)


class DriverFailed(DomainError):
    """The API answered with an error where the journey expected a result."""

    code = "DRIVER_FAILED"
    hint = "The answer above names the field and the reason."


class DriverApp:
    """One driver of one brand. The brand is found by the Host header, as with a custom domain."""

    def __init__(self, base_url: str, host: str) -> None:
        self._url = f"{base_url}/graphql"
        self._client = httpx.AsyncClient(headers={"host": host}, timeout=_TIMEOUT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def sign_in(self, email: str) -> None:
        """By e-mailed code; in sandbox mode the code is shown in the answer."""
        requested = await self.run(queries.REQUEST_CODE, {"email": email})
        signed_in = await self.run(queries.SIGN_IN, {"email": email, "code": requested["requestLoginCode"]["sandboxCode"]})
        self._client.headers["authorization"] = f"Bearer {signed_in['signIn']['accessToken']}"

    async def run(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """One operation. Raises `DriverFailed` on errors, typed ones included."""
        answer = await self._client.post(self._url, json={"query": query, "variables": variables or {}})
        return _data(answer.json())

    async def watch(self, subscription: str, variables: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """A subscription over Server-Sent Events."""
        request = {"query": subscription, "variables": variables}
        async with self._client.stream("POST", self._url, json=request, headers={"accept": "text/event-stream"}) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data:") and (body := line[5:].strip()):
                    yield _data(json.loads(body))


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("errors"):
        raise DriverFailed(json.dumps(answer["errors"])[:1000])
    data: dict[str, Any] = answer["data"]
    for value in data.values():
        if isinstance(value, dict) and value.get("hint") is not None:
            raise DriverFailed(f"{value.get('code')}: {value.get('message')} ({value['hint']})")
    return data
