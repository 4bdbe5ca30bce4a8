"""Revisions: `platform` for the shared schema, `tenant` for every brand's own. Plain SQL, additive, expand before contract."""
