"""Docstrings are the schema's descriptions: one text for the reader of the code and of the API."""

import inspect

import strawberry
from graphql import GraphQLNamedType, GraphQLObjectType
from strawberry.types.base import StrawberryObjectDefinition


def describe(schema: strawberry.Schema) -> strawberry.Schema:
    """Give every type without a description the docstring of its class, every field that of its resolver."""
    for name, kind in schema._schema.type_map.items():
        definition = schema.get_type_by_name(name)
        if isinstance(definition, StrawberryObjectDefinition):
            kind.description = kind.description or _written(definition.origin)
            _describe_resolvers(schema, definition, kind)
    return schema


def _describe_resolvers(schema: strawberry.Schema, definition: StrawberryObjectDefinition, kind: GraphQLNamedType) -> None:
    if not isinstance(kind, GraphQLObjectType):
        return
    for field in definition.fields:
        if field.base_resolver is not None:
            served = kind.fields[schema.config.name_converter.get_graphql_name(field)]
            served.description = served.description or inspect.getdoc(field.base_resolver.wrapped_func)


def _written(origin: type) -> str | None:
    """The docstring that somebody wrote: dataclasses invent one that repeats the signature."""
    text = origin.__dict__.get("__doc__")
    return None if text is None or text.startswith(f"{origin.__name__}(") else inspect.cleandoc(text)
