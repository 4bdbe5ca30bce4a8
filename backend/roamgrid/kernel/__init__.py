"""No domain at all: ids, clock, errors, settings, crypto, JSON with exact decimals, telemetry."""
