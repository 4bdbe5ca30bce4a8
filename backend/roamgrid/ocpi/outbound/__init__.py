"""Calls to partners: one bulkhead a connection, pulls, commands, token pushes."""
