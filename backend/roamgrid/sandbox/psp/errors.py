"""Errors in the provider's shape: `{"error": {"type", "code", "message", "param", ...}}` on an HTTP status."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """Ends a request. `details` go into the error object beside type and message."""

    def __init__(self, http: int, kind: str, message: str, **details: Any) -> None:
        super().__init__(message)
        self.http = http
        self.kind = kind
        self.message = message
        self.details = details

    def as_json(self) -> Json:
        return {"error": {"type": self.kind, "message": self.message} | self.details}


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> ApiError:
    """HTTP 400, the request makes no sense."""
    named = {"param": param, "code": code}
    return ApiError(400, "invalid_request_error", message, **{key: value for key, value in named.items() if value})


def missing(kind: str, object_id: str, *, param: str) -> ApiError:
    """HTTP 404, no such object in this account."""
    message = f"No such {kind}: '{object_id}'"
    return ApiError(404, "invalid_request_error", message, code="resource_missing", param=param)


def unauthenticated(message: str) -> ApiError:
    return ApiError(401, "invalid_request_error", message)


def key_reused() -> ApiError:
    message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
    return ApiError(400, "idempotency_error", message)


def declined(decline_code: str, payment_intent: Json | None = None) -> ApiError:
    """HTTP 402, the card's bank said no. An expired card has its own code, everything else is `card_declined`."""
    code = decline_code if decline_code == "expired_card" else "card_declined"
    details: Json = {"code": code, "decline_code": decline_code}
    if payment_intent is not None:
        details["payment_intent"] = payment_intent
    return ApiError(402, "card_error", f"Your card was declined ({decline_code}).", **details)
