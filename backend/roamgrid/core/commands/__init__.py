"""Commands to operators and what became of them (D18)."""
