"""Numbered receipts: issued once, never changed, equal to their lines and to the journal."""
