"""Charge detail records: stored once, never edited."""
