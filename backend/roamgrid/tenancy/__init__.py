"""Brands on one backend: directory, hosts, contexts, schemas and roles, provisioning, migrations (ADR-0002).

Every tenant owns a PostgreSQL schema and a NOLOGIN role. A transaction is bound to exactly one of them before its first
statement; nothing is reachable without.
"""
