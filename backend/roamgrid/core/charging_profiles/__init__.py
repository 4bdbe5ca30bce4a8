"""Ceilings for running sessions, what the stations made of them, and what drivers want (OCPI 2.2.1, ChargingProfiles)."""
