"""Double entry, append-only: every entry sums to zero per currency, and the database refuses any other."""
