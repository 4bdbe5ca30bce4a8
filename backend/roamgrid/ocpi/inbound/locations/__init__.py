"""Locations, charging points and connectors that operators push (OCPI 2.2.1, Locations module, Receiver interface)."""
