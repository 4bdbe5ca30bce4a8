"""The OpenAPI documents: valid, complete, and about exactly what is mounted."""

import re

import jsonschema_rs
import pytest

from roamgrid.kernel import json
from roamgrid.ocpi.connections.model import AsRole
from roamgrid.ocpi.inbound.inbox import Inbox
from roamgrid.ocpi.inbound.mounted import Mounted, prefix
from roamgrid.ocpi.inbound.recent import RecentCallers
from roamgrid.ocpi.openapi.documents import ocpi_document
from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi.inbound.world import open_world


def refs(value):
    match value:
        case dict():
            if "$ref" in value:
                yield value["$ref"]
            for item in value.values():
                yield from refs(item)
        case list():
            for item in value:
                yield from refs(item)


@pytest.mark.parametrize("version", SPEECHES)
def test_every_reference_leads_somewhere_and_every_schema_is_one(version):
    document = json.loads(json.dumps(ocpi_document(version)))
    for ref in refs(document):
        target = document
        for step in ref.removeprefix("#/").split("/"):
            target = target[step]
        assert target
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


@pytest.mark.parametrize("version", SPEECHES)
def test_operation_ids_are_unique(version):
    operations = [item["operationId"] for path in ocpi_document(version)["paths"].values() for item in path.values()]
    assert len(operations) == len(set(operations)) > 20


@pytest.mark.parametrize("version", SPEECHES)
async def test_what_is_described_is_exactly_what_is_mounted(database, version):
    async with open_world(database) as world:
        mounted = Mounted(world.inbound.modules(Inbox(database), RecentCallers())).listed(version, AsRole.BOTH)
    served = {
        (method, "/".join(("", version, *prefix(module), module.identifier)), depth)
        for module in mounted
        for method, depth in module.handlers
    }
    described = set()
    for path, operations in ocpi_document(version)["paths"].items():
        endpoint = re.match(rf"/{re.escape(version)}(/cpo)?/\w+", path)
        if endpoint is not None:
            depth = path.removeprefix(endpoint[0]).count("/")
            described |= {(method.upper(), endpoint[0], depth) for method in operations}
    assert described == served
