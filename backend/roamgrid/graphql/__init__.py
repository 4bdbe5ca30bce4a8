"""The product API: one GraphQL schema per audience, shared types in `common`, SDL snapshots in `schema`."""
