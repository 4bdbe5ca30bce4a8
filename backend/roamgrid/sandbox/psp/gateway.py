"""The gate every API request passes: key, faults, idempotency, errors in the provider's shape."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from roamgrid.kernel.json import dumps
from roamgrid.sandbox.faults import Dice
from roamgrid.sandbox.psp.account import Account
from roamgrid.sandbox.psp.errors import ApiError, invalid, unauthenticated
from roamgrid.sandbox.psp.idempotency import IdempotentAnswers, KeptAnswer
from roamgrid.sandbox.psp.options import PspKnobs
from roamgrid.sandbox.psp.params import Params

Json = dict[str, Any]
Operation = Callable[[Account, Params, dict[str, str]], Json]


class Gateway:
    """Turns operations into routes. An account comes into being with the first request that names its key."""

    def __init__(
        self,
        announce: Callable[[Account, str, Json], None],
        knobs: Callable[[], PspKnobs],
        dice: Dice,
        *,
        verbose: bool,
    ) -> None:
        self.accounts: dict[str, Account] = {}
        self._announce = announce
        self._answers: dict[str, IdempotentAnswers] = {}
        self._knobs = knobs
        self._dice = dice
        self._verbose = verbose

    def route(self, path: str, operations: Mapping[str, Operation]) -> Route:
        """One path with an operation per method."""

        async def endpoint(request: Request) -> Response:
            return await self._answer(request, operations[request.method])

        return Route(path, endpoint, methods=list(operations))

    async def _answer(self, request: Request, operation: Operation) -> Response:
        knobs = self._knobs()
        headers = {"Request-Id": f"req_{token_hex(7)}"}
        body = (await request.body()).decode()
        if knobs.latency_ms:
            await asyncio.sleep(knobs.latency_ms / 1000)
        fails = self._dice.falls("error", knobs.error_rate)
        if fails and self._dice.falls("error_comes_first", 0.5):
            answer = _failure()
        else:
            answer = self._executed(request, operation, body, headers)
            answer = _failure() if fails else answer
        self._log(request, answer.status_code)
        answer.headers.update(headers)
        return answer

    def _executed(self, request: Request, operation: Operation, body: str, headers: dict[str, str]) -> Response:
        """Runs without giving way to other requests, so that a key cannot be used twice at the same time."""
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        try:
            account = self._account(request)
            params = Params(body if request.method == "POST" else request.url.query)
            fingerprint = (request.method, request.url.path, tuple(params.pairs))
            answers = self._answers[account.api_key]
            if key:
                headers["Idempotency-Key"] = key
                if kept := answers.recall(key, fingerprint):
                    headers["Idempotent-Replayed"] = "true"
                    return _json(kept.status, kept.body)
            status, content = _perform(operation, account, params, request.path_params)
        except ApiError as error:
            return _json(error.http, dumps(error.as_json()))
        if key:
            answers.keep(key, KeptAnswer(fingerprint, status, content))
        return _json(status, content)

    def _account(self, request: Request) -> Account:
        scheme, _, api_key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not api_key:
            raise unauthenticated("You did not provide an API key in the Authorization header.")
        if not api_key.startswith("sk_test_"):
            raise unauthenticated("Invalid API Key provided: only keys that start with sk_test_ exist here.")
        self._answers.setdefault(api_key, IdempotentAnswers())
        return self.accounts.setdefault(api_key, Account(api_key, self._announce))

    def _log(self, request: Request, status: int) -> None:
        if self._verbose:
            line: Json = {"method": request.method, "path": request.url.path, "http": status}
            sys.stdout.write(dumps(line).decode() + "\n")
            sys.stdout.flush()


def unknown_url(request: Request) -> Response:
    message = f"Unrecognized request URL ({request.method}: {request.url.path})."
    error = invalid(message)
    return _json(404, dumps(error.as_json()))


def _perform(operation: Operation, account: Account, params: Params, path: dict[str, str]) -> tuple[int, bytes]:
    try:
        outcome = operation(account, params, path)
        return 200, dumps(_expanded(account, outcome, params))
    except ApiError as error:
        return error.http, dumps(error.as_json())


def _expanded(account: Account, outcome: Json, params: Params) -> Json:
    names = params.items("expand")
    if outcome.get("object") != "list":
        return account.expanded(outcome, names)
    names = [name.removeprefix("data.") for name in names]
    return outcome | {"data": [account.expanded(item, names) for item in outcome["data"]]}


def _failure() -> Response:
    error = ApiError(500, "api_error", "An unknown error occurred (simulated).")
    return _json(500, dumps(error.as_json()))


def _json(status: int, body: bytes) -> Response:
    return Response(body, status_code=status, media_type="application/json")
