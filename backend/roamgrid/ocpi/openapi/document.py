"""Put an OpenAPI 3.1 document together (OCPI: Transport and format; Status codes)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from roamgrid.ocpi.openapi.operation import ModuleOperations, Operation, Payload
from roamgrid.ocpi.openapi.schemas import Schema, Schemas
from roamgrid.ocpi.speech import Speech

OPENAPI = "3.1.0"
_PARAMETER = re.compile(r"\{(\w+)\}")
_LENGTHS = {"country_code": (2, 2), "party_id": (3, 3)}
_ROUTED = ("OCPI-from-country-code", "OCPI-from-party-id", "OCPI-to-country-code", "OCPI-to-party-id")
_REFUSALS = {
    "400": "The body is no JSON.",
    "401": "The token is missing, unknown, or does not open this address.",
    "404": "There is no such object, or the party in the address is not yours.",
    "405": "The method is not offered here.",
    "413": "The body is too large.",
    "429": "Too many requests; Retry-After says when to come again.",
}

Surface = tuple[str, Sequence[ModuleOperations]]
"""The path below the version at which some modules are mounted, and the modules."""


def document(speech: Speech, surfaces: Sequence[Surface], *, server: str, release: str) -> Schema:
    """What we serve in one version. `server`: where a tenant's OCPI surface begins, as a URL or a template."""
    schemas = Schemas()
    paths: dict[str, Schema] = _version_paths(speech, schemas)
    for prefix, modules in surfaces:
        for module in modules:
            for operation in module.operations:
                if operation.exists_in(speech):
                    path = f"/{speech.version}{prefix}/{module.identifier}{operation.path}"
                    paths.setdefault(path, {})[operation.method.lower()] = _operation(
                        operation, module, prefix, speech, schemas
                    )
    for operations in paths.values():
        _link(operations)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": f"Roamgrid OCPI {speech.version}",
            "version": release,
            "description": "Every answer is an OCPI envelope; `status_code` 1000-1999 is success.",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.components | {"Envelope": _envelope(None)},
            "responses": {code: _response(text, None) for code, text in _REFUSALS.items()},
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`Token `, then the credentials token: as it is in 2.1.1, in Base64 later.",
                }
            },
        },
    }


def _operation(
    operation: Operation, module: ModuleOperations, prefix: str, speech: Speech, schemas: Schemas
) -> Schema:  # fmt: skip
    described: Schema = {
        "operationId": _operation_id(operation, module, prefix),
        "summary": operation.summary,
        "tags": [module.identifier],
        "parameters": [*_parameters(operation), *_headers(speech, functional=module.functional)],
        "responses": _responses(_data(operation.data, speech, schemas)),
    }
    if operation.body is not None:
        content = {"application/json": {"schema": operation.body.schema(speech, schemas)}}
        described["requestBody"] = {"required": operation.body_required, "content": content}
    return described


def _link(operations: Schema) -> None:
    """What was put can be read and changed at the same address: tools that test walk along these links."""
    put = operations.get("put")
    if put is None:
        return
    names = [item["name"] for item in put.get("parameters", ()) if item["in"] == "path"]
    for method in ("get", "patch", "delete"):
        if names and method in operations:
            link = {
                "operationId": operations[method]["operationId"],
                "parameters": {f"path.{name}": f"$request.path.{name}" for name in names},
            }
            for code in ("200", "201"):
                put["responses"][code].setdefault("links", {})[method] = link


def _data(payload: Payload | None, speech: Speech, schemas: Schemas) -> Schema | None:
    return None if payload is None else payload.schema(speech, schemas)


def _responses(data: Schema | None) -> Schema:
    text = "Understood; `status_code` says whether it was accepted."
    return {
        "200": _response(text, data),
        "201": _response(text, data),
        **{code: {"$ref": f"#/components/responses/{code}"} for code in _REFUSALS},
    }


def _response(text: str, data: Schema | None) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": _envelope(data)}}}


def _envelope(data: Schema | None) -> Schema:
    """`data` accompanies success only."""
    properties: Schema = {
        "status_code": {"type": "integer", "minimum": 1000, "maximum": 4999},
        "status_message": {"type": "string"},
        "timestamp": {"type": "string", "maxLength": 25},
    }
    envelope: Schema = {"type": "object", "required": ["status_code", "timestamp"], "properties": properties}
    if data is not None:
        properties["data"] = data
    return envelope


def _parameters(operation: Operation) -> Iterator[Schema]:
    for name in _PARAMETER.findall(operation.path):
        shortest, longest = _LENGTHS.get(name, (1, 39))
        schema = {"type": "string", "minLength": shortest, "maxLength": longest}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    for query in operation.query:
        yield {"name": query.name, "in": "query", "required": query.required, "schema": dict(query.schema)}


def _headers(speech: Speech, *, functional: bool) -> Iterator[Schema]:
    """2.1.1 knows neither request ids nor routing."""
    if speech.version.startswith("2.1"):
        return
    names = ("X-Request-ID", "X-Correlation-ID", *(_ROUTED if functional else ()))
    for name in names:
        yield {"name": name, "in": "header", "required": False, "schema": {"type": "string", "maxLength": _longest(name)}}


def _longest(header: str) -> int:
    return {"country-code": 2, "party-id": 3}.get(header.partition("-from-")[2] or header.partition("-to-")[2], 64)


def _operation_id(operation: Operation, module: ModuleOperations, prefix: str) -> str:
    places = [part.strip("{}") for part in operation.path.split("/") if part]
    side = [prefix.strip("/")] if prefix else []
    return "_".join([operation.method.lower(), *side, module.identifier, *places[-1:]])


def _version_paths(speech: Speech, schemas: Schemas) -> dict[str, Any]:
    version: Schema = {
        "type": "object",
        "required": ["version", "url"],
        "properties": {"version": {"type": "string"}, "url": {"type": "string"}},
    }
    endpoint: Schema = {
        "type": "object",
        "required": ["identifier", "url"] + ([] if speech.version.startswith("2.1") else ["role"]),
        "properties": {
            "identifier": {"type": "string"},
            "role": {"type": "string", "enum": ["SENDER", "RECEIVER"]},
            "url": {"type": "string"},
        },
    }
    details: Schema = {
        "type": "object",
        "required": ["version", "endpoints"],
        "properties": {"version": {"const": speech.version}, "endpoints": {"type": "array", "items": endpoint}},
    }
    schemas.components |= {"Version": version, "VersionDetails": details}
    return {
        "/versions": {"get": _document_operation("versions", "The versions that we speak", _list_of("Version"))},
        f"/{speech.version}": {
            "get": _document_operation("details", "The modules that we serve in this version", _reference("VersionDetails"))
        },
    }


def _document_operation(name: str, summary: str, data: Schema) -> Schema:
    return {"operationId": f"get_{name}", "summary": summary, "tags": ["versions"], "responses": _responses(data)}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": _reference(name)}
