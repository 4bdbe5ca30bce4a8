"""OpenAPI 3.1 of what we serve, made from the wire types and from one table of operations."""
